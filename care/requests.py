"""What customers do in the portal: make a request, write to it, say whether it helped."""

from dataclasses import dataclass
from typing import Annotated

from pydantic import AfterValidator, BaseModel
from pydantic_core import PydanticCustomError

from auth.actor import Actor, Permission
from care.cases import intake
from care.cases.cycle_terms import under
from care.cases.rules import read_rules
from care.cases.verdicts import judge
from care.claims.observing import observe_differences
from care.continuations import lead_while_open
from care.conversations import ensure_conversation
from care.documents.cases import Case
from care.documents.channels import Channel, ChannelKind, Environment
from care.documents.claims import ClaimField, ClaimSource, Said
from care.documents.conversations import Conversation, Message, Visibility
from care.documents.customers import Customer
from care.documents.cycles import CycleOutcome
from care.documents.under_way import Incoming
from care.events import ChannelChanged, CustomerChanged
from care.follow_ups import keep_incoming
from care.policies import may_add_message, may_judge
from care.profiles import accepted, put_fact, said, value_of
from care.reading.requests import require_request
from community.drafts import Body, Remark, text
from core.clock import now
from core.errors import Conflict, InvalidInput, NotFound
from core.idempotency import Once
from core.ids import derived_id
from core.records import by_ids, change, insert_or_read
from core.text.language import detect_language

PORTAL_CHANNEL = derived_id("chn", "portal")
_LONGEST_EMAIL = 254


def _email(given: str) -> str:
    name, found, host = given.strip().partition("@")
    if not (name and found and "." in host.strip(".") and len(given) <= _LONGEST_EMAIL) or " " in given.strip() or "@" in host:
        raise PydanticCustomError("email", "Write an e-mail address such as ayse@example.com")
    return given.strip()


class Contact(BaseModel):
    """How somebody without an account can be answered; nothing of it is verified."""

    name: Annotated[str, text(1, 100, lines="one")] | None = None
    email: Annotated[str, AfterValidator(_email)] | None = None
    phone: Annotated[str, text(3, 40, lines="one")] | None = None


class RequestDraft(BaseModel):
    """What a customer wants."""

    subject: Annotated[str, text(1, 200, lines="one")]
    body: Body
    contact: Contact | None = None


class RequestMessageDraft(BaseModel):
    """What a customer adds to a request."""

    request_id: str
    body: Body


class RequestVerdictDraft(BaseModel):
    """Whether it helped, in the customer's words; only SATISFIED and UNSATISFIED are theirs to say."""

    request_id: str
    verdict: CycleOutcome
    comment: Remark | None = None


@dataclass(frozen=True, slots=True)
class RequestMessage:
    """A customer's message and the request it went to."""

    case: Case
    message: Message


async def submit_request(actor: Actor, draft: RequestDraft, *, once: Once) -> Case:
    """Make a request: a case with a 30-minute clock. Without an account it is acknowledged and can't be read again.

    Raises Forbidden without `request:submit`, IdempotencyMismatch.
    """
    actor.require(Permission.REQUEST_SUBMIT)
    channel, customer = await portal_channel(), await _customer(actor, draft.contact, once)
    message_id = once.identifier("msg")
    conversation = await ensure_conversation(channel, customer, thread_id=message_id, visibility=Visibility.PRIVATE)
    if once.may_be_repeat and (before := await Case.get(derived_id("case", conversation.id, message_id))):
        once.same_input(before.fingerprint)
        return before
    entry = _incoming(customer, conversation, draft.body, message_id, once.fingerprint)
    case = await intake.receive(entry, conversation=conversation, customer=customer, subject=draft.subject)
    await keep_incoming(case, entry)
    return case


async def add_message(actor: Actor, draft: RequestMessageDraft, *, once: Once) -> RequestMessage:
    """Add the customer's words to a request; one that waits or was closed lately comes back to life.

    Raises NotFound for what is not the customer's own, CaseClosed when it was closed too long ago, IdempotencyMismatch.
    """
    case = await require_request(actor, draft.request_id)
    if before := await _added_before(case, once):
        return before
    may_add_message(actor, case, now()).enforce()
    customer = await Customer.get(actor.customer_id)
    if customer is None:
        raise NotFound("There is no such request.", path=("request_id",))
    conversation = await _own_talk(case, customer)
    entry = _incoming(customer, conversation, draft.body, once.identifier("msg"), once.fingerprint)
    case = await intake.receive(entry, conversation=conversation, customer=customer)
    return RequestMessage(case, await keep_incoming(case, entry))


async def record_verdict(actor: Actor, draft: RequestVerdictDraft, *, expected_version: int) -> Case:
    """Say whether it helped; UNSATISFIED starts the next cycle. `expected_version` is the request's own.

    Raises NotFound for what is not the customer's own, CaseClosed, NothingToJudge before an answer, AlreadyDone,
    InvalidInput for an outcome that is not the customer's to say, Conflict.
    """
    if draft.verdict not in {CycleOutcome.SATISFIED, CycleOutcome.UNSATISFIED}:
        raise InvalidInput("Say SATISFIED or UNSATISFIED.", path=("verdict",))
    case = await require_request(actor, draft.request_id)

    def rule(current: Case) -> None:
        if current.request_version != expected_version:
            raise Conflict(current=current)
        may_judge(actor, current).enforce()
        judge(current, draft.verdict, now(), actor=actor, note=draft.comment)

    return await change(case, under(await read_rules(), rule))


async def portal_channel() -> Channel:
    """Give the channel of the portal; the first who asks makes it."""
    found = await Channel.get(PORTAL_CHANNEL)
    if found is None:
        query = {"kind": ChannelKind.PORTAL.value, "environment": Environment.LIVE.value, "deleted_at": {"$exists": False}}
        found = next(iter(await Channel.find(query).sort("_id").limit(1).to_list()), None)
    if found is not None:
        return found
    portal = Channel(id=PORTAL_CHANNEL, created_at=now(), name="Portal", kind=ChannelKind.PORTAL)
    portal.record(ChannelChanged(channel_id=portal.id))
    return await insert_or_read(portal)


async def _own_talk(case: Case, customer: Customer) -> Conversation:
    """Give the last conversation of a request that is the customer's very own, whoever is merged into them; else a new one."""
    talks = await by_ids(Conversation, case.led)
    own = [talks[one] for one in case.led if one in talks and talks[one].customer_id == customer.id]
    if own:
        return own[-1]
    channel, visible = await portal_channel(), Visibility.PRIVATE
    conversation = await ensure_conversation(channel, customer, thread_id=case.id, visibility=visible)
    await lead_while_open(case, conversation.id)
    return conversation


async def _customer(actor: Actor, contact: Contact | None, once: Once) -> Customer:
    """Give the customer who asks: the account's own, or a new one of whom nothing is known but what they say."""
    if actor.customer_id is None:
        return await _stranger(contact or Contact(), once.identifier("cus"))
    customer = await Customer.get(actor.customer_id)
    if customer is None:
        raise NotFound("There is no such customer.")
    sayings = _sayings(contact or Contact())
    customer = await change(customer, lambda current: _keep_contact(current, sayings))
    await observe_differences(customer, sayings)
    return customer


async def _stranger(contact: Contact, identifier: str) -> Customer:
    name = contact.name or contact.email or contact.phone or "Anonymous"
    customer = Customer(id=identifier, created_at=now(), display_name=name)
    for saying in _sayings(contact):
        put_fact(customer, accepted(saying, customer.created_at))
    customer.record(CustomerChanged(customer_id=customer.id))
    return await insert_or_read(customer)


def _keep_contact(customer: Customer, sayings: list[Said]) -> None:
    """Fill what is not known; what is, and said otherwise, waits for a decision."""
    news = [saying for saying in sayings if saying.field is not ClaimField.NAME and value_of(customer, saying.field) is None]
    for saying in news:
        put_fact(customer, accepted(saying, now()))
    if news:
        customer.record(CustomerChanged(customer_id=customer.id))


def _sayings(contact: Contact) -> list[Said]:
    told = {ClaimField.NAME: contact.name, ClaimField.EMAIL: contact.email, ClaimField.PHONE: contact.phone}
    return [said(field, value, ClaimSource.CUSTOMER, now(), origin=PORTAL_CHANNEL) for field, value in told.items() if value]


async def _added_before(case: Case, once: Once) -> RequestMessage | None:
    if not once.may_be_repeat:
        return None
    identifier = once.identifier("msg")
    waiting = next((entry for entry in case.incoming if entry.message_id == identifier), None)
    if waiting is not None:
        once.same_input(waiting.fingerprint)
        return RequestMessage(case, await keep_incoming(case, waiting))
    message = await Message.get(identifier)
    if message is None:
        return None
    once.same_input(message.fingerprint)
    return RequestMessage(case, message)


def _incoming(customer: Customer, conversation: Conversation, body: str, message_id: str, fingerprint: str | None) -> Incoming:
    at = now()
    return Incoming(
        message_id=message_id,
        conversation_id=conversation.id,
        body=body,
        visibility=Visibility.PRIVATE,
        sent_at=at,
        received_at=at,
        author_id=customer.id,
        language=detect_language(body),
        fingerprint=fingerprint,
    )
