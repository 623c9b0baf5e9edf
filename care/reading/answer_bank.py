"""The only way to read the answer bank for a person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from auth.actor import Actor, Permission
from care.documents.answer_bank import AnswerBankEntry, AnswerBankStatus
from care.reading.gates import visible_answers
from community.drafts import may_be_id
from core.clock import now
from core.errors import NotFound
from core.gates import to_mongo
from core.paging import Order, Slice, Window, count, read_slice
from core.records import AT_ONCE

NEWEST_FIRST: Final = Order((("updated_at", -1),))
MOST_URGENT_FIRST: Final = Order((("review_by", 1),))
REVIEW_AHEAD: Final = timedelta(days=14)
"""How long before its review date an entry shows on its owner's desk."""
_IN_USE: Final = tuple(status.value for status in AnswerBankStatus if status is not AnswerBankStatus.ARCHIVED)


async def entries_by_ids(actor: Actor, entry_ids: Sequence[str]) -> dict[str, AnswerBankEntry]:
    """Give those of the entries that the actor may read."""
    wanted = [one for one in dict.fromkeys(entry_ids) if may_be_id(one, "abe")]
    if not wanted:
        return {}
    found = await AnswerBankEntry.find({"_id": {"$in": wanted}, **to_mongo(visible_answers(actor))}, batch_size=AT_ONCE).to_list()
    return {entry.id: entry for entry in found}


async def require_entry(actor: Actor, entry_id: str) -> AnswerBankEntry:
    """Give an entry; NotFound when there is none for this actor."""
    entry = (await entries_by_ids(actor, [entry_id])).get(entry_id)
    if entry is None:
        raise NotFound("There is no such entry in the answer bank.", path=("entry_id",))
    return entry


@dataclass(frozen=True, slots=True)
class EntrySelection:
    """Which entries: of a status, without one all that are not archived; and of an owner."""

    status: AnswerBankStatus | None = None
    owner_id: str | None = None


EVERY_ENTRY: Final = EntrySelection()


async def list_entries(actor: Actor, window: Window, selection: EntrySelection = EVERY_ENTRY) -> Slice[AnswerBankEntry]:
    """List entries that the actor may read, those changed last first. Forbidden without `answer_bank:read`."""
    return await read_slice(AnswerBankEntry, _selected(actor, selection), NEWEST_FIRST, window)


async def count_entries(actor: Actor, selection: EntrySelection = EVERY_ENTRY) -> int:
    """Count what `list_entries` lists. Forbidden alike."""
    return await count(AnswerBankEntry, _selected(actor, selection))


async def reviews_due(actor: Actor, window: Window) -> Slice[AnswerBankEntry]:
    """List the calling member's own entries that are to be reviewed within two weeks. Forbidden for who is no member."""
    return await read_slice(AnswerBankEntry, _due(actor), MOST_URGENT_FIRST, window)


async def count_reviews_due(actor: Actor) -> int:
    """Count the calling member's own entries that are to be reviewed within two weeks. Forbidden for who is no member."""
    return await count(AnswerBankEntry, _due(actor))


def _selected(actor: Actor, selection: EntrySelection) -> dict[str, Any]:
    actor.require(Permission.ANSWER_BANK_READ)
    wanted = {"$in": list(_IN_USE)} if selection.status is None else selection.status.value
    owned = {"owner_id": selection.owner_id} if selection.owner_id is not None else {}
    return {**to_mongo(visible_answers(actor)), "status": wanted, **owned}


def _due(actor: Actor) -> dict[str, Any]:
    mine = {"owner_id": actor.member, "review_by": {"$lte": now() + REVIEW_AHEAD}, "deleted_at": {"$exists": False}}
    return {**mine, "status": {"$in": list(_IN_USE)}}
