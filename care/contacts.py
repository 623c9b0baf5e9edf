"""Contacts outside of any machine: calls, letters and talks, written down by a member of the company."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
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
from care.contact_parties import ContactPerson, find_channel, make_usual, person_of, require_customer, require_known
from care.conversations import Talk, open_talk
from care.customers import Person, customer_id, known_as, meet
from care.documents.case_rules import CaseRules
from care.documents.case_states import CaseStatus
from care.documents.cases import Case
from care.documents.channels import Channel
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
from care.follow_ups import send_outgoing
from care.messages import Place, ensure_incoming
from care.policies import may_log_contact
from care.reading.cases import require_case
from care.replies import Reply
from community.drafts import Body, text
from core.clock import now
from core.errors import InvalidInput, NotFound, Unavailable
from core.idempotency import Once
from core.outcomes import Outcome, outcome
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


Beside = Callable[[str], Awaitable[object]]
"""What is done beside the message, given who said it."""


@dataclass(frozen=True, slots=True)
class _Log:
    """One contact on its way into a case."""

    actor: Actor
    draft: ContactDraft
    once: Once
    message_id: str
    at: datetime
    beside: Beside | None = None

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


async def log_contact(actor: Actor, draft: ContactDraft, *, once: Once, beside: Beside | None = None) -> Reply:
    """Write a contact down: a message in a case, the customer's or ours, with what it does to the clocks.

    What the customer began starts the clock at the time it took place, and meets it too where it was answered; what the
    company began counts as a reply. The entry of its case goes by the handler of the event. Raises Forbidden without
    `case:reply`, NotFound, InvalidInput for a time that can't be, CaseClosed, IdempotencyMismatch.
    """
    may_log_contact(actor).enforce()
    log = _Log(actor, draft, once, once.identifier("msg"), _took_place(draft), beside)
    if draft.case_id is not None:
        return await _add(log, draft.case_id)
    before, named, found = await asyncio.gather(
        outcome(_logged_before(log)), outcome(_named(log)), outcome(find_channel(actor, draft.kind, draft.channel_id))
    )
    if logged := before.take():
        return logged
    customer = named.take()
    channel = found.take() or await make_usual(draft.kind)
    require_known(actor, channel)
    party = await _party(log, channel, customer)
    return await (_begin if draft.direction is Direction.OUTBOUND else _hear)(log, party)


def _took_place(draft: ContactDraft) -> datetime:
    at = now()
    told = draft.occurred_at or at
    if not at - OLDEST <= told <= at + _AHEAD:
        raise InvalidInput("Give a time of the last twelve months, and not one to come.", path=("occurred_at",))
    exact = told.astimezone(UTC)
    return min(exact.replace(microsecond=exact.microsecond // 1000 * 1000), at)


async def _named(log: _Log) -> Customer | None:
    """Read the customer who was named; None where a person was."""
    named = log.draft.customer_id
    return await require_customer(log.actor, named) if named is not None else None


@dataclass(frozen=True, slots=True)
class _Party:
    """Whom a contact that begins a case was with, and the talk of it, which is as new as the contact."""

    talk: Talk
    known: Customer | None
    person: Person | None = None

    async def met(self) -> Customer:
        """Give the customer, made if they are new."""
        if self.person is not None:
            return await meet(self.talk.channel, self.person, self.known)
        if self.known is None:
            raise Unavailable("store", "a contact has no party")
        return self.known


async def _party(log: _Log, channel: Channel, named: Customer | None) -> _Party:
    """Find out whom a contact was with; of whom nothing but the name is known is looked for only in a repeat."""
    if named is not None:
        return _Party(Talk(channel, named.id, log.message_id, Visibility.PRIVATE), named)
    person = person_of(log.draft.person or ContactPerson(name="Anonymous"), message_id=log.message_id)
    is_new = person.external_id == log.message_id and not log.once.may_be_repeat
    known = None if is_new else await known_as(channel, person)
    theirs = known.id if known is not None else customer_id(channel.id, person.external_id)
    return _Party(Talk(channel, theirs, log.message_id, Visibility.PRIVATE), known, person)


async def _hear(log: _Log, party: _Party) -> Reply:
    """Put what the customer said into a case of its own."""
    customer, conversation, around = await asyncio.gather(party.met(), open_talk(party.talk, None), _around(log, party))
    if customer.id != party.talk.customer_id:  # another one has taken the name over meanwhile
        conversation, around = await open_talk(replace(party.talk, customer_id=customer.id), None), None
    case = await intake.receive(
        log.incoming(conversation), conversation=conversation, customer=customer, subject=log.draft.subject, around=around
    )
    return await _kept(case, log, Place(conversation, party.talk.channel))


async def _around(log: _Log, party: _Party) -> intake.Around | None:
    """Look around before anything is written; a repeat may find anything, and is left to `receive`."""
    if log.once.may_be_repeat:
        return None
    entry = log.incoming(party.talk.conversation())
    return await intake.look_around(entry, [], customer=party.known, channel=party.talk.channel)


async def _begin(log: _Log, party: _Party) -> Reply:
    """Open a case of the company's own by what it said first."""
    customer, conversation, beginning = await asyncio.gather(party.met(), open_talk(party.talk, None), read_beginning())
    if customer.id != party.talk.customer_id:  # another one has taken the name over meanwhile
        conversation = await open_talk(replace(party.talk, customer_id=customer.id), None)
    subject = log.draft.subject or subject_of(log.incoming(conversation))
    case = company_case(log.actor, conversation, beginning, subject=subject, once=log.once)
    case.record(OutreachStarted(case_id=case.id, channel_id=case.channel_id), actor=log.actor.id)
    put_outgoing(case, log.outgoing(conversation), actor=log.actor.id)
    promise_by(beginning.book, case, customer, said_at=None)
    return await _kept(await insert_or_read(case), log, Place(conversation, party.talk.channel))


async def _add(log: _Log, case_id: str) -> Reply:
    """Add to a case that is there, in a conversation of its own for contacts of this kind."""
    for _ in range(_TRIES):
        held, found = await asyncio.gather(
            outcome(require_case(log.actor, case_id)),
            outcome(find_channel(log.actor, log.draft.kind, log.draft.channel_id)),
        )
        case = held.take()
        before, place, rules = await asyncio.gather(
            outcome(_logged_before(log)), outcome(_place(log, case, found)), _rules_for(case)
        )
        if logged := before.take():
            return logged
        channel, conversation = place.take()

        def rule(current: Case, place: Conversation = conversation) -> None:
            _put(current, log, place)

        try:
            whole = under(rules, rule) if rules is not None else rule
            return await _kept(await change_as_read(case, whole), log, Place(conversation, channel))
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


async def _rules_for(case: Case) -> CaseRules | None:
    return await read_rules() if may_begin(case) else None


async def _place(log: _Log, case: Case, found: Outcome[Channel | None]) -> tuple[Channel, Conversation]:
    """Give channel and conversation of a case for contacts of a kind; the case names the conversation once it is there."""
    channel = found.take() or await make_usual(log.draft.kind)
    nobody = NotFound("This case has no customer.", path=("case_id",))
    if case.customer_id is None:
        raise nobody
    talk = Talk(channel, case.customer_id, case.id, Visibility.PRIVATE)
    known = Conversation.get(talk.id) if talk.id in case.conversation_ids else open_talk(talk, None)
    customer, conversation = await asyncio.gather(Customer.get(case.customer_id), known)
    if customer is None:
        raise nobody
    return channel, conversation or await open_talk(talk, None)


async def _kept(case: Case, log: _Log, place: Place) -> Reply:
    """Make the message of the entry that the case holds, or give it where it was settled already."""
    said = find_outgoing(case, log.message_id)
    heard = next((entry for entry in case.incoming if entry.message_id == log.message_id), None)
    author = said.author_id if said is not None else heard.author_id if heard is not None else None
    beside = [log.beside(author)] if log.beside is not None and author is not None else []
    message, _ = await asyncio.gather(_message(case, said or heard, log, place), asyncio.gather(*beside))
    return await _shown(log, message, Reply(case, message, place.conversation) if message is not None else None)


async def _message(case: Case, entry: Outgoing | Incoming | None, log: _Log, place: Place) -> Message | None:
    if isinstance(entry, Outgoing):
        return await send_outgoing(case, entry, place)
    return await (ensure_incoming(case, entry, place.conversation) if entry is not None else Message.get(log.message_id))


async def _logged_before(log: _Log) -> Reply | None:
    """Give what an earlier, equal request logged; IdempotencyMismatch for another input."""
    message = await Message.get(log.message_id) if log.once.may_be_repeat else None
    return await _shown(log, message) if message else None


async def _shown(log: _Log, message: Message | None, reply: Reply | None = None) -> Reply:
    """Show a contact with its case, which goes on elsewhere where it was merged meanwhile."""
    if reply is None or reply.case.id != reply.message.case_id:
        case = await Case.get(message.case_id) if message is not None else None
        if message is None or case is None:
            raise Unavailable("store", "a contact is neither waiting nor stored")
        reply = Reply(case, message)
    log.once.same_input(reply.message.fingerprint)
    return reply
