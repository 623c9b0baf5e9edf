"""Going through the six steps of a cycle."""

from pydantic import BaseModel

from auth.actor import Actor
from care.cases import cycles, lifecycle, silence
from care.documents.cases import Case
from care.documents.cycles import ResolutionStep
from care.errors import WrongStep
from care.events import StepCompleted
from care.policies import may_complete_step, require_right
from care.reading.cases import require_case
from community.drafts import Remark
from core.clock import now
from core.records import change


class StepDraft(BaseModel):
    """The step that was done, with what there is to say about it."""

    case_id: str
    step: ResolutionStep
    note: Remark | None = None


async def complete_step(actor: Actor, draft: StepDraft, *, expected_version: int) -> Case:
    """Complete the step that the case is at; after FEEDBACK the case is resolved and waits for the customer's verdict.

    Raises NotFound, Forbidden without `case:work`, CaseClosed, AlreadyDone when the cycle has ended, WrongStep (it
    names the step that is due), Conflict.
    """
    case = await require_case(actor, draft.case_id)
    require_right(may_complete_step(actor, case))

    def rule(current: Case) -> None:
        may_complete_step(actor, current).enforce()
        if draft.step is not current.current_step:
            raise WrongStep(f"The case is at the step {current.current_step.value}; complete that one first.", path=("step",))
        at = now()
        cycles.complete(current, at, by=actor.member_id, note=draft.note)
        silence.begin(current, draft.step, at)
        if draft.step is ResolutionStep.FEEDBACK:
            lifecycle.resolve(current, at)
        done = StepCompleted(case_id=current.id, step=draft.step, cycle=current.cycle.number)
        current.record(done, actor=actor.id)
        lifecycle.project(current, touched_at=at)

    return await change(case, rule, expected_version=expected_version)
