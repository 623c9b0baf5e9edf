"""What follows from decisions, moves and new moderators, should the request have died before it."""

from community.blog.events import BlogPostMoved
from community.events import QuestionMoved
from community.ideas.events import IdeaMoved
from community.moderation.calm_log import keep_calm_log, place_with_id
from community.moderation.events import ContentCalmed, ContentModerated, QuestionCalmed
from community.moderation.settling import settle_item, settle_places, settle_space
from community.spaces.events import SpaceMembersChanged
from community.wiki.events import WikiPageMoved
from core.events import Recorded
from core.handlers import Handlers


def subscribe(handlers: Handlers) -> None:
    """Add the reactions to the table."""
    group = handlers.group("community.moderation", start="first")
    group.on(ContentModerated, follow_decision).on(SpaceMembersChanged, follow_members)
    group.on(QuestionMoved, follow_question).on(WikiPageMoved, follow_page)
    group.on(BlogPostMoved, follow_post).on(IdeaMoved, follow_idea)
    group.on(ContentCalmed, follow_calm).on(QuestionCalmed, follow_calm)


async def follow_decision(event: Recorded[ContentModerated]) -> None:
    """Let content and log follow."""
    await settle_item(event.fact.item_id)


async def follow_members(event: Recorded[SpaceMembersChanged]) -> None:
    """Let the space's moderators read what is hidden there."""
    await settle_space(event.fact.space_id)


async def follow_question(event: Recorded[QuestionMoved]) -> None:
    """Let its queue and log follow a question into its space."""
    await settle_places(event.fact.question_id)


async def follow_page(event: Recorded[WikiPageMoved]) -> None:
    """Let its queue and log follow a page into its space."""
    await settle_places(event.fact.page_id)


async def follow_post(event: Recorded[BlogPostMoved]) -> None:
    """Let its queue and log follow a post into its space."""
    await settle_places(event.fact.post_id)


async def follow_idea(event: Recorded[IdeaMoved]) -> None:
    """Let its queue and log follow an idea into its space."""
    await settle_places(event.fact.idea_id)


async def follow_calm(event: Recorded[ContentCalmed] | Recorded[QuestionCalmed]) -> None:
    """Let the log say what was done to calm something down."""
    target = await place_with_id(event.fact.target_id)
    if target is not None:
        await keep_calm_log(target)
