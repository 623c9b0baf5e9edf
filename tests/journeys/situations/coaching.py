"""Situations of newcomers and mentors."""

from coaching.documents import DraftReview
from coaching.draft_reviews import DecisionDraft, DraftDecision, review_draft
from coaching.opening import open_review
from coaching.review_policy import read_review_policy
from core.records import save
from tests.journeys.story import MARK, Input, Story


async def _waiting(story: Story) -> DraftReview:
    review = await open_review((await story.held()).message.id)
    assert review is not None
    return review


async def _review(story: Story, who: str) -> Input:
    review = await _waiting(story)
    return {
        "draftReviewId": review.id,
        "decision": "APPROVE",
        "feedback": f"{MARK} Güzel olmuş.",
        "expectedVersion": review.version,
    }


async def _resubmit(story: Story, who: str) -> Input:
    review = await _waiting(story)
    draft = DecisionDraft(draft_review_id=review.id, decision=DraftDecision.RETURN, feedback=f"{MARK} Özür dileyin.")
    review = (await review_draft(await story.actor("mentor"), draft, expected_version=review.version)).review
    if author := story.world.members.get(who):
        review.author_id = author  # whoever asks here handed it in
        await save(review)
    return {"draftReviewId": review.id, "body": f"{MARK} Özür dileriz.", "expectedVersion": review.version}


async def _policy(story: Story, who: str) -> Input:
    return {"reviewMinutes": 15, "reserveMinutes": 6, "expectedVersion": (await read_review_policy()).version}


SITUATIONS = {"reviewDraft": _review, "resubmitDraft": _resubmit, "setReviewPolicy": _policy}
