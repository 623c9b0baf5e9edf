"""What is asked of who is to come to a level: data of the company, the product's own while nobody has said so."""

from typing import Final

from pydantic import BaseModel, Field

from auth.actor import Actor
from care.documents.standing import LevelRule, Requirements, SocialLevel
from coaching.courses.policies import may_learn
from coaching.levels.certifications import Days, RequirementsDraft, require_courses
from coaching.levels.events import LevelRuleChanged
from coaching.levels.policies import may_manage_certifications
from core.clock import now
from core.defaults import change_or_insert, stored_or
from core.errors import InvalidInput

LADDER: Final = tuple(SocialLevel)
_OWN: Final = {
    SocialLevel.BEGINNER: Requirements(reviews=5, pass_percent=50, sign_off=True),
    SocialLevel.PRACTITIONER: Requirements(reviews=20, pass_percent=80, practice_runs=1, practice_points=60, sign_off=True),
    SocialLevel.ADVANCED: Requirements(reviews=40, pass_percent=90, practice_runs=3, practice_points=70, sign_off=True),
    SocialLevel.SPECIALIST: Requirements(reviews=60, pass_percent=95, practice_runs=5, practice_points=80, sign_off=True),
}
OWN_DAYS: Final = 365


class LevelRuleDraft(BaseModel):
    """What is to be asked of who is to come to a level, and when to look again."""

    level: SocialLevel
    requirements: RequirementsDraft = Field(default_factory=RequirementsDraft)
    re_evaluate_days: Days = OWN_DAYS


def above(level: SocialLevel) -> SocialLevel | None:
    """Give the next level; None above the highest."""
    place = LADDER.index(level) + 1
    return LADDER[place] if place < len(LADDER) else None


async def list_level_rules(actor: Actor) -> list[LevelRule]:
    """Give what is asked of who is to come to each level, to members of the company."""
    return [await rule_of(level) for level in LADDER[1:]] if may_learn(actor) else []


async def rule_of(level: SocialLevel) -> LevelRule:
    """Give what is asked of who is to come to a level."""
    return await stored_or(_own(level))


async def set_level_rule(actor: Actor, draft: LevelRuleDraft, *, expected_version: int) -> LevelRule:
    """Say what is asked of who is to come to a level; the version is 0 before anybody has said so.

    Raises Forbidden without `certification:manage`, NotFound for a course that there is not, InvalidInput for the lowest
    level, where everybody begins, Conflict.
    """
    may_manage_certifications(actor).enforce()
    if draft.level is LADDER[0]:
        raise InvalidInput("Everybody begins at this level; choose a higher one.", path=("level",))
    await require_courses(actor, draft.requirements)

    def rule(current: LevelRule) -> None:
        current.requirements = Requirements(**draft.requirements.model_dump())
        current.re_evaluate_days = draft.re_evaluate_days
        current.record(LevelRuleChanged(level_rule_id=current.id), actor=actor.id)

    return await change_or_insert(await rule_of(draft.level), rule, expected_version=expected_version)


def _own(level: SocialLevel) -> LevelRule:
    asked = _OWN[level].model_copy(deep=True)
    identifier = f"lvr_{level.value.lower()}"
    return LevelRule(id=identifier, created_at=now(), level=level, requirements=asked, re_evaluate_days=OWN_DAYS)
