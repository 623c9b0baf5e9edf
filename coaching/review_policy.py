"""How long reviews may take: data of the company, in versions; a review keeps the terms that it began with."""

from typing import Annotated, Final

from pydantic import BaseModel, Field

from auth.actor import Actor, Permission
from coaching.documents import ReviewPolicy, ReviewTerms
from coaching.events import ReviewPolicyChanged
from core.clock import now
from core.defaults import change_or_insert, stored_or

_ID: Final = "rvp_company"
_AT_FIRST: Final = ReviewTerms()


class ReviewPolicyDraft(BaseModel):
    """How long reviews are to take."""

    review_minutes: Annotated[int, Field(ge=1, le=240)]
    reserve_minutes: Annotated[int, Field(ge=1, le=60)]


async def show_review_policy(actor: Actor) -> ReviewPolicy:
    """Give the policy, the product's own of version 0 while nobody has set any. Forbidden without `case:reply`."""
    actor.require(Permission.CASE_REPLY)
    return await read_review_policy()


async def read_review_policy() -> ReviewPolicy:
    """Give the policy as it holds now."""
    first = _AT_FIRST
    own = ReviewPolicy(id=_ID, created_at=now(), review_minutes=first.review_minutes, reserve_minutes=first.reserve_minutes)
    return await stored_or(own)


async def terms_now() -> ReviewTerms:
    """Give the terms of a review that begins now."""
    policy = await read_review_policy()
    return ReviewTerms(
        policy_version=policy.version, review_minutes=policy.review_minutes, reserve_minutes=policy.reserve_minutes
    )


async def set_review_policy(actor: Actor, draft: ReviewPolicyDraft, *, expected_version: int) -> ReviewPolicy:
    """Say how long reviews take that begin from now on; the version is 0 before anybody has said so.

    Raises Forbidden without `sla:manage`, Conflict.
    """
    actor.require(Permission.SLA_MANAGE)

    def rule(current: ReviewPolicy) -> None:
        current.review_minutes, current.reserve_minutes = draft.review_minutes, draft.reserve_minutes
        current.record(ReviewPolicyChanged(policy_id=current.id), actor=actor.id)

    return await change_or_insert(await read_review_policy(), rule, expected_version=expected_version)
