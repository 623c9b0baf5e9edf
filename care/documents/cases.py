"""What MongoDB keeps of a case: what a customer wants, until it is done."""

from datetime import UTC, datetime, timedelta
from typing import ClassVar

from pydantic import Field
from pymongo import ASCENDING, DESCENDING, IndexModel

from care.documents.case_states import CaseOrigin, CaseStatus, Priority, RequestStatus
from care.documents.casework import (
    Assignment,
    ClosingKind,
    DepartmentMove,
    IntentCorrection,
    Snooze,
    Split,
    Standing,
    WithheldReply,
)
from care.documents.channels import ChannelKind, Environment
from care.documents.clocks import ResponseClock
from care.documents.conversations import Sentiment
from care.documents.custom_fields import FieldValue
from care.documents.cycles import CycleOutcome, ResolutionCycle, ResolutionStep
from care.documents.merges import Merge, Parted
from care.documents.mistakes import Mistake
from care.documents.obligations import Obligation
from care.documents.promises import AppliedPolicy
from care.documents.under_way import Incoming, Outgoing
from community.documents import Tag
from core.records import PENDING_EVENTS, Record
from core.text.intent import Intent

NEVER = datetime(9999, 1, 1, tzinfo=UTC)

LIST_INDEXES: dict[str, tuple[str, ...]] = {
    "environment": ("opened_at", "updated_at", "due_key", "answer_key", "severity", "reach_key", "number"),
    "status": ("opened_at", "updated_at", "due_key", "severity", "reach_key"),
    "assignee_id": ("opened_at", "updated_at", "due_key", "answer_key", "severity"),
    "channel_id": ("opened_at", "updated_at", "due_key", "answer_key", "severity"),
    "department_id": ("opened_at", "updated_at", "due_key", "severity"),
    "customer_id": ("opened_at", "updated_at", "due_key", "severity"),
    "consulted": ("opened_at", "updated_at", "due_key"),
    "tags.slug": ("opened_at", "updated_at", "due_key"),
    "field_tokens": ("opened_at",),
    "stuck": ("opened_at",),
    "intent": ("opened_at", "due_key", "severity"),
}
"""What lists of cases are served by: a field compared by equality, inside an environment, and the orders that go with it."""


REOPENED_WITHIN = timedelta(days=7)
"""How long after closing a message from the customer brings the same case back, unless the rules say otherwise."""


class Case(Record):
    """What a customer wants, until it is done. `request_version` counts what the customer can see change."""

    gate_fields: ClassVar[tuple[str, ...]] = (
        "channel_id",
        "environment",
        "consulted",
        "participants",
        "customer_id",
        "origin",
        "reached_at",
    )

    number: int
    subject: str
    status: CaseStatus = CaseStatus.NEW
    request_status: RequestStatus = RequestStatus.RECEIVED
    request_version: int = 1
    request_cycles: int = 1
    """How many cycles the customer was shown, to tell when `request_version` must rise."""
    request_subject: str | None = None
    """The subject in the customer's own words, the only one that the portal shows."""
    priority: Priority = Priority.MEDIUM
    priority_by_hand: bool = False
    """Whether somebody set it; if not, it follows the severity."""
    origin: CaseOrigin = CaseOrigin.CUSTOMER
    outreach_reason: str | None = None
    """Why the company came to the customer; for colleagues, never for the customer."""
    environment: Environment = Environment.LIVE
    channel_id: str
    channel_kind: ChannelKind
    customer_id: str | None = None
    assignee_id: str | None = None
    department_id: str | None = None
    """Which department it belongs to: sales, marketing, service …; None: no one's in particular."""
    department_moves: list[DepartmentMove] = Field(default_factory=list)
    """How it went from department to department, the last twenty, oldest first."""
    assignments: list[Assignment] = Field(default_factory=list)
    """The last decisions on who works on it, oldest first."""
    assign_again_at: datetime | None = None
    """When to look again whether it is in the right hands: a shift ends, or nobody could take it."""
    picked_up_at: datetime | None = None
    """When somebody first took it up: it was assigned to them, or they answered."""
    picked_up_by: str | None = None
    tags: list[Tag] = Field(default_factory=list)
    severity: int = 0
    """Sentiment x reach x repeat, 0 to 100."""
    sentiment: Sentiment | None = None
    """The mood of what the customer said last."""
    intent: Intent | None = None
    """What the customer wants, by the gravest of what they said, or as somebody said."""
    intent_corrections: list[IntentCorrection] = Field(default_factory=list)
    """What people said of it, the oldest first; the last twenty."""
    worst_mood: float = 0.0
    """The lowest score of what the customer said."""
    heard: int = 0
    """How many messages of the customer's counted."""
    earlier_cases: int = 0
    """How many cases the customer had shortly before this one."""
    before: Standing | None = None
    """What the customer said until the first answer."""
    after: Standing | None = None
    """What the customer said since the last answer."""
    answered_privately_at: datetime | None = None
    answered_publicly_at: datetime | None = None
    in_public: bool = False
    """Whether the customer has complained where everybody can read it."""
    reach: int | None = None
    reach_key: int = -1
    """`reach` to sort by: -1 where it is not known."""
    opened_at: datetime
    updated_at: datetime
    closed_at: datetime | None = None
    close_reason: str | None = None
    reopens_until: datetime | None = None
    """Until when a message from the customer brings the closed case back."""
    snooze: Snooze | None = None
    """There exactly while the status is SNOOZED."""
    conversation_ids: list[str] = Field(default_factory=list)
    left: list[str] = Field(default_factory=list)
    """Those of the conversations whose talk goes on in a case that was split off."""
    merge: Merge | None = None
    """There once the case was merged into another one; it is closed then."""
    splits: list[Split] = Field(default_factory=list)
    parted: list[Parted] = Field(default_factory=list)
    split_from: str | None = None
    follows: str | None = None
    """The case of the same conversation before, which was closed too long ago to come back."""
    open_keys: list[str] | None = None
    """The conversations this is the open case of; absent once closed, so that each has one open case."""
    first_response: ResponseClock = Field(default_factory=ResponseClock)
    next_response: ResponseClock = Field(default_factory=ResponseClock)
    resolution: ResponseClock = Field(default_factory=ResponseClock)
    sla_policy: AppliedPolicy | None = None
    """The policy that the terms of the clocks are from; None: the default."""
    due_key: datetime = NEVER
    """When the first response is due while it is awaited, to sort by; NEVER afterwards."""
    answer_key: datetime = NEVER
    """When the next answer is due, the first one or a later one, to sort by; NEVER while the customer waits for none."""
    next_act_at: datetime | None = None
    """The earliest instant at which a clock or an obligation asks for an act."""
    cycles: list[ResolutionCycle] = Field(default_factory=list)
    current_step: ResolutionStep = ResolutionStep.CONTACT
    stuck: bool = False
    """Whether people were alarmed that its step does not come on, and it has not come on since."""
    obligations: list[Obligation] = Field(default_factory=list)
    fields: list[FieldValue] = Field(default_factory=list)
    """What it holds in the company's own fields, by their keys."""
    field_tokens: list[str] = Field(default_factory=list)
    """The same, to find cases by."""
    mistakes: list[Mistake] = Field(default_factory=list)
    consulted: list[str] = Field(default_factory=list)
    participants: list[str] = Field(default_factory=list)
    absorbed: list[str] = Field(default_factory=list)
    incoming: list[Incoming] = Field(default_factory=list)
    outgoing: list[Outgoing] = Field(default_factory=list)
    withheld: list[WithheldReply] = Field(default_factory=list)
    """What was to be said by itself and could not be, the last twenty."""
    last_message_id: str | None = None
    last_message_at: datetime | None = None
    bounced: list[str] = Field(default_factory=list)
    """The last messages that were sent and came back; each reopened its clock once."""
    reached_at: datetime | None = None
    """When the newest of the replies that reached the customer's side was let go."""
    answered_at: datetime | None = None
    """The same of those replies that were an answer, not a holding reply."""
    fingerprint: str | None = None

    @property
    def cycle(self) -> ResolutionCycle:
        """Give the cycle that the case is in."""
        return self.cycles[-1]

    @property
    def closing_kind(self) -> ClosingKind | None:
        """Give by what the case was closed; None: it is not."""
        if self.status is not CaseStatus.CLOSED:
            return None
        if self.merge is not None:
            return ClosingKind.MERGED
        known = {CycleOutcome.SATISFIED: ClosingKind.CONFIRMED, CycleOutcome.NO_ANSWER: ClosingKind.NO_ANSWER}
        return known.get(self.cycle.outcome or CycleOutcome.OVERRIDDEN, ClosingKind.OVERRIDDEN)

    @property
    def led(self) -> list[str]:
        """List the conversations whose next message belongs to this case."""
        return [one for one in self.conversation_ids if one not in self.left]

    @property
    def assignment(self) -> Assignment | None:
        """Give the last decision on who works on it; None: there was none."""
        return self.assignments[-1] if self.assignments else None

    @property
    def owed(self) -> list[Obligation]:
        """List what is still owed to the customer."""
        return [obligation for obligation in self.obligations if obligation.fulfilled_at is None]

    def can_come_back(self, at: datetime) -> bool:
        """Tell whether a closed case is young enough to be reopened by a message."""
        return self.closed_at is not None and at <= (self.reopens_until or self.closed_at + REOPENED_WITHIN)

    class Settings:
        name = "cases"
        indexes: ClassVar = [
            IndexModel([("open_keys", ASCENDING)], unique=True, sparse=True),
            IndexModel([("number", ASCENDING)], unique=True),
            IndexModel([("next_act_at", ASCENDING)], sparse=True),
            IndexModel([("assign_again_at", ASCENDING), ("_id", ASCENDING)]),
            IndexModel([("obligations.id", ASCENDING)], sparse=True),
            IndexModel([("conversation_ids", ASCENDING), ("opened_at", DESCENDING), ("_id", DESCENDING)]),
            IndexModel([("outgoing.message_id", ASCENDING)], sparse=True),
            IndexModel([("customer_id", ASCENDING), ("opened_at", DESCENDING), ("_id", DESCENDING)]),
            IndexModel([("environment", ASCENDING), ("mistakes.at", ASCENDING)]),
            PENDING_EVENTS,
            *(
                IndexModel([(name, ASCENDING) for name in dict.fromkeys(("environment", leading, order, "_id"))])
                for leading, orders in LIST_INDEXES.items()
                for order in orders
            ),
        ]
