"""The only way to read misses of the answer bank, and its uses, for a person."""

from collections.abc import Sequence
from typing import Any, Final

from auth.actor import Actor, Permission
from care.documents.channels import Environment
from care.documents.conversations import Message
from care.documents.misses import AnswerBankMiss, MissStatus
from care.reading.answer_bank import entries_by_ids
from care.reading.cases import cases_by_ids
from care.reading.gates import reads_all_live
from community.batches import read_children
from community.drafts import may_be_id
from core.errors import Forbidden, NotFound
from core.paging import Order, Slice, Window, count, read_slice
from core.records import by_ids

NEWEST_FIRST: Final = Order((("reported_at", -1),))
LAST_USED_FIRST: Final = Order((("created_at", -1),))
_SENT: Final = {"environment": Environment.LIVE.value}


async def misses_by_ids(actor: Actor, miss_ids: Sequence[str]) -> dict[str, AnswerBankMiss]:
    """Give those of the misses whose case the actor may know of."""
    found = await by_ids(AnswerBankMiss, [one for one in dict.fromkeys(miss_ids) if may_be_id(one, "mis")])
    cases = await cases_by_ids(actor, [row.case_id for row in found.values()])
    return {one: row for one, row in found.items() if row.case_id in cases}


async def require_miss(actor: Actor, miss_id: str) -> AnswerBankMiss:
    """Give a miss; NotFound when there is none whose case the actor may know of."""
    miss = (await misses_by_ids(actor, [miss_id])).get(miss_id)
    if miss is None:
        raise NotFound("The answer bank misses nothing of this id.", path=("miss_id",))
    return miss


async def list_misses(actor: Actor, window: Window, status: MissStatus | None = None) -> Slice[AnswerBankMiss]:
    """List misses, all or of a status, the newest first. Forbidden for who may not read the answer bank and all cases."""
    return await read_slice(AnswerBankMiss, _query(actor, status), NEWEST_FIRST, window)


async def count_misses(actor: Actor, status: MissStatus | None = None) -> int:
    """Count what `list_misses` lists. Forbidden alike."""
    return await count(AnswerBankMiss, _query(actor, status))


async def uses_of_entries(actor: Actor, entry_ids: Sequence[str], window: Window) -> dict[str, Slice[Message]]:
    """Give the same window of the replies in which each entry was used, the newest first, for who may read all cases."""
    if not reads_all_live(actor):
        return {}
    readable = list(await entries_by_ids(actor, entry_ids))
    return await read_children(Message, ("answer_bank_entry_id", readable), _SENT, LAST_USED_FIRST, window)


def _query(actor: Actor, status: MissStatus | None) -> dict[str, Any]:
    actor.require(Permission.ANSWER_BANK_READ)
    if not reads_all_live(actor):
        raise Forbidden("Only who may read all cases sees what the answer bank misses.")
    narrowed = {"status": status.value} if status else {}
    return {"environment": Environment.LIVE.value, **narrowed}
