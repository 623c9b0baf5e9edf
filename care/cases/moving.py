"""Bringing what belongs to one case to another one: each document by a guarded write, so that it can stop and run again."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Final

from care.documents.consultations import Consultation
from care.documents.conversations import Message
from care.documents.information import InformationRequest
from core.records import Record, change

_AT_ONCE: Final = 200
_BESIDE: Final = 20


async def move_children(from_id: str, to_id: str) -> None:
    """Let messages, consultations and requests for information belong to another case. Can run twice."""
    kinds: tuple[type[Record], ...] = (Message, Consultation, InformationRequest)
    await asyncio.gather(*(_move_all(kind, from_id, to_id) for kind in kinds))


async def move_messages(from_id: str, to_id: str, conversation_id: str, *, since: datetime | None = None) -> None:
    """Let the messages of a conversation, from an instant on, belong to another case. Can run twice."""
    query: dict[str, Any] = {"conversation_id": conversation_id}
    if since is not None:
        query["created_at"] = {"$gte": since}
    await _move_rows(await Message.find(query).sort("created_at").to_list(), from_id, to_id)


async def _move_all(kind: type[Record], from_id: str, to_id: str) -> None:
    while rows := await kind.find({"case_id": from_id}).limit(_AT_ONCE).to_list():
        await _move_rows(rows, from_id, to_id)


async def _move_rows(rows: Sequence[Any], from_id: str, to_id: str) -> None:
    for start in range(0, len(rows), _BESIDE):
        await asyncio.gather(*(_move(row, from_id, to_id) for row in rows[start : start + _BESIDE]))


async def _move(row: Any, from_id: str, to_id: str) -> None:
    if row.case_id == from_id:
        await change(row, _moving(from_id, to_id))


def _moving(from_id: str, to_id: str) -> Callable[[Any], None]:
    def move(current: Any) -> None:
        if current.case_id == from_id:
            current.case_id = to_id

    return move
