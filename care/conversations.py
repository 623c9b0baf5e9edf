"""Conversations: one customer's part of one thread on one channel, public and private apart."""

from collections.abc import Sequence
from dataclasses import dataclass

from pymongo.errors import DuplicateKeyError

from care.documents.channels import Channel, Environment
from care.documents.conversations import Conversation, Visibility
from care.documents.customers import Customer
from core.clock import now
from core.errors import Unavailable
from core.ids import derived_id
from core.records import change, save


def conversation_id(channel_id: str, thread_id: str, customer_id: str, visibility: Visibility) -> str:
    """Give the id of a conversation: what is said in private in a public thread is another one."""
    return derived_id("cnv", channel_id, thread_id, customer_id, visibility.value)


@dataclass(frozen=True, slots=True)
class Talk:
    """Where something is said, and by whom; the conversation of it may be there already."""

    channel: Channel
    customer_id: str
    thread_id: str
    visibility: Visibility
    url: str | None = None

    @property
    def id(self) -> str:
        """Give the id of its conversation."""
        return conversation_id(self.channel.id, self.channel.place_of(self.thread_id), self.customer_id, self.visibility)

    def conversation(self) -> Conversation:
        """Make its conversation, not stored yet."""
        return Conversation(
            id=self.id,
            created_at=now(),
            channel_id=self.channel.id,
            channel_kind=self.channel.kind,
            environment=self.channel.environment,
            customer_id=self.customer_id,
            visibility=self.visibility,
            external_thread_id=self.thread_id,
            external_url=self.url,
        )


async def private_talk(channel: Channel, customer: Customer) -> Conversation | None:
    """Give the private talk with a customer on a channel: the last one, else a new one under the customer's name there.

    None when the customer has no name there.
    """
    talk = await find_private(channel, customer, await last_private(channel.id, [customer.id, *customer.absorbed]))
    return await open_talk(talk, None) if isinstance(talk, Talk) else talk


async def last_private(
    channel_id: str, customer_ids: Sequence[str], environment: Environment | None = None
) -> Conversation | None:
    """Give the last private talk with any of these customers on a channel, of one environment if it is named."""
    wanted = {"customer_id": {"$in": list(customer_ids)}, "channel_id": channel_id, "visibility": Visibility.PRIVATE.value}
    wanted |= {"environment": environment.value} if environment is not None else {}
    return next(iter(await Conversation.find(wanted).sort("-_id").limit(1).to_list()), None)


async def find_private(channel: Channel, customer: Customer, last: Conversation | None) -> Conversation | Talk | None:
    """Give the private talk with a customer, or the one that is still to be opened under the customer's name.

    `last` is the last one that was read for the customer, before the channel was known: where it belongs to another
    environment, or others are merged into the customer, it is read again. None when the customer has no name there.
    """
    everybody = [customer.id, *customer.absorbed]
    if len(everybody) > 1 or (last is not None and last.environment is not channel.environment):
        last = await last_private(channel.id, everybody, channel.environment)
    identity = next((identity for identity in customer.identities if identity.channel_id == channel.id), None)
    if last is not None or identity is None:
        return last
    holder = await _holder(identity.key) if len(everybody) > 1 else None
    return Talk(channel, (holder or customer).id, identity.external_id, Visibility.PRIVATE)


async def _holder(identity_key: str) -> Customer | None:
    """Give who goes by a name on a channel: a customer who was merged keeps their own."""
    return await Customer.find_one({"identity_keys": identity_key})


async def ensure_conversation(
    channel: Channel, customer: Customer, *, thread_id: str, visibility: Visibility, url: str | None = None
) -> Conversation:
    """Give the conversation, made if it is new; a URL that is told later is added."""
    talk = Talk(channel, customer.id, thread_id, visibility, url)
    return await open_talk(talk, await Conversation.get(talk.id))


async def open_talk(talk: Talk, known: Conversation | None) -> Conversation:
    """Make the conversation of a talk that was not there a moment ago; to one that was a URL is added that is told later."""
    if known is None:
        fresh = talk.conversation()
        try:
            await save(fresh)
        except DuplicateKeyError:
            known = await Conversation.get(talk.id)
        else:
            return fresh
    if known is None:
        raise Unavailable("store", "a conversation can be neither made nor found")
    if talk.url is None or known.external_url == talk.url:
        return known

    def tell_url(conversation: Conversation) -> None:
        conversation.external_url = talk.url

    return await change(known, tell_url)
