"""The review of a reply that is held: opened beside its message, or by the handler of the event."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from auth.actor import SYSTEM, Actor
from care.cases.outgoing import find_outgoing
from care.documents.cases import Case
from care.documents.channels import Environment
from care.documents.conversations import DeliveryStatus
from care.documents.under_way import Outgoing
from care.policies import must_wait
from care.reading.cases import case_of_outgoing
from care.replies import Beside, ContactRequest, Reply
from coaching.documents import DraftReview, ReviewTerms
from coaching.events import DraftEscalated, DraftSubmitted
from coaching.reading import review_id_of
from coaching.review_policy import terms_now
from coaching.reviewers import Reviewers, deadline_of, read_reviewers, turn_until
from core.clock import now
from core.outcomes import outcome
from core.records import insert_or_read

SaidT = TypeVar("SaidT", bound=Reply | ContactRequest)

Chosen = tuple[Reviewers, ReviewTerms]
"""Who could look at a reply, and how long that may take."""


class Opening:
    """The review of what somebody is about to say, None where it waits for none.

    Whose replies always wait has the reviewers read beside the reply, and the review is stored beside its message: each is
    harmless without the other, and their handlers make what is missing.
    """

    def __init__(self, actor: Actor) -> None:
        self._actor = actor
        self.review: DraftReview | None = None

    async def around(self, saying: Callable[[Beside], Awaitable[SaidT]]) -> SaidT:
        """Say it, and open its review where it is held; raises what the saying raises."""
        waits = self._actor.member_id is not None and must_wait(self._actor)
        reading = asyncio.ensure_future(_read(self._actor.member)) if waits else None

        async def beside(case: Case, entry: Outgoing) -> None:
            if entry.state is DeliveryStatus.HELD_FOR_REVIEW:
                self.review = await _opened(case, entry, await reading if reading is not None else None)

        said, _ = await asyncio.gather(outcome(saying(beside)), asyncio.gather(*([reading] if reading is not None else [])))
        reply = said.take()
        if self.review is None and reply.message.delivery_status is DeliveryStatus.HELD_FOR_REVIEW:  # said before
            self.review = await open_review(reply.message.id, reply.case)
        return reply


async def open_review(message_id: str, case: Case | None = None) -> DraftReview | None:
    """Open the review of a held reply, and give the first reviewer their turn. Can run twice; None for what is not held.

    Whoever has just held it gives its case.
    """
    before = await DraftReview.get(review_id_of(message_id)) if case is None else None
    case = case if before or case else await case_of_outgoing(SYSTEM, message_id)
    entry = find_outgoing(case, message_id) if case else None
    if case is None or entry is None or entry.state is not DeliveryStatus.HELD_FOR_REVIEW:
        return before
    return await _opened(case, entry, None) if entry.author_id is not None else before


async def _read(author_id: str) -> Chosen:
    return await asyncio.gather(read_reviewers(author_id, []), terms_now())


async def _opened(case: Case, entry: Outgoing, chosen: Chosen | None) -> DraftReview | None:
    """Open the review of a reply that its case holds; whoever has read the reviewers already gives them."""
    if case.environment is Environment.PRACTICE or entry.author_id is None:
        return None
    reviewers, terms = chosen or await _read(entry.author_id)
    at, reviewer = now(), reviewers.next_for(case.channel_id)
    ends = turn_until(at, deadline_of(case, terms), terms)
    review = DraftReview(
        id=review_id_of(entry.message_id),
        created_at=at,
        message_id=entry.message_id,
        case_id=case.id,
        channel_id=case.channel_id,
        author_id=entry.author_id,
        body=entry.body,
        terms=terms,
        submitted_at=entry.created_at,
        reviewer_id=reviewer,
        asked=[reviewer] if reviewer else [],
        turn_ends_at=ends,
        next_act_at=ends,
    )
    review.record(DraftSubmitted(review_id=review.id), actor=entry.author_id)
    if reviewer is None:
        review.escalated_at = at
        review.record(DraftEscalated(review_id=review.id))
    return await insert_or_read(review)
