"""Messages on their way through a case: received and not stored yet, or about to leave."""

from datetime import datetime

from pydantic import BaseModel, Field

from care.documents.case_states import CaseStatus
from care.documents.conversations import DeliveryStatus, LoggedContact, Sentiment, TemplateUse, Visibility
from care.documents.sources import CitedSource
from care.documents.templates import AutomaticPurpose
from core.text.intent import Intent


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
    template: TemplateUse | None = None
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

    @property
    def automatic_purpose(self) -> AutomaticPurpose | None:
        """Give what it is said for by itself; None for what a person wrote."""
        if self.author_id is not None:
            return None
        if self.reminder:
            return AutomaticPurpose.REMINDER
        return AutomaticPurpose.HOLDING_REPLY if self.holding else None
