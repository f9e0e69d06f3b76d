"""The public page of a person."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from secondwind.accounts.queries import member_by_name, visible
from secondwind.forums import access, following, queries
from secondwind.forums.actions.points import worth
from secondwind.forums.following import key
from secondwind.forums.models import Mark
from secondwind.forums.pages.common import page_number, viewer_of
from secondwind.forums.ranks import rank_of
from secondwind.look.caching import public_page
from secondwind.notifications.actions.following import follows


@public_page
def person(request: HttpRequest, name: str) -> HttpResponse:
    """Somebody's profile: since when, rank, points, and their posts as far as they show them."""
    viewer = viewer_of(request)
    user = member_by_name(name) if name.isprintable() else None  # PostgreSQL refuses a NUL
    if user is None or not visible(user.profile_audience, user, viewer):
        raise Http404("no such person")
    if user.username != name:
        return redirect("forums:person", user.username, permanent=True)
    member = queries.member_of(user)
    shows_posts = visible(user.posts_audience, user, viewer)
    return render(
        request,
        "forums/person.html",
        {
            "person": user,
            "counts": member,
            "rank": rank_of(member.points),
            "worth": {"correct": worth(Mark.CORRECT), "helpful": worth(Mark.HELPFUL)},
            "marks": queries.marks_of(user),
            "may_follow": access.known(viewer) and viewer.pk != user.pk and shows_posts,
            "is_followed": access.known(viewer) and follows(viewer, key(following.PERSON, user.pk)),
            "posts": queries.posts_by(user, viewer, page_number(request)) if shows_posts else None,
        },
    )
