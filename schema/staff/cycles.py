"""The cycle of six steps as staff see it: what was done, what must be looked at, where it stands still."""

from datetime import datetime
from typing import Self

import strawberry

from care.documents import cycles
from care.documents.cycles import MOST_ITEMS, MOST_REOPENINGS
from schema.context import Info
from schema.directives import list_size
from schema.staff.enums import CycleOutcome, ResolutionStep
from schema.staff.members import Member, member_of


@strawberry.type(description="Something that must be looked at in a step, as it was asked for when the cycle began.")
class ChecklistPoint:
    """Something that must be looked at in a step."""

    ticked_by_id: strawberry.Private[str | None]
    id: strawberry.ID = strawberry.field(description="Its id: pass it as `itemId` to `tickChecklistItem`.")
    text: str = strawberry.field(description="What to look at.")
    required: bool = strawberry.field(description="Whether the step can't be completed without it.")
    ticked_at: datetime | None = strawberry.field(description="When somebody looked at it; null while nobody has.")

    @strawberry.field(description="Who looked at it.")
    async def ticked_by(self, info: Info) -> Member | None:
        """Give the member."""
        return await member_of(info, self.ticked_by_id)

    @classmethod
    def of(cls, item: cycles.ChecklistItem, step: cycles.CycleStep) -> Self:
        """Show a point of attention with what was done about it."""
        tick = next((tick for tick in step.ticks if tick.item_id == item.id), None)
        return cls(
            id=strawberry.ID(item.id),
            text=item.text,
            required=item.required,
            ticked_by_id=tick.by if tick else None,
            ticked_at=tick.at if tick else None,
        )


@strawberry.type(description="One of the six steps of a cycle.")
class CycleStep:
    """One of the six steps of a cycle."""

    completed_by_id: strawberry.Private[str | None]
    step: ResolutionStep = strawberry.field(description="Which step.")
    started_at: datetime | None = strawberry.field(description="When it began; null while it has not.")
    completed_at: datetime | None = strawberry.field(description="When it was done.")
    note: str | None = strawberry.field(description="What was noted with it.")
    stuck_at: datetime | None = strawberry.field(
        description="When people were alarmed that the case does not come on within it; once a step and cycle."
    )
    checklist: list[ChecklistPoint] = strawberry.field(
        description="What must be looked at in it, by the rules that held when the cycle began.", directives=list_size(MOST_ITEMS)
    )

    @strawberry.field(description="Who did it; null while it is not done, and for the customer's own word.")
    async def completed_by(self, info: Info) -> Member | None:
        """Give the member who completed the step."""
        return await member_of(info, self.completed_by_id)

    @classmethod
    def of(cls, step: cycles.CycleStep, terms: cycles.CycleTerms | None) -> Self:
        """Show a step."""
        items = terms.of(step.step).items if terms else []
        return cls(
            completed_by_id=step.completed_by,
            step=step.step,
            started_at=step.started_at,
            completed_at=step.completed_at,
            note=step.note,
            stuck_at=step.stuck_at,
            checklist=[ChecklistPoint.of(item, step) for item in items],
        )


@strawberry.type(description="That a member brought a case back.")
class Reopening:
    """That a member brought a case back."""

    by_id: strawberry.Private[str]
    at: datetime = strawberry.field(description="When.")
    reason: str = strawberry.field(description="Why.")

    @strawberry.field(description="Who did.")
    async def by(self, info: Info) -> Member | None:
        """Give the member."""
        return await member_of(info, self.by_id)


@strawberry.type(description="One round of the six steps; a customer who is not satisfied starts the next one.")
class ResolutionCycle:
    """One round of the six steps."""

    number: int = strawberry.field(description="Its number in the case, from 1.")
    started_at: datetime = strawberry.field(description="When it began.")
    ended_at: datetime | None = strawberry.field(description="When it ended; null while it runs.")
    steps: list[CycleStep] = strawberry.field(description="The six steps in order.", directives=list_size(6))
    outcome: CycleOutcome | None = strawberry.field(description="How it ended; null while it runs.")
    reopenings: list[Reopening] = strawberry.field(
        description="That members brought the case back (`reopenCase`): by beginning this cycle, or while it waited for the "
        "verdict; empty where the customer's word did.",
        directives=list_size(MOST_REOPENINGS),
    )
    rules_version: int | None = strawberry.field(
        description="The version of `caseRules` that it goes by; null where nothing was asked of it when it began."
    )

    @classmethod
    def from_document(cls, cycle: cycles.ResolutionCycle) -> Self:
        """Show a cycle."""
        return cls(
            number=cycle.number,
            started_at=cycle.started_at,
            ended_at=cycle.ended_at,
            steps=[CycleStep.of(step, cycle.terms) for step in cycle.steps],
            outcome=cycle.outcome,
            reopenings=[Reopening(by_id=one.by, at=one.at, reason=one.reason) for one in cycle.reopenings],
            rules_version=cycle.terms.version if cycle.terms else None,
        )
