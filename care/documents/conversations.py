"""What MongoDB keeps of conversations and their messages."""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from pydantic import BaseModel, Field
from pymongo import ASCENDING, IndexModel

from care.documents.channels import ChannelKind, Environment
from care.documents.sources import CitedSource
from core.records import PENDING_EVENTS, Record
from core.text.intent import Intent


class Visibility(StrEnum):
    """Who can see what is said: everybody, the customer and the company, the company alone."""

    PUBLIC = "PUBLIC"
    PRIVATE = "PRIVATE"
    INTERNAL = "INTERNAL"


class Direction(StrEnum):
    """INBOUND comes from the customer, OUTBOUND is the company's (internal notes too)."""

    INBOUND = "INBOUND"
    OUTBOUND = "OUTBOUND"


class DeliveryStatus(StrEnum):
    """How far a message of the company's has come; it only goes forward, FAILED is an end."""

    QUEUED = "QUEUED"
    HELD_FOR_REVIEW = "HELD_FOR_REVIEW"
    SCHEDULED = "SCHEDULED"
    SENT = "SENT"
    DELIVERED = "DELIVERED"
    READ = "READ"
    FAILED = "FAILED"


IN_THE_HOUSE = frozenset({DeliveryStatus.HELD_FOR_REVIEW, DeliveryStatus.SCHEDULED})
"""What can still be taken back: nothing of it has left."""
WAITING = IN_THE_HOUSE | {DeliveryStatus.QUEUED}
"""What has not come to its end, sent or failed."""


class SentimentLabel(StrEnum):
    """The mood of a message."""

    POSITIVE = "POSITIVE"
    NEUTRAL = "NEUTRAL"
    NEGATIVE = "NEGATIVE"


class Sentiment(BaseModel):
    """The mood of a message; `score` goes from -1 (bad) to 1 (good)."""

    label: SentimentLabel
    score: float


class Attachment(BaseModel):
    """A file that came with a message; `size` in bytes. The file stays where `url` says."""

    id: str
    url: str
    name: str | None = None
    content_type: str | None = None
    size: int | None = None


class Reaction(BaseModel):
    """A sign somebody put on a message; one a person."""

    author_id: str
    kind: str


class ContactKind(StrEnum):
    """How somebody and the company spoke outside of any machine."""

    PHONE = "PHONE"
    LETTER = "LETTER"
    IN_PERSON = "IN_PERSON"


class LoggedContact(BaseModel):
    """What a member wrote down of a call, a letter or a talk; the message's body is what was said in it."""

    kind: ContactKind
    logged_by: str
    logged_at: datetime
    duration_seconds: int | None = None
    answered: bool = False
    """Whether the customer was answered within it, which counts as a response."""


class RetractionState(StrEnum):
    """How far the taking back of a sent reply has come; FAILED leaves the reply where it is, and can be asked again."""

    RETRACTING = "RETRACTING"
    RETRACTED = "RETRACTED"
    FAILED = "FAILED"


class Retraction(BaseModel):
    """That a member wants a reply back that was sent."""

    state: RetractionState = RetractionState.RETRACTING
    reason: str
    asked_by: str
    asked_at: datetime
    number: int
    """How many times it was asked by now."""
    ended_at: datetime | None = None
    error: str | None = None
    """Why it stays, there exactly while the state is FAILED."""


class TemplateUse(BaseModel):
    """That a message is a template of its channel with values in it; name and language are the provider's."""

    template_id: str
    name: str = ""
    language: str = ""
    values: list[str] = Field(default_factory=list)


class Conversation(Record):
    """One customer's part of one thread on one channel; its id is derived from the three."""

    gate_fields: ClassVar[tuple[str, ...]] = ("channel_id", "environment")

    channel_id: str
    channel_kind: ChannelKind
    environment: Environment = Environment.LIVE
    customer_id: str
    visibility: Visibility
    external_thread_id: str
    external_url: str | None = None
    continued_in: str | None = None
    """The private conversation in which a public one goes on, in the same case."""
    continued_from: str | None = None
    """The public conversation that a private one goes on from; of several the last one."""

    class Settings:
        name = "conversations"
        indexes: ClassVar = [IndexModel([("customer_id", ASCENDING), ("_id", ASCENDING)]), PENDING_EVENTS]


class Message(Record):
    """Something said in a conversation. Inbound ids are derived from channel and external id, so that one stays one."""

    gate_fields: ClassVar[tuple[str, ...]] = ("channel_id", "environment", "customer_id")

    case_id: str
    conversation_id: str
    customer_id: str
    channel_id: str
    environment: Environment = Environment.LIVE
    direction: Direction
    visibility: Visibility
    body: str
    language: str | None = None
    author_id: str | None = None
    """A member's or a customer's id; None: the system."""
    external_id: str | None = None
    in_reply_to: str | None = None
    """The external id of the message answered, which may arrive later."""
    continues: str | None = None
    """The public conversation that this private message of ours carries on, by its id."""
    sent_at: datetime | None = None
    delivery_status: DeliveryStatus | None = None
    delivery_error: str | None = None
    scheduled_for: datetime | None = None
    """When it leaves, there while it is SCHEDULED."""
    sentiment: Sentiment | None = None
    intent: Intent | None = None
    """What the customer wants by it."""
    attachments: list[Attachment] = Field(default_factory=list)
    reactions: list[Reaction] = Field(default_factory=list)
    answer_bank_entry_id: str | None = None
    template: TemplateUse | None = None
    """Which template it is; None for words of its author's own."""
    sources: list[CitedSource] = Field(default_factory=list)
    """What a reply relies on."""
    after_breach: bool = False
    """Whether the customer said it after a promise was broken in the case: what being late may have cost."""
    holding: bool = False
    """Whether it only says that an answer will come."""
    unparsed: bool = False
    """Whether this stands for a delivery that could not be understood; the body is what came."""
    contact: LoggedContact | None = None
    """What it was, where a member wrote it down by hand."""
    automatic: bool = False
    """Whether a machine of the customer's wrote it, such as a note of absence."""
    delivery_id: str | None = None
    """The delivery of the inbox that it came with; None for what came otherwise."""
    edited_at: datetime | None = None
    retraction: Retraction | None = None
    fingerprint: str | None = None

    @property
    def is_retracted(self) -> bool:
        """Tell whether it was sent and is gone where the customer read it."""
        return self.retraction is not None and self.retraction.state is RetractionState.RETRACTED

    class Settings:
        name = "messages"
        indexes: ClassVar = [
            IndexModel([("conversation_id", ASCENDING), ("created_at", ASCENDING), ("_id", ASCENDING)]),
            IndexModel([("case_id", ASCENDING), ("created_at", ASCENDING), ("_id", ASCENDING)]),
            IndexModel([(name, ASCENDING) for name in ("answer_bank_entry_id", "environment", "created_at", "_id")], sparse=True),
            IndexModel([("channel_id", ASCENDING), ("external_id", ASCENDING)], sparse=True),
            IndexModel([("environment", ASCENDING), ("created_at", ASCENDING), ("_id", ASCENDING)]),
            IndexModel([("template.template_id", ASCENDING)], sparse=True),
            PENDING_EVENTS,
        ]
