"""One post, one thread, one member: everything that a moderator can do about it, and what was done."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import urlsplit

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.urls import Resolver404, resolve, reverse

from secondwind.accounts.models import User
from secondwind.cases.card import titles_for as cards_about
from secondwind.cases.models import Case
from secondwind.forums import access, desk
from secondwind.forums.actions import cases, discipline, moderate, rearrange
from secondwind.forums.errors import Refused
from secondwind.forums.models import Action, Forum, Post, Thread
from secondwind.forums.pages.moderation.common import (
    NO_REASON,
    Reason,
    act_on_post,
    done,
    moderator,
    moderators_page,
    said,
    show,
    whole_number,
)

DAYS = (1, 3, 7, 30)
MOST_NUMBERS = 1000

ThreadAct = Callable[[User, Thread, str, QueryDict], Action]
MemberAct = Callable[[User, User, str, QueryDict], Action]


@moderators_page
def post(request: HttpRequest, id: int) -> HttpResponse:
    """One post."""
    post = access.post_for(moderator(request), id)
    problem, reason = "", NO_REASON
    if request.method == "POST":
        try:
            return done(request, said(act_on_post(request, post)), request.path)
        except Refused as refusal:
            problem, reason = str(refusal), Reason.of(request.POST)
            post = access.post_for(moderator(request), id)
    matters = desk.matters_of(post)
    context = {
        "post": post,
        "author": desk.author_of(post.author),
        "matters": matters,
        "flags": desk.flags_of([post.pk]).get(post.pk, []),
        "buttons": _buttons(post, matters),
        "actions": desk.actions_about(post=post),
    }
    return show(request, "post.html", context, problem, reason)


@moderators_page
def thread(request: HttpRequest, id: int) -> HttpResponse:
    """One thread."""
    thread = access.thread_for(moderator(request), id)
    problem, reason = "", NO_REASON
    if request.method == "POST":
        try:
            action = _act_on_thread(request, thread)
            return done(request, said(action), reverse("forums:moderate_thread", args=[action.thread_id]))
        except Refused as refusal:
            problem, reason = str(refusal), Reason.of(request.POST)
    context = {
        "thread": thread,
        "forums": Forum.objects.select_related("space"),
        "cards": cards_about(moderator(request), cases.cases_of(thread)),
        "actions": desk.actions_about(thread=thread.pk),
        "act": request.POST.get("act", ""),
        "given": request.POST,
    }
    return show(request, "thread.html", context, problem, reason)


@moderators_page
def person(request: HttpRequest, name: str) -> HttpResponse:
    """One member: standing, what was done about them, and what can be."""
    person = _person(name)
    problem, reason = "", NO_REASON
    if request.method == "POST":
        try:
            return done(request, said(_act_on_member(request, person)), request.path)
        except Refused as refusal:
            problem, reason = str(refusal), Reason.of(request.POST)
            person = _person(name)
    context = {
        "person": person,
        "author": desk.author_of(person),
        "flags": desk.flags_about(person),
        "actions": desk.actions_about(member=person),
        "days": DAYS,
        "act": request.POST.get("act", ""),
        "given": request.POST,
    }
    return show(request, "person.html", context, problem, reason)


def _buttons(post: Post, matters: list[desk.Matter]) -> list[desk.Button]:
    """What can be done about a post with all that waits about it, each once."""
    every = [button for matter in matters for button in matter.buttons] or desk.buttons(post)
    return list({button.act: button for button in every}.values())


def _person(name: str) -> User:
    person = desk.person(name)
    if person is None:
        raise Http404("no such member")
    return person


# --- What the forms of a thread do -------------------------------------------------------------------------


def _act_on_thread(request: HttpRequest, thread: Thread) -> Action:
    act = _THREAD_ACTS.get(request.POST.get("act", ""))
    if act is None:
        raise Http404("no such act")
    return act(moderator(request), thread, Reason.of(request.POST).words, request.POST)


def _forum(form: QueryDict) -> Forum:
    number = whole_number(form.get("forum", ""), "Choose a forum.")
    forum = Forum.objects.filter(pk=number).first()
    if forum is None:
        raise Refused("This forum is not there any more. Choose another.")
    return forum


def _target(by: User, form: QueryDict) -> Thread:
    """The thread that somebody named by its number or its address."""
    given = form.get("into", "").strip()
    sentence = "Name the other thread by its address or its number, such as /threads/12/ or 12."
    if not given.isdigit():
        try:
            match = resolve(urlsplit(given).path)
        except (Resolver404, ValueError):
            raise Refused(sentence) from None
        given = str(match.kwargs.get("id", "")) if match.view_name == "forums:thread" else ""
    try:
        return access.thread_for(by, whole_number(given, sentence))
    except Http404:
        raise Refused("There is no thread of that number.") from None


def _numbers(form: QueryDict) -> list[int]:
    """Posts as somebody lists them: "4, 7-9"."""
    given = form.get("numbers", "").replace("#", "").replace("–", "-")
    numbers: set[int] = set()
    for part in re.split(r"[,\s]+", re.sub(r"\s*-\s*", "-", given.strip())):
        first, _, last = part.partition("-")
        sentence = "List the posts by their numbers, such as 4, 7-9."
        start = whole_number(first, sentence)
        end = whole_number(last, sentence) if last else start
        if not start <= end < start + MOST_NUMBERS:
            raise Refused(f"{sentence} From the lower to the higher, at most {MOST_NUMBERS}.")
        numbers.update(range(start, end + 1))
    return sorted(numbers)


def _merge(by: User, thread: Thread, why: str, form: QueryDict) -> Action:
    return rearrange.merge(by, thread, _target(by, form), why)


def _split(by: User, thread: Thread, why: str, form: QueryDict) -> Action:
    return rearrange.split(by, thread, _numbers(form), form.get("title", ""), _forum(form), why)


def _case(thread: Thread, form: QueryDict) -> Case:
    found = next((one for one in cases.cases_of(thread) if str(one.pk) == form.get("case")), None)
    if found is None:
        raise Refused("This card is not there any more.")
    return found


_THREAD_ACTS: dict[str, ThreadAct] = {
    "lock": lambda by, thread, why, form: moderate.lock(by, thread, why),
    "unlock": lambda by, thread, why, form: moderate.unlock(by, thread, why),
    "pin": lambda by, thread, why, form: moderate.pin(by, thread, why),
    "unpin": lambda by, thread, why, form: moderate.unpin(by, thread, why),
    "rename": lambda by, thread, why, form: moderate.rename(by, thread, form.get("title", ""), why),
    "move": lambda by, thread, why, form: moderate.move(by, thread, _forum(form), why),
    "hide_card": lambda by, thread, why, form: moderate.hide_card(by, thread, _case(thread, form), why),
    "show_card": lambda by, thread, why, form: moderate.show_card(by, thread, _case(thread, form), why),
    "merge": _merge,
    "split": _split,
}


# --- What the forms of a member do -------------------------------------------------------------------------


def _act_on_member(request: HttpRequest, person: User) -> Action:
    act = _MEMBER_ACTS.get(request.POST.get("act", ""))
    if act is None:
        raise Http404("no such act")
    return act(moderator(request), person, Reason.of(request.POST).words, request.POST)


def _silence(by: User, person: User, why: str, form: QueryDict) -> Action:
    days = whole_number(form.get("days", ""), f"Say for how many days, from 1 to {discipline.MOST_DAYS}.")
    return discipline.silence(by, person, why, days)


_MEMBER_ACTS: dict[str, MemberAct] = {
    "warn": lambda by, person, why, form: discipline.warn(by, person, why),
    "silence": _silence,
    "unsilence": lambda by, person, why, form: discipline.unsilence(by, person, why),
    "ban": lambda by, person, why, form: discipline.ban(by, person, why),
    "unban": lambda by, person, why, form: discipline.unban(by, person, why),
}
