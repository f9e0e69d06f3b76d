"""The pages of this room: what is new, what one follows, and the links in mails."""

from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from secondwind.accounts import links
from secondwind.accounts.models import User
from secondwind.look.caching import private_page
from secondwind.notifications import mails
from secondwind.notifications.actions import following as acts
from secondwind.notifications.actions import telling
from secondwind.notifications.models import Follow, Notification, Rhythm
from secondwind.notifications.registry import Happening, Key, Subject, happenings_for, subjects_for

A_PAGE = 30
LONGEST_PAGE = 6  # digits of a page's number
STOP_FOLLOWING = "stop"  # beside the rhythms


@dataclass(frozen=True, slots=True)
class Row:
    """One notification as the page shows it."""

    happening: Happening
    is_new: bool


@dataclass(frozen=True, slots=True)
class FollowRow:
    """One subject that somebody follows."""

    follow: Follow
    subject: Subject


@private_page
@require_safe
@login_required
def news(request: HttpRequest) -> HttpResponse:
    """What one was told, the latest first. Messages that are nowhere else are read when they are shown."""
    user = _member(request)
    pages = Paginator(Notification.objects.filter(user=user), A_PAGE)
    given = request.GET.get("page", "1")
    is_number = given.isascii() and given.isdigit() and len(given) <= LONGEST_PAGE
    if not is_number or not 1 <= int(given) <= pages.num_pages:
        raise Http404("no such page")
    page = pages.page(int(given))
    notes = list(page.object_list)
    told = happenings_for(user, [note.key for note in notes])
    rows = [Row(told[note.key], note.read_at is None) for note in notes if note.key in told]
    if request.method == "GET":
        telling.seen(user, [n.key for n in notes if n.key not in told or not told[n.key].title])
    return render(request, "notifications/news.html", {"rows": rows, "page": page})


@private_page
@require_POST
@login_required
def all_read(request: HttpRequest) -> HttpResponse:
    """Take everything as read."""
    telling.all_seen(_member(request))
    return redirect("notifications:news")


@private_page
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def following(request: HttpRequest) -> HttpResponse:
    """What one follows, and how one is told of it."""
    user = _member(request)
    if request.method == "POST":
        _save(request, user)
        messages.success(request, "Saved.")
        return redirect("notifications:following")
    follows = list(acts.follows_of(user))
    seen = subjects_for(user, [follow.key for follow in follows])
    rows = [FollowRow(follow, seen[follow.key]) for follow in follows if follow.key in seen]
    return render(
        request, "notifications/following.html",
        {"rows": rows, "preference": acts.preference_of(user), "rhythms": Rhythm.choices},
    )  # fmt: skip


@private_page
@require_POST
@login_required
def follow(request: HttpRequest) -> HttpResponse:
    """Follow a subject, or follow it no longer; back to the page on which the button was."""
    user, key = _member(request), Key(request.POST.get("kind", ""), request.POST.get("id", ""))
    if request.POST.get("do") == "stop":
        if acts.follows(user, key):
            acts.stop(user, key)
            messages.success(request, "You no longer follow this.")
    else:
        subject = subjects_for(user, [key]).get(key)
        if subject is None:
            raise Http404("nothing to follow")
        acts.follow(user, key)
        messages.success(request, f"You follow the {subject.kind_name} “{subject.label}”.")
    to = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(to, None)
    return redirect(to if safe and to.startswith("/") else "notifications:following")


@csrf_exempt  # a mail program presses it without a page: the token says who, and nothing else can be done
@private_page
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """The link in a mail that ends such mails, without signing in; a POST of RFC 8058 does it at once."""
    try:
        id, kind, what = links.unseal(mails.STOP, token)
        rhythm = Rhythm(what) if kind == mails.MAILS else None
        user = User.objects.filter(pk=id).first()
    except ValueError as error:
        problem = str(error) if isinstance(error, links.BadLink) else "This link is not complete."
        return render(request, "notifications/stop.html", {"problem": problem}, status=404)
    if user is None:
        return render(request, "notifications/stop.html", {"problem": "This account is gone."}, status=404)
    key = Key(kind, what)
    did = ""
    if request.method == "POST":
        did = "again" if request.POST.get("do") == "again" else "stopped"
        _stop(user, key, again=did == "again")
    subject = subjects_for(user, [key]).get(key)
    context = {"did": did, "subject": subject, "rhythm": rhythm and rhythm.label, "name": user}
    return render(request, "notifications/stop.html", context)


def _stop(user: User, key: Key, *, again: bool) -> None:
    if key.kind == mails.MAILS:
        (acts.start_mails if again else acts.stop_mails)(user, Rhythm(key.id))
    elif again:
        acts.follow(user, key)
    else:
        acts.stop(user, key)


def _save(request: HttpRequest, user: User) -> None:
    preference = acts.preference_of(user)
    if request.POST.get("mail") in Rhythm.values:
        preference.mail = request.POST["mail"]
    preference.follow_own = "follow_own" in request.POST
    preference.save(update_fields=["mail", "follow_own"])
    for one in acts.follows_of(user):
        wanted = request.POST.get(f"follow-{one.pk}", one.mail)
        if wanted == STOP_FOLLOWING:
            acts.stop(user, one.key)
        elif wanted != one.mail and (wanted in Rhythm.values or not wanted):
            acts.follow(user, one.key, wanted)


def _member(request: HttpRequest) -> User:
    """Who is signed in, on a page that asks for it."""
    return get_object_or_404(User, pk=request.user.pk) if not isinstance(request.user, User) else request.user
