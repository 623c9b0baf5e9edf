"""What practice does upon its events: says what a process that died had marked and not yet said."""

from coaching.practice.documents import PracticeRun
from coaching.practice.events import InjectPlayed, PracticeStarted
from coaching.practice.playing import play
from core.events import Recorded
from core.handlers import Handlers


def subscribe(handlers: Handlers) -> None:
    """Put the reactions into the table."""
    handlers.group("coaching.practice", start="first").on(PracticeStarted, _say).on(InjectPlayed, _say)


async def _say(event: Recorded[PracticeStarted] | Recorded[InjectPlayed]) -> None:
    if run := await PracticeRun.get(event.fact.run_id):
        await play(run)
