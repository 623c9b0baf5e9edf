"""Skills that members claim: pending, and counting nowhere, until something shows them or somebody vouches for them."""

from collections.abc import Collection
from typing import Annotated, Any, Final

from pydantic import BaseModel, Field

from auth.actor import Actor
from community.directory import require_member, skills_by_ids
from community.documents import Evidence, EvidenceKind, Member, Skill
from community.drafts import text
from community.events import MemberChanged, SkillConfirmed, SkillUnconfirmed
from community.policies import may_confirm_skill
from community.skill_standing import SkillStanding, SkillStatus
from community.skills import MOST_SKILLS, require_offered, words_of
from core.clock import now
from core.errors import AlreadyDone, InvalidInput, LimitReached, NotFound
from core.events import SYSTEM, Event
from core.records import by_ids, change

SHOWING: Final = (
    EvidenceKind.ACCEPTED_ANSWER,
    EvidenceKind.WIKI_EDIT,
    EvidenceKind.VERIFICATION,
    EvidenceKind.ENDORSEMENT,
    EvidenceKind.CASE_SOLVED,
)
"""What shows a claimed skill; an answer that nobody accepted does not."""

Reason = Annotated[str, text(1, 300, lines="one")]
_COUNTING: Final = {"withdrawn_at": {"$exists": False}, "closed_space_id": {"$exists": False}}


class ClaimDraft(BaseModel):
    """What somebody says that they know, and how well."""

    skill_id: Annotated[str, Field(max_length=100)]
    proficiency: Annotated[int, Field(ge=1, le=5)] = 1


class ConfirmationDraft(BaseModel):
    """Whose claim is confirmed by hand, and why."""

    member_id: Annotated[str, Field(max_length=100)]
    skill_id: Annotated[str, Field(max_length=100)]
    reason: Reason


async def claim_skill(actor: Actor, draft: ClaimDraft) -> Member:
    """Say that one knows something: PENDING until evidence shows it, which may be there already. Give the member.

    Raises Forbidden for who is no member, InvalidInput for an unknown or archived skill, AlreadyDone for a skill that one
    has or claims, LimitReached.
    """
    member = await require_member(actor, actor.member)
    skill = (await skills_by_ids(actor, [draft.skill_id])).get(draft.skill_id)
    if skill is None:
        raise InvalidInput("There is no such skill.", path=("skill_id",))
    require_offered([skill], path="skill_id")

    def rule(current: Member) -> None:
        if draft.skill_id in current.skill_ids or current.claims(draft.skill_id):
            raise AlreadyDone("You have this skill, or claim it, already.", path=("skill_id",))
        pending = sum(one.status is SkillStatus.PENDING for one in current.standings)
        if len(current.skill_ids) + pending >= MOST_SKILLS:
            raise LimitReached(f"A member has at most {MOST_SKILLS} skills.", path=("skill_id",))
        standing = SkillStanding(skill_id=draft.skill_id, status=SkillStatus.PENDING, since=now(), claimed=draft.proficiency)
        current.standings = [*_others(current, draft.skill_id), standing]
        current.record(MemberChanged(member_id=current.id), actor=actor.id)

    member = await change(member, rule)
    return await settle_skill_claims(member.id) or member


async def withdraw_claim(actor: Actor, skill_id: str) -> Member:
    """Take back that one knows something, whether it was shown meanwhile or not. Give the member.

    What was given or confirmed by hand is taken away by who manages members. Raises Forbidden for who is no member,
    NotFound for what was never claimed.
    """
    member = await require_member(actor, actor.member)

    def rule(current: Member) -> None:
        own = [one for one in current.standings if one.skill_id == skill_id and one.claimed is not None and one.by is None]
        if not own:
            raise NotFound("You claim no such skill, or somebody confirmed it by hand.", path=("skill_id",))
        current.standings = _others(current, skill_id)
        _take(current, skill_id)
        current.record(MemberChanged(member_id=current.id), actor=actor.id)

    return await change(member, rule)


async def confirm_skill(actor: Actor, draft: ConfirmationDraft, *, expected_version: int) -> Member:
    """Vouch for a skill that somebody claims; it stays whatever evidence says. Give the member.

    Raises NotFound, Forbidden without `member:manage` or `assignment:manage` and for oneself, InvalidInput for a skill
    that is not claimed, AlreadyDone for one that was given or confirmed by hand, Conflict.
    """
    member = await require_member(actor, draft.member_id)
    may_confirm_skill(actor, member).enforce()

    def rule(current: Member) -> None:
        standing = next((one for one in current.standings if one.skill_id == draft.skill_id), None)
        if (standing is None and draft.skill_id in current.skill_ids) or (standing is not None and standing.by is not None):
            raise AlreadyDone("The member has this skill already.", path=("skill_id",))
        if standing is None:
            raise InvalidInput("The member does not claim this skill.", path=("skill_id",))
        was_pending = standing.status is SkillStatus.PENDING
        _give(current, standing, by=actor.id, reason=draft.reason)
        current.record(MemberChanged(member_id=current.id), actor=actor.id)
        if was_pending:
            current.record(SkillConfirmed(member_id=current.id, skill_id=draft.skill_id), actor=actor.id)

    return await change(member, rule, expected_version=expected_version)


async def settle_skill_claims(member_id: str) -> Member | None:
    """Let what somebody claims count as long as evidence shows it; can run twice. Give the member; None if there is none."""
    return await settle_claims_of(await Member.get(member_id))


async def settle_claims_of(member: Member | None) -> Member | None:
    """Do the same for a member who was read already."""
    open_ids = [one.skill_id for one in member.standings if _depends(one)] if member is not None else []
    if member is None or not open_ids:
        return member
    shown = await _shown(member.id, list((await by_ids(Skill, open_ids)).values()))

    def rule(current: Member) -> None:
        _follow(current, shown)

    return await change(member, rule)


def _depends(standing: SkillStanding) -> bool:
    """Tell whether evidence decides: it was claimed, and nobody gave or confirmed it by hand."""
    return standing.claimed is not None and standing.by is None


def _follow(member: Member, shown: Collection[str]) -> None:
    for standing in filter(_depends, list(member.standings)):
        fact: Event | None = None
        if standing.status is SkillStatus.PENDING and standing.skill_id in shown:
            _give(member, standing, by=None, reason=None)
            fact = SkillConfirmed(member_id=member.id, skill_id=standing.skill_id)
        elif standing.status is SkillStatus.CONFIRMED and standing.skill_id not in shown:
            back = standing.model_copy(update={"status": SkillStatus.PENDING, "since": now()})
            member.standings = [*_others(member, standing.skill_id), back]
            _take(member, standing.skill_id)
            fact = SkillUnconfirmed(member_id=member.id, skill_id=standing.skill_id)
        if fact is not None:
            member.record(fact, actor=SYSTEM)
            member.record(MemberChanged(member_id=member.id), actor=SYSTEM)


async def _shown(member_id: str, skills: Collection[Skill]) -> set[str]:
    """Tell which of the skills something shows that everybody may know of; endorsements by those who have the skill count."""
    query = {"member_id": member_id, "kind": {"$in": [kind.value for kind in SHOWING]}, **_COUNTING}
    fields = {"kind": 1, "skill_id": 1, "source_id": 1, "tags": 1}
    rows: list[dict[str, Any]] = await Evidence.get_pymongo_collection().find(query, fields).to_list()
    endorsers = await by_ids(Member, [row["source_id"] for row in rows if row["kind"] == EvidenceKind.ENDORSEMENT.value])
    return {skill.id for skill in skills if any(_shows(row, skill, endorsers) for row in rows)}


def _shows(row: dict[str, Any], skill: Skill, endorsers: dict[str, Member]) -> bool:
    if row["kind"] != EvidenceKind.ENDORSEMENT.value:
        return not words_of(skill).isdisjoint(row["tags"])
    endorser = endorsers.get(row["source_id"])
    return row["skill_id"] == skill.id and endorser is not None and skill.id in endorser.skill_ids


def _give(member: Member, standing: SkillStanding, *, by: str | None, reason: str | None) -> None:
    given = {"status": SkillStatus.CONFIRMED, "since": now(), "by": by, "reason": reason}
    member.standings = [*_others(member, standing.skill_id), standing.model_copy(update=given)]
    if standing.skill_id not in member.skill_ids:
        member.skill_ids = [*member.skill_ids, standing.skill_id]
        member.proficiencies = {**member.proficiencies, standing.skill_id: standing.claimed or 1}


def _take(member: Member, skill_id: str) -> None:
    member.skill_ids = [one for one in member.skill_ids if one != skill_id]
    member.proficiencies = {one: grade for one, grade in member.proficiencies.items() if one != skill_id}


def _others(member: Member, skill_id: str) -> list[SkillStanding]:
    return [one for one in member.standings if one.skill_id != skill_id]
