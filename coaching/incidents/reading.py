"""The only way to read incidents of conduct: for the member, who recorded it, the mentors, and who manages mentorships."""

from collections.abc import Sequence
from typing import Any, Final

from auth.actor import Actor
from coaching.incidents.documents import ConductIncident
from coaching.mentorships.documents import Mentorship, MentorshipStatus
from coaching.mentorships.policies import may_manage_mentorships
from community.drafts import may_be_id
from core.errors import Forbidden, NotFound
from core.paging import Order, Slice, Window, count, read_slice
from core.records import by_ids

PREFIX: Final = "inc"
NEWEST_FIRST: Final = Order((("created_at", -1),))
MOST_MENTEES: Final = 200


async def incidents_by_ids(actor: Actor, incident_ids: Sequence[str]) -> dict[str, ConductIncident]:
    """Give those of the incidents that the actor may know of."""
    wanted = [one for one in dict.fromkeys(incident_ids) if may_be_id(one, PREFIX)]
    if not wanted or actor.member_id is None:
        return {}
    found = await by_ids(ConductIncident, wanted)
    if may_manage_mentorships(actor):
        return found
    near = {actor.member_id, *await mentees_of(actor.member_id)}
    return {one: row for one, row in found.items() if row.member_id in near or row.recorded_by == actor.member_id}


async def require_incident(actor: Actor, incident_id: str) -> ConductIncident:
    """Give an incident; NotFound when there is none for this actor."""
    found = (await incidents_by_ids(actor, [incident_id])).get(incident_id)
    if found is None:
        raise NotFound("There is no such incident.", path=("incident_id",))
    return found


async def list_incidents(actor: Actor, window: Window, *, member_id: str | None) -> Slice[ConductIncident]:
    """List the incidents of a member, or of all whom the actor may know of: the newest first.

    Raises Forbidden for a member who is neither the actor nor a mentee of theirs, unless the actor manages mentorships.
    """
    return await read_slice(ConductIncident, await _query(actor, member_id), NEWEST_FIRST, window)


async def count_incidents(actor: Actor, *, member_id: str | None) -> int:
    """Count the same incidents. Raises as `list_incidents`."""
    return await count(ConductIncident, await _query(actor, member_id))


async def mentees_of(mentor_id: str) -> list[str]:
    """List whom somebody accompanies now."""
    query = {"mentor_id": mentor_id, "status": MentorshipStatus.ACTIVE.value}
    found = await Mentorship.find(query).sort("-created_at", "-_id").limit(MOST_MENTEES).to_list()
    return sorted({mentorship.mentee_id for mentorship in found})


async def mentors_of(member_id: str) -> list[str]:
    """List who accompanies somebody now."""
    found = await Mentorship.find({"parties": member_id}).sort("-created_at", "-_id").limit(MOST_MENTEES).to_list()
    active = [one for one in found if one.mentee_id == member_id and one.status is MentorshipStatus.ACTIVE]
    return sorted({mentorship.mentor_id for mentorship in active})


async def _query(actor: Actor, member_id: str | None) -> dict[str, Any]:
    if may_manage_mentorships(actor):
        return {} if member_id is None else {"member_id": member_id}
    near = [actor.member, *await mentees_of(actor.member)]
    if member_id is None:
        return {"member_id": {"$in": near}}
    if member_id not in near:
        raise Forbidden("Incidents are for the member, their mentors, and who manages mentorships.")
    return {"member_id": member_id}
