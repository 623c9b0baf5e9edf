"""When no reviewer decides: the next one's turn, then the managers, then a holding reply; never the draft itself."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial

from auth.actor import SYSTEM
from care.cases.outgoing import find_outgoing
from care.documents.conversations import DeliveryStatus
from care.reading.cases import case_of_outgoing
from coaching.documents import DraftReview, DraftReviewStatus
from coaching.draft_reviews import settle_review
from coaching.events import DraftEscalated, DraftHandedOn, DraftSuperseded
from coaching.letting_go import hold_the_line
from coaching.reviewers import deadline_of, next_reviewer, turn_until
from core.clock import clock, now
from core.records import change

_WAITS = frozenset({DraftReviewStatus.PENDING, DraftReviewStatus.RETURNED})
_MOST = 100


@dataclass(frozen=True, slots=True)
class _Next:
    """What can be done next, read beforehand for the reviewers asked so far."""

    deadline: datetime | None
    asked: list[str]
    reviewer_id: str | None


async def act_on_reviews(at_once: int) -> int:
    """Act on the reviews whose time has come, once each, and give how many that were."""
    if not clock.trusted:
        return 0
    due = {"next_act_at": {"$lte": now()}}
    reviews = await DraftReview.find(due).sort("next_act_at").limit(at_once).to_list()
    for review in reviews:
        await _see_to(review)
    return len(reviews)


async def retime_reviews(case_id: str) -> None:
    """Bring the reviews of a case forward whose clock has come to run, or to run shorter. Can run twice."""
    for review in await DraftReview.find({"case_id": case_id}).sort("-submitted_at", "-_id").limit(_MOST).to_list():
        case = await case_of_outgoing(SYSTEM, review.message_id) if review.status in _WAITS else None
        if case is not None and (deadline := deadline_of(case, review.terms)):
            await change(review, partial(_bring_forward, deadline=deadline))


async def _see_to(review: DraftReview) -> None:
    case = await case_of_outgoing(SYSTEM, review.message_id)
    entry = find_outgoing(case, review.message_id) if case else None
    if case is None or entry is None or entry.state is not DeliveryStatus.HELD_FOR_REVIEW:
        await settle_review(review.message_id)
        return
    deadline = None if review.superseded_at else deadline_of(case, review.terms)
    reviewer = await next_reviewer(review.channel_id, review.author_id, review.asked)
    coming = _Next(deadline, list(review.asked), reviewer)
    await hold_the_line(await change(review, partial(_step, coming=coming)))


def _step(review: DraftReview, coming: _Next) -> None:
    at = now()
    if review.next_act_at is None or review.next_act_at > at or review.asked != coming.asked:
        return
    if coming.deadline is not None and at >= coming.deadline:
        review.status, review.superseded_at, review.next_act_at = DraftReviewStatus.SUPERSEDED, at, None
        review.record(DraftSuperseded(review_id=review.id))
    elif review.status is DraftReviewStatus.RETURNED:
        review.next_act_at = coming.deadline
    elif coming.reviewer_id is not None:
        review.reviewer_id, review.asked = coming.reviewer_id, [*review.asked, coming.reviewer_id]
        review.turn_ends_at = review.next_act_at = turn_until(at, coming.deadline, review.terms)
        review.record(DraftHandedOn(review_id=review.id))
    else:
        review.next_act_at = coming.deadline
        if review.escalated_at is None:
            review.escalated_at = at
            review.record(DraftEscalated(review_id=review.id))


def _bring_forward(review: DraftReview, deadline: datetime) -> None:
    if review.status not in _WAITS or review.superseded_at is not None:
        return
    if review.next_act_at is None or review.next_act_at > deadline:
        review.next_act_at = deadline
        review.turn_ends_at = min(review.turn_ends_at, deadline)
