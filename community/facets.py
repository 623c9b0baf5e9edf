"""The directory in numbers: how many members know each skill, are of each department and can be asked; and what nobody knows."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from auth.actor import Actor
from community.directory import BY_NAME, MEMBERS, present_skills, visible_members
from community.documents import Member, Skill
from community.listing import UNFILTERED, Filter
from core.gates import to_mongo

MOST_COUNTED: Final = 10_000
MOST_VALUES: Final = 100


@dataclass(frozen=True, slots=True)
class DirectoryFacets:
    """How many of the members that fit have each value, the most frequent first, up to MOST_VALUES of them.

    At most MOST_COUNTED members are counted: `is_capped` says that there are more.
    """

    total: int
    is_capped: bool
    skills: list[tuple[str, int]]
    departments: list[tuple[str, int]]
    availability: list[tuple[str, int]]


async def directory_facets(actor: Actor, *, condition: Filter = UNFILTERED) -> DirectoryFacets:
    """Count the members that `list_members` lists; InvalidInput for a filter that no index serves."""
    query = MEMBERS.query(visible_members(actor), condition, BY_NAME)
    wanted = {"skill_ids": 1, "department_id": 1, "availability": 1}
    found = await Member.get_pymongo_collection().find(query, wanted).limit(MOST_COUNTED + 1).to_list()
    rows: list[dict[str, Any]] = found[:MOST_COUNTED]
    return DirectoryFacets(
        total=len(rows),
        is_capped=len(found) > MOST_COUNTED,
        skills=_counted(one for row in rows for one in row.get("skill_ids", ())),
        departments=_counted(row["department_id"] for row in rows if row.get("department_id")),
        availability=_counted(row["availability"] for row in rows),
    )


async def skills_without_expert(actor: Actor) -> list[Skill]:
    """Give the skills, by name, that nobody has who is proposed as an expert; none to who may not read members."""
    gate = to_mongo(visible_members(actor))
    skills = await present_skills(actor)
    query = {"skill_ids": {"$in": [one.id for one in skills]}, "accepts_questions": {"$ne": False}, **gate}
    known = {one async for row in Member.get_pymongo_collection().find(query, {"skill_ids": 1}) for one in row["skill_ids"]}
    return [one for one in skills if one.id not in known]


def _counted(values: Iterable[str]) -> list[tuple[str, int]]:
    return sorted(Counter(values).items(), key=lambda one: (-one[1], one[0]))[:MOST_VALUES]
