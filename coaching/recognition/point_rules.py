"""What acceptance by others is worth: data of the company, in versions; what was earned keeps the terms of its day."""

from typing import Annotated, Final

from pydantic import BaseModel, Field

from auth.actor import Actor, Permission
from coaching.recognition.events import PointRulesChanged
from coaching.recognition.points_documents import PointCause, PointRule, PointRules
from coaching.recognition.policies import may_manage_recognition
from core.clock import now
from core.defaults import change_or_insert, stored_or
from core.errors import InvalidInput

_ID: Final = "prl_company"
_AT_FIRST: Final = {
    PointCause.ACCEPTED_ANSWER: (15, 10, 3),
    PointCause.CONSULTATION_ACCEPTED: (20, 10, 3),
    PointCause.HELPFUL_VOTE: (2, 20, 3),
    PointCause.VERIFIED_PAGE: (10, 5, 2),
    PointCause.APPROVED_REPLY: (5, 10, 5),
    PointCause.KUDOS: (3, 5, 1),
}
"""Points, how often on one day, and how often of those for the same other person."""


class PointRuleDraft(BaseModel):
    """What one cause is to be worth."""

    cause: PointCause
    points: Annotated[int, Field(ge=0, le=100)]
    most_a_day: Annotated[int, Field(ge=1, le=100)]
    most_from_one: Annotated[int, Field(ge=1, le=20)]


class PointRulesDraft(BaseModel):
    """What every cause is to be worth."""

    rules: Annotated[list[PointRuleDraft], Field(max_length=len(PointCause))]


async def show_point_rules(actor: Actor) -> PointRules:
    """Give the rules, the product's own of version 0 while nobody has set any; Forbidden without `member:read`."""
    actor.require(Permission.MEMBER_READ)
    return await read_point_rules()


async def read_point_rules() -> PointRules:
    """Give the rules as they hold now."""
    return await stored_or(_own())


async def set_point_rules(actor: Actor, draft: PointRulesDraft, *, expected_version: int) -> PointRules:
    """Say what acceptance by others is worth from now on; the version is 0 before anybody has said so.

    Raises Forbidden without `recognition:manage`, InvalidInput unless each cause is there once, Conflict.
    """
    may_manage_recognition(actor).enforce()
    given = {one.cause for one in draft.rules}
    if given != set(PointCause) or len(draft.rules) != len(given):
        raise InvalidInput("Say once of each cause what it is worth; 0 for nothing.", path=("rules",))

    def rule(current: PointRules) -> None:
        current.rules = [PointRule(**one.model_dump()) for one in draft.rules]
        current.record(PointRulesChanged(rules_id=current.id), actor=actor.id)

    return await change_or_insert(await read_point_rules(), rule, expected_version=expected_version)


def _own() -> PointRules:
    rules = [
        PointRule(cause=cause, points=points, most_a_day=daily, most_from_one=single)
        for cause, (points, daily, single) in _AT_FIRST.items()
    ]
    return PointRules(id=_ID, created_at=now(), rules=rules)
