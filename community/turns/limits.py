"""How much newcomers may write: a policy of the company, as data."""

from typing import Annotated, Final

from pydantic import BaseModel, Field

from auth.actor import Actor, Permission
from community.turns.documents import NewcomerLimits
from community.turns.events import NewcomerLimitsChanged
from core.clock import now
from core.defaults import change_or_insert, stored_or

_ID: Final = "ncl_company"
MOST_DAYS: Final = 365
MOST_CONTRIBUTIONS: Final = 100
MOST_PER_HOUR: Final = 60
MOST_PER_DAY: Final = 500


class LimitsDraft(BaseModel):
    """Who is to be new, and how much they may write; 0: no matter."""

    days: Annotated[int, Field(ge=0, le=MOST_DAYS)]
    contributions: Annotated[int, Field(ge=0, le=MOST_CONTRIBUTIONS)]
    per_hour: Annotated[int, Field(ge=0, le=MOST_PER_HOUR)]
    per_day: Annotated[int, Field(ge=0, le=MOST_PER_DAY)]


async def show_limits(actor: Actor) -> NewcomerLimits:
    """Give the limits: none, of version 0, while nobody has set any. Forbidden without `question:read`."""
    actor.require(Permission.QUESTION_READ)
    return await limits_now()


async def limits_now() -> NewcomerLimits:
    """Give the limits as they hold now."""
    return await stored_or(NewcomerLimits(id=_ID, created_at=now()))


async def set_limits(actor: Actor, draft: LimitsDraft, *, expected_version: int) -> NewcomerLimits:
    """Say who is new and how much they may write from now on; the version is 0 before anybody has said so.

    Raises Forbidden without `question:moderate`, Conflict.
    """
    actor.require(Permission.QUESTION_MODERATE)

    def rule(current: NewcomerLimits) -> None:
        for name, value in draft:
            setattr(current, name, value)
        current.record(NewcomerLimitsChanged(policy_id=current.id), actor=actor.id)

    return await change_or_insert(await limits_now(), rule, expected_version=expected_version)
