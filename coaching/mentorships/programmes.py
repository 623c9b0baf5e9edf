"""Mentorship programmes: what newcomers are accompanied for, made and closed."""

from typing import Annotated

from pydantic import BaseModel, Field

from auth.actor import Actor
from coaching.mentorships.documents import MentorshipProgramme
from coaching.mentorships.events import MentorshipProgrammeChanged
from coaching.mentorships.policies import may_manage_mentorships
from coaching.mentorships.reading import require_programme
from community.creation import insert_once
from community.directory import skills_by_ids
from community.documents import Skill
from community.drafts import Remark, Title
from core.clock import now
from core.errors import AlreadyDone, NotFound
from core.idempotency import Once
from core.records import change

MOST_SKILLS = 10


class ProgrammeDraft(BaseModel):
    """What a programme is to be."""

    name: Title
    summary: Remark
    level: Annotated[int, Field(ge=1, le=5)] = 1
    skill_ids: Annotated[list[str], Field(max_length=MOST_SKILLS)] = Field(default_factory=list)
    mentees_per_mentor: Annotated[int, Field(ge=1, le=20)] = 3


async def create_programme(actor: Actor, draft: ProgrammeDraft, *, once: Once) -> MentorshipProgramme:
    """Make a programme.

    Raises Forbidden without `mentorship:manage`, NotFound for a skill that there is not, IdempotencyMismatch.
    """
    may_manage_mentorships(actor).enforce()
    skills = list(dict.fromkeys(draft.skill_ids))
    known = await skills_by_ids(actor, skills)
    if any(skill not in known for skill in skills):
        raise NotFound("There is no such skill.", path=("skill_ids",))
    given = {**draft.model_dump(), "skill_ids": skills, "fingerprint": once.fingerprint}
    programme = MentorshipProgramme(id=once.identifier("mpr"), created_at=now(), created_by=actor.member, **given)
    programme.record(MentorshipProgrammeChanged(programme_id=programme.id), actor=actor.id)
    return await insert_once(programme, once)


async def close_programme(actor: Actor, programme_id: str, *, expected_version: int) -> MentorshipProgramme:
    """Let nobody begin in a programme any more; mentorships that go on stay.

    Raises NotFound, Forbidden without `mentorship:manage`, AlreadyDone, Conflict.
    """
    may_manage_mentorships(actor).enforce()
    programme = await require_programme(actor, programme_id)

    def rule(current: MentorshipProgramme) -> None:
        require_in_use(current)
        current.closed = True
        current.record(MentorshipProgrammeChanged(programme_id=current.id), actor=actor.id)

    return await change(programme, rule, expected_version=expected_version)


def require_in_use(programme: MentorshipProgramme) -> None:
    """Refuse a programme that was closed; AlreadyDone."""
    if programme.closed:
        raise AlreadyDone("This programme was closed; choose another one.", path=("programme_id",))


async def follow_skill_merge(skill_id: str) -> None:
    """Let programmes name the skill that a merged one is now; can run twice."""
    skill = await Skill.get(skill_id)
    if skill is None or skill.merged_into_id is None:
        return
    into_id = skill.merged_into_id

    def rule(current: MentorshipProgramme) -> None:
        current.skill_ids = list(dict.fromkeys(into_id if one == skill_id else one for one in current.skill_ids))

    for programme in await MentorshipProgramme.find({"skill_ids": skill_id}).to_list():
        await change(programme, rule)
