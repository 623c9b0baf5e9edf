"""Whose a case is among the departments: sales, marketing, customer service, technical support, as the company has them."""

from typing import Final

from pydantic import BaseModel

from auth.actor import Actor
from care.cases import lifecycle
from care.cases.assignment import next_decision, put_assignment
from care.cases.events import CaseHandedOver
from care.documents.cases import Case
from care.documents.casework import Assignment, AssignmentReason, DepartmentMove
from care.policies import may_assign, require_right
from care.reading.cases import require_case
from community.documents import Department, Member
from community.drafts import Remark
from core.clock import now
from core.errors import AlreadyDone, InvalidInput
from core.records import change

MOST_MOVES: Final = 20


class HandOverDraft(BaseModel):
    """Which case goes to which department, with a word for those who take it over."""

    case_id: str
    department_id: str
    note: Remark | None = None


async def hand_over_case(actor: Actor, draft: HandOverDraft, *, expected_version: int) -> Case:
    """Let a case belong to another department; who works on it lets go of it, unless they belong there.

    Policies of assignment then give it to members of that department alone; until somebody takes it up, the time runs in the
    hand-off report. Raises NotFound, Forbidden without `case:assign`, CaseClosed, InvalidInput for a department that is not
    there, AlreadyDone when the case is there already, Conflict.
    """
    case = await require_case(actor, draft.case_id)
    require_right(may_assign(actor, case))
    await require_department(draft.department_id)
    stays = await _belongs(case.assignee_id, draft.department_id)

    def rule(current: Case) -> None:
        may_assign(actor, current).enforce()
        if current.department_id == draft.department_id:
            raise AlreadyDone("The case belongs to this department already.", path=("department_id",))
        at = now()
        move = DepartmentMove(before=current.department_id, after=draft.department_id, at=at, by=actor.id, note=draft.note)
        current.department_id = draft.department_id
        current.department_moves = [*current.department_moves, move][-MOST_MOVES:]
        current.record(CaseHandedOver(case_id=current.id, department_id=draft.department_id), actor=actor.id)
        if stays and current.assignee_id == case.assignee_id:
            move.taken_at = at
        else:
            let_go = Assignment(
                number=next_decision(current), at=at, member_id=None, reason=AssignmentReason.HANDED_OVER, by=actor.member_id
            )
            put_assignment(current, let_go, actor=actor.id)
            current.assign_again_at = at
        lifecycle.project(current, touched_at=at)

    return await change(case, rule, expected_version=expected_version)


async def require_department(department_id: str) -> None:
    """Raise InvalidInput for a department that is not there."""
    if await Department.get(department_id) is None:
        raise InvalidInput("There is no such department.", path=("department_id",))


async def department_of(member_id: str | None) -> str | None:
    """Give the department that a member belongs to; None for who belongs to none."""
    member = await Member.get(member_id) if member_id is not None else None
    return member.department_id if member is not None else None


async def _belongs(member_id: str | None, department_id: str) -> bool:
    return member_id is not None and await department_of(member_id) == department_id
