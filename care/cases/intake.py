"""How what customers say becomes a case, goes to the open one, or brings a closed one back."""

import asyncio
from collections.abc import Collection
from datetime import datetime
from functools import partial

from pymongo.errors import DuplicateKeyError

from care.cases import clocks, cycles, lifecycle, severity
from care.cases.answering import answer_within
from care.cases.changing import Overtaken, change_as_read, next_number
from care.cases.cycle_terms import keep, may_begin, under
from care.cases.last_message import show_last
from care.cases.merging import home_of, keys_of_others
from care.cases.promises import promise
from care.cases.rules import read_rules
from care.cases.splitting import finish_splits
from care.documents.case_states import CaseStatus
from care.documents.cases import Case
from care.documents.channels import Channel, Environment
from care.documents.conversations import Conversation, Message
from care.documents.customers import Customer
from care.documents.under_way import Incoming
from care.events import CaseOpened, MessageChanged, MessageReceived
from core.clock import now
from core.errors import NotFound, Unavailable
from core.ids import derived_id
from core.paging import count
from core.records import change, save

_TRIES = 50
_LOOKED_AT = 5
_SUBJECT_LENGTH = 100


async def receive(incoming: Incoming, *, conversation: Conversation, customer: Customer, subject: str | None = None) -> Case:
    """Put a customer's message into its case: the open one of the conversation, one just closed, or a new one.

    What a machine wrote joins its case without starting a clock or bringing it back. The message stands in the case's
    `incoming` until it is a document of its own (`settle_incoming`); the same message again changes nothing. Raises
    Unavailable when writers crowd each other out.
    """
    for _ in range(_TRIES):
        cases = await _latest_cases(conversation.id)
        if taken := await _taken(incoming.message_id, cases):
            return taken
        try:
            if home := _home(cases, incoming, now()):
                elsewhere = await _led_elsewhere(home)
                heard = partial(add_incoming, incoming=incoming, elsewhere=elsewhere)
                return await change_as_read(home, under(await read_rules(), heard) if may_begin(home) else heard)
            return await _open(incoming, conversation, customer, subject=subject, follows=_last(cases))
        except (Overtaken, DuplicateKeyError):
            continue
    raise Unavailable("store", "too many messages of one conversation at once")


async def settle_incoming(case_id: str, message: Message, known: Case | None = None) -> Case:
    """Take the entry of a message that is stored now out of its case, and show it as the last one.

    Whoever has just written the case gives it. Raises NotFound when there is no such case.
    """
    case = known or await Case.get(case_id)
    if case is None:
        raise NotFound("There is no such case.")
    settled = await change(await home_of(case), lambda current: _settle(current, message))
    if known is not None and settled.merge is not None:  # merged after it was given: the entry went along
        return await settle_incoming(case_id, message)
    return settled


def _settle(case: Case, message: Message) -> None:
    waiting = [entry for entry in case.incoming if entry.message_id != message.id]
    if len(waiting) == len(case.incoming):
        return
    case.incoming = waiting
    show_last(case, message.id, message.created_at)
    case.record(MessageChanged(case_id=case.id, message_id=message.id))


async def _latest_cases(conversation_id: str) -> list[Case]:
    """Give the cases of a conversation; what was merged or split half-way is finished first."""
    found = await Case.find({"conversation_ids": conversation_id}).sort("-opened_at", "-_id").limit(_LOOKED_AT).to_list()
    half_split = [case for case in found if any(split.done_at is None for split in case.splits)]
    for case in half_split:
        await finish_splits(case)
    if half_split:
        return await _latest_cases(conversation_id)
    homes = {home.id: home for home in [await home_of(case) for case in found]}
    return list(homes.values())


async def _led_elsewhere(case: Case) -> set[str]:
    """Give those of the conversations of a closed case that have an open case of their own by now."""
    is_plain = case.status is not CaseStatus.CLOSED or len(case.led) == 1
    return set() if is_plain else await keys_of_others(case.id, case.led)


async def _taken(message_id: str, cases: list[Case]) -> Case | None:
    """Give the case that has the message already, waiting or stored."""
    for case in cases:
        if any(entry.message_id == message_id for entry in case.incoming):
            return case
    stored = await Message.get(message_id)
    return await Case.get(stored.case_id) if stored else None


def _home(cases: list[Case], incoming: Incoming, at: datetime) -> Case | None:
    """Give the open case, else the one closed last if it may come back; to a machine's words it need not."""
    conversation_id = incoming.conversation_id
    own = [case for case in cases if conversation_id in case.led]
    is_open = [case for case in own if case.status is not CaseStatus.CLOSED]
    if is_open:
        return max(is_open, key=lambda case: conversation_id in (case.open_keys or []))
    if incoming.automatic and own:
        return own[0]
    closed = [case for case in own if case.can_come_back(at)]
    return max(closed, key=lambda case: case.closed_at or case.opened_at, default=None)


def _last(cases: list[Case]) -> str | None:
    """Give the case before, after which a new one is opened."""
    newest = max(cases, key=lambda case: case.opened_at, default=None)
    return newest.id if newest is not None else None


def add_incoming(case: Case, incoming: Incoming, *, elsewhere: Collection[str] = ()) -> None:
    """Let a case hear what its customer said; Overtaken when it was closed too long ago to come back.

    `elsewhere` are its conversations that have another open case by now, which stay with that one.
    """
    at = now()
    if not incoming.automatic:
        if case.status is CaseStatus.CLOSED and not case.can_come_back(at):
            raise Overtaken
        incoming.after_breach = lifecycle.is_broken(case, at)
        lifecycle.hear(case, clocks.said_at(incoming.sent_at, incoming.received_at), at)
        answer_within(case, incoming, at)
        severity.weigh(case, incoming)
    if elsewhere and case.open_keys:
        case.open_keys = [key for key in case.open_keys if key not in elsewhere] or None
    case.incoming = [*case.incoming, incoming]
    case.record(MessageReceived(case_id=case.id, message_id=incoming.message_id), actor=incoming.author_id)
    lifecycle.project(case, touched_at=at)


async def _open(
    incoming: Incoming, conversation: Conversation, customer: Customer, *, subject: str | None, follows: str | None
) -> Case:
    at, said = now(), clocks.said_at(incoming.sent_at, incoming.received_at)
    number, earlier_cases, rules = await asyncio.gather(next_number(), _earlier_cases(customer, at), read_rules())
    reach = _reach(customer, conversation.channel_id)
    case = Case(
        id=derived_id("case", conversation.id, incoming.message_id),
        created_at=at,
        number=number,
        subject=subject or subject_of(incoming),
        channel_id=conversation.channel_id,
        channel_kind=conversation.channel_kind,
        environment=conversation.environment,
        customer_id=customer.id,
        department_id=await _department(conversation),
        reach=reach,
        reach_key=-1 if reach is None else reach,
        opened_at=at,
        updated_at=at,
        conversation_ids=[conversation.id],
        open_keys=[conversation.id],
        follows=follows,
        incoming=[incoming],
        fingerprint=incoming.fingerprint,
    )
    case.request_subject = case.subject
    case.earlier_cases = earlier_cases
    if not incoming.automatic:
        severity.weigh(case, incoming)
    await promise(case, customer, said_at=said)
    cycles.begin(case, at)
    answer_within(case, incoming, at)
    case.record(CaseOpened(case_id=case.id, message_id=incoming.message_id), actor=incoming.author_id)
    lifecycle.project(case)
    keep(case, rules)
    await save(case)
    return case


async def _department(conversation: Conversation) -> str | None:
    """Give the department of the channel; what is practised belongs to none."""
    channel = await Channel.get(conversation.channel_id) if conversation.environment is Environment.LIVE else None
    return channel.department_id if channel is not None else None


def subject_of(incoming: Incoming) -> str:
    """Make a subject of the first line of what was said, cut between words."""
    if incoming.unparsed:
        return "A delivery that could not be understood"
    line = next((line.strip() for line in incoming.body.splitlines() if line.strip()), "")
    if not line:
        return "Attachment" if incoming.attachments else "Message without words"
    if len(line) <= _SUBJECT_LENGTH:
        return line
    cut = line[:_SUBJECT_LENGTH]
    return (cut.rpartition(" ")[0] or cut).rstrip(" ,;:") + "…"


async def _earlier_cases(customer: Customer, at: datetime) -> int:
    """Count the cases of a customer that make this one a repeat."""
    everybody = {"$in": [customer.id, *customer.absorbed]}
    return await count(Case, {"customer_id": everybody, "opened_at": {"$gte": at - severity.EARLIER_WITHIN}})


def _reach(customer: Customer, channel_id: str) -> int | None:
    """Tell how many people hear this customer on the channel, None where that is not known."""
    known = [identity.followers for identity in customer.identities if identity.channel_id == channel_id]
    return max((followers for followers in known if followers is not None), default=None)
