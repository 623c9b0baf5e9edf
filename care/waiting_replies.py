"""Replies that have not left yet: taken back, or moved to another time."""

import asyncio
from datetime import datetime

from auth.actor import Actor
from care.cases import lifecycle
from care.cases.outgoing import find_outgoing, hold_back, leave
from care.cases.scheduling import check_ahead
from care.documents.cases import Case
from care.documents.conversations import DeliveryStatus
from care.documents.under_way import Outgoing
from care.errors import UndoExpired
from care.events import ReplyScheduled, ReplyUndone
from care.follow_ups import take_back
from care.licences import may_leave
from care.messages import ensure_outgoing, place_of
from care.policies import may_take_back, require_right
from care.reading.cases import case_of_outgoing
from care.reading.conversations import messages_by_ids
from care.replies import Reply, followed, held_reply
from core.clock import now
from core.errors import InvalidInput, NotFound
from core.records import change

_LEFT = "This reply has left already and can't be taken back."


async def undo_reply(actor: Actor, message_id: str) -> Reply:
    """Take a reply back that is scheduled, or still within its 15 s, or held: it never leaves and meets no clock.

    Raises NotFound, Forbidden without `case:reply` and for a held reply of somebody else's, UndoExpired once it left.
    """
    held = await held_reply(actor, message_id)
    case, entry = await _waiting(actor, message_id, held.case)
    require_right(may_take_back(actor, entry.author_id, entry.state))
    message = held.message  # before its entry goes, so that nobody stores it after
    if message is None:
        message = await ensure_outgoing(case, entry, await place_of(case, entry))

    def rule(current: Case) -> None:
        waiting = _still_here(current, message_id)
        may_take_back(actor, waiting.author_id, waiting.state).enforce()
        current.outgoing = [other for other in current.outgoing if other.message_id != message_id]
        current.record(ReplyUndone(case_id=current.id, message_id=message_id), actor=actor.id)
        lifecycle.project(current, touched_at=now())

    changed = await change(case, rule)
    return Reply(changed, await take_back(message))


async def reschedule_reply(actor: Actor, message_id: str, send_at: datetime | None, *, expected_version: int) -> Reply:
    """Let a scheduled reply leave at another time, or with None at once. `expected_version` is the case's.

    One whose author may not reply unreviewed any more is held instead of leaving.

    Raises NotFound, Forbidden without `case:reply`, UndoExpired once it left, InvalidInput for a time that is past or
    over a year away and for a reply that waits for a mentor, Conflict.
    """
    case, entry = await _waiting(actor, message_id, await case_of_outgoing(actor, message_id))
    require_right(may_take_back(actor, entry.author_id, entry.state))
    is_licensed, place = await asyncio.gather(_is_licensed(case, entry, send_at), place_of(case, entry))

    def rule(current: Case) -> None:
        at, waiting = now(), _still_here(current, message_id)
        may_take_back(actor, waiting.author_id, waiting.state).enforce()
        if waiting.state is not DeliveryStatus.SCHEDULED:
            raise InvalidInput("This reply waits for a mentor; take it back and write it anew.", path=("message_id",))
        check_ahead(send_at, at)
        if send_at is None and is_licensed:
            leave(current, waiting, at)
        elif send_at is None:
            hold_back(current, waiting, at)
        else:
            waiting.leaves_at = send_at
            current.record(ReplyScheduled(case_id=current.id, message_id=message_id), actor=actor.id)
        lifecycle.project(current, touched_at=at)

    return await followed(await change(case, rule, expected_version=expected_version), message_id, place)


async def _is_licensed(case: Case, entry: Outgoing, send_at: datetime | None) -> bool:
    """Tell whether a reply may leave at once, where it is to; one that still waits is looked at when its time comes."""
    return send_at is not None or await may_leave(case, entry)


async def _waiting(actor: Actor, message_id: str, case: Case | None) -> tuple[Case, Outgoing]:
    """Give the case that was read for a reply, and the reply's entry in it."""
    if case is None:
        if await messages_by_ids(actor, [message_id]):
            raise UndoExpired(_LEFT, path=("message_id",))
        raise NotFound("There is no such message.", path=("message_id",))
    return case, _still_here(case, message_id)


def _still_here(case: Case, message_id: str) -> Outgoing:
    entry = find_outgoing(case, message_id)
    if entry is None:
        raise UndoExpired(_LEFT, path=("message_id",))
    return entry
