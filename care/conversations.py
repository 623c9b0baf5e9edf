"""Conversations: one customer's part of one thread on one channel, public and private apart."""

from pymongo.errors import DuplicateKeyError

from care.documents.channels import Channel
from care.documents.conversations import Conversation, Visibility
from care.documents.customers import Customer
from core.clock import now
from core.ids import derived_id
from core.records import change, save


def conversation_id(channel_id: str, thread_id: str, customer_id: str, visibility: Visibility) -> str:
    """Give the id of a conversation: what is said in private in a public thread is another one."""
    return derived_id("cnv", channel_id, thread_id, customer_id, visibility.value)


async def private_talk(channel: Channel, customer: Customer) -> Conversation | None:
    """Give the private talk with a customer on a channel: the last one, else a new one under the customer's name there.

    None when the customer has no name there.
    """
    everybody = {"$in": [customer.id, *customer.absorbed]}
    wanted = {"customer_id": everybody, "channel_id": channel.id, "visibility": Visibility.PRIVATE.value}
    wanted |= {"environment": channel.environment.value}
    if known := await Conversation.find(wanted).sort("-_id").limit(1).to_list():
        return known[0]
    identity = next((identity for identity in customer.identities if identity.channel_id == channel.id), None)
    if identity is None:
        return None
    holder = await Customer.find_one({"identity_keys": identity.key}) or customer
    return await ensure_conversation(channel, holder, thread_id=identity.external_id, visibility=Visibility.PRIVATE)


async def ensure_conversation(
    channel: Channel, customer: Customer, *, thread_id: str, visibility: Visibility, url: str | None = None
) -> Conversation:
    """Give the conversation, made if it is new; a URL that is told later is added."""
    identifier = conversation_id(channel.id, channel.place_of(thread_id), customer.id, visibility)
    found = await Conversation.get(identifier)
    if found is None:
        fresh = Conversation(
            id=identifier,
            created_at=now(),
            channel_id=channel.id,
            channel_kind=channel.kind,
            environment=channel.environment,
            customer_id=customer.id,
            visibility=visibility,
            external_thread_id=thread_id,
            external_url=url,
        )
        try:
            await save(fresh)
        except DuplicateKeyError:
            return await ensure_conversation(channel, customer, thread_id=thread_id, visibility=visibility, url=url)
        return fresh
    if url is None or found.external_url == url:
        return found

    def tell_url(conversation: Conversation) -> None:
        conversation.external_url = url

    return await change(found, tell_url)
