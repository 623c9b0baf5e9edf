"""Mutations of draft reviews: mentors decide, authors hand in again."""

from typing import Annotated, ClassVar

import strawberry

from care.reading.conversations import messages_by_ids
from coaching.draft_reviews import Decided, DecisionDraft, DraftDecision, ResubmissionDraft, resubmit_draft, review_draft
from schema.context import Info
from schema.enums import told
from schema.errors import Payload, mutation, parse
from schema.inputs import INPUT, changed, expected_version, given, required, values_of
from schema.staff.draft_reviews import DraftReview

_REVIEW = "The id of the draft review."

told(
    DraftDecision,
    "What a mentor decides.",
    APPROVE="The reply leaves.",
    RETURN="The reply goes back to its author.",
)


@strawberry.input(description="What to say of which passage of a reply.")
class PassageCommentInput:
    """What to say of which passage of a reply."""

    start: int = required("Where the passage begins in the text, counted in characters from 0.")
    end: int = required("Where it ends: the first character that is not part of it.")
    text: str = required("What there is to say of it.")


@strawberry.input(description="A mentor's decision on a reply.")
class ReviewDraftInput:
    """A mentor's decision on a reply."""

    draft_review_id: strawberry.ID = required(_REVIEW)
    decision: DraftDecision = required("Whether it leaves or goes back.")
    feedback: str | None = given("What to say of it; a return needs feedback, comments or alternatives.")
    body: str | None = given("The words that leave instead, in Markdown; only when approving. Absent: as it is.")
    comments: list[PassageCommentInput] | None = given("What to say of passages, at most 20.")
    alternatives: list[str] | None = given("Other words to offer, in Markdown, at most 5.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `reviewDraft`.")
class ReviewDraftPayload(Payload):
    """The answer of `reviewDraft`."""

    written: ClassVar[str | None] = "draft_review"

    draft_review: DraftReview | None = changed("The review as it is now.")


@strawberry.input(description="A returned reply in other words.")
class ResubmitDraftInput:
    """A returned reply in other words."""

    draft_review_id: strawberry.ID = required(_REVIEW)
    body: str = required("The reply, in Markdown.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `resubmitDraft`.")
class ResubmitDraftPayload(Payload):
    """The answer of `resubmitDraft`."""

    written: ClassVar[str | None] = "draft_review"

    draft_review: DraftReview | None = changed("The review as it is now.")


def _wrote(info: Info, decided: Decided) -> None:
    """Show the reply as it was written, where it belongs to the very case behind which the review was read."""
    message = decided.message
    if message is not None and message.case_id == decided.review.case_id and message.deleted_at is None:
        info.context.wrote(messages_by_ids, message)


@strawberry.type
class DraftReviewMutations:
    """What mentors and newcomers do with replies that wait."""

    @mutation(
        ReviewDraftPayload,
        description="Lets a held reply go, as it is or in other words, or returns it to its author; nobody decides on their own.",
    )
    async def review_draft(self, info: Info, input: Annotated[ReviewDraftInput, INPUT]) -> object:
        """Decide on a reply."""
        draft = parse(DecisionDraft, **values_of(input))
        decided = await review_draft(info.context.actor, draft, expected_version=input.expected_version)
        _wrote(info, decided)
        return ReviewDraftPayload(draft_review=DraftReview.from_document(decided.review))

    @mutation(
        ResubmitDraftPayload,
        description="Hands a returned reply in again, in other words; the mentor who returned it is asked first.",
    )
    async def resubmit_draft(self, info: Info, input: Annotated[ResubmitDraftInput, INPUT]) -> object:
        """Hand a reply in again."""
        draft = parse(ResubmissionDraft, **values_of(input))
        review = await resubmit_draft(info.context.actor, draft, expected_version=input.expected_version)
        return ResubmitDraftPayload(draft_review=DraftReview.from_document(review))
