"""What MongoDB keeps of a case: its clocks, cycles, obligations, and what is on its way in and out."""

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import ClassVar

from pydantic import BaseModel, Field
from pymongo import ASCENDING, DESCENDING, IndexModel

from care.documents.casework import Assignment, ClosingKind, IntentCorrection, Snooze, Split, Standing
from care.documents.channels import ChannelKind, Environment
from care.documents.conversations import DeliveryStatus, LoggedContact, Sentiment, Visibility
from care.documents.custom_fields import FieldValue
from care.documents.cycles import CycleOutcome, ResolutionCycle, ResolutionStep
from care.documents.mistakes import Mistake
from care.documents.promises import AppliedPolicy, ClockTerms, Escalation, Halt, Renewal
from care.documents.sources import CitedSource
from community.documents import Tag
from core.records import PENDING_EVENTS, Record
from core.text.intent import Intent

NEVER = datetime(9999, 1, 1, tzinfo=UTC)

LIST_INDEXES: dict[str, tuple[str, ...]] = {
    "environment": ("opened_at", "updated_at", "due_key", "severity", "reach_key", "number"),
    "status": ("opened_at", "updated_at", "due_key", "severity", "reach_key"),
    "assignee_id": ("opened_at", "updated_at", "due_key", "severity"),
    "channel_id": ("opened_at", "updated_at", "due_key", "severity"),
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


class CaseStatus(StrEnum):
    """Where a case stands: PENDING waits for the customer, RESOLVED for the customer's verdict or the closing."""

    NEW = "NEW"
    OPEN = "OPEN"
    PENDING = "PENDING"
    SNOOZED = "SNOOZED"
    RESOLVED = "RESOLVED"
    CLOSED = "CLOSED"


class RequestStatus(StrEnum):
    """A case as its customer sees it."""

    RECEIVED = "RECEIVED"
    IN_PROGRESS = "IN_PROGRESS"
    WAITING_FOR_YOU = "WAITING_FOR_YOU"
    ANSWERED = "ANSWERED"
    CLOSED = "CLOSED"


class CaseOrigin(StrEnum):
    """Who began: the customer, or the company reaching out."""

    CUSTOMER = "CUSTOMER"
    COMPANY = "COMPANY"


class Priority(StrEnum):
    """How urgent a case is."""

    LOW = "LOW"
    MEDIUM = "MEDIUM"
    HIGH = "HIGH"
    URGENT = "URGENT"


class ObligationKind(StrEnum):
    """What the company owes the customer."""

    CONTACT_DETAILS = "CONTACT_DETAILS"
    FOLLOW_UP = "FOLLOW_UP"
    CALL_BACK = "CALL_BACK"
    PUBLIC_CLOSING = "PUBLIC_CLOSING"


class ResponseClock(BaseModel):
    """A promise with a due time, absolute and in UTC. A clock with neither due time nor mark is not applicable."""

    terms: ClockTerms | None = None
    """What a policy promises; None: the default of the product."""
    target_seconds: int | None = None
    started_at: datetime | None = None
    due_at: datetime | None = None
    warned_at: datetime | None = None
    warned_percent: int | None = None
    """Of which share of the time people were warned last."""
    paused_at: datetime | None = None
    paused_for: Halt | None = None
    renewed_at: datetime | None = None
    """When it started anew, unmet."""
    renewed_upon: Renewal | None = None
    met_at: datetime | None = None
    breached_at: datetime | None = None
    escalations: list[Escalation] = Field(default_factory=list)


class Obligation(BaseModel):
    """Something owed to the customer; a case with an open one can't be closed."""

    id: str
    kind: ObligationKind
    started_at: datetime
    due_at: datetime
    overdue_at: datetime | None = None
    """When it was found to be late."""
    fulfilled_at: datetime | None = None
    fulfilled_by: str | None = None
    note: str | None = None
    message_id: str | None = None


class Incoming(BaseModel):
    """A message that was received and is not yet a document of its own."""

    message_id: str
    conversation_id: str
    body: str
    visibility: Visibility
    sent_at: datetime
    received_at: datetime
    author_id: str
    external_id: str | None = None
    in_reply_to: str | None = None
    language: str | None = None
    attachments: list[dict[str, str | int | None]] = Field(default_factory=list)
    unparsed: bool = False
    after_breach: bool = False
    """Whether a promise to the customer was broken in the case by then."""
    sentiment: Sentiment | None = None
    intent: Intent | None = None
    automatic: bool = False
    """Whether a machine wrote it, such as a note of absence: nobody waits for an answer to that."""
    contact: LoggedContact | None = None
    """What it was, where a member wrote it down by hand."""
    delivery_id: str | None = None
    """The delivery of the inbox that it came with, kept as it came."""
    fingerprint: str | None = None


class Outgoing(BaseModel):
    """A message of the company's that has not reached its end yet, SENT or FAILED."""

    contact: LoggedContact | None = None
    """What it was, where it took place already and only has to be written down."""

    message_id: str
    conversation_id: str
    body: str
    visibility: Visibility
    author_id: str | None
    state: DeliveryStatus
    created_at: datetime
    in_reply_to: str | None = None
    continues: str | None = None
    """The public conversation that it takes to private, by its id."""
    answer_bank_entry_id: str | None = None
    asks_for_contact_details: bool = False
    """Whether its release starts the obligation to use what the customer sends."""
    by_phrase: bool = False
    """Whether it asks by holding a stock phrase, not by somebody's own decision."""
    reminder: bool = False
    """Whether it only reminds a customer who does not answer: it meets no clock and is no answer."""
    holding: bool = False
    """Whether it only says that an answer will come: it meets no clock unless the clock's terms say so."""
    sources: list[CitedSource] = Field(default_factory=list)
    reviewed: bool = False
    """Whether a mentor let it go."""
    fingerprint: str | None = None
    met_clock: str | None = None
    """Which clock this reply met, `first_response` or `next_response`, so that its failure can reopen it."""
    met_due_at: datetime | None = None
    leaves_at: datetime | None = None
    """When it is to leave; None: as soon as nothing holds it."""
    queued_at: datetime | None = None
    """When it was let go; None while it is held or scheduled."""
    status_before: CaseStatus | None = None
    """What the case was before this reply moved it on, to go back to when it never arrives."""


MERGED = "MERGED"
"""Why a case was closed that is part of another one now."""


class Merge(BaseModel):
    """What a duplicate hands over to the case that it became part of, kept until that one has it."""

    into: str
    at: datetime
    by: str
    reason: str | None = None
    waiting: ResponseClock | None = None
    """The earliest clock that an answer was awaited by."""
    resolution: ResponseClock | None = None
    obligations: list[Obligation] = Field(default_factory=list)
    incoming: list[Incoming] = Field(default_factory=list)
    outgoing: list[Outgoing] = Field(default_factory=list)
    mistakes: list[Mistake] = Field(default_factory=list)
    moved_at: datetime | None = None
    """When everything had gone over."""


class Parted(BaseModel):
    """What a split-off case takes along because it is another customer's after all; `id` is that case's, as its split's."""

    id: str
    customer_id: str
    like: str | None = None
    """The case that had been merged into this one, whose subject, labels and fields the new case has again."""
    left: list[str] = Field(default_factory=list)
    obligations: list[Obligation] = Field(default_factory=list)
    incoming: list[Incoming] = Field(default_factory=list)
    outgoing: list[Outgoing] = Field(default_factory=list)


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
