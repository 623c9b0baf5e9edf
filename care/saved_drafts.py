"""Replies that are still being written, kept on the server so that nothing typed is lost: one a member and conversation."""

import asyncio
from collections.abc import Sequence
from datetime import datetime

from pydantic import BaseModel
from pymongo.errors import DuplicateKeyError

from auth.actor import Actor, Permission
from care.documents.conversations import Conversation
from care.documents.drafts import SavedDraft
from care.reading.cases import require_case
from care.reading.conversations import conversations_by_ids
from community.drafts import Body
from core.clock import now
from core.errors import Conflict, InvalidInput, NotFound, Unavailable
from core.ids import derived_id
from core.outcomes import outcome
from core.records import by_ids, change, save

_TRIES = 20


class UnsentDraft(BaseModel):
    """What was written so far, in which conversation of which case."""

    case_id: str
    conversation_id: str
    body: Body


async def save_draft(actor: Actor, draft: UnsentDraft, *, seen_version: int | None = None) -> SavedDraft:
    """Keep what the actor has written so far; the same words again change nothing, and the last writer wins.

    With `seen_version` a draft that another window saved meanwhile is not overwritten. Raises NotFound, Forbidden
    without `case:reply`, InvalidInput for a conversation of another case, Conflict.
    """
    case, kept = await asyncio.gather(require_case(actor, draft.case_id), outcome(_kept(actor, draft.conversation_id)))
    actor.require(Permission.CASE_REPLY)
    if draft.conversation_id not in case.conversation_ids:
        raise InvalidInput("This conversation is not part of the case.", path=("conversation_id",))
    found = kept.take()
    for _ in range(_TRIES):
        try:
            return await _saved(actor.member, draft, seen_version, found)
        except DuplicateKeyError:
            found = await _kept(actor, draft.conversation_id)
        except Conflict as conflict:
            if seen_version is not None:
                raise Conflict(conflict.message, path=("seen_version",), current=conflict.current) from None
            found = await _kept(actor, draft.conversation_id)
    raise Unavailable("store", "too many writers of one draft")


async def discard_draft(actor: Actor, conversation_id: str) -> Conversation:
    """Throw the actor's draft in a conversation away, and give the conversation; there need not be one.

    Raises NotFound for a conversation that the actor may not know of, Forbidden without `case:reply`.
    """
    readable, kept = await asyncio.gather(conversations_by_ids(actor, [conversation_id]), outcome(_kept(actor, conversation_id)))
    found = readable.get(conversation_id)
    if found is None:
        raise NotFound("There is no such conversation.", path=("conversation_id",))
    actor.require(Permission.CASE_REPLY)
    await _clear(kept.take(), saved_until=now())
    return found


async def clear(member_id: str, conversation_id: str, *, saved_until: datetime) -> None:
    """Throw away a draft that was last saved at an instant or before. Can run twice."""
    await _clear(await SavedDraft.get(_id(member_id, conversation_id)), saved_until=saved_until)


async def _kept(actor: Actor, conversation_id: str) -> SavedDraft | None:
    return await SavedDraft.get(_id(actor.member, conversation_id))


async def _clear(found: SavedDraft | None, *, saved_until: datetime) -> None:
    if found is None:
        return

    def rule(current: SavedDraft) -> None:
        if current.deleted_at is None and current.saved_at <= saved_until:
            current.body, current.deleted_at = "", now()

    await change(found, rule)


async def drafts_in(actor: Actor, conversation_ids: Sequence[str]) -> dict[str, SavedDraft]:
    """Give the actor's own drafts by conversation; nobody sees those of others."""
    if actor.member_id is None:
        return {}
    wanted = {_id(actor.member_id, one): one for one in conversation_ids}
    found = await by_ids(SavedDraft, list(wanted))
    return {wanted[one]: draft for one, draft in found.items() if draft.deleted_at is None}


async def _saved(member_id: str, draft: UnsentDraft, seen_version: int | None, found: SavedDraft | None) -> SavedDraft:
    if found is None:
        return await _begun(member_id, draft)
    if found.deleted_at is None and found.body == draft.body and seen_version in {None, found.version}:
        return found

    def rule(current: SavedDraft) -> None:
        current.body, current.saved_at, current.deleted_at = draft.body, now(), None

    return await change(found, rule, expected_version=found.version if seen_version is None else seen_version)


async def _begun(member_id: str, draft: UnsentDraft) -> SavedDraft:
    at = now()
    begun = SavedDraft(
        id=_id(member_id, draft.conversation_id),
        created_at=at,
        member_id=member_id,
        conversation_id=draft.conversation_id,
        body=draft.body,
        saved_at=at,
    )
    await save(begun)
    return begun


def _id(member_id: str, conversation_id: str) -> str:
    return derived_id("dft", member_id, conversation_id)
