"""What follows from votes and merges, should the request have died before, or two have counted at once."""

from community.ideas.documents import Idea
from community.ideas.events import IdeaMerged, IdeaVoted
from community.ideas.ideas import settle_merge
from community.ideas.votes import settle_votes
from core.events import Recorded
from core.handlers import Handlers


def subscribe(handlers: Handlers) -> None:
    """Add the reactions to the table."""
    handlers.group("community.ideas", start="first").on(IdeaVoted, count_votes).on(IdeaMerged, follow_merge)


async def count_votes(event: Recorded[IdeaVoted]) -> None:
    """Let the count follow the votes, also of the idea that this one was merged into meanwhile."""
    idea = await Idea.get(event.fact.idea_id)
    if idea is not None and (idea := await settle_votes(idea)).merged_into is not None:
        await settle_merge(idea)


async def follow_merge(event: Recorded[IdeaMerged]) -> None:
    """Let the other idea count the votes of the merged one."""
    if (idea := await Idea.get(event.fact.idea_id)) is not None:
        await settle_merge(idea)
