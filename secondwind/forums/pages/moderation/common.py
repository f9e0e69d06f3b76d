"""What the moderators' pages share: who may come in, the reason of an act, and what a refusal looks like."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render

from secondwind.accounts.models import User
from secondwind.forums import access, desk
from secondwind.forums.actions import moderate
from secondwind.forums.errors import Refused
from secondwind.forums.models import Action, CannedReply, Post, QueueItem
from secondwind.forums.pages.compose import UNPROCESSABLE, see_other
from secondwind.look.caching import private_page

PostAct = Callable[[User, Post, str, QueueItem | None], Action]

POST_ACTS: dict[str, PostAct] = {
    "approve": lambda by, post, why, item: moderate.approve(by, post, why, item=item),
    "dismiss": lambda by, post, why, item: moderate.dismiss(by, post, why, item=item),
    "hide": lambda by, post, why, item: moderate.hide(by, post, why, item=item),
    "noted": lambda by, post, why, item: moderate.noted(by, post, why, item=item),
    "restore": lambda by, post, why, item: moderate.restore(by, post, why, item=item),
    "spam": lambda by, post, why, item: moderate.hide(by, post, why, item=item, spam=True),
}


@dataclass(frozen=True, slots=True)
class Reason:
    """What a moderator gave as the reason: a ready-made one, words of their own, or both."""

    why: str = ""
    canned: str = ""

    @classmethod
    def of(cls, form: QueryDict) -> Reason:
        return cls(form.get("why", ""), form.get("canned", ""))

    @property
    def words(self) -> str:
        """Both together; empty when nothing was given."""
        number = int(self.canned) if self.canned.isascii() and self.canned[:9].isdigit() else 0
        ready = CannedReply.objects.filter(pk=number).values_list("body", flat=True).first() or ""
        return f"{ready} {self.why}".strip()


NO_REASON = Reason()


def moderators_page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page that only moderators find; no cache keeps it."""

    @private_page
    @wraps(view)
    def page(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        access.require_moderator(request.user)
        return view(request, *args, **kwargs)

    return page


def moderator(request: HttpRequest) -> User:
    """Who moderates; Http404 for anybody else."""
    return access.require_moderator(request.user)


def show(
    request: HttpRequest,
    template: str,
    context: dict[str, Any],
    problem: str = "",
    reason: Reason = NO_REASON,
) -> HttpResponse:
    """A moderators' page; with a `problem` it says so and keeps the reason that was typed."""
    shared = {
        "waiting_count": sum(desk.waiting().values()),
        "canned_replies": CannedReply.objects.all(),
        "problem": problem,
        "reason": reason,
    }
    status = UNPROCESSABLE if problem else 200
    return render(request, f"forums/moderation/{template}", shared | context, status=status)


def done(request: HttpRequest, sentence: str, address: str) -> HttpResponse:
    """Say that it was done, and go on."""
    messages.success(request, sentence)
    return see_other(address)


def act_on_post(request: HttpRequest, post: Post, item: QueueItem | None = None) -> Action:
    """Do what a form says about a post. Raises Refused; Http404 for what is no act."""
    act = POST_ACTS.get(request.POST.get("act", ""))
    if act is None:
        raise Http404("no such act")
    return act(moderator(request), post, Reason.of(request.POST).words, item)


def said(action: Action) -> str:
    """One sentence on what was just done."""
    what = f"#{action.post.number}" if action.post else f"“{action.thread}”" if action.thread else ""
    name = what or (action.member.username if action.member else "")
    return f"Done: {action.get_verb_display()} ({name}). The log has it, and it can be taken back there."


def whole_number(text: str, sentence: str) -> int:
    """A number that somebody typed. Raises Refused with `sentence` for anything else."""
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise Refused(sentence)
    return int(text)
