"""The only way to read experiences for a person: all of them for members, published ones for everybody in the portal."""

from collections.abc import Sequence
from typing import Any, Final

from auth.actor import Actor, Permission
from care.experiences.documents import Experience, ExperienceStatus
from community.drafts import may_be_id
from core.errors import NotFound
from core.paging import Order, Slice, Window, count, read_slice
from core.records import by_ids

NEWEST_FIRST: Final = Order((("created_at", -1),))
LATEST_FIRST: Final = Order((("published_at", -1),))
_OFFERED: Final[dict[str, Any]] = {"status": ExperienceStatus.PUBLISHED.value}


async def experiences_by_ids(actor: Actor, experience_ids: Sequence[str]) -> dict[str, Experience]:
    """Give the experiences, for who may read members."""
    if not actor.may(Permission.MEMBER_READ):
        return {}
    return await by_ids(Experience, [one for one in experience_ids if may_be_id(one, "exp")])


async def require_experience(actor: Actor, experience_id: str) -> Experience:
    """Give an experience; NotFound when there is none for this actor."""
    found = (await experiences_by_ids(actor, [experience_id])).get(experience_id)
    if found is None:
        raise NotFound("There is no such experience.", path=("experience_id",))
    return found


async def list_experiences(actor: Actor, window: Window) -> Slice[Experience]:
    """List the experiences, the newest first; nothing for who may not read members."""
    return await read_slice(Experience, {}, NEWEST_FIRST, window) if actor.may(Permission.MEMBER_READ) else Slice([], [])


async def count_experiences(actor: Actor) -> int:
    """Count the same experiences."""
    return await count(Experience, {}) if actor.may(Permission.MEMBER_READ) else 0


async def offered_by_ids(experience_ids: Sequence[str]) -> dict[str, Experience]:
    """Give those of the experiences that are published."""
    found = await by_ids(Experience, [one for one in experience_ids if may_be_id(one, "exp")])
    return {key: one for key, one in found.items() if one.status is ExperienceStatus.PUBLISHED}


async def list_offered(window: Window) -> Slice[Experience]:
    """List what is published, the latest first."""
    return await read_slice(Experience, _OFFERED, LATEST_FIRST, window)


async def count_offered() -> int:
    """Count the same experiences."""
    return await count(Experience, _OFFERED)
