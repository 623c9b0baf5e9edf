"""Giving a case to a member, by hand or by a policy, with the reason noted."""

from typing import Final

from auth.actor import Actor, Permission, permissions_of
from care.cases.picking_up import pick_up, take_over
from care.documents.cases import Case
from care.documents.casework import Assignment, AssignmentReason
from care.events import CaseAssigned, CaseNotAssigned
from care.policies import may_assign, require_right
from care.reading.cases import require_case
from community.members import require_members
from core.clock import now
from core.errors import InvalidInput
from core.records import change

MOST_ASSIGNMENTS: Final = 20
"""So many of the last decisions are kept in a case."""


async def assign_case(actor: Actor, case_id: str, assignee_id: str | None, *, expected_version: int) -> Case:
    """Give the case to a member who works on cases, or with None to nobody.

    Raises NotFound, Forbidden without `case:assign`, CaseClosed, InvalidInput for somebody who can't take it, Conflict.
    """
    case = await require_case(actor, case_id)
    require_right(may_assign(actor, case))
    if assignee_id is not None:
        await _require_able(assignee_id)

    def rule(current: Case) -> None:
        may_assign(actor, current).enforce()
        if current.assignee_id == assignee_id:
            return
        decision = Assignment(
            number=next_decision(current),
            at=now(),
            member_id=assignee_id,
            reason=AssignmentReason.BY_HAND,
            by=actor.member_id,
        )
        put_assignment(current, decision, actor=actor.id)
        current.assign_again_at = None
        if assignee_id is not None:
            pick_up(current, assignee_id, decision.at)

    return await change(case, rule, expected_version=expected_version)


def next_decision(case: Case) -> int:
    """Give the number of the next decision on who works on a case."""
    return case.assignment.number + 1 if case.assignment else 1


def put_assignment(case: Case, decision: Assignment, *, actor: str) -> None:
    """Let a decision hold, and note it. That nobody could be found is told once, not again while it stays so."""
    told = case.assignment is not None and case.assignment.reason is AssignmentReason.NOBODY_FITS
    changed = case.assignee_id != decision.member_id
    case.assignee_id, case.updated_at = decision.member_id, decision.at
    if decision.member_id is not None:
        take_over(case, decision.at)
    case.assignments = [*case.assignments, decision][-MOST_ASSIGNMENTS:]
    if changed:
        case.record(CaseAssigned(case_id=case.id, assignee_id=decision.member_id), actor=actor)
    if decision.reason is AssignmentReason.NOBODY_FITS and not told:
        case.record(CaseNotAssigned(case_id=case.id), actor=actor)


async def _require_able(member_id: str) -> None:
    (member,) = await require_members([member_id], path=("assignee_id",))
    if Permission.CASE_WORK not in permissions_of(member.roles):
        raise InvalidInput(f"{member.display_name} does not work on cases; consult them instead.", path=("assignee_id",))
