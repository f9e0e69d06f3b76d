"""What members show of themselves."""

from __future__ import annotations

from django.http import Http404
from django.urls import reverse
from ninja import Router
from ninja.decorators import decorate_view

from secondwind.accounts.mail import site_address
from secondwind.accounts.queries import member_by_name, visible
from secondwind.api import shapes
from secondwind.api.caching import kept_for_visitors
from secondwind.api.tokens import READ, ApiRequest
from secondwind.forums import queries
from secondwind.forums.ranks import rank_of

router = Router(tags=["Members"], auth=READ)


@router.get("/members/{str:name}", response=shapes.Member, summary="One member")
@decorate_view(kept_for_visitors)
def member(request: ApiRequest, name: str) -> shapes.Member:
    """The public profile of a member, as far as they show it to the caller."""
    user = member_by_name(name) if name.isprintable() else None  # PostgreSQL refuses a NUL
    if user is None or not visible(user.profile_audience, user, request.auth.viewer):
        raise Http404("no such member")
    record, marks = queries.member_of(user), queries.marks_of(user)
    return shapes.Member(
        name=user.username,
        address=site_address(reverse("forums:person", args=[user.username]), request),
        since=user.date_joined.date(),
        signature=user.signature,
        rank=rank_of(record.points),
        points=record.points,
        post_count=record.post_count,
        correct_answers=marks["correct"],
        helpful_answers=marks["helpful"],
    )
