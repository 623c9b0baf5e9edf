"""What follows from asking a prompt: its question or post, also when the request died before it, or nobody requested it."""

from community.prompts.asking import follow_asking
from community.prompts.events import PromptAsked
from core.events import Recorded
from core.handlers import Handlers


def subscribe(handlers: Handlers) -> None:
    """Add the reactions to the table."""
    handlers.group("community.prompts", start="first").on(PromptAsked, follow_asked)


async def follow_asked(event: Recorded[PromptAsked]) -> None:
    """Let the question or the post be there."""
    await follow_asking(event.fact.prompt_id, event.fact.asked_as)
