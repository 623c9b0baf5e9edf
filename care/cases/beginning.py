"""A case that the company begins, before the customer has said anything."""

from auth.actor import Actor
from care.cases import cycles
from care.cases.changing import next_number
from care.cases.cycle_terms import keep
from care.cases.rules import read_rules
from care.documents.case_states import CaseOrigin
from care.documents.cases import Case
from care.documents.conversations import Conversation
from core.clock import now
from core.idempotency import Once


async def company_case(actor: Actor, conversation: Conversation, *, subject: str, once: Once) -> Case:
    """Make a case of the company's own in a conversation; it is not stored yet and no clock runs."""
    at = now()
    case = Case(
        id=once.identifier("case"),
        created_at=at,
        number=await next_number(),
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
    keep(case, await read_rules())
    return case
