"""What MongoDB keeps of notifications and of how far each member has read."""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from pydantic import BaseModel, Field
from pymongo import ASCENDING, DESCENDING, IndexModel

from core.records import PENDING_EVENTS, Record


class NotificationKind(StrEnum):
    """Why somebody is told."""

    ASSIGNED = "ASSIGNED"
    MENTIONED = "MENTIONED"
    QUESTION_INVITED = "QUESTION_INVITED"
    ANSWERED = "ANSWERED"
    QUESTION_CLOSED = "QUESTION_CLOSED"
    QUESTION_UNANSWERED = "QUESTION_UNANSWERED"
    CLOCK_WARNING = "CLOCK_WARNING"
    CLOCK_BREACHED = "CLOCK_BREACHED"
    CLOCK_ESCALATED = "CLOCK_ESCALATED"
    DRAFT_SUBMITTED = "DRAFT_SUBMITTED"
    DRAFT_REVIEWED = "DRAFT_REVIEWED"
    DRAFT_RETURNED = "DRAFT_RETURNED"
    DRAFT_OVERDUE = "DRAFT_OVERDUE"
    INFORMATION_REQUESTED = "INFORMATION_REQUESTED"
    INFORMATION_ANSWERED = "INFORMATION_ANSWERED"
    INFORMATION_OVERDUE = "INFORMATION_OVERDUE"
    PLAN_STEP_OVERDUE = "PLAN_STEP_OVERDUE"
    SNOOZE_ENDED = "SNOOZE_ENDED"
    CASE_STUCK = "CASE_STUCK"
    NOT_ASSIGNED = "NOT_ASSIGNED"
    COVERAGE_GAP = "COVERAGE_GAP"
    SHIFT_PLANNED = "SHIFT_PLANNED"
    SHIFT_CANCELLED = "SHIFT_CANCELLED"
    ANSWER_MISSING = "ANSWER_MISSING"
    ANSWER_OVERDUE = "ANSWER_OVERDUE"
    ENTRY_REVIEW_DUE = "ENTRY_REVIEW_DUE"
    ENTRY_EXPIRED = "ENTRY_EXPIRED"
    LISTENING_ALERT = "LISTENING_ALERT"
    IDEA_STATUS_SET = "IDEA_STATUS_SET"
    INSIGHT_ADDED = "INSIGHT_ADDED"
    INSIGHT_MOVED = "INSIGHT_MOVED"
    INSIGHT_DIGEST = "INSIGHT_DIGEST"
    COMMENTED = "COMMENTED"
    REACTED = "REACTED"
    CONTENT_ADDED = "CONTENT_ADDED"
    CONTENT_LOCKED = "CONTENT_LOCKED"
    CONTENT_UNLOCKED = "CONTENT_UNLOCKED"
    POLL_ENDED = "POLL_ENDED"
    WIKI_EDITED = "WIKI_EDITED"
    ANNOUNCED = "ANNOUNCED"
    ACKNOWLEDGEMENT_DUE = "ACKNOWLEDGEMENT_DUE"
    POST_PUBLISHED = "POST_PUBLISHED"
    WEBHOOK_SUSPENDED = "WEBHOOK_SUSPENDED"
    WIKI_REVIEW_REQUESTED = "WIKI_REVIEW_REQUESTED"
    WIKI_EDIT_APPROVED = "WIKI_EDIT_APPROVED"
    WIKI_EDIT_REJECTED = "WIKI_EDIT_REJECTED"
    WIKI_REVIEW_DUE = "WIKI_REVIEW_DUE"
    WIKI_OUTDATED = "WIKI_OUTDATED"
    WIKI_EXPORTED = "WIKI_EXPORTED"
    WIKI_EXPORT_FAILED = "WIKI_EXPORT_FAILED"
    SPACE_JOIN_REQUESTED = "SPACE_JOIN_REQUESTED"
    SPACE_JOIN_DECLINED = "SPACE_JOIN_DECLINED"
    SPACE_ADDED = "SPACE_ADDED"
    STRATEGY_OFFERED = "STRATEGY_OFFERED"
    STRATEGY_OFFER_DECIDED = "STRATEGY_OFFER_DECIDED"
    SPACE_OWNED = "SPACE_OWNED"
    WIKI_COMMENTED = "WIKI_COMMENTED"
    INITIATIVE_REVIEW_DUE = "INITIATIVE_REVIEW_DUE"
    CONCERN_RAISED = "CONCERN_RAISED"
    CONCERN_SETTLED = "CONCERN_SETTLED"
    CONTENT_REPORTED = "CONTENT_REPORTED"
    CONTENT_MODERATED = "CONTENT_MODERATED"
    MENTORSHIP_PROPOSED = "MENTORSHIP_PROPOSED"
    MENTORSHIP_STARTED = "MENTORSHIP_STARTED"
    MENTORSHIP_MEETING = "MENTORSHIP_MEETING"
    MENTORSHIP_ENDED = "MENTORSHIP_ENDED"
    KUDOS_GIVEN = "KUDOS_GIVEN"
    BADGE_AWARDED = "BADGE_AWARDED"
    REWARD_CLAIMED = "REWARD_CLAIMED"
    REWARD_DECIDED = "REWARD_DECIDED"
    COURSE_ENROLLED = "COURSE_ENROLLED"
    QUIZ_MARKED = "QUIZ_MARKED"
    TRAINING_DUE = "TRAINING_DUE"
    TRAINING_OVERDUE = "TRAINING_OVERDUE"
    SAMPLE_REVIEWED = "SAMPLE_REVIEWED"
    LEVEL_REACHED = "LEVEL_REACHED"
    LEVEL_REVIEW_DUE = "LEVEL_REVIEW_DUE"
    CERTIFICATE_ISSUED = "CERTIFICATE_ISSUED"
    CERTIFICATE_DUE = "CERTIFICATE_DUE"
    CERTIFICATE_LAPSED = "CERTIFICATE_LAPSED"
    CERTIFICATE_REVOKED = "CERTIFICATE_REVOKED"
    CONDUCT_INCIDENT = "CONDUCT_INCIDENT"
    BIRTHDAY_NEAR = "BIRTHDAY_NEAR"
    RETRACTION_FAILED = "RETRACTION_FAILED"
    REPLY_HELD = "REPLY_HELD"
    SKILL_CONFIRMED = "SKILL_CONFIRMED"
    SKILL_UNCONFIRMED = "SKILL_UNCONFIRMED"
    CASE_HANDED_OVER = "CASE_HANDED_OVER"
    REPLY_WITHHELD = "REPLY_WITHHELD"
    TEMPLATE_STOPPED = "TEMPLATE_STOPPED"
    PUBLICATION_AWAITED = "PUBLICATION_AWAITED"


class Notification(Record):
    """One member told of one event; the id is derived from the two, so that nobody is told twice."""

    gate_fields: ClassVar[tuple[str, ...]] = ("recipient_id", "mail_only", "closed_space_id", "withheld")

    recipient_id: str
    kind: NotificationKind
    text: str
    target_id: str
    number: int
    """The number of the event told of: the order in which notifications are read."""
    actor_id: str | None = None
    """Who caused it, for the kinds that may name somebody."""
    mail_only: bool | None = None
    """True for what the member wants by e-mail alone: it is in no list."""
    closed_space_id: str | None = None
    """The space that what it tells of stands in, while only its members may read there."""
    withheld: bool | None = None
    """True while moderators hide what it tells of from its recipient."""
    silent: bool = False
    """Whether it came in the member's quiet hours: shown, but nothing rings."""

    class Settings:
        name = "notifications"
        indexes: ClassVar = [
            IndexModel([("recipient_id", ASCENDING), ("number", DESCENDING), ("_id", DESCENDING)]),
            IndexModel([("target_id", ASCENDING), ("_id", ASCENDING)]),
            PENDING_EVENTS,
        ]


class ReadMark(BaseModel):
    """Everything up to a number was read at an instant."""

    up_to: int
    at: datetime


class ReadState(Record):
    """How far a member has read: marks that cover all up to a number, and single ids above the last mark."""

    gate_fields: ClassVar[tuple[str, ...]] = ("member_id",)

    member_id: str
    marks: list[ReadMark] = Field(default_factory=list)
    ids: dict[str, datetime] = Field(default_factory=dict)
    numbers: dict[str, int] = Field(default_factory=dict)
    """The numbers of the single ids, so that they are known when a mark passes them; of the oldest they are not kept."""
    unread: dict[str, int] = Field(default_factory=dict)
    """Numbers, by their ids, of notifications below the last mark that were made unread again."""

    class Settings:
        name = "read_states"
        indexes: ClassVar = [PENDING_EVENTS]


class GroupedNotification(BaseModel):
    """One notification of a group."""

    id: str
    number: int


class NotificationGroup(Record):
    """All that one member was told of one object for one reason, as one row; the id is derived from the three."""

    gate_fields: ClassVar[tuple[str, ...]] = ("recipient_id", "closed_space_id", "withheld")

    recipient_id: str
    kind: NotificationKind
    target_id: str
    withheld: bool | None = None
    """True while moderators hide what it tells of from its recipient."""
    closed_space_id: str | None = None
    total: int = 0
    latest_number: int = 0
    latest_at: datetime
    text: str
    applied: int = 0
    """The number of the last event that was counted: one that comes again is not counted twice."""
    recent: list[GroupedNotification] = Field(default_factory=list)
    """The last of them, oldest first."""
    actor_ids: list[str] = Field(default_factory=list)
    """Who caused the last of them, newest first, each once."""

    class Settings:
        name = "notification_groups"
        indexes: ClassVar = [
            IndexModel([("recipient_id", ASCENDING), ("latest_number", DESCENDING), ("_id", DESCENDING)]),
            IndexModel([("target_id", ASCENDING), ("_id", ASCENDING)]),
            PENDING_EVENTS,
        ]


class MailFrequency(StrEnum):
    """When somebody wants an e-mail of what they are told."""

    OFF = "OFF"
    AT_ONCE = "AT_ONCE"
    HOURLY = "HOURLY"
    DAILY = "DAILY"


class KindPreference(BaseModel):
    """How a member wants to be told for one reason."""

    in_app: bool = True
    email: MailFrequency = MailFrequency.DAILY


class QuietHours(BaseModel):
    """Minutes of the member's day between which nothing rings and no e-mail leaves; past midnight when the end is the smaller."""

    begins: int
    ends: int


class NotificationPreferences(Record):
    """How one member wants to be told; kinds that are not named here follow the product's own choice."""

    gate_fields: ClassVar[tuple[str, ...]] = ("member_id",)

    member_id: str
    zone: str = "Europe/Istanbul"
    quiet: QuietHours | None = None
    digest_minute: int = 8 * 60
    """The minute of the member's day at which the daily digest leaves."""
    kinds: dict[str, KindPreference] = Field(default_factory=dict)
    undeliverable_since: datetime | None = None
    """Since when e-mails to the member's address come back; none is sent any more."""
    undeliverable_address: str | None = None
    undeliverable_reason: str | None = None

    class Settings:
        name = "notification_preferences"
        indexes: ClassVar = [PENDING_EVENTS]
