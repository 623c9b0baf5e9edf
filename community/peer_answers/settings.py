"""How far the company lets customers answer each other by themselves: a policy as data."""

from typing import Annotated, Final

from pydantic import BaseModel, Field

from auth.actor import Actor, Permission
from community.peer_answers.documents import PublicAnswerPolicy
from community.peer_answers.events import PublicAnswerPolicyChanged
from core.clock import now
from core.defaults import change_or_insert, stored_or

_ID: Final = "pap_company"


class PolicyDraft(BaseModel):
    """Whom to trust, and how much one customer may write; 0: nobody, and as much as they like."""

    trusted_after: Annotated[int, Field(ge=0, le=1_000)]
    per_hour: Annotated[int, Field(ge=0, le=100)]
    per_day: Annotated[int, Field(ge=0, le=1_000)]


async def show_policy(actor: Actor) -> PublicAnswerPolicy:
    """Give the policy, of version 0 while nobody has set any. Forbidden without `question:publish`."""
    actor.require(Permission.QUESTION_PUBLISH)
    return await policy_now()


async def policy_now() -> PublicAnswerPolicy:
    """Give the policy as it holds now."""
    return await stored_or(PublicAnswerPolicy(id=_ID, created_at=now()))


async def set_policy(actor: Actor, draft: PolicyDraft, *, expected_version: int) -> PublicAnswerPolicy:
    """Say whom to trust, and how much one customer may write, from now on; the version is 0 before anybody has said so.

    Raises Forbidden without `question:moderate`, Conflict.
    """
    actor.require(Permission.QUESTION_MODERATE)

    def rule(current: PublicAnswerPolicy) -> None:
        for name, value in draft:
            setattr(current, name, value)
        current.record(PublicAnswerPolicyChanged(policy_id=current.id), actor=actor.id)

    return await change_or_insert(await policy_now(), rule, expected_version=expected_version)
