"""The only way to read requests for information for a person: behind their case, or as what waits for the front office."""

from collections.abc import Sequence
from typing import Any, Final

from auth.actor import Actor, Permission
from care.documents.channels import Environment
from care.documents.information import InformationRequest, InformationStatus
from care.reading.cases import cases_by_ids
from care.reading.consultations import MOST_URGENT_FIRST, NEWEST_FIRST
from care.reading.gates import reads_all_live
from community.batches import count_children, read_children
from community.drafts import may_be_id
from core.errors import Forbidden, NotFound
from core.paging import Slice, Window, count, read_slice
from core.records import by_ids

_WAITING: Final[dict[str, Any]] = {
    "environment": Environment.LIVE.value,
    "status": {"$in": [InformationStatus.ASKED.value, InformationStatus.TAKEN.value]},
}


async def information_by_ids(actor: Actor, request_ids: Sequence[str]) -> dict[str, InformationRequest]:
    """Give those of the requests whose case the actor may know of."""
    found = await by_ids(InformationRequest, [one for one in dict.fromkeys(request_ids) if may_be_id(one, "inf")])
    cases = await cases_by_ids(actor, [row.case_id for row in found.values()])
    return {one: row for one, row in found.items() if row.case_id in cases}


async def require_information(actor: Actor, request_id: str) -> InformationRequest:
    """Give a request; NotFound when there is none for this actor."""
    found = (await information_by_ids(actor, [request_id])).get(request_id)
    if found is None:
        raise NotFound("There is no such request for information.", path=("request_id",))
    return found


async def information_of_cases(actor: Actor, case_ids: Sequence[str], window: Window) -> dict[str, Slice[InformationRequest]]:
    """Give the same window of every case's requests, the newest first, for cases that the actor may know of."""
    readable = list(await cases_by_ids(actor, case_ids))
    return await read_children(InformationRequest, ("case_id", readable), {}, NEWEST_FIRST, window)


async def information_counts(actor: Actor, case_ids: Sequence[str]) -> dict[str, int]:
    """Count the requests of every case that the actor may know of."""
    return await count_children(InformationRequest, "case_id", list(await cases_by_ids(actor, case_ids)), {})


async def waiting_information(actor: Actor, window: Window) -> Slice[InformationRequest]:
    """List what waits for the front office's answer, the most urgent first. Forbidden for who can't answer."""
    _require_front_office(actor)
    return await read_slice(InformationRequest, _WAITING, MOST_URGENT_FIRST, window)


async def count_waiting_information(actor: Actor) -> int:
    """Count what waits for the front office's answer. Forbidden for who can't answer."""
    _require_front_office(actor)
    return await count(InformationRequest, _WAITING)


def _require_front_office(actor: Actor) -> None:
    actor.require(Permission.INFORMATION_ANSWER)
    if not reads_all_live(actor):
        raise Forbidden("Only who may read all cases sees what waits for the front office.")
