"""Channels, customers and cases for tests, made by the operations; and the actors who work on them."""

from datetime import datetime, timedelta
from typing import Any

from auth.actor import Actor, ActorKind, Permission, Role, is_scoped, permissions_of
from care.answer_bank import EntryDraft, create_entry
from care.cases.intake import receive
from care.cases.outgoing import settle_outgoing
from care.conversations import ensure_conversation
from care.customers import Person, ensure_customer
from care.documents.answer_bank import AnswerBankEntry
from care.documents.cases import Case
from care.documents.channels import Channel, ChannelKind
from care.documents.conversations import Conversation, DeliveryStatus, Message, Visibility
from care.documents.customers import Customer
from care.documents.under_way import Incoming
from care.follow_ups import keep_incoming
from care.messages import advance_delivery
from care.replies import Reply, ReplyDraft, reply_to_case
from core.clock import clock, now
from core.idempotency import Once
from core.ids import new_id
from core.records import save

SENTENCE = "Siparişim iki haftadır gelmedi, kimse ilgilenmiyor!"


def make_actor(*roles: Role, reach: frozenset[str] = frozenset(), member_id: str | None = None) -> Actor:
    """Give a member of these roles (AGENT unless told) without a member's document."""
    held = roles or (Role.AGENT,)
    identifier = member_id or new_id("mem")
    return Actor(
        ActorKind.MEMBER,
        identifier,
        account_id=identifier.replace("mem_", "acc_"),
        member_id=identifier,
        roles=frozenset(held),
        permissions=permissions_of(held),
        reach=reach,
        scoped=is_scoped(held),
    )


def make_customer_actor(customer: Customer) -> Actor:
    """Give the customer, signed in to the portal."""
    rights = frozenset({Permission.REQUEST_SUBMIT})
    return Actor(ActorKind.CUSTOMER, customer.id, customer_id=customer.id, permissions=rights)


async def make_channel(**overrides: Any) -> Channel:
    """Set up a channel, one of X unless told."""
    given = {"name": "Köprü on X", "kind": ChannelKind.X, "send_url": "http://127.0.0.1:9/send"}
    channel = Channel(id=new_id("chn"), created_at=now(), **{**given, **overrides})
    await save(channel)
    return channel


async def make_customer(channel: Channel | None = None, **overrides: Any) -> Customer:
    """Meet a customer on a channel."""
    given = {"external_id": new_id("u"), "handle": "@ayse", "name": "Ayşe Demir", "followers": 5_400}
    return await ensure_customer(channel or await make_channel(), Person(**{**given, **overrides}))


async def make_conversation(
    channel: Channel | None = None, customer: Customer | None = None, *, visibility: Visibility = Visibility.PUBLIC
) -> Conversation:
    """Open a conversation, in public unless told."""
    channel = channel or await make_channel()
    customer = customer or await make_customer(channel)
    return await ensure_conversation(channel, customer, thread_id=new_id("post"), visibility=visibility)


def make_incoming(conversation: Conversation, **overrides: Any) -> Incoming:
    """Make what a conversation's customer says now."""
    given: dict[str, Any] = {
        "message_id": new_id("msg"),
        "conversation_id": conversation.id,
        "body": SENTENCE,
        "visibility": conversation.visibility,
        "sent_at": now(),
        "received_at": now(),
        "author_id": conversation.customer_id,
        "external_id": new_id("ext"),
    }
    return Incoming(**{**given, **overrides})


async def say(conversation: Conversation, body: str = SENTENCE, **overrides: Any) -> Case:
    """Let a conversation's customer say something, and do what follows; give the case as it is then."""
    customer = await Customer.get(conversation.customer_id)
    assert customer is not None
    entry = make_incoming(conversation, body=body, **overrides)
    case = await receive(entry, conversation=conversation, customer=customer)
    await keep_incoming(case, entry)
    return await reread(case)


async def make_case(conversation: Conversation | None = None, **changes: Any) -> Case:
    """Open a case by a customer's message; `changes` are then written into it as they are."""
    case = await say(conversation or await make_conversation())
    case.severity = 0  # what the sentence weighs is no matter of most tests
    for name, value in changes.items():
        setattr(case, name, value)
    await save(case)
    return case


async def conversation_of(case: Case) -> Conversation:
    """Give the first conversation of a case."""
    found = await Conversation.get(case.conversation_ids[0])
    assert found is not None
    return found


async def make_reply(case: Case, actor: Actor | None = None, *, body: str = "Hemen bakıyorum.") -> Reply:
    """Answer in the case's first conversation."""
    draft = ReplyDraft(case_id=case.id, conversation_id=case.conversation_ids[0], body=body)
    return await reply_to_case(actor or make_actor(), draft, once=Once())


async def deliver(message: Message, status: DeliveryStatus = DeliveryStatus.SENT) -> Case:
    """Bring a reply to its end, as the worker does; give the case as it is then."""
    return await settle_outgoing(message.case_id, await advance_delivery(message, status))


async def make_entry(actor: Actor | None = None, **overrides: Any) -> AnswerBankEntry:
    """Write an answer down, as a mentor unless told."""
    given = {"title": "Kargo gecikmesi", "body": "Gecikme için özür dileriz; takip numaranız ile bakıyoruz."}
    draft = EntryDraft.model_validate({**given, **overrides})
    return await create_entry(actor or make_actor(Role.MENTOR), draft, once=Once())


async def reread(case: Case) -> Case:
    """Give the case as it is stored."""
    found = await Case.get(case.id)
    assert found is not None
    return found


def later(**span: float) -> datetime:
    """Let time pass and give the time it is then."""
    clock.shift(timedelta(**span))
    return now()
