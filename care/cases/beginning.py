"""A case that the company begins, before the customer has said anything."""

import asyncio
from dataclasses import dataclass

from auth.actor import Actor
from care.cases import cycles
from care.cases.changing import next_number
from care.cases.cycle_terms import keep
from care.cases.promises import Book, read_book
from care.cases.rules import read_rules
from care.documents.case_rules import CaseRules
from care.documents.case_states import CaseOrigin
from care.documents.cases import Case
from care.documents.conversations import Conversation
from core.clock import now
from core.idempotency import Once


@dataclass(frozen=True, slots=True)
class Beginning:
    """What a case of the company's own begins with: its number, the rules and policies as they are."""

    number: int
    rules: CaseRules
    book: Book


async def read_beginning() -> Beginning:
    """Take a number, and read what a case begins with."""
    return Beginning(*await asyncio.gather(next_number(), read_rules(), read_book()))


def company_case(actor: Actor, conversation: Conversation, beginning: Beginning, *, subject: str, once: Once) -> Case:
    """Make a case of the company's own in a conversation; it is not stored yet and no clock runs."""
    at = now()
    case = Case(
        id=once.identifier("case"),
        created_at=at,
        number=beginning.number,
        subject=subject,
        origin=CaseOrigin.COMPANY,
        channel_id=conversation.channel_id,
        channel_kind=conversation.channel_kind,
        environment=conversation.environment,
        customer_id=conversation.customer_id,
        assignee_id=actor.member,
        opened_at=at,
        updated_at=at,
        conversation_ids=[conversation.id],
        open_keys=[conversation.id],
        fingerprint=once.fingerprint,
    )
    cycles.begin(case, at)
    keep(case, beginning.rules)
    return case
