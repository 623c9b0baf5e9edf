"""The only way to read consultations for a person: behind their case, or as an expert who was asked."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

from auth.actor import Actor, Permission
from care.documents.consultations import Consultation, ConsultationStatus
from care.reading.cases import cases_by_ids
from community.batches import count_children, read_children
from community.drafts import may_be_id
from core.clock import now
from core.errors import NotFound
from core.paging import Order, Slice, Window, count, read_slice
from core.records import by_ids

NEWEST_FIRST: Final = Order((("asked_at", -1),))
MOST_URGENT_FIRST: Final = Order((("due_at", 1),))
BUSY_AFTER_DECLINING: Final = timedelta(days=7)
_LONGEST_WAIT: Final = timedelta(days=30)
"""How long after it was asked something may be declined and still be looked for."""
_UNANSWERED: Final = [ConsultationStatus.WAITING.value, ConsultationStatus.OVERDUE.value]


async def consultations_by_ids(actor: Actor, consultation_ids: Sequence[str]) -> dict[str, Consultation]:
    """Give those of the consultations whose case the actor may know of, and those the actor was asked in."""
    found = await by_ids(Consultation, [one for one in dict.fromkeys(consultation_ids) if may_be_id(one, "con")])
    return {row.id: row for row in await _readable(actor, list(found.values()))}


async def require_consultation(actor: Actor, consultation_id: str) -> Consultation:
    """Give a consultation; NotFound when there is none for this actor."""
    found = (await consultations_by_ids(actor, [consultation_id])).get(consultation_id)
    if found is None:
        raise NotFound("There is no such consultation.", path=("consultation_id",))
    return found


async def consultations_of_cases(actor: Actor, case_ids: Sequence[str], window: Window) -> dict[str, Slice[Consultation]]:
    """Give the same window of every case's consultations, the newest first, for cases that the actor may know of."""
    readable = list(await cases_by_ids(actor, case_ids))
    return await read_children(Consultation, ("case_id", readable), {}, NEWEST_FIRST, window)


async def recent_declines(actor: Actor, member_ids: Sequence[str]) -> dict[str, int]:
    """Count, in one query, the consultations that each member declined within a week: a sign of how much they have to do."""
    wanted, since = sorted(set(member_ids)), now() - BUSY_AFTER_DECLINING
    counts = dict.fromkeys(member_ids, 0)
    if not wanted or not actor.may(Permission.MEMBER_READ):
        return counts
    query = {"declines.member_id": {"$in": wanted}, "asked_at": {"$gte": since - _LONGEST_WAIT}}
    async for row in Consultation.get_pymongo_collection().find(query, {"declines": 1}):
        for decline in row["declines"]:
            if decline["at"] >= since and decline["member_id"] in counts:
                counts[decline["member_id"]] += 1
    return counts


async def consultation_counts(actor: Actor, case_ids: Sequence[str]) -> dict[str, int]:
    """Count the consultations of every case that the actor may know of."""
    return await count_children(Consultation, "case_id", list(await cases_by_ids(actor, case_ids)), {})


async def consultations_of_questions(actor: Actor, question_ids: Sequence[str]) -> dict[str, Consultation]:
    """Give, by question, the consultations that the actor may know of."""
    wanted = [one for one in dict.fromkeys(question_ids) if may_be_id(one, "qst")]
    found = await Consultation.find({"question_id": {"$in": wanted}}).to_list() if wanted else []
    return {row.question_id: row for row in await _readable(actor, found)}


async def desk_consultations(actor: Actor, window: Window) -> Slice[Consultation]:
    """List what waits for the calling expert's answer, the most urgent first. Forbidden for who is no member."""
    return await read_slice(Consultation, _desk(actor), MOST_URGENT_FIRST, window)


async def count_desk_consultations(actor: Actor) -> int:
    """Count what waits for the calling expert's answer. Forbidden for who is no member."""
    return await count(Consultation, _desk(actor))


async def _readable(actor: Actor, found: Sequence[Consultation]) -> list[Consultation]:
    """Leave out what the actor was not asked in and whose case is hidden from the actor."""
    asked = {row.id for row in found if actor.member_id in row.invited_expert_ids}
    cases = await cases_by_ids(actor, [row.case_id for row in found if row.id not in asked])
    return [row for row in found if row.id in asked or row.case_id in cases]


def _desk(actor: Actor) -> dict[str, Any]:
    return {"invited_expert_ids": actor.member, "status": {"$in": _UNANSWERED}}
