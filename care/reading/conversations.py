"""The only way to read conversations, messages and channels for a person: behind the cases they belong to."""

from collections.abc import Sequence
from typing import Final

from auth.actor import Actor
from care.channels import read_channels
from care.documents.cases import Case
from care.documents.channels import Channel
from care.documents.conversations import Conversation, Message
from care.reading.cases import cases_by_ids
from care.reading.gates import visible_cases
from community.batches import count_children, read_children
from community.drafts import may_be_id
from core.gates import to_mongo
from core.paging import Order, Slice, Window
from core.records import by_ids

OLDEST_FIRST: Final = Order((("created_at", 1),))


async def conversations_by_ids(actor: Actor, conversation_ids: Sequence[str]) -> dict[str, Conversation]:
    """Give those of the conversations that are part of a case the actor may know of."""
    wanted = [one for one in dict.fromkeys(conversation_ids) if may_be_id(one, "cnv")]
    if not wanted:
        return {}
    gate = to_mongo(visible_cases(actor))
    cases = await Case.find({"conversation_ids": {"$in": wanted}, **gate}).to_list()
    open_to = {one for case in cases for one in case.conversation_ids}
    return await by_ids(Conversation, [one for one in wanted if one in open_to])


async def messages_by_ids(actor: Actor, message_ids: Sequence[str]) -> dict[str, Message]:
    """Give those of the messages that belong to a case the actor may know of."""
    found = await by_ids(Message, [one for one in dict.fromkeys(message_ids) if may_be_id(one, "msg")])
    cases = await cases_by_ids(actor, [message.case_id for message in found.values()])
    return {one: message for one, message in found.items() if message.case_id in cases and message.deleted_at is None}


async def messages_of_conversations(actor: Actor, conversation_ids: Sequence[str], window: Window) -> dict[str, Slice[Message]]:
    """Give the same window of every conversation's messages, the oldest first; `backwards` takes the newest."""
    readable = list(await conversations_by_ids(actor, conversation_ids))
    return await read_children(Message, ("conversation_id", readable), _PRESENT, OLDEST_FIRST, window)


async def message_counts(actor: Actor, conversation_ids: Sequence[str]) -> dict[str, int]:
    """Count the messages of every conversation that the actor may read."""
    readable = list(await conversations_by_ids(actor, conversation_ids))
    return await count_children(Message, "conversation_id", readable, _PRESENT)


async def channels_by_ids(actor: Actor, channel_ids: Sequence[str]) -> dict[str, Channel]:
    """Give those of the channels that the actor may know of: their own, and those of the cases they may know of."""
    wanted = [one for one in dict.fromkeys(channel_ids) if may_be_id(one, "chn")]
    found = await read_channels(actor, wanted)
    rest = [one for one in wanted if one not in found]
    if not actor.scoped or not rest:
        return found
    query = {"channel_id": {"$in": rest}, **to_mongo(visible_cases(actor))}
    shown = await Case.get_pymongo_collection().distinct("channel_id", query)
    return found | await by_ids(Channel, [str(one) for one in shown])


_PRESENT: Final = {"deleted_at": {"$exists": False}}
