"""Rewards: what can be had for points or a badge, asked for by members and decided by managers or HR, for the record."""

from collections.abc import Sequence
from typing import Annotated, Any, Final

from pydantic import BaseModel, Field

from auth.actor import Actor, Permission
from coaching.recognition.badge_documents import AwardedBadge
from coaching.recognition.badges import badges_by_ids
from coaching.recognition.events import RewardChanged, RewardClaimDecided, RewardClaimed
from coaching.recognition.leaderboard_documents import ClaimStatus, Reward, RewardClaim
from coaching.recognition.points import entries_of
from coaching.recognition.policies import may_claim_reward, may_decide_claim, may_manage_recognition
from community.creation import insert_once, made_before
from community.drafts import Remark, may_be_id, text
from core.clock import now
from core.errors import AlreadyDone, InvalidInput, LimitReached, NotFound
from core.idempotency import Once
from core.ids import new_id
from core.paging import Order, Slice, Window, count, read_slice
from core.records import by_ids, change

MOST_STOCK: Final = 50
MOST_CLAIMS: Final = 100
NEWEST_FIRST: Final = Order((("created_at", -1),))
_OPEN: Final[dict[str, Any]] = {"closed": False}


class RewardDraft(BaseModel):
    """What can be had, and for what."""

    name: Annotated[str, text(2, 100, lines="one")]
    description: Remark
    least_points: Annotated[int, Field(ge=1, le=1_000_000)] | None = None
    badge_id: str | None = None
    stock: Annotated[int, Field(ge=1, le=MOST_STOCK)]


class RewardChange(BaseModel):
    """What to change of a reward; absent stays as it is."""

    stock: Annotated[int, Field(ge=1, le=MOST_STOCK)] | None = None
    closed: bool | None = None


class ClaimDecision(BaseModel):
    """What is decided about a claim."""

    approved: bool
    reason: Remark | None = None


async def create_reward(actor: Actor, draft: RewardDraft, *, once: Once) -> Reward:
    """Offer a reward.

    Raises Forbidden without `recognition:manage`, InvalidInput for one that asks for nothing, NotFound for the badge,
    IdempotencyMismatch.
    """
    may_manage_recognition(actor).enforce()
    identifier = once.identifier("rwd")
    if (before := await made_before(Reward, identifier, once)) is not None:
        return before
    if draft.least_points is None and draft.badge_id is None:
        raise InvalidInput("Say how many points it takes, or which badge, or both.", path=("least_points",))
    if draft.badge_id is not None and draft.badge_id not in await badges_by_ids(actor, [draft.badge_id]):
        raise NotFound("There is no such badge.", path=("badge_id",))
    reward = Reward(id=identifier, created_at=now(), fingerprint=once.fingerprint, **draft.model_dump())
    reward.record(RewardChanged(reward_id=identifier), actor=actor.id)
    return await insert_once(reward, once)


async def update_reward(actor: Actor, reward_id: str, told: RewardChange, *, expected_version: int) -> Reward:
    """Change how many there are, or offer it no longer; what was claimed stays and can be decided.

    Raises NotFound, Forbidden without `recognition:manage`, InvalidInput for fewer than are granted or asked for, Conflict.
    """
    may_manage_recognition(actor).enforce()
    reward = await require_reward(actor, reward_id)

    def rule(current: Reward) -> None:
        current.stock = told.stock if told.stock is not None else current.stock
        if current.left() < 0:
            raise InvalidInput("More are granted or asked for than that.", path=("stock",))
        current.closed = told.closed if told.closed is not None else current.closed
        current.record(RewardChanged(reward_id=current.id), actor=actor.id)

    return await change(reward, rule, expected_version=expected_version)


async def claim_reward(actor: Actor, reward_id: str) -> Reward:
    """Ask for a reward; one is kept until it is decided. Who asked already and was not refused keeps that claim.

    Raises NotFound, Forbidden for who has not the points or the badge, AlreadyDone for a closed one, LimitReached when none
    is left.
    """
    points = sum(entry.counted for entry in await entries_of(actor.member))
    reward = await require_reward(actor, reward_id)
    had = await AwardedBadge.find({"member_id": actor.member}).to_list()
    may_claim_reward(actor, reward, points=points, badge_ids={one.badge_id for one in had}).enforce()
    claim = RewardClaim(id=new_id("rcl"), member_id=actor.member, claimed_at=now(), points=points)

    def rule(current: Reward) -> None:
        if any(one.member_id == actor.member and one.status is not ClaimStatus.REFUSED for one in current.claims):
            return
        if current.closed:
            raise AlreadyDone("This reward is offered no longer.", path=("reward_id",))
        if current.left() < 1 or len(current.claims) >= MOST_CLAIMS:
            raise LimitReached("None of these is left.", path=("reward_id",))
        current.claims = [*current.claims, claim]
        current.record(RewardClaimed(reward_id=current.id, claim_id=claim.id), actor=actor.id)

    return await change(reward, rule)


async def decide_claim(actor: Actor, reward_id: str, claim_id: str, decision: ClaimDecision, *, expected_version: int) -> Reward:
    """Grant or refuse what a member asks for, for the record; who is refused is told why.

    Raises NotFound, Forbidden without `recognition:manage` and for one's own claim, AlreadyDone for a decided one,
    InvalidInput for a refusal without a reason, Conflict.
    """
    may_manage_recognition(actor).enforce()
    reward = await require_reward(actor, reward_id)
    if not decision.approved and decision.reason is None:
        raise InvalidInput("Say why it is refused.", path=("reason",))
    status = ClaimStatus.APPROVED if decision.approved else ClaimStatus.REFUSED
    made = {"status": status, "decided_by": actor.member, "decided_at": now(), "reason": decision.reason}

    def rule(current: Reward) -> None:
        claim = next((one for one in current.claims if one.id == claim_id), None)
        if claim is None:
            raise NotFound("There is no such claim of this reward.", path=("claim_id",))
        may_decide_claim(actor, claim).enforce()
        current.claims = [one.model_copy(update=made) if one.id == claim_id else one for one in current.claims]
        current.record(RewardClaimDecided(reward_id=current.id, claim_id=claim_id), actor=actor.id)

    return await change(reward, rule, expected_version=expected_version)


async def rewards_by_ids(actor: Actor, reward_ids: Sequence[str]) -> dict[str, Reward]:
    """Give the rewards, for who may read members."""
    if not actor.may(Permission.MEMBER_READ):
        return {}
    return await by_ids(Reward, [one for one in reward_ids if may_be_id(one, "rwd")])


async def require_reward(actor: Actor, reward_id: str) -> Reward:
    """Give a reward; NotFound when there is none for this actor."""
    found = (await rewards_by_ids(actor, [reward_id])).get(reward_id)
    if found is None:
        raise NotFound("There is no such reward.", path=("reward_id",))
    return found


async def list_rewards(actor: Actor, window: Window) -> Slice[Reward]:
    """List the rewards that are offered, the newest first; nothing for who may not read members."""
    return await read_slice(Reward, _OPEN, NEWEST_FIRST, window) if actor.may(Permission.MEMBER_READ) else Slice([], [])


async def count_rewards(actor: Actor) -> int:
    """Count the same rewards."""
    return await count(Reward, _OPEN) if actor.may(Permission.MEMBER_READ) else 0
