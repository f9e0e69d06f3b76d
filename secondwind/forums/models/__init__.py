"""The tables of the forums. Other rooms reach them through `queries` and `actions`."""

from secondwind.forums.models.archive import (
    ArchivedPage,
    ArchivedPost,
    ArchivedThread,
    ArchiveImport,
    Takedown,
)
from secondwind.forums.models.cases import CaseReading, ThreadCase
from secondwind.forums.models.drafts import Draft, Picture
from secondwind.forums.models.moderation import (
    Action,
    CannedReply,
    Flag,
    FlagReason,
    Notice,
    QueueItem,
    QueueKind,
    Token,
    Verb,
)
from secondwind.forums.models.people import Member, Reading, View
from secondwind.forums.models.places import Forum, ForumKind, Space
from secondwind.forums.models.points import PointEntry
from secondwind.forums.models.regions import ThreadRegion
from secondwind.forums.models.threads import DangerSign, Mark, Post, PostState, Revision, Thread

__all__ = [
    "Action",
    "ArchiveImport",
    "ArchivedPage",
    "ArchivedPost",
    "ArchivedThread",
    "CannedReply",
    "CaseReading",
    "DangerSign",
    "Draft",
    "Flag",
    "FlagReason",
    "Forum",
    "ForumKind",
    "Mark",
    "Member",
    "Notice",
    "Picture",
    "PointEntry",
    "Post",
    "PostState",
    "QueueItem",
    "QueueKind",
    "Reading",
    "Revision",
    "Space",
    "Takedown",
    "Thread",
    "ThreadCase",
    "ThreadRegion",
    "Token",
    "Verb",
    "View",
]
