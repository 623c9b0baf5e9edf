"""What MongoDB keeps of moderation: one row of the queue for each thing that was reported, and what was done, for ever."""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from pydantic import BaseModel, Field
from pymongo import ASCENDING, DESCENDING, IndexModel

from community.documents import SpaceContent
from core.records import PENDING_EVENTS


class ContentKind(StrEnum):
    """What can be reported; spaces are only slowed down and locked."""

    QUESTION = "QUESTION"
    ANSWER = "ANSWER"
    COMMENT = "COMMENT"
    WIKI_PAGE = "WIKI_PAGE"
    WIKI_COMMENT = "WIKI_COMMENT"
    BLOG_POST = "BLOG_POST"
    IDEA = "IDEA"
    INSIGHT = "INSIGHT"
    KUDOS = "KUDOS"
    POLL = "POLL"
    SPACE = "SPACE"


class ReportReason(StrEnum):
    """What is wrong with something."""

    SPAM = "SPAM"
    OFFENSIVE = "OFFENSIVE"
    HARASSMENT = "HARASSMENT"
    CONFIDENTIAL = "CONFIDENTIAL"
    MISLEADING = "MISLEADING"
    OTHER = "OTHER"


class ModerationStatus(StrEnum):
    """WAITING: reported and not decided; DECIDED: nothing was reported since a moderator decided."""

    WAITING = "WAITING"
    DECIDED = "DECIDED"


class ContentState(StrEnum):
    """What moderators made of something."""

    VISIBLE = "VISIBLE"
    HIDDEN = "HIDDEN"
    DELETED = "DELETED"


class ModerationDecision(StrEnum):
    """What a moderator does; DISMISS leaves everything as it is."""

    HIDE = "HIDE"
    RESTORE = "RESTORE"
    DELETE = "DELETE"
    DISMISS = "DISMISS"


class ModerationAct(StrEnum):
    """What the log keeps: decisions about reports, what was done to calm something down, and when a space was passed on."""

    HIDE = "HIDE"
    RESTORE = "RESTORE"
    DELETE = "DELETE"
    DISMISS = "DISMISS"
    SLOW_DOWN = "SLOW_DOWN"
    SPEED_UP = "SPEED_UP"
    LOCK = "LOCK"
    UNLOCK = "UNLOCK"
    SUCCESSION = "SUCCESSION"


class Report(BaseModel):
    """What one member reported; reporting again replaces it."""

    reporter_id: str
    reason: ReportReason
    note: str | None = None
    at: datetime


class Decision(BaseModel):
    """What a moderator decided, and why."""

    decision: ModerationDecision
    reason: str
    by: str
    at: datetime


class ModerationItem(SpaceContent):
    """One reported thing; the id is derived from its id, so that all reports of it meet."""

    content_id: str
    kind: ContentKind
    root_id: str
    """The question, page, post or idea that it is, or stands below; of a poll in the talk of a space the space."""
    author_ids: list[str]
    status: ModerationStatus = ModerationStatus.WAITING
    state: ContentState = ContentState.VISIBLE
    reports: list[Report] = Field(default_factory=list)
    reported_at: datetime
    """When it was first reported since the last decision."""
    claimed_by: str | None = None
    claimed_at: datetime | None = None
    decisions: list[Decision] = Field(default_factory=list)

    class Settings:
        name = "moderation_items"
        indexes: ClassVar = [
            IndexModel([("status", ASCENDING), ("reported_at", ASCENDING), ("_id", ASCENDING)]),
            IndexModel([("root_id", ASCENDING)]),
            IndexModel([("space_id", ASCENDING), ("state", ASCENDING)]),
            PENDING_EVENTS,
        ]


class ModerationAction(SpaceContent):
    """One act in the log; the id is derived from what it was about and the number of the act, and nothing in it changes."""

    item_id: str | None = None
    """The row of the queue; None where nothing was reported."""
    content_id: str
    kind: ContentKind
    root_id: str
    decision: ModerationAct
    reason: str
    by: str

    class Settings:
        name = "moderation_actions"
        indexes: ClassVar = [
            IndexModel([("created_at", DESCENDING), ("_id", DESCENDING)]),
            IndexModel([("space_id", ASCENDING), ("created_at", DESCENDING), ("_id", DESCENDING)]),
            IndexModel([("root_id", ASCENDING)]),
            PENDING_EVENTS,
        ]
