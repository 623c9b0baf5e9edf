"""Since when a customer waits for an answer, as the messages of conversations tell."""

import asyncio
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from care.documents.conversations import IN_THE_HOUSE, DeliveryStatus, Direction, Message, Visibility

_LOOKED_AT: Final = 100
_UNHEARD: Final = IN_THE_HOUSE | {DeliveryStatus.FAILED}


async def waiting_since(spans: Iterable[tuple[str, Mapping[str, datetime]]]) -> datetime | None:
    """Give when the customer said the first thing that nobody has answered, in conversations within bounds of time."""
    found = await asyncio.gather(*(_waiting_in(conversation_id, bounds) for conversation_id, bounds in spans))
    return min((since for since in found if since is not None), default=None)


async def _waiting_in(conversation_id: str, bounds: Mapping[str, datetime]) -> datetime | None:
    query: dict[str, Any] = {"conversation_id": conversation_id, "deleted_at": {"$exists": False}}
    if bounds:
        query["created_at"] = dict(bounds)
    since = None
    for message in await Message.find(query).sort("-created_at", "-_id").limit(_LOOKED_AT).to_list():
        if message.direction is Direction.INBOUND:
            since = message.created_at
        elif _is_heard(message):
            break
    return since


def _is_heard(message: Message) -> bool:
    is_ours = message.visibility is not Visibility.INTERNAL and message.delivery_status not in _UNHEARD
    return is_ours and not message.is_retracted
