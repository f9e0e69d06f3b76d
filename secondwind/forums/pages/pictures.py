"""Pictures: sent while somebody writes, and shown to who may see the post that they stand in."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.urls import reverse
from django.utils.cache import get_conditional_response, patch_cache_control, patch_vary_headers
from django.utils.http import quote_etag
from django.views.decorators.http import require_POST, require_safe

from secondwind.forums import access
from secondwind.forums.models import Picture
from secondwind.forums.pages import compose
from secondwind.look.caching import is_personal, private_page

# A picture of a post that a moderator hides is gone from every cache after so many seconds.
PUBLIC_SECONDS = 60
POLICY = "default-src 'none'; sandbox"


@require_safe
def picture(request: HttpRequest, key: str) -> HttpResponseBase:
    """A picture. It never changes under its key, so a browser that has it need not fetch it twice."""
    found = access.picture_for(request.user, key)
    etag = quote_etag(f"{found.key}.{found.size}")
    response = get_conditional_response(request, etag=etag) or _file(found)
    response["ETag"] = etag
    response["Content-Security-Policy"] = POLICY
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    patch_vary_headers(response, ["Cookie"])
    if is_personal(request) or not _is_public(found):
        patch_cache_control(response, private=True, no_cache=True)
    else:
        patch_cache_control(response, public=True, max_age=PUBLIC_SECONDS)
    return response


@private_page
@require_POST
def picture_send(request: HttpRequest) -> JsonResponse:
    """Keep pictures for a page that is open. JSON: `markdown` and `address` of each, and `problems`."""
    if not access.known(request.user):
        return JsonResponse({"pictures": [], "problems": [compose.SIGNED_OUT]}, status=compose.UNAUTHORISED)
    kept, problems = compose.sent(request.user, request.FILES.getlist("pictures"))
    shown = [
        {"markdown": compose.in_markdown(one), "address": reverse("forums:picture", args=[one.key])}
        for one in kept
    ]
    status = compose.UNPROCESSABLE if problems and not kept else 200
    return JsonResponse({"pictures": shown, "problems": problems}, status=status)


def _file(picture: Picture) -> HttpResponse:
    try:
        with picture.file.open("rb") as file:
            response = HttpResponse(file.read(), content_type=picture.kind)
    except FileNotFoundError as error:
        raise Http404("the file is gone") from error
    response["Content-Disposition"] = "inline"
    return response


def _is_public(picture: Picture) -> bool:
    return picture.post is not None and picture.post.is_published and picture.post.thread.is_listed
