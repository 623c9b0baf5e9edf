"""How communities overlap: who is in which spaces, which departments meet there, and who bridges them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Final

from auth.actor import Actor, Permission
from community.directory import departments_by_ids, members_by_ids
from community.documents import Department, Member
from community.spaces.documents import Space
from community.spaces.reading import visible_spaces
from core.errors import LimitReached
from core.gates import to_mongo

MOST_SPACES: Final = 200
MOST_OVERLAPS: Final = 200
MOST_BRIDGES: Final = 100
_TWO: Final = 2


@dataclass(frozen=True, slots=True)
class Represented:
    """How many of a space are of a department; None: of none."""

    department: Department | None
    member_count: int


@dataclass(frozen=True, slots=True)
class Community:
    """One space with who is in it, by department."""

    space: Space
    member_count: int
    departments: list[Represented]


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two spaces that share members; `likeness` is the shared of all who are in either."""

    one: Space
    other: Space
    shared_count: int
    likeness: float


@dataclass(frozen=True, slots=True)
class Bridge:
    """Somebody who is in several spaces, and how many other departments they meet there."""

    member: Member
    spaces: list[Space]
    department_count: int


@dataclass(frozen=True, slots=True)
class CommunityNetwork:
    """The spaces by name, the overlaps with the most shared members first, and who bridges the most spaces."""

    communities: list[Community]
    overlaps: list[Overlap]
    bridges: list[Bridge]
    member_count: int
    bridging_count: int


async def community_network(actor: Actor) -> CommunityNetwork:
    """Give how the spaces in use overlap that the actor may know of: of secret ones their own alone, in every count.

    Raises Forbidden without `member:read`, LimitReached for more spaces than one picture holds.
    """
    actor.require(Permission.MEMBER_READ)
    query: dict[str, Any] = {"archived": False, **to_mongo(visible_spaces(actor))}
    spaces = await Space.find(query).sort("sort_name", "_id").limit(MOST_SPACES + 1).to_list()
    if len(spaces) > MOST_SPACES:
        raise LimitReached(f"One picture holds at most {MOST_SPACES} spaces; archive those out of use.")
    members = await members_by_ids(actor, sorted({one.member_id for space in spaces for one in space.members}))
    inside = {space.id: {one.member_id for one in space.members if one.member_id in members} for space in spaces}
    departments = await departments_by_ids(actor, sorted({one.department_id for one in members.values() if one.department_id}))
    bridges = _bridges(spaces, inside, members)
    return CommunityNetwork(
        communities=[_community(space, [members[one] for one in inside[space.id]], departments) for space in spaces],
        overlaps=_overlaps(spaces, inside)[:MOST_OVERLAPS],
        bridges=bridges[:MOST_BRIDGES],
        member_count=len(members),
        bridging_count=len(bridges),
    )


def _community(space: Space, members: Sequence[Member], departments: Mapping[str, Department]) -> Community:
    counted = Counter(one.department_id if one.department_id in departments else None for one in members)
    named = [Represented(departments[one] if one is not None else None, total) for one, total in counted.items()]
    order = sorted(
        named, key=lambda one: (-one.member_count, one.department is None, one.department.name if one.department else "")
    )
    return Community(space, len(members), order)


def _overlaps(spaces: Sequence[Space], inside: Mapping[str, set[str]]) -> list[Overlap]:
    found = []
    for one, other in combinations(spaces, _TWO):
        shared = len(inside[one.id] & inside[other.id])
        if shared:
            found.append(Overlap(one, other, shared, shared / len(inside[one.id] | inside[other.id])))
    return sorted(
        found, key=lambda pair: (-pair.shared_count, pair.one.sort_name, pair.other.sort_name, pair.one.id, pair.other.id)
    )


def _bridges(spaces: Sequence[Space], inside: Mapping[str, set[str]], members: Mapping[str, Member]) -> list[Bridge]:
    """Give who is in several spaces and so brings together people who would not meet: of other departments, or other spaces."""
    found = []
    for member in members.values():
        own = [space for space in spaces if member.id in inside[space.id]]
        if len(own) < _TWO:
            continue
        met = {members[one].department_id for space in own for one in inside[space.id]} - {None, member.department_id}
        found.append(Bridge(member, own, len(met)))
    return sorted(found, key=lambda one: (-len(one.spaces), -one.department_count, one.member.sort_name, one.member.id))
