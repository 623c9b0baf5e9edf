"""How what customers say becomes a case, goes to the open one, or brings a closed one back."""

import asyncio
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from pymongo.errors import DuplicateKeyError

from care.cases import clocks, lifecycle, severity
from care.cases.answering import answer_within
from care.cases.changing import Overtaken, change_as_read
from care.cases.cycle_terms import may_begin, under
from care.cases.last_message import show_last, show_written_down
from care.cases.merging import home_of, keys_of_others
from care.cases.opening import Opening, new_case, read_opening
from care.cases.rules import read_rules
from care.cases.splitting import finish_splits
from care.documents.case_rules import CaseRules
from care.documents.case_states import CaseStatus
from care.documents.cases import Case
from care.documents.channels import Channel
from care.documents.conversations import Conversation, Message
from care.documents.customers import Customer
from care.documents.under_way import Incoming
from care.events import MessageChanged, MessageReceived
from core.clock import now
from core.errors import NotFound, Unavailable
from core.records import change, save

_TRIES = 50
_LOOKED_AT = 5


@dataclass(frozen=True, slots=True)
class Around:
    """What a message comes into, as it was read: the case that has it, else the one that it goes to, else a new one."""

    cases: list[Case]
    taken: Case | None = None
    home: Case | None = None
    elsewhere: frozenset[str] = frozenset()
    """Those of the conversations of a closed home that have an open case of their own by now."""
    rules: CaseRules | None = None
    """What a cycle keeps that the message begins; None where it begins none."""
    opening: Opening | None = None


async def receive(
    incoming: Incoming,
    *,
    conversation: Conversation,
    customer: Customer,
    subject: str | None = None,
    around: Around | None = None,
) -> Case:
    """Put a customer's message into its case: the open one of the conversation, one just closed, or a new one.

    What a machine wrote joins its case without starting a clock or bringing it back. The message stands in the case's
    `incoming` until it is a document of its own (`settle_incoming`); the same message again changes nothing. Whoever has
    looked around already gives what was seen. Raises Unavailable when writers crowd each other out.
    """
    for _ in range(_TRIES):
        if around is None:
            cases = await latest_cases(conversation.id)
            around = await look_around(incoming, cases, customer=customer, channel=conversation.channel_id)
        try:
            if around.opening is None:
                return await _joined(incoming, around)
            case = new_case(incoming, conversation, customer, around.opening, subject=subject)
            case.follows = _last(around.cases)
            await save(case)
        except (Overtaken, DuplicateKeyError):
            around = None
        else:
            return case
    raise Unavailable("store", "too many messages of one conversation at once")


async def look_around(incoming: Incoming, cases: list[Case], *, customer: Customer | None, channel: Channel | str) -> Around:
    """Find out where a message goes, given the cases of its conversation, which were read before.

    Only then is it looked whether the message is stored: one that another process takes in at the same moment is in its
    case until it is. The customer is None for one who is new.
    """
    if waiting := next((case for case in cases if any(one.message_id == incoming.message_id for one in case.incoming)), None):
        return Around(cases, taken=waiting)
    home = _home(cases, incoming, now())
    if home is None:
        taken, opening = await asyncio.gather(_stored(incoming.message_id), read_opening(customer, channel))
        return Around(cases, taken=taken, opening=opening if taken is None else None)
    taken, rules, elsewhere = await asyncio.gather(_stored(incoming.message_id), _rules_for(home), _led_elsewhere(home))
    return Around(cases, taken=taken, home=home, elsewhere=frozenset(elsewhere), rules=rules)


async def _joined(incoming: Incoming, around: Around) -> Case:
    """Give the case that has the message; the message joins it if it does not yet."""
    if around.taken is not None:
        return around.taken
    if around.home is None:
        raise Overtaken
    heard = partial(add_incoming, incoming=incoming, elsewhere=around.elsewhere)
    return await change_as_read(around.home, under(around.rules, heard) if around.rules else heard)


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


async def latest_cases(conversation_id: str) -> list[Case]:
    """Give the cases of a conversation; what was merged or split half-way is finished first."""
    found = await Case.find({"conversation_ids": conversation_id}).sort("-opened_at", "-_id").limit(_LOOKED_AT).to_list()
    half_split = [case for case in found if any(split.done_at is None for split in case.splits)]
    for case in half_split:
        await finish_splits(case)
    if half_split:
        return await latest_cases(conversation_id)
    homes = {home.id: home for home in [await home_of(case) for case in found]}
    return list(homes.values())


async def _led_elsewhere(case: Case) -> set[str]:
    """Give those of the conversations of a closed case that have an open case of their own by now."""
    is_plain = case.status is not CaseStatus.CLOSED or len(case.led) == 1
    return set() if is_plain else await keys_of_others(case.id, case.led)


async def _stored(message_id: str) -> Case | None:
    """Give the case of a message that is stored already."""
    stored = await Message.get(message_id)
    return await Case.get(stored.case_id) if stored else None


async def _rules_for(home: Case) -> CaseRules | None:
    return await read_rules() if may_begin(home) else None


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
    show_written_down(case, incoming)
    case.record(MessageReceived(case_id=case.id, message_id=incoming.message_id), actor=incoming.author_id)
    lifecycle.project(case, touched_at=at)
