"""Reviews of held replies: opened with the reply, decided on by a mentor, handed in again by the author."""

import asyncio
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, Field

from auth.actor import SYSTEM, Actor
from care.cases.outgoing import find_outgoing
from care.documents.cases import Case
from care.documents.channels import Channel
from care.documents.conversations import IN_THE_HOUSE, Conversation, DeliveryStatus, Message
from care.documents.phrases import PhraseBookKind
from care.documents.under_way import Outgoing
from care.messages import Place, channel_of
from care.native_sending import require_sendable
from care.personalisation import personalised
from care.phrase_books import read_phrases
from care.policies import may_release, require_right
from care.reading.cases import case_of_outgoing
from care.replies import Beside, Reply, held_reply, release
from care.templates.wording import require_own_words, require_still_taken
from coaching.documents import DraftReview, DraftReviewStatus, PassageComment
from coaching.events import DraftApproved, DraftReturned, DraftSubmitted, DraftWithdrawn
from coaching.letting_go import let_go_of
from coaching.policies import may_resubmit, may_review
from coaching.reading import review_id_of, review_with_case
from coaching.reviewers import deadline_of, next_reviewer, turn_until
from community.drafts import Body, Remark, may_be_id
from core.clock import now
from core.errors import AlreadyDone, InvalidInput
from core.ids import with_prefix
from core.records import change

_OPEN = frozenset({DraftReviewStatus.PENDING, DraftReviewStatus.RETURNED, DraftReviewStatus.SUPERSEDED})


class DraftDecision(StrEnum):
    """What a mentor decides."""

    APPROVE = "APPROVE"
    RETURN = "RETURN"


class PassageDraft(BaseModel):
    """What to say of the passage `body[start:end]`."""

    start: Annotated[int, Field(ge=0)]
    end: Annotated[int, Field(ge=1)]
    text: Remark


class DecisionDraft(BaseModel):
    """A mentor's decision: the words to send instead when approving, what to do better when returning."""

    draft_review_id: str
    decision: DraftDecision
    feedback: Remark | None = None
    body: Body | None = None
    comments: Annotated[list[PassageDraft], Field(max_length=20)] = []
    alternatives: Annotated[list[Body], Field(max_length=5)] = []


@dataclass(frozen=True, slots=True)
class Decided:
    """A review that was decided on, and its reply as it stands then; None where that is no message yet."""

    review: DraftReview
    message: Message | None


class ResubmissionDraft(BaseModel):
    """A returned reply in other words."""

    draft_review_id: str
    body: Body


async def review_draft(actor: Actor, draft: DecisionDraft, *, expected_version: int) -> Decided:
    """Let a held reply go, as it is or in other words, or give it back with what to do better.

    Raises NotFound, Forbidden without `reply:release` or for one's own, AlreadyDone when it is decided or gone,
    CaseClosed, InvalidInput for words that the channel does not take, a return that says nothing, or a passage outside
    of the text, Conflict.
    """
    (review, case), message, phrases = await asyncio.gather(
        review_with_case(actor, draft.draft_review_id),
        _reply(draft.draft_review_id),
        read_phrases(PhraseBookKind.CONTACT_DETAILS),
    )
    require_right(may_review(actor, review))
    body = await _final_body(actor, review, draft, case)

    def rule(current: DraftReview) -> None:
        may_review(actor, current).enforce()
        _require_passages(current, draft)
        _decide(current, actor, draft)
        if draft.decision is DraftDecision.APPROVE:
            current.edited, current.body = body is not None and body != current.body, body or current.body
            current.status, current.released_by = DraftReviewStatus.APPROVED, actor.id
            current.record(DraftApproved(review_id=current.id), actor=actor.id)
        else:
            current.status, current.returns = DraftReviewStatus.RETURNED, current.returns + 1
            current.record(DraftReturned(review_id=current.id), actor=actor.id)

    changed, place = await asyncio.gather(
        change(review, rule, expected_version=expected_version), _place(draft, review, case, message)
    )
    return Decided(changed, await let_go_of(changed, case, phrases, place) or message)


async def resubmit_draft(actor: Actor, draft: ResubmissionDraft, *, expected_version: int) -> DraftReview:
    """Hand a returned reply in again, in other words; the mentor who returned it has the first turn.

    Raises NotFound, Forbidden for anybody but the author, AlreadyDone when it waits, left or is gone, InvalidInput for
    words that the channel does not take, Conflict.
    """
    review, found = await review_with_case(actor, draft.draft_review_id)
    require_right(may_resubmit(actor, review))
    case, entry = _held(review, found)
    body = await _sendable(actor, case, entry, review, draft.body)
    chosen = review.decided_by or await next_reviewer(review.channel_id, review.author_id, [])

    def rule(current: DraftReview) -> None:
        may_resubmit(actor, current).enforce()
        at = now()
        current.body, current.submitted_at, current.status = body, at, DraftReviewStatus.PENDING
        current.reviewer_id, current.asked, current.escalated_at = chosen, [chosen] if chosen else [], None
        deadline = None if current.superseded_at else deadline_of(case, current.terms)
        current.turn_ends_at = turn_until(at, deadline, current.terms)
        current.next_act_at = current.turn_ends_at
        current.record(DraftSubmitted(review_id=current.id), actor=actor.id)

    return await change(review, rule, expected_version=expected_version)


async def release_reply(actor: Actor, message_id: str, *, beside: Beside | None = None) -> Reply:
    """Let a held reply go as it was handed in last, and settle its review beside its message.

    Raises what `release` raises.
    """
    review, held = await asyncio.gather(DraftReview.get(review_id_of(message_id)), held_reply(actor, message_id))

    async def settled(case: Case, entry: Outgoing) -> None:
        if review is not None:
            settling = _settle(review, DraftReviewStatus.APPROVED, decided_by=actor.member_id)
        else:  # held a moment ago, and its review may have been opened since
            settling = settle_review(message_id, decided_by=actor.member_id)
        await asyncio.gather(settling, asyncio.gather(*([beside(case, entry)] if beside is not None else [])))

    words = review.body if review is not None and review.returns else None
    return await release(actor, message_id, body=words, held=held, beside=settled)


async def settle_review(message_id: str, *, decided_by: str | None = None) -> None:
    """Close the review of a reply that left or was taken back by another way. Can run twice."""
    review = await DraftReview.get(review_id_of(message_id))
    outcome = await _outcome(message_id) if review else None
    if review is not None and outcome is not None:
        await _settle(review, outcome, decided_by=decided_by)


async def _settle(review: DraftReview, outcome: DraftReviewStatus, *, decided_by: str | None) -> None:
    def rule(current: DraftReview) -> None:
        if outcome is DraftReviewStatus.WITHDRAWN and current.status is not DraftReviewStatus.WITHDRAWN:
            current.record(DraftWithdrawn(review_id=current.id))
        elif current.status in _OPEN:
            current.record(DraftApproved(review_id=current.id))
        else:
            return
        current.status, current.next_act_at, current.decided_at = outcome, None, now()
        current.decided_by = decided_by or current.decided_by

    await change(review, rule)


async def _outcome(message_id: str) -> DraftReviewStatus | None:
    """Say what became of a reply; None while it is held."""
    case, message = await case_of_outgoing(SYSTEM, message_id), await Message.get(message_id)
    entry = find_outgoing(case, message_id) if case else None
    if entry is not None:
        return None if entry.state is DeliveryStatus.HELD_FOR_REVIEW else DraftReviewStatus.APPROVED
    if message is None or message.deleted_at is not None or message.delivery_status in IN_THE_HOUSE:
        return DraftReviewStatus.WITHDRAWN
    return DraftReviewStatus.APPROVED


def _decide(review: DraftReview, actor: Actor, draft: DecisionDraft) -> None:
    review.decided_by, review.decided_at, review.feedback = actor.member, now(), draft.feedback
    review.comments = [PassageComment(**passage.model_dump()) for passage in draft.comments]
    review.alternatives = list(draft.alternatives)
    if draft.decision is DraftDecision.APPROVE:
        review.next_act_at = None


def _require_passages(review: DraftReview, draft: DecisionDraft) -> None:
    if any(not passage.start < passage.end <= len(review.body) for passage in draft.comments):
        raise InvalidInput(f"A passage must lie within the {len(review.body)} characters of the reply.", path=("comments",))


async def _reply(review_id: str) -> Message | None:
    """Read the message of a reply that waits for its review, beside the review."""
    return await Message.get(with_prefix("msg", review_id)) if may_be_id(review_id, "drv") else None


async def _place(draft: DecisionDraft, review: DraftReview, case: Case | None, message: Message | None) -> Place | None:
    """Read where an approved reply leaves, beside the write of the review; None where nothing leaves."""
    entry = find_outgoing(case, review.message_id) if case else None
    if case is None or entry is None or draft.decision is not DraftDecision.APPROVE:
        return None
    conversation, channel = await asyncio.gather(Conversation.get(entry.conversation_id), Channel.get(case.channel_id))
    return Place(conversation, await channel_of(conversation, channel), message)


async def _final_body(actor: Actor, review: DraftReview, draft: DecisionDraft, found: Case | None) -> str | None:
    if draft.decision is DraftDecision.RETURN:
        if draft.body is not None:
            raise InvalidInput("Offer other words as alternatives; a body is for approving.", path=("body",))
        if not (draft.feedback or draft.comments or draft.alternatives):
            raise InvalidInput("Say what to do better when you return a reply.", path=("feedback",))
        return None
    if may_review(actor, review).refusal is not None:
        return None  # the state of things is told once the version was compared
    case, entry = _held(review, found)
    may_release(actor, case).enforce()
    await require_still_taken(actor, case, entry, field="draft_review_id")
    return None if draft.body is None else await _sendable(actor, case, entry, review, draft.body)


def _held(review: DraftReview, case: Case | None) -> tuple[Case, Outgoing]:
    entry = find_outgoing(case, review.message_id) if case else None
    if case is None or entry is None or entry.state is not DeliveryStatus.HELD_FOR_REVIEW:
        raise AlreadyDone("This reply is not held any more.", path=("draft_review_id",))
    return case, entry


async def _sendable(actor: Actor, case: Case, entry: Outgoing, review: DraftReview, body: str) -> str:
    require_own_words(entry, body)
    final = await personalised(actor, case, body, author_id=review.author_id, sources=entry.sources)
    if conversation := await Conversation.get(entry.conversation_id):
        await require_sendable(conversation, final)
    return final
