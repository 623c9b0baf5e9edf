"""Who is told about the wiki: who shall approve an edit, who wrote it, and who vouches for a page."""

from auth.actor import Role
from community.wiki.documents import Proposal, WikiPage
from community.wiki.events import (
    WikiEditApproved,
    WikiEditRejected,
    WikiPageOutdated,
    WikiReviewDue,
    WikiReviewRequested,
)
from core.events import Recorded
from core.handlers import Handlers
from notifications.announcements import notify
from notifications.documents import NotificationKind
from notifications.recipients import members_holding

APPROVERS = (Role.MENTOR, Role.MANAGER)


def subscribe(handlers: Handlers) -> None:
    """Tell people from the moment this is first started; what was before is not told again."""
    told = handlers.group("notifications.wiki", start="head")
    told.on(WikiReviewRequested, tell_reviewers)
    told.on(WikiEditApproved, tell_of_approval)
    told.on(WikiEditRejected, tell_of_rejection)
    told.on(WikiReviewDue, remind_owner)
    told.on(WikiPageOutdated, tell_of_outdated)


async def tell_reviewers(event: Recorded[WikiReviewRequested]) -> None:
    """Tell who was named as a reviewer; where nobody was, the page's owner, else all who may approve."""
    page = await WikiPage.get(event.fact.page_id)
    proposal = page.proposal if page is not None else None
    if page is None or proposal is None or proposal.number != event.fact.number:
        return
    told = proposal.reviewer_ids or await _who_may_approve(page, proposal)
    await notify(told, NotificationKind.WIKI_REVIEW_REQUESTED, subject=proposal.title, target_id=page.id, cause=event)


async def tell_of_approval(event: Recorded[WikiEditApproved]) -> None:
    """Tell who wrote the edit, while it still waits for more approvals and when it was the last one."""
    page = await WikiPage.get(event.fact.page_id)
    if page is not None:
        authors = page.proposal.author_ids if page.proposal else [page.edited_by]
        await notify(authors, NotificationKind.WIKI_EDIT_APPROVED, subject=page.title, target_id=page.id, cause=event)


async def tell_of_rejection(event: Recorded[WikiEditRejected]) -> None:
    """Tell who wrote the edit."""
    page = await WikiPage.get(event.fact.page_id)
    if page is not None:
        authors = page.proposal.author_ids if page.proposal else [event.fact.author_id]
        await notify(authors, NotificationKind.WIKI_EDIT_REJECTED, subject=page.title, target_id=page.id, cause=event)


async def remind_owner(event: Recorded[WikiReviewDue]) -> None:
    """Remind who vouches for a page that it is to be checked; where nobody is left to, the managers."""
    page = await WikiPage.get(event.fact.page_id)
    if page is not None and page.deleted_at is None:
        told = [event.fact.owner_id] if event.fact.owner_id else await members_holding((Role.MANAGER,))
        await notify(told, NotificationKind.WIKI_REVIEW_DUE, subject=page.title, target_id=page.id, cause=event)


async def tell_of_outdated(event: Recorded[WikiPageOutdated]) -> None:
    """Tell who vouched for a page, and the managers, that nobody does any more."""
    page = await WikiPage.get(event.fact.page_id)
    if page is not None and page.deleted_at is None:
        told = [one for one in (event.fact.owner_id, *await members_holding((Role.MANAGER,))) if one]
        await notify(told, NotificationKind.WIKI_OUTDATED, subject=page.title, target_id=page.id, cause=event)


async def _who_may_approve(page: WikiPage, proposal: Proposal) -> list[str]:
    if page.owner_id is not None and page.owner_id not in proposal.author_ids:
        return [page.owner_id]
    return [one for one in await members_holding(APPROVERS) if one not in proposal.author_ids]
