"""Choosing who is the visible face of the company: by what they are able to, with reasons, for the record."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Final

from pydantic import BaseModel, Field

from auth.actor import Actor, Permission
from coaching.recognition.competence import CompetencyProfile, profile_of
from coaching.recognition.events import RepresentativeChosen
from coaching.recognition.representative_documents import RepresentativeChoice, Shortlisted
from community.creation import insert_once, made_before
from community.directory import members_by_ids, skills_by_ids
from community.documents import Member
from community.drafts import Remark, Title, ids, may_be_id
from core.clock import now
from core.errors import Forbidden, InvalidInput, NotFound
from core.idempotency import Once
from core.paging import Order, Slice, Window, count, read_slice
from core.records import by_ids

MOST_CANDIDATES: Final = 10
MOST_SKILLS: Final = 10
MOST_LANGUAGES: Final = 5
_MOST_LOOKED_AT: Final = 200
NEWEST_FIRST: Final = Order((("chosen_at", -1),))
Language = Annotated[str, Field(pattern=r"^[a-z]{2}$")]


class CandidateReason(StrEnum):
    """What speaks for a candidate."""

    SKILLS = "SKILLS"
    LANGUAGES = "LANGUAGES"
    EVIDENCE = "EVIDENCE"
    REVIEWS = "REVIEWS"
    PRACTICE = "PRACTICE"


class Wanted(BaseModel):
    """What the visible face must be able to: all of these skills, and all of these languages."""

    skill_ids: Annotated[list[str], ids(MOST_SKILLS, "skills"), Field(min_length=1)]
    languages: Annotated[list[Language], ids(MOST_LANGUAGES, "languages")] = Field(default_factory=list)


class ChoiceDraft(Wanted):
    """Who is chosen, for what, and why."""

    title: Title
    member_id: str
    reason: Remark


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who has what is asked for; the points are the sum of the reasons' points."""

    profile: CompetencyProfile
    reasons: dict[CandidateReason, int]

    @property
    def points(self) -> int:
        """Add up what speaks for them."""
        return sum(self.reasons.values())


async def suggest_representatives(actor: Actor, wanted: Wanted) -> list[Candidate]:
    """Give those who have all that is asked for, the best first, up to ten.

    Raises Forbidden without `recognition:manage`, NotFound for a skill that there is not.
    """
    _require_hr(actor)
    known = await skills_by_ids(actor, wanted.skill_ids)
    if any(one not in known for one in wanted.skill_ids):
        raise NotFound("There is no such skill.", path=("skill_ids",))
    query = {"skill_ids": wanted.skill_ids[0]}
    members = await Member.find(query).sort("sort_name", "_id").limit(_MOST_LOOKED_AT).to_list()
    able = [one for one in members if one.deleted_at is None and _has(one, wanted)]
    found = [_weighed(await profile_of(actor, one), wanted) for one in able]
    return sorted(found, key=lambda one: (-one.points, one.profile.member.id))[:MOST_CANDIDATES]


async def choose_representative(actor: Actor, draft: ChoiceDraft, *, once: Once) -> RepresentativeChoice:
    """Write down who becomes the visible face, out of whom, and why; it is never changed.

    Raises Forbidden without `recognition:manage`, NotFound for a skill or the member, InvalidInput for somebody who has not what
    is asked for, IdempotencyMismatch.
    """
    _require_hr(actor)
    identifier = once.identifier("rch")
    if (before := await made_before(RepresentativeChoice, identifier, once)) is not None:
        return before
    if draft.member_id not in await members_by_ids(actor, [draft.member_id]):
        raise NotFound("There is no such member.", path=("member_id",))
    candidates = await suggest_representatives(actor, draft)
    shortlist = [Shortlisted(member_id=one.profile.member.id, points=one.points) for one in candidates]
    if all(one.member_id != draft.member_id for one in shortlist):
        raise InvalidInput("They are not among the ten who suit best; ask for what they are able to.", path=("member_id",))
    at = now()
    choice = RepresentativeChoice(
        id=identifier,
        created_at=at,
        shortlist=shortlist,
        chosen_by=actor.member,
        chosen_at=at,
        fingerprint=once.fingerprint,
        **draft.model_dump(),
    )
    choice.record(RepresentativeChosen(choice_id=identifier), actor=actor.id)
    return await insert_once(choice, once)


async def choices_by_ids(actor: Actor, choice_ids: Sequence[str]) -> dict[str, RepresentativeChoice]:
    """Give the choices to who manages recognition."""
    if not _is_hr(actor):
        return {}
    return await by_ids(RepresentativeChoice, [one for one in choice_ids if may_be_id(one, "rch")])


async def list_choices(actor: Actor, window: Window) -> Slice[RepresentativeChoice]:
    """List who was chosen, the latest first; nothing for who does not manage recognition."""
    return await read_slice(RepresentativeChoice, {}, NEWEST_FIRST, window) if _is_hr(actor) else Slice([], [])


async def count_choices(actor: Actor) -> int:
    """Count the same choices."""
    return await count(RepresentativeChoice, {}) if _is_hr(actor) else 0


def _is_hr(actor: Actor) -> bool:
    return actor.member_id is not None and actor.may(Permission.RECOGNITION_MANAGE)


def _require_hr(actor: Actor) -> None:
    if not _is_hr(actor):
        raise Forbidden(f"You need the permission {Permission.RECOGNITION_MANAGE.value} for this.")


def _has(member: Member, wanted: Wanted) -> bool:
    spoken = {locale[:2] for locale in member.locales}
    return set(wanted.skill_ids) <= set(member.skill_ids) and set(wanted.languages) <= spoken


def _weighed(profile: CompetencyProfile, wanted: Wanted) -> Candidate:
    asked = [one for one in profile.skills if one.skill.id in wanted.skill_ids]
    reasons = {
        CandidateReason.SKILLS: 10 * sum(one.proficiency for one in asked),
        CandidateReason.LANGUAGES: 5 * len(wanted.languages),
        CandidateReason.EVIDENCE: min(30, 2 * sum(one.evidence_count for one in asked)),
        CandidateReason.REVIEWS: round(20 * profile.passed / profile.reviewed) if profile.reviewed else 0,
        CandidateReason.PRACTICE: round((profile.practice_points or 0) / 5),
    }
    return Candidate(profile, {reason: points for reason, points in reasons.items() if points})
