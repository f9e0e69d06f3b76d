"""Ready-made reasons, to be written once and used by all moderators."""

from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from secondwind.forums.models import CannedReply
from secondwind.forums.pages.moderation.common import done, moderators_page, show


class ReplyForm(ModelForm):  # type: ignore[type-arg]  # generic in the stubs alone
    """A title to choose by, and the words."""

    class Meta:
        model = CannedReply
        fields = ("title", "body")


@moderators_page
def replies(request: HttpRequest) -> HttpResponse:
    """All of them, and a form for a new one."""
    form = ReplyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        form.save()
        return done(request, f"“{form.instance.title}” is there for all moderators.", _address())
    context = {"replies": CannedReply.objects.all(), "form": form}
    return show(request, "replies.html", context, _problem(form))


@moderators_page
def reply(request: HttpRequest, id: int) -> HttpResponse:
    """Change or delete one."""
    kept = get_object_or_404(CannedReply, pk=id)
    if request.method == "POST" and request.POST.get("act") == "delete":
        kept.delete()
        return done(
            request, f"“{kept.title}” is deleted. What was written with it stays as it is.", _address()
        )
    form = ReplyForm(request.POST or None, instance=kept)
    if request.method == "POST" and form.is_valid():
        form.save()
        return done(request, f"“{kept.title}” is changed.", _address())
    return show(request, "reply.html", {"form": form, "kept": kept}, _problem(form))


def _problem(form: ReplyForm) -> str:
    if not form.errors:
        return ""
    return "Give it a title of at most 60 characters to choose it by, and the words themselves, at most 500."


def _address() -> str:
    return reverse("forums:canned_replies")
