"""What a member is able to, told without a word about any customer: for the member and for HR."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from auth.actor import Actor, Permission
from care.documents.channels import Environment
from coaching.documents import DraftReview, DraftReviewStatus
from coaching.mentorships.documents import Mentorship, MentorshipStatus
from coaching.practice.documents import PracticeScore
from community.directory import members_by_ids, skills_by_ids
from community.documents import Evidence, EvidenceKind, Member, Skill
from community.procedures.documents import Attestation
from community.skills import words_of
from core.errors import NotFound

_MOST_READ: Final = 1_000
_DECIDED: Final = [DraftReviewStatus.APPROVED.value, DraftReviewStatus.RETURNED.value]
_ACCOMPANIED: Final = frozenset({MentorshipStatus.ACTIVE, MentorshipStatus.COMPLETED})


@dataclass(frozen=True, slots=True)
class SkillCompetence:
    """How well a member masters a skill, and how much shows it."""

    skill: Skill
    proficiency: int
    evidence_count: int


@dataclass(frozen=True, slots=True)
class CompetencyProfile:
    """What a member is able to, as numbers and names of skills alone."""

    member: Member
    skills: list[SkillCompetence]
    evidence: Mapping[EvidenceKind, int]
    practised: int
    practice_points: float | None
    reviewed: int
    passed: int
    attested: int
    mentees: int
    mentors: int


def may_read_competence(actor: Actor, member_id: str) -> bool:
    """Tell whether somebody may read what a member is able to: the member, and who manages recognition."""
    return actor.member_id is not None and (actor.member_id == member_id or actor.may(Permission.RECOGNITION_MANAGE))


async def competency_profile(actor: Actor, member_id: str) -> CompetencyProfile:
    """Give what a member is able to; NotFound for who is neither the member nor manages recognition."""
    member = (await members_by_ids(actor, [member_id])).get(member_id) if may_read_competence(actor, member_id) else None
    if member is None:
        raise NotFound("There is no such member whose competence you may read.", path=("member_id",))
    return await profile_of(actor, member)


async def profile_of(actor: Actor, member: Member) -> CompetencyProfile:
    """Count what shows what a member is able to."""
    evidence = await Evidence.find({"member_id": member.id}).sort("-occurred_at", "-_id").limit(_MOST_READ).to_list()
    holding = [one for one in evidence if one.withdrawn_at is None and one.closed_space_id is None]
    scores = await PracticeScore.find({"member_id": member.id}).limit(_MOST_READ).to_list()
    reviews = await _reviews(member.id)
    attested = await Attestation.find({"member_id": member.id}).limit(_MOST_READ).to_list()
    mentorships = await Mentorship.find({"parties": member.id}).limit(_MOST_READ).to_list()
    together = [one for one in mentorships if one.status in _ACCOMPANIED]
    return CompetencyProfile(
        member=member,
        skills=await _skills(actor, member, holding),
        evidence=Counter(one.kind for one in holding),
        practised=len({one.run_id for one in scores}),
        practice_points=round(sum(one.points for one in scores) / len(scores), 1) if scores else None,
        reviewed=len(reviews),
        passed=sum(one.status is DraftReviewStatus.APPROVED and not one.returns and not one.edited for one in reviews),
        attested=len({one.guideline_id for one in attested}),
        mentees=sum(one.mentor_id == member.id for one in together),
        mentors=sum(one.mentee_id == member.id for one in together),
    )


async def _reviews(member_id: str) -> list[DraftReview]:
    decided = DraftReview.find({"author_id": member_id, "status": {"$in": _DECIDED}})
    return [one for one in await decided.limit(_MOST_READ).to_list() if one.environment is Environment.LIVE]


async def _skills(actor: Actor, member: Member, evidence: list[Evidence]) -> list[SkillCompetence]:
    skills = await skills_by_ids(actor, member.skill_ids)
    known = [skills[one] for one in member.skill_ids if one in skills]
    return [SkillCompetence(one, member.proficiencies.get(one.id, 1), _shown(one, evidence)) for one in known]


def _shown(skill: Skill, evidence: list[Evidence]) -> int:
    words = words_of(skill)
    return sum(one.skill_id == skill.id or not words.isdisjoint(one.tags) for one in evidence)
