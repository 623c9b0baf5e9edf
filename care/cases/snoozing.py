"""Putting a case aside until a time comes or the customer says something."""

from datetime import datetime, timedelta

from pydantic import AwareDatetime, BaseModel

from auth.actor import Actor
from care.cases import lifecycle
from care.cases.events import CaseSnoozed, CaseWoken
from care.documents.case_states import CaseStatus
from care.documents.cases import Case
from care.documents.casework import Snooze
from care.policies import may_snooze, may_unsnooze, require_right
from care.reading.cases import require_case
from core.clock import now
from core.errors import InvalidInput
from core.records import change

LATEST = timedelta(days=365)


class SnoozeDraft(BaseModel):
    """Which case to put aside, and until when; with no time until the customer says something."""

    case_id: str
    until: AwareDatetime | None = None


async def snooze_case(actor: Actor, draft: SnoozeDraft, *, expected_version: int) -> Case:
    """Put a case aside, or change until when. The promises to the customer go on: no clock stops but by its policy's terms.

    It comes back by itself at the time, and with the customer's next message in any case. Raises NotFound, Forbidden
    without `case:work`, CaseClosed, InvalidInput for a resolved case and a time that is past or over a year away,
    Conflict.
    """
    case = await require_case(actor, draft.case_id)
    require_right(may_snooze(actor, case))

    def rule(current: Case) -> None:
        may_snooze(actor, current).enforce()
        at = now()
        if draft.until is not None and not at < draft.until <= at + LATEST:
            raise InvalidInput("Choose a time from now on, at most a year away.", path=("until",))
        before = current.snooze.status_before if current.snooze else current.status.value
        current.snooze = Snooze(at=at, by=actor.member, until=draft.until, status_before=before)
        lifecycle.put_aside(current, at)
        current.record(CaseSnoozed(case_id=current.id), actor=actor.id)
        lifecycle.project(current, touched_at=at)

    return await change(case, rule, expected_version=expected_version)


async def unsnooze_case(actor: Actor, case_id: str, *, expected_version: int) -> Case:
    """Take a case up again before its time.

    Raises NotFound, Forbidden without `case:work`, CaseClosed, AlreadyDone when it is not snoozed, Conflict.
    """
    case = await require_case(actor, case_id)
    require_right(may_unsnooze(actor, case))

    def rule(current: Case) -> None:
        may_unsnooze(actor, current).enforce()
        at = now()
        wake(current, at, actor=actor.id)
        lifecycle.project(current, touched_at=at)

    return await change(case, rule, expected_version=expected_version)


def wake_when_due(case: Case, at: datetime) -> None:
    """Take up a case whose time has come."""
    if case.snooze and case.snooze.until is not None and case.snooze.until <= at:
        wake(case, at)
        case.updated_at = max(case.updated_at, at)


def wake(case: Case, at: datetime, *, actor: str = "system") -> None:
    """Go back to what the case was before it was put aside; one answered meanwhile is not new any more."""
    if case.snooze is None:
        return
    before = CaseStatus(case.snooze.status_before)
    is_answered = before is CaseStatus.NEW and case.cycle.replied_at is not None
    case.record(CaseWoken(case_id=case.id, snoozed_by=case.snooze.by), actor=actor)
    lifecycle.take_up(case, at, CaseStatus.OPEN if is_answered else before)
