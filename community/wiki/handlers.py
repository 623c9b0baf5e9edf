"""What the wiki does upon its own events: the follow-ups of edits and moves, should the request have died before them."""

from community.uploads import hand_over
from community.wiki.attachments import forget_content
from community.wiki.comments import settle_anchors
from community.wiki.documents import WikiPage
from community.wiki.drafts import settle_draft
from community.wiki.events import (
    WikiDraftPublished,
    WikiEditProposed,
    WikiEditWithdrawn,
    WikiFileAttached,
    WikiFileRemoved,
    WikiPageCreated,
    WikiPageDeleted,
    WikiPageEdited,
    WikiPageModerated,
    WikiPageMoved,
    WikiPageVerified,
)
from community.wiki.knowledge import count_edit, reflect_page, reflect_vouching
from community.wiki.links import settle_links, settle_links_to
from community.wiki.places import follow_parent, leave_ring, settle_place
from community.wiki.revisions import keep_revisions
from core.events import Recorded
from core.handlers import Handlers


def subscribe(handlers: Handlers) -> None:
    """Add the wiki's reactions to the table."""
    wiki = handlers.group("community.wiki", start="first")
    wiki.on(WikiPageCreated, follow_created).on(WikiPageEdited, follow_edited).on(WikiPageMoved, follow_moved)
    wiki.on(WikiEditProposed, follow_proposed).on(WikiDraftPublished, follow_draft)
    wiki.on(WikiFileAttached, follow_attached).on(WikiFileRemoved, follow_removed)
    wiki.on(WikiPageDeleted, follow_deleted).on(WikiEditWithdrawn, follow_deleted)
    wiki.on(WikiPageModerated, follow_moderated).on(WikiPageVerified, follow_verified)


async def follow_created(event: Recorded[WikiPageCreated]) -> None:
    """Keep the first revision, take the path over, look at the links, and count the page as its author's knowledge."""
    page = await WikiPage.get(event.fact.page_id)
    if page is not None:
        page = await keep_revisions(page)
        await follow_parent(page)
        await settle_place(page)
        await settle_links(page)
        await settle_links_to(page)
        if not page.unpublished:
            await count_edit(page, event.fact.author_id, event.at)


async def follow_edited(event: Recorded[WikiPageEdited]) -> None:
    """Keep the revision, look at links and at what comments quote, and count the edit as its author's knowledge."""
    page = await WikiPage.get(event.fact.page_id)
    if page is not None:
        await settle_links(await keep_revisions(page))
        await settle_anchors(page)
        await count_edit(page, event.fact.author_id, event.at)


async def follow_proposed(event: Recorded[WikiEditProposed]) -> None:
    """Keep the revision of an edit that waits for approval; it counts as knowledge once it is published."""
    page = await WikiPage.get(event.fact.page_id)
    if page is not None:
        await keep_revisions(page)


async def follow_draft(event: Recorded[WikiDraftPublished]) -> None:
    """Let go of a draft that was published."""
    fact = event.fact
    await settle_draft(fact.draft_id, fact.draft_version, page_id=fact.page_id, page_version=fact.number)


async def follow_moved(event: Recorded[WikiPageMoved]) -> None:
    """Let the pages below a moved one follow, and look again at the links to all of them."""
    page = await WikiPage.get(event.fact.page_id)
    if page is not None:
        page = await leave_ring(page)
        await follow_parent(page)
        await settle_place(page)
        await settle_links_to(page)
        await reflect_page(page)


async def follow_moderated(event: Recorded[WikiPageModerated]) -> None:
    """Let a page that moderators hid show nobody's knowledge."""
    page = await WikiPage.get(event.fact.page_id)
    if page is not None:
        await reflect_page(page)


async def follow_verified(event: Recorded[WikiPageVerified]) -> None:
    """Let it show knowledge that somebody vouches for a page, as long as they do."""
    page = await WikiPage.get(event.fact.page_id)
    if page is not None:
        await reflect_vouching(page, event.at)


async def follow_deleted(event: Recorded[WikiPageDeleted] | Recorded[WikiEditWithdrawn]) -> None:
    """Find the links broken that led to a page which is gone, and let it show nobody's knowledge."""
    page = await WikiPage.get(event.fact.page_id)
    if page is not None and page.deleted_at is not None:
        await settle_links_to(page)
        await reflect_page(page)


async def follow_attached(event: Recorded[WikiFileAttached]) -> None:
    """Leave the content of an attached file to the page."""
    await hand_over(event.fact.staged_id)


async def follow_removed(event: Recorded[WikiFileRemoved]) -> None:
    """Take the content of a removed file away."""
    await forget_content(event.fact.content_id)
