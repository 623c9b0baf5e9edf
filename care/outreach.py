"""Reaching out: the company turns to a customer before the customer complains, in a case of its own."""

import asyncio
from dataclasses import dataclass
from typing import Annotated

from pydantic import BaseModel, Field
from pymongo.errors import DuplicateKeyError

from auth.actor import Actor
from care.cases.beginning import Beginning, company_case
from care.cases.changing import next_number
from care.cases.departments import department_of, require_department
from care.cases.outgoing import find_outgoing, put_outgoing
from care.cases.promises import book_of, promise_by
from care.cases.rules import read_rules
from care.channels import read_channels
from care.conversations import Talk, find_private, last_private, open_talk
from care.documents.case_rules import CaseRules
from care.documents.cases import Case
from care.documents.channels import Channel
from care.documents.conversations import Conversation, DeliveryStatus, Message, TemplateUse
from care.documents.customers import Customer
from care.documents.phrases import PhraseBook, PhraseBookKind
from care.documents.service_levels import SlaPolicy
from care.documents.under_way import Outgoing
from care.errors import AnotherCaseOpen
from care.events import OutreachStarted
from care.follow_ups import send_outgoing
from care.holding import Holds, hold, read_holds
from care.messages import Place
from care.native_sending import require_sendable
from care.phrase_books import heed_stock_phrases, read_phrases
from care.policies import may_reach_out, must_wait
from care.reading.customers import customers_by_ids
from care.replies import Beside, Reply, followed
from care.sla_order import read_policies
from care.template_places import Values
from care.templates.windows import BY_FIELD, require_open_window
from care.templates.wording import read_wording, word
from community.drafts import Body, Remark, may_be_id, text
from core.errors import InvalidInput, NotFound, Unavailable
from core.idempotency import Once
from core.ids import with_prefix
from core.outcomes import Outcome, outcome
from core.records import save


class OutreachDraft(BaseModel):
    """Whom to tell what, where, and why: the reason and the subject stay in the house.

    What is told is a text, or a template of the channel with its values.
    """

    customer_id: str
    channel_id: str
    subject: Annotated[str, text(1, 200, lines="one")]
    body: Body | None = None
    template_id: str | None = None
    values: Values = Field(default_factory=list)
    reason: Remark | None = None
    department_id: str | None = None
    """For which department; None: for that of who reaches out."""


@dataclass(frozen=True, slots=True)
class _Around:
    """What a first message is said in, as it was read before anything was written."""

    customer: Outcome[Customer]
    channel: Outcome[Channel]
    last: Conversation | None
    """The last private talk with the customer on the channel."""
    department: Outcome[str | None]
    rules: CaseRules
    policies: list[SlaPolicy]
    holds: Holds
    phrases: PhraseBook


async def reach_out(actor: Actor, draft: OutreachDraft, *, once: Once, beside: Beside | None = None) -> Reply:
    """Open a case of the company's own with a first message to a customer, in private and in one write.

    No clock runs before the customer answers. Without `case:reply_public` the message is held and the customer sees
    nothing of the case before its release. Raises Forbidden without `case:reply`, NotFound for a customer or channel
    that the actor may not know of, InvalidInput when the customer has no name on the channel, the channel does not take the
    text or takes a template alone by now, for a department that is not there and for what `send_template` refuses,
    AnotherCaseOpen when one is open in that conversation, IdempotencyMismatch.
    """
    may_reach_out(actor).enforce()
    before, around = await asyncio.gather(outcome(_begun_before(once)), _around(actor, draft))
    if begun := before.take():
        return begun
    customer, channel = around.customer.take(), around.channel.take()
    conversation, number, book = await asyncio.gather(
        outcome(_conversation(channel, customer, around.last)), next_number(), book_of(around.policies)
    )
    talk = conversation.take()
    await _require_words(actor, draft, talk, (channel, customer))
    case = company_case(actor, talk, Beginning(number, around.rules, book), subject=draft.subject, once=once)
    case.department_id = around.department.take()
    await _fill(actor, draft, case, talk, around)
    case.customer_id = customer.id  # who goes on where the talk was a merged customer's
    promise_by(book, case, customer, said_at=None)
    try:
        await save(case)
    except DuplicateKeyError:
        if begun := await _begun_before(once):
            return begun
        raise AnotherCaseOpen(
            "This customer has an open case in this conversation; reply there.", path=("customer_id",)
        ) from None
    reply = await followed(case, case.outgoing[0].message_id, Place(talk, channel), beside)
    return Reply(reply.case, reply.message, talk)


async def _around(actor: Actor, draft: OutreachDraft) -> _Around:
    (customer, channel, department), last, (rules, (policies, _)), (holds, phrases) = await asyncio.gather(
        asyncio.gather(
            outcome(_customer(actor, draft.customer_id)),
            outcome(_channel(actor, draft.channel_id)),
            outcome(_department(actor, draft.department_id)),
        ),
        _last(draft),
        asyncio.gather(read_rules(), read_policies()),
        asyncio.gather(read_holds(), read_phrases(PhraseBookKind.CONTACT_DETAILS)),
    )
    return _Around(customer, channel, last, department, rules, policies, holds, phrases)


async def _customer(actor: Actor, customer_id: str) -> Customer:
    found = (await customers_by_ids(actor, [customer_id])).get(customer_id)
    if found is None:
        raise NotFound("There is no such customer.", path=("customer_id",))
    return found


async def _channel(actor: Actor, channel_id: str) -> Channel:
    found = (await read_channels(actor, [channel_id])).get(channel_id)
    if found is None:
        raise NotFound("There is no such channel.", path=("channel_id",))
    return found


async def _department(actor: Actor, department_id: str | None) -> str | None:
    """Give the department that comes first: the one that is named, else the actor's own."""
    if department_id is None:
        return await department_of(actor.member)
    await require_department(department_id)
    return department_id


async def _last(draft: OutreachDraft) -> Conversation | None:
    is_whole = may_be_id(draft.customer_id, "cus") and may_be_id(draft.channel_id, "chn")
    return await last_private(draft.channel_id, [draft.customer_id]) if is_whole else None


async def _conversation(channel: Channel, customer: Customer, last: Conversation | None) -> Conversation:
    talk = await find_private(channel, customer, last)
    if talk is None:
        raise InvalidInput(
            f"{customer.display_name} has no name on {channel.name}; choose a channel that they use.", path=("channel_id",)
        )
    return await open_talk(talk, None) if isinstance(talk, Talk) else talk


async def _require_words(
    actor: Actor, draft: OutreachDraft, conversation: Conversation, parties: tuple[Channel, Customer]
) -> None:
    """Refuse nothing to say and two things to say, and words of one's own where the channel takes none now."""
    if (draft.body is None) is (draft.template_id is None):
        raise InvalidInput("Give a `body` or a `templateId`.", path=("body",))
    if draft.body is not None:
        channel, customer = parties
        await require_sendable(conversation, draft.body, channel=channel, customer=customer)
        await require_open_window(actor, conversation, way_out=BY_FIELD)


async def _fill(actor: Actor, draft: OutreachDraft, case: Case, conversation: Conversation, around: _Around) -> None:
    """Let a new case say why it was begun, and put its first message on its way."""
    case.outreach_reason = draft.reason
    case.record(OutreachStarted(case_id=case.id, channel_id=case.channel_id), actor=actor.id)
    entry = _entry(actor, draft, conversation, case)
    if entry.template is not None:
        await word(actor, case, entry, conversation, await read_wording(actor, case, entry))
        await require_sendable(conversation, entry.body)
    await hold(actor, entry, case.channel_id, around.holds)
    heed_stock_phrases(entry, around.phrases)
    put_outgoing(case, entry, actor=actor.id)


def _entry(actor: Actor, draft: OutreachDraft, conversation: Conversation, case: Case) -> Outgoing:
    return Outgoing(
        message_id=with_prefix("msg", case.id),
        conversation_id=conversation.id,
        body=draft.body or "",
        template=TemplateUse(template_id=draft.template_id, values=draft.values) if draft.template_id is not None else None,
        visibility=conversation.visibility,
        author_id=actor.member,
        state=DeliveryStatus.HELD_FOR_REVIEW if must_wait(actor) else DeliveryStatus.QUEUED,
        created_at=case.created_at,
        fingerprint=case.fingerprint,
    )


async def _begun_before(once: Once) -> Reply | None:
    """Give what an earlier, equal request began; IdempotencyMismatch for another input."""
    case = await Case.get(once.identifier("case")) if once.may_be_repeat else None
    if case is None:
        return None
    once.same_input(case.fingerprint)
    entry = find_outgoing(case, with_prefix("msg", case.id))
    message = await send_outgoing(case, entry) if entry else await Message.get(with_prefix("msg", case.id))
    if message is None:
        raise Unavailable("store", "the message of a case is neither waiting nor stored")
    return Reply(case, message)
