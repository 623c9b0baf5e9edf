"""Merging skills that are one: who has the one has the other, and what pointed to it points to the other."""

from typing import Any

from auth.actor import Actor
from community.documents import Evidence, EvidenceKind, Member, Skill
from community.endorsements import endorsement_id
from community.events import MemberChanged, SkillMerged
from community.skill_claims import settle_skill_claims
from community.skill_standing import SkillStanding, SkillStatus
from community.skills import MOST_KEYWORDS, require_offered, require_skill
from core.clock import now
from core.errors import AlreadyDone, InvalidInput
from core.records import change


async def merge_skills(actor: Actor, skill_id: str, into_id: str, *, expected_version: int) -> Skill:
    """Let a skill be another one: members, claims, endorsements, policies and words go over. Give the other one.

    Raises Forbidden without `member:manage`, NotFound, InvalidInput for itself and for an archived one to merge into,
    AlreadyDone for a skill that was merged before, Conflict.
    """
    skill, into = await require_skill(actor, skill_id), await require_skill(actor, into_id, path="into_id")
    if skill.id == into.id:
        raise InvalidInput("Name another skill to merge it into.", path=("into_id",))
    require_offered([into], path="into_id")

    def rule(current: Skill) -> None:
        if current.merged_into_id is not None:
            raise AlreadyDone("This skill was merged already.", path=("skill_id",))
        current.merged_into_id, current.archived_at = into.id, current.archived_at or now()
        current.record(SkillMerged(skill_id=current.id, into_id=into.id), actor=actor.id)

    await change(skill, rule, expected_version=expected_version)
    return await settle_skill_merge(skill.id) or into


async def settle_skill_merge(skill_id: str) -> Skill | None:
    """Let everything follow a merged skill, and what was merged into it earlier too; can run twice. Give the other one."""
    skill = await Skill.get(skill_id)
    into = await Skill.get(skill.merged_into_id) if skill is not None and skill.merged_into_id is not None else None
    if skill is None or into is None:
        return None
    into = await change(into, lambda current: _take_words(current, skill))
    having = {"$or": [{"skill_ids": skill.id}, {"standings.skill_id": skill.id}]}
    for member in await Member.find(having).to_list():
        await _move_endorsements(member.id, skill, into)
        await change(member, lambda current: _take_over(current, skill.id, into.id))
        await settle_skill_claims(member.id)
    return into


def _take_words(into: Skill, skill: Skill) -> None:
    known = set(into.words)
    into.aliases = [*into.aliases, *(one for one in skill.aliases if one.text not in known)]
    more = [one for one in (skill.name, *skill.keywords) if one not in known]
    into.keywords = [*into.keywords, *more][:MOST_KEYWORDS]


def _take_over(member: Member, skill_id: str, into_id: str) -> None:
    if skill_id in member.skill_ids:
        grades = [member.proficiencies[one] for one in (skill_id, into_id) if one in member.proficiencies]
        member.skill_ids = list(dict.fromkeys(into_id if one == skill_id else one for one in member.skill_ids))
        kept = {one: grade for one, grade in member.proficiencies.items() if one not in {skill_id, into_id}}
        member.proficiencies = {**kept, into_id: max(grades)} if grades else kept
    standings = [one.model_copy(update={"skill_id": into_id}) for one in member.standings if one.skill_id in {skill_id, into_id}]
    others = [one for one in member.standings if one.skill_id not in {skill_id, into_id}]
    best = [max(standings, key=_strength)] if standings else []
    if best and best[0].status is SkillStatus.PENDING and into_id in member.skill_ids:
        best = []
    member.standings = [*others, *best]
    member.record(MemberChanged(member_id=member.id))


def _strength(standing: SkillStanding) -> tuple[bool, bool]:
    """Rank how somebody came to a skill: by hand before by evidence before not yet."""
    return standing.by is not None, standing.status is SkillStatus.CONFIRMED


async def _move_endorsements(member_id: str, skill: Skill, into: Skill) -> None:
    """Give each endorsement of a member its id under the other skill; who endorsed both has one."""
    collection = Evidence.get_pymongo_collection()
    rows: list[dict[str, Any]] = await collection.find({"member_id": member_id, "kind": EvidenceKind.ENDORSEMENT.value}).to_list()
    for row in rows:
        if row["skill_id"] != skill.id or row.get("withdrawn_at") is not None:
            continue
        key = {"_id": endorsement_id(row["member_id"], into.id, row["source_id"])}
        moved = {name: value for name, value in row.items() if name != "_id"} | {"skill_id": into.id, "tags": [into.slug]}
        await collection.update_one(key, {"$setOnInsert": moved}, upsert=True)
        await collection.update_one({"_id": row["_id"]}, {"$set": {"withdrawn_at": now()}})
