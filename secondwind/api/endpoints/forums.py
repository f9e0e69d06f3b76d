"""Forums."""

from __future__ import annotations

from django.urls import reverse
from ninja import Router
from ninja.decorators import decorate_view

from secondwind.accounts.mail import site_address
from secondwind.api import shapes
from secondwind.api.caching import kept_for_visitors
from secondwind.api.tokens import READ, ApiRequest
from secondwind.forums import access, queries
from secondwind.forums.models import Forum

router = Router(tags=["Forums"], auth=READ)


@router.get("/forums", response=shapes.Forums, summary="Every shared forum")
@decorate_view(kept_for_visitors)
def forums(request: ApiRequest) -> shapes.Forums:
    """The forums in which everybody begins threads, in their order."""
    found = [forum for _, here in queries.spaces() for forum in here]
    return shapes.Forums(items=[_shape(request, forum) for forum in found])


@router.get("/forums/{str:slug}", response=shapes.Forum, summary="One forum")
@decorate_view(kept_for_visitors)
def forum(request: ApiRequest, slug: str) -> shapes.Forum:
    """A shared forum, or somebody's commentary."""
    return _shape(request, access.forum_for(request.auth.viewer, slug))


def _shape(request: ApiRequest, forum: Forum) -> shapes.Forum:
    return shapes.Forum(
        slug=forum.slug,
        name=forum.name,
        kind=forum.kind,  # type: ignore[arg-type]  # one of its choices
        space=forum.space.name if forum.space else "",
        owner=forum.owner.username if forum.owner else None,
        about=forum.about,
        is_open=forum.is_open,
        address=site_address(reverse("forums:forum", args=[forum.slug]), request),
    )
