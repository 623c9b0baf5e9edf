"""A new case that a customer's message begins: what is read for it beforehand, and the case that is made of it."""

import asyncio
from dataclasses import dataclass

from care.cases import clocks, cycles, lifecycle, severity
from care.cases.answering import answer_within
from care.cases.changing import next_number
from care.cases.cycle_terms import keep
from care.cases.last_message import show_written_down
from care.cases.promises import Book, promise_by, read_book
from care.cases.rules import read_rules
from care.documents.case_rules import CaseRules
from care.documents.cases import Case
from care.documents.channels import Channel, Environment
from care.documents.conversations import Conversation
from care.documents.customers import Customer
from care.documents.under_way import Incoming
from care.events import CaseOpened
from core.clock import now
from core.ids import derived_id
from core.paging import count

_SUBJECT_LENGTH = 100


@dataclass(frozen=True, slots=True)
class Opening:
    """What a case begins with: its number, the rules and policies as they are, and what is known of its customer."""

    number: int
    rules: CaseRules
    book: Book
    earlier_cases: int = 0
    department_id: str | None = None
    """The department of the channel; what is practised belongs to none."""


async def read_opening(customer: Customer | None, channel: Channel | str) -> Opening:
    """Take a number, and read what a case begins with of a customer, None for one who is new, on a channel or its id."""
    number, rules, book, earlier_cases, department_id = await asyncio.gather(
        next_number(), read_rules(), read_book(), _earlier_cases(customer), _department(channel)
    )
    return Opening(number, rules, book, earlier_cases, department_id)


def case_id(conversation_id: str, message_id: str) -> str:
    """Give the id of the case that a message begins, if it begins one."""
    return derived_id("case", conversation_id, message_id)


def new_case(
    incoming: Incoming, conversation: Conversation, customer: Customer, opening: Opening, *, subject: str | None = None
) -> Case:
    """Make the case that a message begins, with its clocks running; it is not stored yet."""
    at, said = now(), clocks.said_at(incoming.sent_at, incoming.received_at)
    reach = _reach(customer, conversation.channel_id)
    case = Case(
        id=case_id(conversation.id, incoming.message_id),
        created_at=at,
        number=opening.number,
        subject=subject or subject_of(incoming),
        channel_id=conversation.channel_id,
        channel_kind=conversation.channel_kind,
        environment=conversation.environment,
        customer_id=customer.id,
        department_id=opening.department_id if conversation.environment is Environment.LIVE else None,
        reach=reach,
        reach_key=-1 if reach is None else reach,
        opened_at=at,
        updated_at=at,
        conversation_ids=[conversation.id],
        open_keys=[conversation.id],
        incoming=[incoming],
        fingerprint=incoming.fingerprint,
    )
    case.request_subject = case.subject
    case.earlier_cases = opening.earlier_cases
    if not incoming.automatic:
        severity.weigh(case, incoming)
    promise_by(opening.book, case, customer, said_at=said)
    cycles.begin(case, at)
    answer_within(case, incoming, at)
    show_written_down(case, incoming)
    case.record(CaseOpened(case_id=case.id, message_id=incoming.message_id), actor=incoming.author_id)
    lifecycle.project(case)
    keep(case, opening.rules)
    return case


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


async def _earlier_cases(customer: Customer | None) -> int:
    """Count the cases of a customer that make this one a repeat."""
    if customer is None:
        return 0
    everybody = {"$in": [customer.id, *customer.absorbed]}
    return await count(Case, {"customer_id": everybody, "opened_at": {"$gte": now() - severity.EARLIER_WITHIN}})


async def _department(channel: Channel | str) -> str | None:
    held = channel if isinstance(channel, Channel) else await Channel.get(channel)
    return held.department_id if held is not None else None


def _reach(customer: Customer, channel_id: str) -> int | None:
    """Tell how many people hear this customer on the channel, None where that is not known."""
    known = [identity.followers for identity in customer.identities if identity.channel_id == channel_id]
    return max((followers for followers in known if followers is not None), default=None)
