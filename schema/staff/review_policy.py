"""How long reviews of replies may take."""

from typing import Annotated, ClassVar, Self

import strawberry

from coaching import documents as coaching
from coaching.review_policy import ReviewPolicyDraft, set_review_policy, show_review_policy
from schema.context import Info
from schema.errors import Payload, mutation, parse
from schema.inputs import INPUT, changed, expected_version, required, values_of


@strawberry.type(description="How long reviews of replies may take; reviews that run keep the terms that they began with.")
class ReviewPolicy:
    """How long reviews of replies may take."""

    version: int = strawberry.field(description="Rises with each change, from 0; pass it as `expectedVersion`.")
    review_minutes: int = strawberry.field(description="How many minutes one reviewer has before the next one is asked.")
    reserve_minutes: int = strawberry.field(description="How many minutes of the clock are kept for a holding reply.")

    @classmethod
    def from_document(cls, document: coaching.ReviewPolicy) -> Self:
        """Show the policy."""
        return cls(version=document.version, review_minutes=document.review_minutes, reserve_minutes=document.reserve_minutes)


@strawberry.type
class ReviewPolicyQueries:
    """How long reviews may take."""

    @strawberry.field(description="How long reviews of replies may take; needs `case:reply`.")
    async def review_policy(self, info: Info) -> ReviewPolicy:
        """Give the policy."""
        return ReviewPolicy.from_document(await show_review_policy(info.context.actor))


@strawberry.input(description="How long reviews are to take that begin from now on.")
class SetReviewPolicyInput:
    """How long reviews are to take."""

    review_minutes: int = required("How many minutes one reviewer has, 1 to 240.")
    reserve_minutes: int = required("How many minutes of the clock are kept for a holding reply, 1 to 60.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `setReviewPolicy`.")
class SetReviewPolicyPayload(Payload):
    """The answer of `setReviewPolicy`."""

    written: ClassVar[str | None] = "review_policy"

    review_policy: ReviewPolicy | None = changed()


@strawberry.type
class ReviewPolicyMutations:
    """What is done with the policy of reviews."""

    @mutation(
        SetReviewPolicyPayload,
        description="Says how long reviews take that begin from now on; reviews that run keep their terms. Needs `sla:manage`.",
    )
    async def set_review_policy(self, info: Info, input: Annotated[SetReviewPolicyInput, INPUT]) -> object:
        """Set the policy."""
        draft = parse(ReviewPolicyDraft, **values_of(input))
        policy = await set_review_policy(info.context.actor, draft, expected_version=input.expected_version)
        return SetReviewPolicyPayload(review_policy=ReviewPolicy.from_document(policy))
