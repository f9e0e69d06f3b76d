"""Writing: the composer, and what its buttons do with a text: preview, draft, pictures, quote, post.

Every button is a way of sending one form, so that all of it works without JavaScript; `composer.js` saves the
draft while somebody types and puts pictures where the cursor is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_http_methods, require_POST

from secondwind import writing
from secondwind.accounts.models import User
from secondwind.cases import chips
from secondwind.cases.card import Card, cards_of
from secondwind.cases.models import Case
from secondwind.cases.queries import told_together
from secondwind.clinic.knowledge import load
from secondwind.clinic.model import Case as Told
from secondwind.forums import access, similar
from secondwind.forums.access import Viewer
from secondwind.forums.actions import cases, drafts, pictures
from secondwind.forums.actions import post as posting
from secondwind.forums.actions.drafts import Place
from secondwind.forums.errors import Refused
from secondwind.forums.models import Draft, Forum, Picture, Post, Thread
from secondwind.forums.models.threads import LONGEST_TITLE
from secondwind.forums.pages.danger import notice_of
from secondwind.forums.uploads import MOST_FILES
from secondwind.look.caching import private_page
from secondwind.writing import markdown

CONFLICT, UNPROCESSABLE, UNAUTHORISED = 409, 422, 401
FEW_WORDS = 4  # of fewer nothing is looked for while somebody types
INJURIES = "injuries"  # the slug of the forum in which the hints ask for what an injury needs

SIGNED_OUT = (
    "You are signed out, so nothing was sent. Your text is still here: copy it, sign in, and paste it again."
)
MERGED = (
    "The thread that you wrote in was merged into this one. Nothing was posted yet: look your text over, and "
    "post it here."
)
HELD = "It waits until a moderator has looked at it. Until then you alone can see it."

Page = Callable[..., HttpResponse]


@dataclass(frozen=True, slots=True)
class Answered:
    """The post that a reply answers."""

    id: int
    number: int
    author: str
    address: str


@dataclass(frozen=True, slots=True)
class Thumbnail:
    """A picture that the text names."""

    key: str
    address: str


@dataclass(frozen=True, slots=True)
class Other:
    """Words that were saved elsewhere meanwhile. `body` is None when they are gone."""

    what: str  # a sentence
    title: str
    body: str | None
    at: datetime | None
    take: str  # the address of the page that shows them alone
    keep: str  # what the button that keeps the writer's own words does


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in the form: words, the post that they answer, and what the page knew of what was saved."""

    body: str = ""
    title: str = ""
    to: Post | None = None
    seen: str = drafts.NONE
    case: Case | None = None  # what the new thread is about


@dataclass(frozen=True, slots=True)
class Composer:
    """Everything that `forums/_composer.html` shows."""

    kind: str  # "reply", "new" or "edit"
    action: str  # where the form goes
    place: tuple[str, str]  # the name and value of the hidden field that says what is written
    button: str
    body: str = ""
    title: str | None = None  # None: it has no title
    seen: str = drafts.NONE
    saved_at: datetime | None = None  # of the draft
    to: Answered | None = None  # None: the opening post
    problem: str = ""  # why what was just sent was refused
    refusal: str = ""  # why nobody can write here, or not this person
    sign_in: str = ""  # where to sign in first
    other: Other | None = None
    preview: SafeString | None = None
    similar: Sequence[Thread] | None = None  # None: not looked for
    is_injury: bool = False
    why: str | None = None  # a moderator's reason for changing somebody's words; None: needs none
    cards: list[Card] = field(default_factory=list)  # of the cases that the thread will show

    @property
    def keeps_draft(self) -> bool:
        return self.kind != "edit"

    @property
    def longest_title(self) -> int:
        return LONGEST_TITLE

    @property
    def most_pictures(self) -> int:
        return MOST_FILES

    @property
    def thumbnails(self) -> list[Thumbnail]:
        """The pictures that the text names. No query: one that is not there shows nothing."""
        return [Thumbnail(key, reverse("forums:picture", args=[key])) for key in _keys(self.body)]


# --- The composer ------------------------------------------------------------------------------------------


def composer(
    viewer: Viewer,
    *,
    thread: Thread | None = None,
    forum: Forum | None = None,
    in_response_to: Post | None = None,
    quote: bool = False,
    typed: Typed | None = None,
) -> Composer:
    """The composer for a reply in `thread`, or for a new thread in `forum`. One query, for the draft.

    It holds what was `typed`, or else the draft, and then the quote that was asked for.
    """
    place = thread or forum
    if place is None:
        raise ValueError("a text needs a thread or a forum")
    empty = _empty(place)
    if not access.known(viewer):
        return replace(empty, sign_in=f"{reverse('account_login')}?{urlencode({'next': empty.action})}")
    may_be = thread is None or access.may_have_draft(thread)
    draft = drafts.of(viewer, place) if may_be and not typed else None
    words = typed or _begun(draft, in_response_to, quote=quote)
    return replace(
        empty,
        body=words.body,
        title=None if thread else words.title,
        seen=words.seen,
        saved_at=draft.saved_at if draft else None,
        to=_answered(words.to),
        refusal=_refusal(viewer, place),
        cards=_cards(viewer, words.case) if words.case else [],
    )


def editor(post: Post, typed: Typed | None = None, *, why: str | None = None) -> Composer:
    """The composer for changing a post; a moderator who changes somebody else's says `why`. No query."""
    words = typed or Typed(post.body, post.thread.title, seen=posting.stamp(post))
    return Composer(
        kind="edit",
        action=reverse("forums:edit", args=[post.pk]),
        place=("post", str(post.pk)),
        button="Save changes",
        body=words.body,
        title=words.title if post.is_opening else None,
        seen=words.seen,
        why=why,
    )


def _empty(place: Place) -> Composer:
    if isinstance(place, Thread):
        return Composer("reply", _address(place), ("thread", str(place.pk)), "Post reply")
    if not place.is_shared:
        return Composer("new", _address(place), ("forum", place.slug), "Publish", title="")
    return Composer(
        "new", _address(place), ("forum", place.slug), "Ask", title="", is_injury=place.slug == INJURIES
    )


def _address(place: Place) -> str:
    if isinstance(place, Thread):
        return reverse("forums:reply", args=[place.pk])
    return reverse("forums:new", args=[place.slug])


def _begun(draft: Draft | None, to: Post | None, *, quote: bool) -> Typed:
    """What an unsent text begins with: the draft, and after it the quote, unless it has that already."""
    body = draft.body if draft else ""
    if to is not None and quote:
        quoted = _quoted(to)
        if writing.tidy(quoted) not in body:
            body = f"{body}\n\n{quoted}" if body.strip() else quoted
    answered = to or (draft.in_response_to if draft else None)
    return Typed(body, draft.title if draft else "", answered, drafts.stamp(draft))


def _quoted(post: Post) -> str:
    author = post.byline if post.author or hasattr(post, "archived") else "a former member"
    address = reverse("forums:post", args=[post.pk])
    return writing.quote(post.body, author=author, number=post.number, address=address)


def _answered(post: Post | None) -> Answered | None:
    if post is None or post.is_opening:
        return None
    author = post.byline if post.author or hasattr(post, "archived") else "a former member"
    return Answered(post.pk, post.number, author, reverse("forums:post", args=[post.pk]))


def _cards(viewer: User, case: Case) -> list[Card]:
    return cards_of(viewer, [case, *told_together(case)])


def _refusal(viewer: User, place: Place) -> str:
    try:
        if isinstance(place, Thread):
            access.may_reply(viewer, place)
        else:
            access.may_ask(viewer, place)
    except Refused as refused:
        return str(refused)
    return ""


def _keys(body: str) -> list[str]:
    try:
        return markdown.pictures(body)
    except writing.TooLong:
        return []


# --- Pages -------------------------------------------------------------------------------------------------


def written_page(view: Page) -> Page:
    """A page with a composer, for who is signed in; a text that was sent without a session is shown again."""

    @private_page
    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(view)
    def page(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if access.known(request.user):
            return view(request, *args, **kwargs)
        if request.method == "POST":
            context = {
                "problem": SIGNED_OUT,
                "title": request.POST.get("title"),
                "body": request.POST.get("body"),
            }
            return render(request, "forums/signed_out.html", context, status=UNAUTHORISED)
        return redirect_to_login(request.get_full_path())

    return page


@written_page
def new(request: HttpRequest, slug: str) -> HttpResponse:
    """Start a thread in a forum."""
    forum = access.forum_for(request.user, slug)
    return _desk(request, forum)


@written_page
def reply(request: HttpRequest, id: int) -> HttpResponse:
    """Answer in a thread; `?to=` names the post that is answered, `quote=1` begins with its words."""
    thread = access.thread_for(request.user, id)
    if thread.merged_into_id is None:
        return _desk(request, thread)
    if request.method != "POST":
        return see_other(reverse("forums:reply", args=[thread.merged_into_id]))
    return _in_the_other(request, thread)


@private_page
@require_POST
def preview(request: HttpRequest) -> HttpResponse:
    """How a text will look, for a page that puts it in place."""
    if not access.known(request.user):
        return render(request, "forums/_preview.html", {"problem": SIGNED_OUT}, status=UNAUTHORISED)
    post = _edited(request.user, request.POST["post"]) if "post" in request.POST else None
    try:
        shown = rendered(request.user, request.POST.get("body", ""), post)
    except Refused as refused:
        return render(request, "forums/_preview.html", {"problem": str(refused)}, status=UNPROCESSABLE)
    return render(request, "forums/_preview.html", {"preview": shown, "title": request.POST.get("title")})


@private_page
@require_POST
def asked_before(request: HttpRequest) -> HttpResponse:
    """Threads like a question that is being written, for a page that puts them in place."""
    if not access.known(request.user):
        return HttpResponse(status=UNAUTHORISED)
    title, body = request.POST.get("title", ""), request.POST.get("body", "")
    words = f"{title} {body}".split()
    found = similar.of_words(request.user, title, body) if len(words) >= FEW_WORDS else None
    return render(request, "forums/_asked_before.html", {"similar": found})


def see_other(address: str) -> HttpResponseRedirect:
    """Lead on after something was done, so that reloading does not do it again."""
    response = HttpResponseRedirect(address)
    response.status_code = 303
    return response


# --- What the buttons do -----------------------------------------------------------------------------------


def _desk(request: HttpRequest, place: Place) -> HttpResponse:
    """The page of a new text, and what its buttons do."""
    if request.method != "POST":
        return _blank(request, place)
    typed = typed_in(request, place)
    does = {
        "preview": _preview,
        "send": _send,
        "opening": _to_opening,
        "save": _save,
        "throw": _throw_away,
    }.get(request.POST.get("do", ""), _post)
    try:
        return does(request, place, typed)
    except Refused as refused:
        return _page(request, place, typed, status=UNPROCESSABLE, problem=str(refused))


def _blank(request: HttpRequest, place: Place) -> HttpResponse:
    user = signed_in(request)
    to = None
    if isinstance(place, Thread) and "to" in request.GET:
        to = _in_thread(user, place, request.GET["to"])
        if to is None:
            raise Http404("no such post in this thread")
    case = None if isinstance(place, Thread) else _case(request, request.GET.get("case", ""))
    typed = _of_case(case) if case else None
    made = _composer(user, place, to=to, quote=request.GET.get("quote") == "1", typed=typed)
    return _show(request, place, made)


def _in_the_other(request: HttpRequest, thread: Thread) -> HttpResponse:
    """What was written for a thread that was merged meanwhile, on the page of the one that took it in."""
    while thread.merged_into_id is not None:
        thread = access.thread_for(signed_in(request), thread.merged_into_id)
    return _page(request, thread, typed_in(request, thread), status=UNPROCESSABLE, problem=MERGED)


def _preview(request: HttpRequest, place: Place, typed: Typed) -> HttpResponse:
    user = signed_in(request)
    found = None if isinstance(place, Thread) else similar.of_words(user, typed.title, typed.body)
    return _page(request, place, typed, preview=rendered(user, typed.body), found=found)


def _send(request: HttpRequest, place: Place, typed: Typed) -> HttpResponse:
    typed, problems = with_pictures(request, typed)
    status = UNPROCESSABLE if problems else 200
    return _page(request, place, typed, status=status, problem=" ".join(problems))


def _to_opening(request: HttpRequest, place: Place, typed: Typed) -> HttpResponse:
    return _page(request, place, replace(typed, to=None))


def _save(request: HttpRequest, place: Place, typed: Typed) -> HttpResponse:
    saved = keep(signed_in(request), place, typed)
    if isinstance(saved, drafts.Conflict):
        return _both(request, place, typed, saved)
    messages.success(request, "Draft saved." if saved.draft else "There is no text, so no draft was kept.")
    return see_other(_address(place))


def _throw_away(request: HttpRequest, place: Place, typed: Typed) -> HttpResponse:
    saved = drafts.save(signed_in(request), place, body="", seen=typed.seen)
    if isinstance(saved, drafts.Conflict):
        return _both(request, place, typed, saved)
    messages.success(request, "Draft thrown away.")
    return see_other(_address(place))


@transaction.atomic
def _post(request: HttpRequest, place: Place, typed: Typed) -> HttpResponse:
    user = signed_in(request)
    unseen = drafts.unseen(user, place, body=typed.body, title=typed.title, seen=typed.seen)
    if isinstance(place, Thread):
        post = posting.reply(user, place, typed.body, typed.to)
    else:
        post = posting.ask(user, place, typed.title, typed.body)
        if typed.case is not None:
            cases.attach(post.thread, typed.case)
    if unseen is not None:
        drafts.put_back(unseen)
        messages.info(request, "Another device had saved a different draft. It is among your drafts.")
    said = "Your reply is posted." if isinstance(place, Thread) else "Your thread is posted."
    messages.success(request, said if post.is_published else HELD)
    return see_other(reverse("forums:post", args=[post.pk]))


def keep(user: User, place: Place, typed: Typed) -> drafts.Saved | drafts.Conflict:
    """Save what was typed as a draft. Raises Refused."""
    return drafts.save(
        user, place, title=typed.title, body=typed.body, in_response_to=typed.to, seen=typed.seen
    )


def other(place: Place, conflict: drafts.Conflict) -> Other:
    """The draft that was saved elsewhere, as the composer shows it beside one's own."""
    draft = conflict.theirs
    if draft is None:
        what = "This draft was posted or thrown away elsewhere, on another device or in another tab."
        return Other(what, "", None, None, _address(place), "save")
    what = "This draft was changed elsewhere, on another device or in another tab. Nothing was overwritten."
    return Other(what, draft.title, draft.body, draft.saved_at, _address(place), "save")


def _both(request: HttpRequest, place: Place, typed: Typed, conflict: drafts.Conflict) -> HttpResponse:
    typed = replace(typed, seen=conflict.stamp)
    return _page(request, place, typed, status=CONFLICT, other=other(place, conflict))


# --- Reading the form --------------------------------------------------------------------------------------


def typed_in(request: HttpRequest, place: Place | None = None) -> Typed:
    """What a form holds. An answered post that cannot be read any more gives way to the opening one."""
    post = request.POST
    to = None
    if isinstance(place, Thread) and post.get("to"):
        to = _in_thread(signed_in(request), place, post["to"])
    body = post.get("body", "").replace("\r\n", "\n")
    case = None if isinstance(place, Thread) else _case(request, post.get("case", ""))
    return Typed(body, post.get("title", ""), to, post.get("seen", drafts.NONE), case)


def _case(request: HttpRequest, id: str) -> Case | None:
    """The writer's own case with this id, while it stands on no thread."""
    is_id = id.isascii() and id.isdigit() and len(id) < 19
    return cases.own_to_attach(signed_in(request), int(id)) if is_id else None


def _of_case(case: Case) -> Typed:
    """A question begins with what its asker told the check."""
    return Typed(case.text, chips.title(Told(case.told.places), load())[:LONGEST_TITLE], case=case)


def _in_thread(user: User, thread: Thread, id: str) -> Post | None:
    """The post of this thread with this id, when it can be read."""
    if not (id.isascii() and id.isdigit() and len(id) < 19):
        return None
    try:
        post = access.post_for(user, int(id))
    except Http404:
        return None
    return post if post.thread_id == thread.pk else None


def _edited(user: User, id: str) -> Post:
    """The post with this id, for who may edit it; Http404 for everybody else."""
    if not (id.isascii() and id.isdigit() and len(id) < 19):
        raise Http404("no such post")
    post = access.post_for(user, int(id))
    if post.author_id != user.pk and not user.may_moderate:
        raise Http404("no such page")
    return post


def with_pictures(request: HttpRequest, typed: Typed) -> tuple[Typed, list[str]]:
    """The text with a line for each picture that was sent, and a sentence for each that was refused."""
    kept, problems = sent(signed_in(request), request.FILES.getlist("pictures"))
    if not (kept or problems):
        problems = ["Choose a picture first."]
    added = "\n\n".join(map(in_markdown, kept))
    body = f"{typed.body.rstrip()}\n\n{added}\n".lstrip("\n") if kept else typed.body
    return replace(typed, body=body), problems


def sent(user: User, files: Sequence[UploadedFile[Any]]) -> tuple[list[Picture], list[str]]:
    """Keep the pictures that came in; a sentence for each that was refused."""
    kept, problems = [], []
    for file in files:
        try:
            kept.append(pictures.send(user, file.read()))
        except Refused as refused:
            problems.append(f"{writing.tidy_line(file.name or 'A picture')[:80]}: {refused}")
    return kept, problems


def in_markdown(picture: Picture) -> str:
    """What a text says to show a picture."""
    return f"![]({markdown.PICTURE}{picture.key})"


# --- Showing -----------------------------------------------------------------------------------------------


def rendered(user: User, body: str, post: Post | None = None) -> SafeString:
    """The HTML that a text will have as a post. Raises Refused."""
    clean = writing.tidy(body).strip()
    if not clean:
        raise Refused("There is no text yet.")
    try:
        shown = pictures.shown(user, clean, post)
        return mark_safe(writing.render(clean, picture=shown.get))  # noqa: S308 - cleaned by nh3
    except writing.TooLong as error:
        raise Refused(str(error)) from error


def _composer(
    user: User, place: Place, *, to: Post | None = None, quote: bool = False, typed: Typed | None = None
) -> Composer:
    if isinstance(place, Thread):
        return composer(user, thread=place, in_response_to=to, quote=quote, typed=typed)
    return composer(user, forum=place, typed=typed)


def _page(
    request: HttpRequest,
    place: Place,
    typed: Typed,
    *,
    status: int = 200,
    problem: str = "",
    preview: SafeString | None = None,
    other: Other | None = None,
    found: Sequence[Thread] | None = None,
) -> HttpResponse:
    """The same page again with everything that was typed."""
    made = _composer(signed_in(request), place, typed=typed)
    made = replace(made, problem=problem, preview=preview, other=other, similar=found)
    return _show(request, place, made, status)


def _show(request: HttpRequest, place: Place, made: Composer, status: int = 200) -> HttpResponse:
    if isinstance(place, Thread):
        context = {"composer": made, "thread": place, "notice": notice_of(request.user, place)}
        return render(request, "forums/reply.html", context, status=status)
    return render(request, "forums/new.html", {"composer": made, "forum": place}, status=status)


def signed_in(request: HttpRequest) -> User:
    """Who is signed in; Http404 for everybody else."""
    if not access.known(request.user):
        raise Http404("not for visitors")
    return request.user
