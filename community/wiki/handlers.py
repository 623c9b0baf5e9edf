"""What the wiki does upon its own events: the follow-ups of edits and moves, should the request have died before them."""

from datetime import datetime

from community.documents import EvidenceKind
from community.experts import WIKI_EDIT_WEIGHT, record_evidence
from community.wiki.documents import WikiPage
from community.wiki.events import WikiPageCreated, WikiPageEdited, WikiPageMoved
from community.wiki.places import settle_place
from community.wiki.revisions import keep_revisions
from core.events import Recorded
from core.handlers import Handlers


def subscribe(handlers: Handlers) -> None:
    """Add the wiki's reactions to the table."""
    handlers.group("community.wiki", start="first").on(WikiPageCreated, follow_created).on(WikiPageEdited, follow_edited).on(
        WikiPageMoved, follow_moved
    )


async def follow_created(event: Recorded[WikiPageCreated]) -> None:
    """Keep the first revision, take the path over from pages that stood there, and count the page as its author's knowledge."""
    page = await WikiPage.get(event.fact.page_id)
    if page is not None:
        await keep_revisions(page)
        await settle_place(page)
        await _count_as_knowledge(page, event.fact.author_id, event.at)


async def follow_edited(event: Recorded[WikiPageEdited]) -> None:
    """Keep the revision, and count the edit as its author's knowledge."""
    page = await WikiPage.get(event.fact.page_id)
    if page is not None:
        await keep_revisions(page)
        await _count_as_knowledge(page, event.fact.author_id, event.at)


async def follow_moved(event: Recorded[WikiPageMoved]) -> None:
    """Let the pages below a moved one follow."""
    page = await WikiPage.get(event.fact.page_id)
    if page is not None:
        await settle_place(page)


async def _count_as_knowledge(page: WikiPage, author_id: str, at: datetime) -> None:
    """Keep one reason a page and author, dated by the last edit."""
    await record_evidence(
        author_id,
        EvidenceKind.WIKI_EDIT,
        source_id=page.id,
        text=page.title,
        tags=[tag.slug for tag in page.tags],
        weight=WIKI_EDIT_WEIGHT,
        occurred_at=at,
    )
