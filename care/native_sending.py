"""Handing a reply to the adapter of its channel."""

import asyncio

from care.channels import open_keys
from care.continuations import carried_on
from care.documents.channels import Channel
from care.documents.conversations import Conversation, Message, Visibility
from care.documents.customers import Customer
from care.providers.adapter import Refused, Reply
from care.providers.registry import ADAPTERS
from core.errors import InvalidInput
from core.outbound import Outbound
from core.records import RecordT
from core.secrets import Keyring

_BLOCKED = "The customer takes no messages of yours on this channel any more; reach them another way."


async def send_natively(message: Message, channel: Channel, *, keyring: Keyring, outbound: Outbound) -> str | None:
    """Send a reply by its channel's adapter and give the provider's id of it.

    Raises NotTaken, Refused, and what `Outbound.post` raises.
    """
    conversation = await Conversation.get(message.conversation_id)
    if conversation is None:
        raise Refused("there is no such conversation any more")
    customer = await Customer.get(conversation.customer_id)
    known = [one.external_id for one in (customer.identities if customer else []) if one.channel_id == channel.id]
    reply = Reply(
        message_id=message.id,
        kind=channel.kind,
        visibility=message.visibility,
        text=message.body,
        thread_id=conversation.external_thread_id,
        recipient_id=known[0] if known else None,
        in_reply_to=message.in_reply_to,
        template=message.template,
        continues=await carried_on(message),
    )
    adapter = ADAPTERS[channel.adapter]
    if _has_blocked(customer, conversation):
        raise Refused(_BLOCKED)
    if objection := adapter.objection(reply):
        raise Refused(objection)
    return await adapter.send(reply, open_keys(channel, keyring), outbound)


async def require_sendable(
    conversation: Conversation, text: str, *, channel: Channel | None = None, customer: Customer | None = None
) -> None:
    """Raise InvalidInput when the provider of a conversation's channel would not take such a reply, or the customer none.

    Whoever has read the channel or the customer already gives them; of another conversation's they are of no use.
    """
    kind, visible = conversation.channel_kind, conversation.visibility
    reply = Reply("", kind, visible, text, conversation.external_thread_id, None, None)
    able = [adapter for adapter in ADAPTERS.values() if kind in adapter.kinds]
    if not able or (visible is Visibility.PUBLIC and not any(adapter.objection(reply) for adapter in able)):
        return  # whoever speaks for the channel, nothing is in the way
    channel, customer = await asyncio.gather(
        _read(Channel, conversation.channel_id, channel), _read(Customer, conversation.customer_id, customer)
    )
    adapter = ADAPTERS.get(channel.adapter) if channel else None
    if channel is None or adapter is None:
        return
    if objection := adapter.objection(reply):
        raise InvalidInput(objection, path=("body",))
    if _has_blocked(customer, conversation):
        raise InvalidInput(_BLOCKED, path=("conversation_id",))


async def _read(model: type[RecordT], identifier: str, known: RecordT | None) -> RecordT | None:
    return known if known is not None and known.id == identifier else await model.get(identifier)


def _has_blocked(customer: Customer | None, conversation: Conversation) -> bool:
    """Tell whether a customer takes no messages of ours there; in public nobody can be kept from reading."""
    names = customer.identities if customer and conversation.visibility is Visibility.PRIVATE else []
    return any(one.blocked for one in names if one.channel_id == conversation.channel_id)
