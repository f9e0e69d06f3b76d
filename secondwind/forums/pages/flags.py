"""Flagging a post."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from secondwind.accounts.models import User
from secondwind.forums import access
from secondwind.forums.actions.flag import LONGEST_WORDS, flag_of
from secondwind.forums.actions.flag import flag as report
from secondwind.forums.actions.notices import thread_address
from secondwind.forums.errors import Refused
from secondwind.forums.models import FlagReason, Post
from secondwind.forums.pages.compose import UNPROCESSABLE, see_other, signed_in
from secondwind.look.caching import private_page


@private_page
@login_required
def flag(request: HttpRequest, id: int) -> HttpResponse:
    """Say what is wrong with a post, and what happens then."""
    user = signed_in(request)
    post = access.post_for(user, id)
    before, problem = flag_of(user, post), ""
    reason = request.POST.get("reason", before.reason if before else "")
    words = request.POST.get("words", before.words if before else "")
    if request.method == "POST":
        try:
            report(user, post, reason, words)
        except Refused as refusal:
            problem = str(refusal)
        else:
            messages.success(
                request, "Thank you. A moderator will look at it, and you will be told what they find."
            )
            return see_other(_way_back(user, post))
    context = {
        "post": post, "reasons": FlagReason.choices, "reason": reason, "words": words, "before": before,
        "longest": LONGEST_WORDS, "problem": problem,
    }  # fmt: skip
    return render(request, "forums/flag.html", context, status=UNPROCESSABLE if problem else 200)


def _way_back(user: User, post: Post) -> str:
    """The post, or what is left to see of its thread: the flag may have hidden it."""
    try:
        now = access.post_for(user, post.pk)
        return reverse("forums:post", args=[now.pk])
    except Http404:
        pass
    try:
        return thread_address(access.thread_for(user, post.thread_id))
    except Http404:
        return reverse("forums:forum", args=[post.thread.forum.slug])
