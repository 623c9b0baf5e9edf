"""How much newcomers may write: a policy of the company, as data."""

from typing import Annotated, Final

from pydantic import BaseModel, Field
from pymongo.errors import DuplicateKeyError

from auth.actor import Actor, Permission
from community.turns.documents import NewcomerLimits
from community.turns.events import NewcomerLimitsChanged
from core.clock import now
from core.errors import Conflict
from core.records import change, save

_ID: Final = "ncl_company"
_MOVED: Final = "Somebody else set the limits meanwhile; look at them again."
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
    return await NewcomerLimits.get(_ID) or _none()


async def set_limits(actor: Actor, draft: LimitsDraft, *, expected_version: int) -> NewcomerLimits:
    """Say who is new and how much they may write from now on; the version is 0 before anybody has said so.

    Raises Forbidden without `question:moderate`, Conflict.
    """
    actor.require(Permission.QUESTION_MODERATE)

    def rule(current: NewcomerLimits) -> None:
        for name, value in draft:
            setattr(current, name, value)
        current.record(NewcomerLimitsChanged(policy_id=current.id), actor=actor.id)

    if found := await NewcomerLimits.get(_ID):
        return await change(found, rule, expected_version=expected_version)
    if expected_version != 0:
        raise Conflict(_MOVED, current=_none())
    limits = _none()
    rule(limits)
    try:
        await save(limits)
    except DuplicateKeyError:
        raise Conflict(_MOVED, current=await limits_now()) from None
    return limits


def _none() -> NewcomerLimits:
    return NewcomerLimits(id=_ID, created_at=now())
