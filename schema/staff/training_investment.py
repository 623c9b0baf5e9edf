"""What the company has put into the training of its people."""

from dataclasses import asdict
from typing import Annotated, Self

import strawberry

from coaching.levels.investment import Investment, investment_in
from schema.context import Info


@strawberry.type(description="What the company has put into somebody's training; nothing of customers.")
class TrainingInvestment:
    """What the company has put into somebody's training."""

    courses_completed: int = strawberry.field(description="How often they went through a course to its end.")
    quizzes_passed: int = strawberry.field(description="How many quizzes they passed since they began their courses last.")
    practice_runs: int = strawberry.field(description="How many runs of practice they finished.")
    practice_minutes: int = strawberry.field(description="How long those took.")
    meetings: int = strawberry.field(description="How often they met a mentor of theirs.")
    meeting_minutes: int = strawberry.field(description="How long those meetings took.")
    replies_reviewed: int = strawberry.field(description="How many of their replies somebody reviewed before they left.")
    certificates_issued: int = strawberry.field(description="How many certificates they were given.")

    @classmethod
    def of(cls, counted: Investment) -> Self:
        """Show what was counted."""
        return cls(**asdict(counted))


@strawberry.type
class TrainingInvestmentQueries:
    """What went into training."""

    @strawberry.field(description="What went into a member's training; others' needs `training:manage`.")
    async def training_investment(
        self,
        info: Info,
        member_id: Annotated[
            strawberry.ID | None, strawberry.argument(description="The id of the member; absent: the viewer.")
        ] = None,
    ) -> TrainingInvestment:
        """Count it."""
        return TrainingInvestment.of(await investment_in(info.context.actor, member_id))
