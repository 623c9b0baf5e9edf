"""What must be looked at in each step of a cycle, and who looked at it when."""

from pydantic import BaseModel

from auth.actor import Actor
from care.cases import lifecycle, progress
from care.cases.events import ChecklistTicked
from care.documents.cases import Case
from care.documents.cycles import ChecklistItem, CycleStep, Tick
from care.policies import may_tick, require_right
from care.reading.cases import require_case
from core.clock import now
from core.errors import NotFound
from core.records import change


class TickDraft(BaseModel):
    """What was looked at, or was not after all."""

    case_id: str
    item_id: str
    done: bool


async def tick_item(actor: Actor, draft: TickDraft, *, expected_version: int) -> Case:
    """Say that a point of attention of the running cycle was looked at, or was not after all; the same again changes nothing.

    It may be of any step of the cycle. Raises NotFound for a case or a point that there is not, Forbidden without
    `case:work`, CaseClosed, Conflict.
    """
    case = await require_case(actor, draft.case_id)
    require_right(may_tick(actor, case))

    def rule(current: Case) -> None:
        may_tick(actor, current).enforce()
        step, item = _wanted(current, draft.item_id)
        if any(tick.item_id == item.id for tick in step.ticks) is draft.done:
            return
        at = now()
        others = [tick for tick in step.ticks if tick.item_id != item.id]
        step.ticks = [*others, Tick(item_id=item.id, at=at, by=actor.member)] if draft.done else others
        if step.step is current.current_step and draft.done:
            progress.come_on(current, at)
        current.record(ChecklistTicked(case_id=current.id, item_id=item.id, done=draft.done), actor=actor.id)
        lifecycle.project(current, touched_at=at)

    return await change(case, rule, expected_version=expected_version)


def _wanted(case: Case, item_id: str) -> tuple[CycleStep, ChecklistItem]:
    """Give a point of attention of the running cycle with its step."""
    terms = case.cycle.terms
    for step in case.cycle.steps if terms else []:
        item = next((one for one in terms.of(step.step).items if one.id == item_id), None) if terms else None
        if item is not None:
            return step, item
    raise NotFound("There is no such point on the checklists of the running cycle.", path=("item_id",))
