"""What the moderators' pages read: the queue, the log, people, and how the work is shared."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet
from django.utils import timezone

from secondwind.accounts.models import User
from secondwind.accounts.pseudonyms import key_of
from secondwind.forums.models import Action, Flag, Member, Post, PostState, QueueItem, QueueKind
from secondwind.forums.queries import Page
from secondwind.forums.ranks import rank_of
from secondwind.forums.trust import Trust

MATTERS_A_PAGE = 20
ACTIONS_A_PAGE = 50
WEEK, MONTH = timedelta(days=7), timedelta(days=30)
AGES = (("under a day", timedelta(days=1)), ("one to three days", timedelta(days=3)))  # and what is older

TRUST_NAMES = {Trust.NEW: "new", Trust.BASIC: "basic", Trust.MEMBER: "member", Trust.TRUSTED: "trusted"}


@dataclass(frozen=True, slots=True)
class Author:
    """Who wrote a post, as a moderator needs to know."""

    user: User
    rank: str
    trust: str
    posts: int


@dataclass(frozen=True, slots=True)
class Button:
    """One thing that can be done about a post."""

    act: str
    label: str
    is_main: bool = False


@dataclass(frozen=True, slots=True)
class Matter:
    """One line of the queue: what waits, about which post, who flagged it, and what can be done."""

    item: QueueItem
    author: Author | None
    flags: Sequence[Flag]
    buttons: Sequence[Button]

    @property
    def post(self) -> Post:
        return self.item.post

    @property
    def is_held(self) -> bool:
        return self.post.state == PostState.HELD


# --- The queue ---------------------------------------------------------------------------------------------


def open_items() -> QuerySet[QueueItem]:
    """Everything that waits for a moderator."""
    return QueueItem.objects.filter(closed_at=None)


def waiting() -> dict[str, int]:
    """How many matters wait, by kind. 1 query."""
    return dict(open_items().order_by().values_list("kind").annotate(count=Count("pk")))


def matters(kind: str, page: int) -> Page[Matter]:
    """A page of what waits, the oldest first; `kind` is one of QueueKind, or "" for all. 4 queries."""
    found = open_items().filter(kind=kind) if kind else open_items()
    count = found.count()
    start = (page - 1) * MATTERS_A_PAGE
    items = list(_whole(found)[start : start + MATTERS_A_PAGE])
    last = max(1, -(-count // MATTERS_A_PAGE))
    return Page(_matters(items), page, page < last, last)


def matter(id: int) -> Matter | None:
    """One matter, open or not."""
    found = _matters(list(_whole(QueueItem.objects.filter(pk=id))))
    return found[0] if found else None


def matters_of(post: Post) -> list[Matter]:
    """What waits about one post."""
    return _matters(list(_whole(open_items().filter(post=post))))


def _whole(items: QuerySet[QueueItem]) -> QuerySet[QueueItem]:
    posts = items.select_related("post__thread__forum", "post__author__member", "post__archived", "closed_by")
    return posts.order_by("opened_at", "pk")


def _matters(items: Sequence[QueueItem]) -> list[Matter]:
    flags = flags_of([item.post_id for item in items if item.kind == QueueKind.FLAG])
    return [
        Matter(
            item=item,
            author=author_of(item.post.author),
            flags=flags.get(item.post_id, []) if item.kind == QueueKind.FLAG else [],
            buttons=buttons(item.post, QueueKind(item.kind)),
        )
        for item in items
    ]


def flags_of(posts: Iterable[int]) -> dict[int, list[Flag]]:
    """The flags of these posts that nobody has decided about, by post, oldest first. 1 query."""
    grouped: dict[int, list[Flag]] = {}
    for flag in (
        Flag.objects.filter(post__in=list(posts), upheld=None).select_related("by__member").order_by("at")
    ):
        grouped.setdefault(flag.post_id, []).append(flag)
    return grouped


def author_of(user: User | None) -> Author | None:
    """Rank, trust and count of posts beside a name. No query when the member came along."""
    if user is None:
        return None
    member = getattr(user, "member", None) or Member(user=user)
    return Author(user, rank_of(member.points), TRUST_NAMES[Trust(member.trust)], member.post_count)


def buttons(post: Post, kind: QueueKind | None = None) -> list[Button]:
    """What can be done about a post, as it is now; `kind` is the matter that asks."""
    if kind == QueueKind.DANGER:
        return [Button("noted", "I have looked at it", is_main=True)]
    hide = [Button("hide", "Hide it"), Button("spam", "Hide it as spam")]
    if post.state == PostState.HELD:
        return [Button("approve", "Let it through", is_main=True), *hide]
    if post.state == PostState.HIDDEN:
        keep = [Button("hide", "Keep it hidden")] if kind else []
        return [Button("restore", "Show it again", is_main=True), *keep]
    if post.state == PostState.PUBLISHED:
        return [Button("dismiss", "Let it stand", is_main=True), *hide] if kind else hide
    return [Button("dismiss", "Close the matter", is_main=True)] if kind else []


# --- The log -----------------------------------------------------------------------------------------------


def actions(verb: str, by: str, about: str, page: int) -> Page[Action]:
    """A page of the log, the latest first: of this verb, by this member and about that one, where given."""
    found = Action.objects.select_related("by", "member", "post__thread", "thread", "undone_by__by")
    found = found.filter(verb=verb) if verb else found
    found = found.filter(by__username_key=key_of(by)) if by else found
    found = found.filter(member__username_key=key_of(about)) if about else found
    start = (page - 1) * ACTIONS_A_PAGE
    rows = list(found.order_by("-pk")[start : start + ACTIONS_A_PAGE + 1])
    return Page(rows[:ACTIONS_A_PAGE], page, len(rows) > ACTIONS_A_PAGE)


def actions_about(*, post: Post | None = None, member: User | None = None, thread: int = 0) -> list[Action]:
    """What was done about a post, a thread or a member, the latest first, at most 50."""
    found = Action.objects.select_related("by", "member", "post__thread", "thread", "undone_by__by")
    about = Q(post=post) if post else Q(member=member) if member else Q(thread=thread)
    return list(found.filter(about).order_by("-pk")[:ACTIONS_A_PAGE])


def person(name: str) -> User | None:
    """A member by name, with a shut account too: moderators can open it again."""
    return User.objects.select_related("member").filter(username_key=key_of(name)).first()


def flags_about(user: User) -> dict[str, int]:
    """How many flags on somebody's posts are undecided, were right, and were wrong."""
    found = Flag.objects.filter(post__author=user)
    return found.aggregate(
        undecided=Count("pk", filter=Q(upheld=None)),
        right=Count("pk", filter=Q(upheld=True)),
        wrong=Count("pk", filter=Q(upheld=False)),
    )


# --- The load ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Share:
    """How much one moderator has done."""

    name: str
    week: int
    month: int
    part: int  # of all that moderators did in the month, in percent


@dataclass(frozen=True, slots=True)
class Backlog:
    """What waits of one kind, by age."""

    kind: str
    counts: tuple[int, ...]  # as AGES, then what is older
    oldest: datetime


@dataclass(frozen=True, slots=True)
class FirstAction:
    """How long matters of the last 30 days waited for the first thing that a moderator did about them."""

    median: timedelta | None
    count: int  # of matters with a first action
    waiting: int  # of those without


def shares(now: datetime | None = None) -> list[Share]:
    """Every moderator with what they did in the last 7 and 30 days, who did most first. 1 query."""
    now = now or timezone.now()
    moderators = User.objects.filter(is_active=True).filter(Q(is_moderator=True) | Q(is_superuser=True))
    acted = User.objects.filter(actions__at__gt=now - MONTH)
    found = User.objects.filter(Q(pk__in=moderators) | Q(pk__in=acted)).annotate(
        week=Count("actions", filter=Q(actions__at__gt=now - WEEK)),
        month=Count("actions", filter=Q(actions__at__gt=now - MONTH)),
    )
    rows = list(found.order_by("-month", "username_key").values_list("username", "week", "month"))
    total = sum(month for _, _, month in rows)
    return [
        Share(name, week, month, round(100 * month / total) if total else 0) for name, week, month in rows
    ]


def advice(shares: Sequence[Share]) -> str:
    """A sentence on whether the load is shared. Moderators burn out alone (the figures are ours)."""
    if not shares:
        return "Nobody moderates here yet. Somebody who runs the site can name moderators."
    if len(shares) == 1:
        return (
            f"{shares[0].name} moderates alone. Two can share the work, and each can take a week off: whom "
            "would you ask?"
        )
    first, total = shares[0], sum(share.month for share in shares)
    if total >= 10 and first.part > 60:
        return (
            f"{first.name} did {first.month} of {total} actions in 30 days. Could somebody else take the "
            "next ones, and this member a few days off?"
        )
    return "Nobody did much more than the others in the last 30 days." if total else "A quiet month."


def backlog(now: datetime | None = None) -> list[Backlog]:
    """What waits, by kind and age, the kind with the oldest first. 2 queries."""
    now = now or timezone.now()
    oldest = dict(open_items().order_by().values_list("kind").annotate(first=Min("opened_at")))
    counts: Counter[tuple[str, int]] = Counter(
        (kind, _age(now - at)) for kind, at in open_items().values_list("kind", "opened_at")
    )
    return [
        Backlog(str(QueueKind(kind).label), tuple(counts[kind, age] for age in range(len(AGES) + 1)), at)
        for kind, at in sorted(oldest.items(), key=lambda pair: pair[1])
    ]


def first_action(now: datetime | None = None) -> FirstAction:
    """How soon a moderator first does something about a post that waits: the median. 2 queries.

    Of matters opened in the last 30 days. What the software did by a rule does not count.
    """
    since = (now or timezone.now()) - MONTH
    items = list(
        QueueItem.objects.filter(opened_at__gt=since).values_list("post_id", "opened_at", "closed_at")
    )
    acted: dict[int, list[datetime]] = {}
    human = Action.objects.filter(at__gt=since).exclude(by=None)
    queued = QueueItem.objects.filter(post=OuterRef("post"), opened_at__gt=since)
    for post, at in human.filter(Exists(queued)).order_by("at").values_list("post_id", "at"):
        acted.setdefault(post, []).append(at)
    waits = []
    for post, opened, closed in items:
        first = next((at for at in acted.get(post, []) if at >= opened), closed)
        if first is not None:
            waits.append(first - opened)
    middle = timedelta(seconds=median(wait.total_seconds() for wait in waits)) if waits else None
    return FirstAction(middle, len(waits), len(items) - len(waits))


def _age(waited: timedelta) -> int:
    return next((at for at, (_, limit) in enumerate(AGES) if waited < limit), len(AGES))
