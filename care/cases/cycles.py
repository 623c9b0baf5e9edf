"""The six steps of answering a complaint, purely: a cycle begins, steps are done, it ends with an outcome."""

from datetime import datetime

from care.documents.cases import Case
from care.documents.cycles import CycleOutcome, CycleStep, ResolutionCycle, ResolutionStep

STEPS = tuple(ResolutionStep)


def new_cycle(number: int, at: datetime) -> ResolutionCycle:
    """Make a cycle at its first step."""
    steps = [CycleStep(step=step, started_at=at if step is STEPS[0] else None) for step in STEPS]
    return ResolutionCycle(number=number, started_at=at, steps=steps)


def begin(case: Case, at: datetime) -> ResolutionCycle:
    """Start the next cycle of a case."""
    cycle = new_cycle(len(case.cycles) + 1, at)
    case.cycles = [*case.cycles, cycle]
    case.current_step = STEPS[0]
    return cycle


def complete(case: Case, at: datetime, *, by: str | None, note: str | None) -> None:
    """Complete the current step and start the one after it."""
    cycle, place = case.cycle, STEPS.index(case.current_step)
    done = cycle.steps[place]
    done.completed_at, done.completed_by, done.note = at, by, note
    done.started_at = done.started_at or at
    if place + 1 < len(STEPS):
        case.current_step = STEPS[place + 1]
        cycle.steps[place + 1].started_at = at


def end(case: Case, outcome: CycleOutcome, at: datetime, *, by: str | None, note: str | None) -> None:
    """End the current cycle with an outcome; a satisfied customer's word is the CONFIRM step done."""
    cycle = case.cycle
    cycle.outcome, cycle.outcome_note, cycle.ended_at = outcome, note, at
    cycle.steps[-1].note = note
    if outcome is CycleOutcome.SATISFIED:
        case.current_step = ResolutionStep.CONFIRM
        complete(case, at, by=by, note=note)
