"""Contacts outside of any machine: calls, letters and talks, written down by a member of the company."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Self

from pydantic import AwareDatetime, BaseModel, Field, model_validator
from pydantic_core import PydanticCustomError

from auth.actor import Actor
from care.cases import intake
from care.cases.beginning import company_case, read_beginning
from care.cases.changing import Overtaken, change_as_read
from care.cases.cycle_terms import may_begin, under
from care.cases.opening import subject_of
from care.cases.outgoing import find_outgoing, put_outgoing
from care.cases.promises import promise_by
from care.cases.rules import read_rules
from care.contact_parties import ContactPerson, contact_channel, contact_customer, require_customer, usual_channel
from care.conversations import ensure_conversation
from care.documents.case_states import CaseStatus
from care.documents.cases import Case
from care.documents.conversations import (
    ContactKind,
    Conversation,
    DeliveryStatus,
    Direction,
    LoggedContact,
    Message,
    Visibility,
)
from care.documents.customers import Customer
from care.documents.under_way import Incoming, Outgoing
from care.errors import CaseClosed
from care.events import OutreachStarted
from care.follow_ups import keep_incoming, send_outgoing
from care.policies import may_log_contact
from care.reading.cases import require_case
from care.replies import Reply
from community.drafts import Body, text
from core.clock import now
from core.errors import InvalidInput, NotFound, Unavailable
from core.idempotency import Once
from core.records import insert_or_read
from core.text.language import detect_language

OLDEST = timedelta(days=366)
_AHEAD = timedelta(minutes=1)
_TRIES = 20


class ContactDraft(BaseModel):
    """What was said, how, when and by whom: in a case that is there, or a new one of a customer or of somebody new."""

    kind: ContactKind
    direction: Direction
    body: Body
    occurred_at: AwareDatetime | None = None
    duration_seconds: Annotated[int, Field(ge=0, le=86_400)] | None = None
    answered: bool = False
    subject: Annotated[str, text(1, 200, lines="one")] | None = None
    case_id: str | None = None
    customer_id: str | None = None
    person: ContactPerson | None = None
    channel_id: str | None = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if sum(given is not None for given in (self.case_id, self.customer_id, self.person)) != 1:
            raise PydanticCustomError("whose", "Name the case, or the customer, or a new person: one of the three")
        if self.kind is ContactKind.LETTER and (self.duration_seconds is not None or self.answered):
            raise PydanticCustomError("letter", "A letter has no duration and is not answered within itself")
        if self.direction is Direction.OUTBOUND and self.answered:
            raise PydanticCustomError("answered", "Only what the customer began can be answered within itself")
        return self


@dataclass(frozen=True, slots=True)
class _Log:
    """One contact on its way into a case."""

    actor: Actor
    draft: ContactDraft
    once: Once
    message_id: str
    at: datetime

    @property
    def contact(self) -> LoggedContact:
        draft = self.draft
        return LoggedContact(
            kind=draft.kind,
            logged_by=self.actor.member,
            logged_at=now(),
            duration_seconds=draft.duration_seconds,
            answered=draft.answered,
        )

    def incoming(self, conversation: Conversation) -> Incoming:
        return Incoming(
            message_id=self.message_id,
            conversation_id=conversation.id,
            body=self.draft.body,
            visibility=conversation.visibility,
            sent_at=self.at,
            received_at=now(),
            author_id=conversation.customer_id,
            language=detect_language(self.draft.body),
            contact=self.contact,
            fingerprint=self.once.fingerprint,
        )

    def outgoing(self, conversation: Conversation) -> Outgoing:
        return Outgoing(
            message_id=self.message_id,
            conversation_id=conversation.id,
            body=self.draft.body,
            visibility=conversation.visibility,
            author_id=self.actor.member,
            state=DeliveryStatus.QUEUED,
            created_at=self.at,
            contact=self.contact,
            fingerprint=self.once.fingerprint,
        )


async def log_contact(actor: Actor, draft: ContactDraft, *, once: Once) -> Reply:
    """Write a contact down: a message in a case, the customer's or ours, with what it does to the clocks.

    What the customer began starts the clock at the time it took place, and meets it too where it was answered; what the
    company began counts as a reply. Raises Forbidden without `case:reply`, NotFound, InvalidInput for a time that can't
    be, CaseClosed, IdempotencyMismatch.
    """
    may_log_contact(actor).enforce()
    log = _Log(actor, draft, once, once.identifier("msg"), _took_place(draft))
    if before := await _logged_before(log):
        return before
    if draft.case_id is not None:
        return await _add(log, draft.case_id)
    known = await require_customer(actor, draft.customer_id) if draft.customer_id is not None else None
    channel = await contact_channel(actor, draft.kind, draft.channel_id)
    person = draft.person or ContactPerson(name="Anonymous")
    customer = known or await contact_customer(channel, person, message_id=log.message_id)
    private = Visibility.PRIVATE
    conversation = await ensure_conversation(channel, customer, thread_id=log.message_id, visibility=private)
    if draft.direction is Direction.OUTBOUND:
        return await _begin(log, conversation, customer)
    entry = log.incoming(conversation)
    case = await intake.receive(entry, conversation=conversation, customer=customer, subject=draft.subject)
    return await _shown(log, await keep_incoming(case, entry))


def _took_place(draft: ContactDraft) -> datetime:
    at = now()
    told = draft.occurred_at or at
    if not at - OLDEST <= told <= at + _AHEAD:
        raise InvalidInput("Give a time of the last twelve months, and not one to come.", path=("occurred_at",))
    exact = told.astimezone(UTC)
    return min(exact.replace(microsecond=exact.microsecond // 1000 * 1000), at)


async def _begin(log: _Log, conversation: Conversation, customer: Customer) -> Reply:
    """Open a case of the company's own by what it said first."""
    subject, beginning = log.draft.subject or subject_of(log.incoming(conversation)), await read_beginning()
    case = company_case(log.actor, conversation, beginning, subject=subject, once=log.once)
    case.record(OutreachStarted(case_id=case.id, channel_id=case.channel_id), actor=log.actor.id)
    put_outgoing(case, log.outgoing(conversation), actor=log.actor.id)
    promise_by(beginning.book, case, customer, said_at=None)
    case = await insert_or_read(case)
    return await _shown(log, await _kept(case, log))


async def _add(log: _Log, case_id: str) -> Reply:
    """Add to a case that is there, in a conversation of its own for contacts of this kind."""
    for _ in range(_TRIES):
        case = await require_case(log.actor, case_id)
        if before := await _logged_before(log):
            return before
        conversation = await _conversation(log, case)

        def rule(current: Case, place: Conversation = conversation) -> None:
            _put(current, log, place)

        try:
            whole = under(await read_rules(), rule) if may_begin(case) else rule
            return await _shown(log, await _kept(await change_as_read(case, whole), log))
        except Overtaken:
            continue
    raise Unavailable("store", "too many writers of one case")


def _put(case: Case, log: _Log, conversation: Conversation) -> None:
    """Put the contact into the case, once; a closed one comes back by the customer's words alone."""
    if find_outgoing(case, log.message_id) or any(entry.message_id == log.message_id for entry in case.incoming):
        return
    is_closed = case.status is CaseStatus.CLOSED
    if is_closed and (log.draft.direction is Direction.OUTBOUND or not case.can_come_back(now())):
        raise CaseClosed("This case is closed; log the contact in a new one.", path=("case_id",))
    if conversation.id not in case.conversation_ids:
        case.conversation_ids = [*case.conversation_ids, conversation.id]
        case.open_keys = None if is_closed else [*(case.open_keys or []), conversation.id]
    if log.draft.direction is Direction.OUTBOUND:
        put_outgoing(case, log.outgoing(conversation), actor=log.actor.id)
    else:
        intake.add_incoming(case, log.incoming(conversation))


async def _conversation(log: _Log, case: Case) -> Conversation:
    if log.draft.channel_id is None:
        channel = await usual_channel(log.draft.kind)
    else:
        channel = await contact_channel(log.actor, log.draft.kind, log.draft.channel_id)
    customer = await Customer.get(case.customer_id)
    if customer is None:
        raise NotFound("This case has no customer.", path=("case_id",))
    return await ensure_conversation(channel, customer, thread_id=case.id, visibility=Visibility.PRIVATE)


async def _kept(case: Case, log: _Log) -> Message | None:
    """Make the message of the entry that the case holds; None when it was settled already."""
    if said := find_outgoing(case, log.message_id):
        return await send_outgoing(case, said)
    heard = next((entry for entry in case.incoming if entry.message_id == log.message_id), None)
    return await keep_incoming(case, heard) if heard else None


async def _logged_before(log: _Log) -> Reply | None:
    """Give what an earlier, equal request logged; IdempotencyMismatch for another input."""
    message = await Message.get(log.message_id) if log.once.may_be_repeat else None
    return await _shown(log, message) if message else None


async def _shown(log: _Log, message: Message | None) -> Reply:
    kept = message or await Message.get(log.message_id)
    case = await Case.get(kept.case_id) if kept else None
    if kept is None or case is None:
        raise Unavailable("store", "a contact is neither waiting nor stored")
    log.once.same_input(kept.fingerprint)
    return Reply(case, kept)
