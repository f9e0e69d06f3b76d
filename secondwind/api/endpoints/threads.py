"""Threads and posts: reading them, asking, replying."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Literal

from django.http import Http404, HttpResponse
from django.urls import reverse
from ninja import Query, Router
from ninja.decorators import decorate_view

from secondwind.api import cursors, shapes, telling
from secondwind.api.caching import kept_for_visitors
from secondwind.api.problems import UNFIT, Fault, Problem
from secondwind.api.times import Time
from secondwind.api.tokens import READ, WRITE, ApiRequest
from secondwind.clinic import knowledge
from secondwind.forums import access, queries
from secondwind.forums.actions import post as posting
from secondwind.forums.errors import Refused
from secondwind.forums.models import Post, Thread

router = Router(tags=["Threads and posts"], auth=READ)

CREATED, FORBIDDEN, MOVED = 201, 403, 301
MOST_THREADS, MOST_POSTS = 100, 50
SHOWS = {None: "all", True: "answered", False: "unanswered"}


@router.get("/threads", response=shapes.Threads, summary="Threads, the newest first")
@decorate_view(kept_for_visitors)
def threads(
    request: ApiRequest,
    forum: Annotated[str | None, Query(max_length=60, description="The slug of one forum.")] = None,
    kind: Annotated[
        Literal["shared", "commentary"],
        Query(description="Of all shared forums, or of all public commentary."),
    ] = "shared",
    place: Annotated[
        str | None, Query(max_length=60, description="A place of the body; what lies inside it is found too.")
    ] = None,
    answered: Annotated[bool | None, Query(description="With a correct answer, or without.")] = None,
    order: Annotated[
        Literal["latest", "created"],
        Query(description="By their latest post, or by when they began. The second misses none meanwhile."),
    ] = "latest",
    since: Annotated[Time | None, Query(description="Not older than this, by `order`.")] = None,
    limit: Annotated[int, Query(ge=1, le=MOST_THREADS)] = 30,
    cursor: Annotated[str | None, Query(description="The value of `next`.")] = None,
) -> shapes.Threads:
    """The threads that the caller may find in lists."""
    viewer = request.auth.viewer
    by = {"latest": "latest_at", "created": "created_at"}[order]
    found, has_more = queries.threads_from(
        viewer,
        forum=access.forum_for(viewer, forum) if forum is not None else None,
        commentary=kind == "commentary",
        region=_place(place),
        show=SHOWS[answered],
        since=since,
        order=by,
        after=cursors.time_and_id(cursor),
        most=limit,
    )
    last = cursors.write(getattr(found[-1], by), found[-1].pk) if has_more else None
    return shapes.Threads(items=[telling.thread(request, one) for one in found], next=last)


@router.post("/threads", auth=WRITE, response={CREATED: shapes.Written}, summary="Begin a thread")
def ask(request: ApiRequest, new: shapes.NewThread, response: HttpResponse) -> shapes.Written:
    """Ask in the name of the token's owner, by the same rules and limits as on the site."""
    member = request.auth.member
    try:
        forum = access.forum_for(member, new.forum)
    except Http404:
        raise _unfit("body/forum", "There is no forum of this slug.") from None
    _may(lambda: access.may_ask(member, forum))
    made = posting.ask(member, forum, new.title, new.body)
    response["Location"] = reverse("api-1:thread", args=[made.thread_id])
    return _written(request, made)


@router.get("/threads/{int:id}", response={200: shapes.WholeThread, MOVED: None}, summary="One thread")
@decorate_view(kept_for_visitors)
def thread(request: ApiRequest, id: int, response: HttpResponse) -> shapes.WholeThread | HttpResponse:
    """A thread, after its danger signs. One that was merged into another leads there (301)."""
    found = access.thread_for(request.auth.viewer, id)
    if found.merged_into_id is not None:
        return _moved("api-1:thread", found.merged_into_id)
    marked = queries.marked(found, queries.Page([], 0, has_next=False))
    return shapes.WholeThread(
        danger_signs=telling.danger_signs(found),
        thread=telling.thread(request, found),
        answers=[shapes.Answer(post=one.pk, number=one.number, mark=one.mark) for one in marked.items],  # type: ignore[arg-type]  # one of its choices
    )


@router.get(
    "/threads/{int:id}/posts", response={200: shapes.Posts, MOVED: None}, summary="The posts of a thread"
)
@decorate_view(kept_for_visitors)
def posts(
    request: ApiRequest,
    id: int,
    limit: Annotated[int, Query(ge=1, le=MOST_POSTS)] = 20,
    cursor: Annotated[str | None, Query(description="The value of `next`.")] = None,
) -> shapes.Posts | HttpResponse:
    """Posts by their numbers. Of those that are not there any more, or not for the caller, the number
    stays."""
    viewer = request.auth.viewer
    found = access.thread_for(viewer, id)
    if found.merged_into_id is not None:
        return _moved("api-1:posts", found.merged_into_id)
    here, has_more = queries.posts_after(found, cursors.number(cursor), limit)
    return shapes.Posts(
        items=[telling.post(request, viewer, one) for one in here],
        next=cursors.write(here[-1].number) if has_more else None,
    )


@router.post(
    "/threads/{int:id}/posts", auth=WRITE, response={CREATED: shapes.Written}, summary="Reply in a thread"
)
def reply(request: ApiRequest, id: int, new: shapes.NewReply, response: HttpResponse) -> shapes.Written:
    """Reply in the name of the token's owner, by the same rules and limits as on the site."""
    member = request.auth.member
    thread = access.thread_for(member, id)
    _may(lambda: access.may_reply(member, thread))
    made = posting.reply(member, thread, new.body, _answered(request, thread, new.in_response_to))
    response["Location"] = reverse("api-1:post", args=[made.pk])
    return _written(request, made)


@router.get("/posts/{int:id}", response=shapes.Post, summary="One post")
@decorate_view(kept_for_visitors)
def post(request: ApiRequest, id: int) -> shapes.Post:
    """A post that the caller may read, wherever it was moved to."""
    viewer = request.auth.viewer
    return telling.post(request, viewer, access.post_for(viewer, id))


def _may(asked: Callable[[], None]) -> None:
    """Have what the caller may not do at all told apart (403) from words that will not do (422)."""
    try:
        asked()
    except Refused as refused:
        raise Problem(FORBIDDEN, str(refused)) from refused


def _written(request: ApiRequest, made: Post) -> shapes.Written:
    thread = access.thread_for(request.auth.viewer, made.thread_id)
    return shapes.Written(
        danger_signs=telling.danger_signs(thread), post=telling.post(request, request.auth.viewer, made)
    )


def _answered(request: ApiRequest, thread: Thread, id: int | None) -> Post | None:
    if id is None:
        return None
    try:
        found = access.post_for(request.auth.viewer, id)
    except Http404:
        found = None
    if found is None or found.thread_id != thread.pk:
        raise _unfit("body/in_response_to", "There is no such post in this thread.")
    return found


def _place(id: str | None) -> str:
    if id is not None and id not in knowledge.load().regions:
        raise Problem(404, "There is no such place of the body.")
    return id or ""


def _moved(name: str, id: int) -> HttpResponse:
    return HttpResponse(status=MOVED, headers={"Location": reverse(name, args=[id])})


def _unfit(where: str, detail: str) -> Problem:
    return Problem(422, UNFIT, errors=[Fault(where=where, detail=detail)])
