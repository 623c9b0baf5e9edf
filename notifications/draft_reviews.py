"""Who is told about replies that wait for a mentor: whose turn it is, the author, and the managers when nobody decides."""

from typing import Any

from auth.actor import Role
from care.documents.cases import Case
from care.documents.channels import Environment
from coaching.documents import DraftReview
from coaching.events import DraftEscalated, DraftHandedOn, DraftReturned, DraftSubmitted, DraftSuperseded
from community.documents import Member
from core.events import Recorded
from core.handlers import Handlers
from notifications.announcements import notify
from notifications.documents import NotificationKind
from notifications.recipients import members_holding


def subscribe(handlers: Handlers) -> None:
    """Tell people from the moment this is first started."""
    told = handlers.group("notifications.draft_reviews", start="head")
    told.on(DraftSubmitted, tell_reviewer_of_new).on(DraftHandedOn, tell_reviewer).on(DraftReturned, tell_author)
    told.on(DraftEscalated, tell_managers).on(DraftSuperseded, tell_managers)


async def tell_reviewer_of_new(event: Recorded[DraftSubmitted]) -> None:
    """Tell whose turn it is; the mentors hear of a reply that is handed in first when it is held."""
    review = await DraftReview.get(event.fact.review_id)
    reviewer = await Member.get(review.reviewer_id) if review and review.reviewer_id else None
    if review is not None and reviewer is not None and (review.returns or Role.MENTOR not in reviewer.roles):
        await _tell([reviewer.id], review, NotificationKind.DRAFT_SUBMITTED, event)


async def tell_reviewer(event: Recorded[DraftHandedOn]) -> None:
    """Tell whose turn it is now."""
    review = await DraftReview.get(event.fact.review_id)
    if review is not None and review.reviewer_id is not None:
        await _tell([review.reviewer_id], review, NotificationKind.DRAFT_SUBMITTED, event)


async def tell_author(event: Recorded[DraftReturned]) -> None:
    """Tell who wrote a reply that it was returned."""
    review = await DraftReview.get(event.fact.review_id)
    if review is not None:
        await _tell([review.author_id], review, NotificationKind.DRAFT_RETURNED, event)


async def tell_managers(event: Recorded[DraftEscalated] | Recorded[DraftSuperseded]) -> None:
    """Tell the managers that no reviewer decides, or that the clock ran short."""
    review = await DraftReview.get(event.fact.review_id)
    if review is not None:
        await _tell(await members_holding([Role.MANAGER]), review, NotificationKind.DRAFT_OVERDUE, event)


async def _tell(recipients: list[str], review: DraftReview, kind: NotificationKind, cause: Recorded[Any]) -> None:
    case = await Case.get(review.case_id)
    if case is not None and case.environment is Environment.LIVE:
        await notify(recipients, kind, subject=f"#{case.number} {case.subject}", target_id=case.id, cause=cause)
