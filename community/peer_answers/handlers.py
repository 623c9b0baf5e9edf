"""What follows from what customers say to each other."""

from community.documents import Answer
from community.peer_answers.events import AnswerHelpSaid
from community.peer_answers.helping import settle_help
from core.events import Recorded
from core.handlers import Handlers


def subscribe(handlers: Handlers) -> None:
    """Add the reactions to the table."""
    handlers.group("community.peer_answers", start="first").on(AnswerHelpSaid, follow_help)


async def follow_help(event: Recorded[AnswerHelpSaid]) -> None:
    """Let the count follow."""
    if (answer := await Answer.get(event.fact.answer_id)) is not None:
        await settle_help(answer)
