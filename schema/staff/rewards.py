"""Rewards: what members can have for points or a badge, and their claims."""

from datetime import datetime
from typing import Annotated, ClassVar, Self

import strawberry

from coaching.recognition import leaderboard_documents as documents
from coaching.recognition.badges import badges_by_ids
from coaching.recognition.leaderboard_documents import ClaimStatus
from coaching.recognition.policies import may_manage_recognition
from coaching.recognition.rewards import (
    MOST_CLAIMS,
    ClaimDecision,
    RewardChange,
    RewardDraft,
    claim_reward,
    count_rewards,
    create_reward,
    decide_claim,
    list_rewards,
    update_reward,
)
from core.paging import Window
from schema.connections import Connection
from schema.context import Info
from schema.directives import list_size
from schema.enums import told
from schema.errors import Payload, mutation, parse
from schema.inputs import INPUT, changed, expected_version, given, idempotency_key, once_for, required, values_of
from schema.nodes import Node
from schema.paging import paged, pages
from schema.staff.badges import Badge
from schema.staff.members import Member, member_of

told(
    ClaimStatus,
    "Where a claim stands.",
    name="RewardClaimStatus",
    REQUESTED="Nobody has decided; one is kept for the member.",
    APPROVED="It was granted.",
    REFUSED="It was refused, with a reason.",
)
_REWARD = "The id of the reward."
_STOCK = "How many there are, 1 to 50."


@strawberry.type(description="That a member asks for a reward, and what was decided.")
class RewardClaim:
    """That a member asks for a reward."""

    claim: strawberry.Private[documents.RewardClaim]
    claim_id: strawberry.ID = strawberry.field(description="What `decideRewardClaim` knows it by.")
    claimed_at: datetime = strawberry.field(description="When it was asked for.")
    points: int = strawberry.field(description="The points that the member had then.")
    status: ClaimStatus = strawberry.field(description="Where it stands.")
    decided_at: datetime | None = strawberry.field(description="When it was decided; null until then.")
    reason: str | None = strawberry.field(description="Why; null where nothing was said.")

    @classmethod
    def of(cls, claim: documents.RewardClaim) -> Self:
        """Show a claim."""
        return cls(
            claim=claim,
            claim_id=strawberry.ID(claim.id),
            claimed_at=claim.claimed_at,
            points=claim.points,
            status=claim.status,
            decided_at=claim.decided_at,
            reason=claim.reason,
        )

    @strawberry.field(description="Who asks; null once they have left.")
    async def member(self, info: Info) -> Member | None:
        """Give the member."""
        return await member_of(info, self.claim.member_id)

    @strawberry.field(description="Who decided; null until then, and once they have left.")
    async def decided_by(self, info: Info) -> Member | None:
        """Give the member."""
        return await member_of(info, self.claim.decided_by)


@strawberry.type(description="What can be had for points, a badge or both.")
class Reward(Node):
    """What can be had for points, a badge or both."""

    document: strawberry.Private[documents.Reward]
    name: str = strawberry.field(description="Its name.")
    description: str = strawberry.field(description="What it is.")
    least_points: int | None = strawberry.field(description="How many points it takes; null for none.")
    stock: int = strawberry.field(description="How many there are in all.")
    left: int = strawberry.field(description="How many are neither granted nor asked for.")
    closed: bool = strawberry.field(description="Whether it is offered no longer.")
    version: int = strawberry.field(description="Rises with each edit by a person; pass it as `expectedVersion`.")

    @classmethod
    def from_document(cls, document: documents.Reward) -> Self:
        """Show a reward."""
        return cls(
            id=strawberry.ID(document.id),
            document=document,
            name=document.name,
            description=document.description,
            least_points=document.least_points,
            stock=document.stock,
            left=document.left(),
            closed=document.closed,
            version=document.version,
        )

    @strawberry.field(description="The badge that it takes; null for none.")
    async def badge(self, info: Info) -> Badge | None:
        """Give the badge."""
        found = await info.context.load(badges_by_ids, self.document.badge_id) if self.document.badge_id else None
        return Badge.from_document(found) if found is not None else None

    @strawberry.field(
        description="Who asked, the first first: all with `recognition:manage`, to others their own.",
        directives=list_size(MOST_CLAIMS),
    )
    def claims(self, info: Info) -> list[RewardClaim]:
        """Give the claims."""
        actor = info.context.actor
        sees_all = bool(may_manage_recognition(actor))
        return [RewardClaim.of(one) for one in self.document.claims if sees_all or one.member_id == actor.member_id]


@strawberry.type
class RewardQueries:
    """What can be had."""

    @paged("Rewards that are offered, the newest first.", graphql_type=Connection[Reward])
    async def rewards(self, info: Info, window: Window) -> object:
        """Give a page of them."""
        actor = info.context.actor
        return pages(info, await list_rewards(actor, window), count=lambda: count_rewards(actor))


@strawberry.input(description="What can be had, and for what.")
class CreateRewardInput:
    """What can be had, and for what."""

    name: str = required("Its name, 2 to 100 characters.")
    description: str = required("What it is.")
    least_points: int | None = given("How many points it takes.")
    badge_id: strawberry.ID | None = given("The badge that it takes; points, a badge or both must be named.")
    stock: int = required(_STOCK)
    idempotency_key: str | None = idempotency_key()


@strawberry.type(description="The answer of `createReward`.")
class CreateRewardPayload(Payload):
    """The answer of `createReward`."""

    reward: Reward | None = changed("The reward.")


@strawberry.input(description="What to change of a reward; absent stays as it is.")
class UpdateRewardInput:
    """What to change of a reward."""

    reward_id: strawberry.ID = required(_REWARD)
    stock: int | None = given(_STOCK)
    closed: bool | None = given("Whether it is offered no longer.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `updateReward`.")
class UpdateRewardPayload(Payload):
    """The answer of `updateReward`."""

    written: ClassVar[str | None] = "reward"

    reward: Reward | None = changed()


@strawberry.input(description="Which reward the viewer asks for.")
class ClaimRewardInput:
    """Which reward the viewer asks for."""

    reward_id: strawberry.ID = required(_REWARD)


@strawberry.type(description="The answer of `claimReward`.")
class ClaimRewardPayload(Payload):
    """The answer of `claimReward`."""

    reward: Reward | None = changed("The reward, with the claim.")


@strawberry.input(description="What is decided about a claim.")
class DecideRewardClaimInput:
    """What is decided about a claim."""

    reward_id: strawberry.ID = required(_REWARD)
    claim_id: strawberry.ID = required("The id of the claim.")
    approved: bool = required("Whether it is granted.")
    reason: str | None = given("Why; a refusal needs it.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `decideRewardClaim`.")
class DecideRewardClaimPayload(Payload):
    """The answer of `decideRewardClaim`."""

    written: ClassVar[str | None] = "reward"

    reward: Reward | None = changed()


@strawberry.type
class RewardMutations:
    """What can be done with rewards."""

    @mutation(CreateRewardPayload, description="Offers a reward; needs `recognition:manage`.")
    async def create_reward(self, info: Info, input: Annotated[CreateRewardInput, INPUT]) -> object:
        """Offer a reward."""
        draft = parse(RewardDraft, **values_of(input))
        made = await create_reward(info.context.actor, draft, once=once_for(info, "createReward", input))
        return CreateRewardPayload(reward=Reward.from_document(made))

    @mutation(UpdateRewardPayload, description="Changes a reward, or offers it no longer; needs `recognition:manage`.")
    async def update_reward(self, info: Info, input: Annotated[UpdateRewardInput, INPUT]) -> object:
        """Change a reward."""
        told, version = parse(RewardChange, **values_of(input, "reward_id")), input.expected_version
        found = await update_reward(info.context.actor, input.reward_id, told, expected_version=version)
        return UpdateRewardPayload(reward=Reward.from_document(found))

    @mutation(ClaimRewardPayload, description="Asks for a reward, once; for who has what it takes, while any is left.")
    async def claim_reward(self, info: Info, input: Annotated[ClaimRewardInput, INPUT]) -> object:
        """Ask for a reward."""
        return ClaimRewardPayload(reward=Reward.from_document(await claim_reward(info.context.actor, input.reward_id)))

    @mutation(DecideRewardClaimPayload, description="Grants or refuses a claim of somebody else; needs `recognition:manage`.")
    async def decide_reward_claim(self, info: Info, input: Annotated[DecideRewardClaimInput, INPUT]) -> object:
        """Decide about a claim."""
        decision = parse(ClaimDecision, approved=input.approved, reason=input.reason)
        found = await decide_claim(
            info.context.actor, input.reward_id, input.claim_id, decision, expected_version=input.expected_version
        )
        return DecideRewardClaimPayload(reward=Reward.from_document(found))
