"""What follows upon levels: a confirmed level holds, a graduate is an agent, and some of what they say is looked at."""

from care.documents.standing import Standing
from care.events import ReplyQueued
from coaching.courses.documents import Enrolment
from coaching.courses.events import PlacementConfirmed
from coaching.levels.events import LevelReached
from coaching.levels.sampling import open_sample
from coaching.levels.standings import let_become_agent, place
from core.events import Recorded
from core.handlers import Handlers


def subscribe(handlers: Handlers) -> None:
    """Put the reactions into the table."""
    handlers.group("coaching.levels", start="first").on(PlacementConfirmed, _place).on(LevelReached, _promote)
    handlers.group("coaching.sampling", start="first").on(ReplyQueued, _sample)


async def _place(event: Recorded[PlacementConfirmed]) -> None:
    if enrolment := await Enrolment.get(event.fact.enrolment_id):
        await place(enrolment)


async def _promote(event: Recorded[LevelReached]) -> None:
    if standing := await Standing.get(event.fact.standing_id):
        await let_become_agent(standing)


async def _sample(event: Recorded[ReplyQueued]) -> None:
    await open_sample(event.fact.message_id)
