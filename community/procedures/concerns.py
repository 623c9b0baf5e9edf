"""Concerns: told in confidence, taken up by those who handle them, and passed on when nobody does."""

from datetime import timedelta
from typing import Final

from pydantic import BaseModel

from auth.actor import Actor
from community.creation import insert_once
from community.drafts import Remark
from community.procedures.documents import Concern, ConcernStatus
from community.procedures.events import ConcernEscalated, ConcernRaised, ConcernSettled, ConcernTaken
from community.procedures.policies import may_settle, may_take
from community.procedures.reading import require_concern, require_guideline
from core.clock import now
from core.errors import Forbidden
from core.events import SYSTEM
from core.idempotency import Once
from core.records import change

TAKEN_WITHIN: Final = timedelta(days=3)
"""How long a concern waits for somebody before it is passed on to the administrators."""


class ConcernDraft(BaseModel):
    """What somebody fears is wrong."""

    text: Remark
    guideline_id: str | None = None
    anonymous: bool = False


class SettlementDraft(BaseModel):
    """What came of a concern."""

    outcome: Remark


async def raise_concern(actor: Actor, draft: ConcernDraft, *, once: Once) -> Concern:
    """Tell of a concern, in one's name or without; only those who handle concerns learn of it.

    Without a name nothing says who it was, neither the concern nor its events. Raises Forbidden for who is no member,
    NotFound for the procedure or policy, IdempotencyMismatch.
    """
    teller = actor.member
    if draft.guideline_id is not None:
        await require_guideline(actor, draft.guideline_id)
    at = now()
    concern = Concern(
        id=once.identifier("ccn"),
        created_at=at,
        text=draft.text,
        guideline_id=draft.guideline_id,
        raised_by=None if draft.anonymous else teller,
        raised_at=at,
        next_act_at=at + TAKEN_WITHIN,
        fingerprint=once.fingerprint,
    )
    concern.record(ConcernRaised(concern_id=concern.id), actor=SYSTEM if draft.anonymous else actor.id)
    return await insert_once(concern, once)


async def take_concern(actor: Actor, concern_id: str, *, expected_version: int) -> Concern:
    """Say that one looks after a concern.

    Raises NotFound, Forbidden without `concern:handle` or for one's own, AlreadyDone, Conflict.
    """
    concern = await require_concern(actor, concern_id)
    if isinstance(refusal := may_take(actor, concern).refusal, Forbidden):
        raise refusal

    def rule(current: Concern) -> None:
        may_take(actor, current).enforce()
        current.status, current.taken_by, current.taken_at = ConcernStatus.TAKEN, actor.member, now()
        current.next_act_at = None
        current.record(ConcernTaken(concern_id=current.id), actor=actor.id)

    return await change(concern, rule, expected_version=expected_version)


async def settle_concern(actor: Actor, concern_id: str, outcome: str, *, expected_version: int) -> Concern:
    """Say what came of a concern; who told of it in their name reads it.

    Raises NotFound, Forbidden without `concern:handle` or for one's own, AlreadyDone, Conflict.
    """
    concern = await require_concern(actor, concern_id)
    if isinstance(refusal := may_settle(actor, concern).refusal, Forbidden):
        raise refusal

    def rule(current: Concern) -> None:
        may_settle(actor, current).enforce()
        at = now()
        if current.taken_by is None:
            current.taken_by, current.taken_at = actor.member, at
        current.status, current.outcome, current.settled_at, current.next_act_at = ConcernStatus.SETTLED, outcome, at, None
        current.record(ConcernSettled(concern_id=current.id), actor=actor.id)

    return await change(concern, rule, expected_version=expected_version)


async def escalate_concerns(at_once: int) -> int:
    """Pass on, once, what nobody has taken up in time; give how many that were."""
    due = {"next_act_at": {"$lte": now()}}
    found = await Concern.find(due).sort("next_act_at").limit(at_once).to_list()
    for concern in found:
        await change(concern, _escalate)
    return len(found)


def _escalate(concern: Concern) -> None:
    if concern.next_act_at is None or concern.next_act_at > now():
        return
    concern.next_act_at, concern.status = None, ConcernStatus.ESCALATED
    concern.record(ConcernEscalated(concern_id=concern.id))
