"""The only way to read mentorships for a person: the mentee's and the mentor's own, all for who manages them."""

from collections.abc import Sequence
from typing import Any, Final

from auth.actor import Actor, Permission
from coaching.mentorships.documents import Mentorship, MentorshipProgramme, MentorshipStatus
from coaching.mentorships.policies import may_know, may_manage_mentorships
from community.drafts import may_be_id
from core.errors import NotFound
from core.paging import Order, Slice, Window, count, read_slice
from core.records import by_ids

NEWEST_FIRST: Final = Order((("created_at", -1),))
_IN_USE: Final[dict[str, Any]] = {"closed": False}
_OPEN: Final = [MentorshipStatus.PROPOSED.value, MentorshipStatus.ACTIVE.value]


async def programmes_by_ids(actor: Actor, programme_ids: Sequence[str]) -> dict[str, MentorshipProgramme]:
    """Give the programmes, for who may read members."""
    if not actor.may(Permission.MEMBER_READ):
        return {}
    return await by_ids(MentorshipProgramme, [one for one in programme_ids if may_be_id(one, "mpr")])


async def require_programme(actor: Actor, programme_id: str) -> MentorshipProgramme:
    """Give a programme; NotFound when there is none for this actor."""
    found = (await programmes_by_ids(actor, [programme_id])).get(programme_id)
    if found is None:
        raise NotFound("There is no such programme.", path=("programme_id",))
    return found


async def list_programmes(actor: Actor, window: Window) -> Slice[MentorshipProgramme]:
    """List the programmes in use, the newest first; nothing for who may not read members."""
    if not actor.may(Permission.MEMBER_READ):
        return Slice([], [])
    return await read_slice(MentorshipProgramme, _IN_USE, NEWEST_FIRST, window)


async def count_programmes(actor: Actor) -> int:
    """Count the same programmes."""
    return await count(MentorshipProgramme, _IN_USE) if actor.may(Permission.MEMBER_READ) else 0


async def mentorships_by_ids(actor: Actor, mentorship_ids: Sequence[str]) -> dict[str, Mentorship]:
    """Give those of the mentorships that the actor may know of."""
    found = await by_ids(Mentorship, [one for one in mentorship_ids if may_be_id(one, "mts")])
    return {one: row for one, row in found.items() if may_know(actor, row)}


async def require_mentorship(actor: Actor, mentorship_id: str) -> Mentorship:
    """Give a mentorship; NotFound when there is none for this actor."""
    found = (await mentorships_by_ids(actor, [mentorship_id])).get(mentorship_id)
    if found is None:
        raise NotFound("There is no such mentorship.", path=("mentorship_id",))
    return found


async def list_mentorships(actor: Actor, window: Window) -> Slice[Mentorship]:
    """List the actor's own mentorships, all for who manages them, the newest first."""
    query = _known(actor)
    return await read_slice(Mentorship, query, NEWEST_FIRST, window) if query is not None else Slice([], [])


async def count_mentorships(actor: Actor) -> int:
    """Count the same mentorships."""
    query = _known(actor)
    return await count(Mentorship, query) if query is not None else 0


async def mentored_by(actor: Actor, window: Window) -> Slice[Mentorship]:
    """List whom the actor accompanies, or is asked to, the newest first."""
    return await read_slice(Mentorship, _mentored(actor), NEWEST_FIRST, window)


async def count_mentored_by(actor: Actor) -> int:
    """Count the same mentorships."""
    return await count(Mentorship, _mentored(actor))


def _mentored(actor: Actor) -> dict[str, Any]:
    return {"mentor_id": actor.member, "status": {"$in": _OPEN}}


def _known(actor: Actor) -> dict[str, Any] | None:
    if may_manage_mentorships(actor):
        return {}
    return {"parties": actor.member_id} if actor.member_id is not None else None
