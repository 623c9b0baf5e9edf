"""Who is told about ideas: who had one and who voted for it, when the company says what becomes of it."""

from community.ideas.documents import Idea
from community.ideas.events import IdeaStatusSet
from community.ideas.reading import voters_of
from community.watching import Happening
from core.events import Recorded
from core.handlers import Handlers
from notifications.documents import NotificationKind
from notifications.following import tell_followers


def subscribe(handlers: Handlers) -> None:
    """Tell people from the moment this is first started; what was before is not told again."""
    told = handlers.group("notifications.ideas", start="head")
    told.on(IdeaStatusSet, tell_of_status)


async def tell_of_status(event: Recorded[IdeaStatusSet]) -> None:
    """Tell the members among those who had the idea, voted for it or follow it, however many; the portal tells customers."""
    idea = await Idea.get(event.fact.idea_id)
    if idea is None:
        return
    concerned = [idea.author_id, *await voters_of(idea)]
    await tell_followers(idea, concerned, Happening.SETTLED, NotificationKind.IDEA_STATUS_SET, event)
