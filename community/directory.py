"""The only way to read members, departments, skills and evidence for a person."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeVar

from auth.actor import Actor, Permission
from community.batches import count_children, read_children
from community.documents import Department, Evidence, Member, Question, QuestionStatus, Skill
from community.drafts import may_be_id
from community.listing import UNFILTERED, Comparison, Either, Every, Filter, Listing, Where, Without
from community.names import sort_key
from community.visibility import readable_in_spaces
from core.errors import NotFound
from core.gates import NOTHING, PRESENT, Exists, Gate, both, to_mongo
from core.paging import Order, Slice, Window, read_slice
from core.paging import count as count_rows
from core.records import AT_ONCE

BY_NAME: Final = Order((("sort_name", 1),))
NEWEST_FIRST: Final = Order((("occurred_at", -1),))
_PRESENT: Final = to_mongo(PRESENT)
MOST_LISTED: Final = 1_000
"""Departments, or skills, that are read whole."""

MEMBERS: Final = Listing(
    paths={"skill_id": "skill_ids", "department_id": "department_id", "availability": "availability", "on_shift": "_id"},
    leading=("skill_id", "department_id", "availability"),
    lists=frozenset({"skill_id"}),
    looked_up=frozenset({"on_shift"}),
)

RecordT = TypeVar("RecordT", Department, Skill)


def with_those_on_shift(condition: Filter, member_ids: Sequence[str]) -> Filter:
    """Put who is on a shift, as whoever keeps the shifts says, in the place of `on_shift`."""
    match condition:
        case Where("on_shift", Comparison.EQ, value):
            return Where("on_shift", Comparison.IN if value else Comparison.NOT_IN, list(member_ids))
        case Every(parts):
            return Every(tuple(with_those_on_shift(part, member_ids) for part in parts))
        case Either(parts):
            return Either(tuple(with_those_on_shift(part, member_ids) for part in parts))
        case Without(part):
            return Without(with_those_on_shift(part, member_ids))
        case _:
            return condition


def visible_members(actor: Actor) -> Gate:
    """Say which members somebody may read: all with `member:read`, none without (customers are told no names)."""
    return PRESENT if actor.may(Permission.MEMBER_READ) else NOTHING


async def members_by_ids(actor: Actor, member_ids: Sequence[str]) -> dict[str, Member]:
    """Give those of the members that the actor may read."""
    readable = [member_id for member_id in dict.fromkeys(member_ids) if may_be_id(member_id, "mem")]
    if not readable or not actor.may(Permission.MEMBER_READ):
        return {}
    found = await Member.find({"_id": {"$in": readable}, **_PRESENT}, batch_size=AT_ONCE).to_list()
    return {member.id: member for member in found}


async def require_member(actor: Actor, member_id: str) -> Member:
    """Give a member; NotFound when there is none for this actor."""
    member = (await members_by_ids(actor, [member_id])).get(member_id)
    if member is None:
        raise NotFound("There is no such member.", path=("member_id",))
    return member


async def list_members(actor: Actor, *, condition: Filter = UNFILTERED, window: Window) -> Slice[Member]:
    """Give a window of the directory, by name; InvalidInput for a filter that no index serves."""
    return await read_slice(Member, MEMBERS.query(visible_members(actor), condition, BY_NAME), BY_NAME, window)


async def count_members(actor: Actor, *, condition: Filter = UNFILTERED) -> int:
    """Count the same members, up to 10,001."""
    return await count_rows(Member, MEMBERS.query(visible_members(actor), condition, BY_NAME))


async def open_question_counts(actor: Actor, member_ids: Sequence[str]) -> dict[str, int]:
    """Count, in one query, the questions without an answer yet to which each member is invited."""
    ids = sorted(set(member_ids)) if actor.may(Permission.MEMBER_READ) else []
    counts = dict.fromkeys(member_ids, 0)
    if not ids:
        return counts
    readable = to_mongo(both(PRESENT, readable_in_spaces(actor)))
    pipeline: list[Mapping[str, Any]] = [
        {"$match": {"invited_expert_ids": {"$in": ids}, "status": QuestionStatus.OPEN.value, **readable}},
        {"$unwind": "$invited_expert_ids"},
        {"$match": {"invited_expert_ids": {"$in": ids}}},
        {"$group": {"_id": "$invited_expert_ids", "total": {"$sum": 1}}},
    ]
    rows = await (await Question.get_pymongo_collection().aggregate(pipeline)).to_list()
    return counts | {row["_id"]: row["total"] for row in rows}


async def evidence_of_members(actor: Actor, member_ids: Sequence[str], window: Window) -> dict[str, Slice[Evidence]]:
    """Give a window of what shows each member's knowledge, newest first."""
    ids = list(member_ids) if actor.may(Permission.MEMBER_READ) else []
    found = await read_children(Evidence, ("member_id", ids), _counting(actor), NEWEST_FIRST, window) if ids else {}
    return {member_id: found.get(member_id, Slice([], [])) for member_id in member_ids}


async def evidence_counts(actor: Actor, member_ids: Sequence[str]) -> dict[str, int]:
    """Count each member's evidence in one query."""
    ids = list(member_ids) if actor.may(Permission.MEMBER_READ) else []
    return dict.fromkeys(member_ids, 0) | await count_children(Evidence, "member_id", ids, _counting(actor))


def _counting(actor: Actor) -> dict[str, Any]:
    """Say which evidence somebody is told of: what counts, and is not about what a closed space of others holds."""
    return to_mongo(both(Exists("withdrawn_at", there=False), readable_in_spaces(actor)))


async def departments_by_ids(actor: Actor, department_ids: Sequence[str]) -> dict[str, Department]:
    """Give departments to whoever may read members."""
    return await _by_ids(actor, Department, "dep", department_ids)


async def present_departments(actor: Actor) -> list[Department]:
    """Give the departments by name, up to MOST_LISTED, to whoever may read members."""
    return await _present(actor, Department)


async def present_skills(actor: Actor) -> list[Skill]:
    """Give the skills by name, up to MOST_LISTED, to whoever may read members."""
    return await _present(actor, Skill)


async def _present(actor: Actor, model: type[RecordT]) -> list[RecordT]:
    if not actor.may(Permission.MEMBER_READ):
        return []
    found: list[RecordT] = await model.find(dict(_PRESENT), batch_size=AT_ONCE).limit(MOST_LISTED).to_list()
    return sorted(found, key=lambda one: (sort_key(one.name), one.id))


async def present_members_of(actor: Actor, department_ids: Sequence[str], most: int) -> list[Member]:
    """Give the members of departments, up to so many, to whoever may read members."""
    if not actor.may(Permission.MEMBER_READ) or not department_ids:
        return []
    return await Member.find({"department_id": {"$in": list(department_ids)}, **_PRESENT}).limit(most).to_list()


async def skills_by_ids(actor: Actor, skill_ids: Sequence[str]) -> dict[str, Skill]:
    """Give skills to whoever may read members."""
    return await _by_ids(actor, Skill, "skl", skill_ids)


async def _by_ids(actor: Actor, model: type[RecordT], prefix: str, ids: Sequence[str]) -> dict[str, RecordT]:
    readable = [identifier for identifier in dict.fromkeys(ids) if may_be_id(identifier, prefix)]
    if not readable or not actor.may(Permission.MEMBER_READ):
        return {}
    found: list[RecordT] = await model.find({"_id": {"$in": readable}, **_PRESENT}, batch_size=AT_ONCE).to_list()
    return {record.id: record for record in found}
