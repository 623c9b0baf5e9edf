"""Playing what happened in the past: stories in the order of their moments, with this process's clock set to each."""

import heapq
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from datetime import datetime

from care.clock_scan import scan
from care.documents.cases import Case
from care.documents.consultations import Consultation
from core.clock import clock, now

Story = AsyncIterator[datetime]
"""Yields the moment at which it wants to go on, and does its next act when it is asked for the moment after that."""


class Timeline:
    """Plays stories together; whatever comes due between two acts is acted on when it is due, as in life."""

    def __init__(self, *, after_act: Callable[[], Awaitable[None]]) -> None:
        self._after_act = after_act
        self._waiting: list[tuple[datetime, int, Story]] = []

    async def play(self, stories: Iterable[Story], *, until: datetime) -> None:
        """Play all stories to their ends and come to `until`; afterwards the clock shows the store's time again."""
        try:
            for place, story in enumerate(stories):
                await self._go_on(place, story)
            while self._waiting:
                moment, place, story = heapq.heappop(self._waiting)
                await _come_to(min(moment, until))
                await self._go_on(place, story)
                await self._after_act()
            await _come_to(until)
        finally:
            clock.reset_shift()

    async def _go_on(self, place: int, story: Story) -> None:
        moment = await anext(story, None)
        if moment is not None:
            heapq.heappush(self._waiting, (moment, place, story))


async def _come_to(moment: datetime) -> None:
    while (due := await _next_due(moment)) is not None:
        _set(due)
        if not await scan():
            break
    _set(moment)


async def _next_due(moment: datetime) -> datetime | None:
    """Give the first instant up to `moment` at which a clock, an obligation or a consultation asks for an act."""
    found = [await _first_due(document, moment) for document in (Case, Consultation)]
    return min([due for due in found if due is not None], default=None)


async def _first_due(document: type[Case] | type[Consultation], moment: datetime) -> datetime | None:
    rows = document.get_pymongo_collection()
    row = await rows.find_one({"next_act_at": {"$lte": moment}}, {"next_act_at": 1}, sort=[("next_act_at", 1)])
    return row["next_act_at"] if row else None


def _set(moment: datetime) -> None:
    clock.shift(moment - now())
