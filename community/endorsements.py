"""Saying of a colleague that they master a skill: each says it once, and can take it back."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from pydantic import BaseModel

from auth.actor import Actor, Permission
from community.directory import require_member
from community.documents import Evidence, EvidenceKind, Member, Skill
from community.drafts import text
from community.experts import ENDORSEMENT_WEIGHT
from community.policies import may_endorse
from core.clock import now
from core.errors import InvalidInput
from core.ids import derived_id
from core.outcomes import outcome

Note = Annotated[str, text(1, 300, lines="one")]


class EndorsementDraft(BaseModel):
    """Who is endorsed for which of their skills, and what the endorser saw of it."""

    member_id: str
    skill_id: str
    note: Note | None = None


@dataclass(frozen=True, slots=True)
class Endorsements:
    """How many say it of a member's skill, and whether the viewer does."""

    count: int = 0
    by_viewer: bool = False


async def endorse_skill(actor: Actor, draft: EndorsementDraft) -> Member:
    """Say that a colleague masters one of their skills; saying it again changes the note. Give the member.

    It is a reason of its own, which counts half an accepted answer and fades with time as all evidence does.
    Raises NotFound, Forbidden without `question:vote`, InvalidInput for oneself and for a skill the member has not.
    """
    known, skill = await asyncio.gather(outcome(require_member(actor, draft.member_id)), Skill.get(draft.skill_id))
    member = known.take()
    may_endorse(actor, member).enforce()
    if skill is None or skill.id not in member.skill_ids:
        raise InvalidInput("The member does not have this skill; endorse one that their profile names.", path=("skill_id",))
    kept = {
        "member_id": member.id,
        "kind": EvidenceKind.ENDORSEMENT.value,
        "source_id": actor.member,
        "skill_id": skill.id,
        "text": draft.note or skill.name,
        "tags": [skill.slug],
        "weight": ENDORSEMENT_WEIGHT,
        "occurred_at": now(),
    }
    key = {"_id": endorsement_id(member.id, skill.id, actor.member)}
    await Evidence.get_pymongo_collection().update_one(key, {"$set": kept, "$unset": {"withdrawn_at": ""}}, upsert=True)
    return member


async def withdraw_endorsement(actor: Actor, member_id: str, skill_id: str) -> Member:
    """Take one's endorsement back; one that was never given stays so. Give the member.

    Raises NotFound, Forbidden without `question:vote`, InvalidInput for oneself.
    """
    member = await require_member(actor, member_id)
    may_endorse(actor, member).enforce()
    key = {"_id": endorsement_id(member.id, skill_id, actor.member), "withdrawn_at": {"$exists": False}}
    await Evidence.get_pymongo_collection().update_one(key, {"$set": {"withdrawn_at": now()}})
    return member


def endorsement_id(member_id: str, skill_id: str, endorser_id: str) -> str:
    """Give the id that this endorsement always has."""
    return derived_id("evd", member_id, skill_id, endorser_id)


async def endorsements_of(actor: Actor, member_ids: Sequence[str]) -> dict[str, dict[str, Endorsements]]:
    """Count the endorsements of each skill of each member in one query, by member and skill."""
    ids = sorted(set(member_ids)) if actor.may(Permission.MEMBER_READ) else []
    found: dict[str, dict[str, Endorsements]] = {one: {} for one in member_ids}
    if not ids:
        return found
    query = {"member_id": {"$in": ids}, "kind": EvidenceKind.ENDORSEMENT.value, "withdrawn_at": {"$exists": False}}
    fields = {"member_id": 1, "skill_id": 1, "source_id": 1}
    async for row in Evidence.get_pymongo_collection().find(query, fields):
        skills = found[row["member_id"]]
        so_far = skills.get(row["skill_id"], Endorsements())
        by_viewer = so_far.by_viewer or row["source_id"] == actor.member_id
        skills[row["skill_id"]] = Endorsements(so_far.count + 1, by_viewer)
    return found
