"""Reading what belongs to cases and conversations that the actor was given: their gate was asked already, so it is one query.

Whoever calls these holds the parents from `cases_by_ids`, `list_cases` or `conversations_by_ids`, and the ids from them.
"""

import asyncio
from collections.abc import Sequence
from typing import Final

from auth.actor import Actor, ActorKind
from care.documents.consultations import Consultation
from care.documents.conversations import Conversation, Message
from care.reading.consultations import NEWEST_FIRST
from care.reading.conversations import OLDEST_FIRST
from community.batches import count_children, read_children
from community.drafts import may_be_id
from core.paging import Slice, Window
from core.records import AT_ONCE, by_ids

_PRESENT: Final = {"deleted_at": {"$exists": False}}
_NO_STAFF: Final = frozenset({ActorKind.ANONYMOUS, ActorKind.CUSTOMER})


async def conversations_of_case(actor: Actor, conversation_ids: Sequence[str]) -> dict[str, Conversation]:
    """Give the conversations that cases of the actor's name; customers read theirs as requests."""
    return {} if actor.kind in _NO_STAFF else await by_ids(Conversation, conversation_ids)


async def last_messages(actor: Actor, message_ids: Sequence[str]) -> dict[str, Message]:
    """Give the messages that cases of the actor's name as their last; one that was withdrawn is left out."""
    found = {} if actor.kind in _NO_STAFF else await by_ids(Message, message_ids)
    return {one: message for one, message in found.items() if message.deleted_at is None}


def answered_name(message: Message) -> str | None:
    """Give the name under which `answered_messages` finds what a message answers; None for one that answers none."""
    return f"{message.channel_id} {message.in_reply_to}" if message.in_reply_to else None


async def answered_messages(actor: Actor, names: Sequence[str]) -> dict[str, Message]:
    """Give the messages that others name as what they answer, by the channel's ids; what is not here or withdrawn is left out.

    Which of them the actor may know of is told by their cases.
    """
    wanted = {} if actor.kind in _NO_STAFF else {one: one.split(" ", 1) for one in names}
    references = sorted({reference for _, reference in wanted.values()})
    named = {"channel_id": {"$in": sorted({channel for channel, _ in wanted.values()})}, "external_id": {"$in": references}}
    own = [one for one in references if may_be_id(one, "msg")]  # where the channel has no id of its own for ours
    ours, known = await asyncio.gather(by_ids(Message, own), Message.find(named, batch_size=AT_ONCE).to_list())
    found = {f"{message.channel_id} {message.id}": message for message in ours.values()}
    found |= {f"{message.channel_id} {message.external_id}": message for message in known}
    return {one: found[one] for one in wanted if one in found and found[one].deleted_at is None}


async def messages_of(actor: Actor, conversation_ids: Sequence[str], window: Window) -> dict[str, Slice[Message]]:
    """Give the same window of the messages of every conversation of the actor's, the oldest first."""
    ids = [] if actor.kind in _NO_STAFF else list(conversation_ids)
    return await read_children(Message, ("conversation_id", ids), _PRESENT, OLDEST_FIRST, window)


async def message_counts_of(actor: Actor, conversation_ids: Sequence[str]) -> dict[str, int]:
    """Count the messages of every conversation of the actor's."""
    ids = [] if actor.kind in _NO_STAFF else list(conversation_ids)
    return await count_children(Message, "conversation_id", ids, _PRESENT)


async def consultations_of(actor: Actor, case_ids: Sequence[str], window: Window) -> dict[str, Slice[Consultation]]:
    """Give the same window of the consultations of every case of the actor's, the newest first."""
    ids = [] if actor.kind in _NO_STAFF else list(case_ids)
    return await read_children(Consultation, ("case_id", ids), {}, NEWEST_FIRST, window)


async def consultation_counts_of(actor: Actor, case_ids: Sequence[str]) -> dict[str, int]:
    """Count the consultations of every case of the actor's."""
    return await count_children(Consultation, "case_id", [] if actor.kind in _NO_STAFF else list(case_ids), {})
