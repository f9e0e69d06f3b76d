"""What several pages share."""

from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest

from secondwind.accounts.models import User
from secondwind.forums import access
from secondwind.forums.actions.visit import note_visit
from secondwind.forums.models import Member

MOST_PAGES = 100_000


def viewer_of(request: HttpRequest) -> User | AnonymousUser:
    """Who asks."""
    return request.user


def user_of(request: HttpRequest) -> User:
    """Who is signed in, on a page that asks for it; Http404 for nobody."""
    viewer = viewer_of(request)
    if not access.known(viewer):
        raise Http404("nobody is signed in")
    return viewer


def page_number(request: HttpRequest) -> int:
    """The page of a list that an address names, or 1; Http404 for what cannot be a page."""
    given = request.GET.get("page", "1")
    is_number = given.isascii() and given.isdigit() and len(given) <= len(str(MOST_PAGES))
    if not (is_number and 1 <= int(given) <= MOST_PAGES):
        raise Http404("no such page")
    return int(given)


def record_of(request: HttpRequest) -> Member | None:
    """The forums' record of a signed-in viewer; None for a visitor."""
    viewer = viewer_of(request)
    if not access.known(viewer):
        return None
    loaded: Member | None = getattr(viewer, "member", None)  # it came with the account
    return loaded or access.member_of(viewer)


def come_in(request: HttpRequest) -> None:
    """Count the day of a signed-in viewer."""
    if member := record_of(request):
        note_visit(member)
