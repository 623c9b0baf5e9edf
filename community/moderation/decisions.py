"""Looking at what was reported, and deciding about it: one moderator at a time, with a reason, for the record."""

from typing import Annotated, Final

from pydantic import BaseModel

from auth.actor import Actor
from community.drafts import text
from community.moderation.documents import (
    ContentKind,
    ContentState,
    Decision,
    ModerationDecision,
    ModerationItem,
    ModerationStatus,
)
from community.moderation.events import ContentModerated, ModerationItemClaimed
from community.moderation.policies import can_follow, may_claim, may_decide
from community.moderation.reading import require_item
from community.moderation.settling import has_pages_below, settle_item
from core.clock import now
from core.errors import InvalidInput, LimitReached
from core.records import change

MOST_DECISIONS: Final = 50
_STATES: Final = {
    ModerationDecision.HIDE: ContentState.HIDDEN,
    ModerationDecision.RESTORE: ContentState.VISIBLE,
    ModerationDecision.DELETE: ContentState.DELETED,
}


class Verdict(BaseModel):
    """What a moderator decides, and why: the author reads the reason."""

    decision: ModerationDecision
    reason: Annotated[str, text(3, 1_000)]


async def claim_item(actor: Actor, item_id: str, *, claimed: bool, expected_version: int) -> ModerationItem:
    """Let other moderators know that one looks at something, or no longer does; who claims it last has it.

    Raises NotFound, Forbidden for who wrote it, Conflict when another moderator was first.
    """
    item = await require_item(actor, item_id)
    may_claim(actor, item).enforce()

    def rule(current: ModerationItem) -> None:
        current.claimed_by = actor.member if claimed else None
        current.claimed_at = now() if claimed else None
        current.record(ModerationItemClaimed(item_id=current.id), actor=actor.id)

    return await change(item, rule, expected_version=expected_version)


async def decide_item(actor: Actor, item_id: str, verdict: Verdict, *, expected_version: int) -> ModerationItem:
    """Hide, restore or delete what was reported, or leave it as it is; the author is told of the first three.

    Raises NotFound, Forbidden for who wrote it and while another moderator looks at it, AlreadyDone, InvalidInput for
    deleting a page with pages below it, LimitReached, Conflict.
    """
    item = await require_item(actor, item_id)
    may_decide(actor, item).enforce()
    if verdict.decision is ModerationDecision.DELETE and item.kind is ContentKind.WIKI_PAGE:
        await _require_no_pages_below(item)
    made = Decision(decision=verdict.decision, reason=verdict.reason, by=actor.member, at=now())

    def rule(current: ModerationItem) -> None:
        may_decide(actor, current).enforce()
        can_follow(current, made.decision).enforce()
        if len(current.decisions) >= MOST_DECISIONS:
            raise LimitReached(f"At most {MOST_DECISIONS} decisions are made about one thing.", path=("item_id",))
        current.decisions = [*current.decisions, made]
        current.state = _STATES.get(made.decision, current.state)
        current.status, current.claimed_by, current.claimed_at = ModerationStatus.DECIDED, None, None
        number = len(current.decisions)
        current.record(ContentModerated(item_id=current.id, decision=made.decision.value, number=number), actor=actor.id)

    decided = await change(item, rule, expected_version=expected_version)
    await settle_item(decided.id)
    return decided


async def _require_no_pages_below(item: ModerationItem) -> None:
    if await has_pages_below(item.content_id):
        raise InvalidInput("Pages stand below this one; move or delete them first, or hide this one.", path=("decision",))
