"""Giving a case to a member."""

from auth.actor import Actor, Permission, permissions_of
from care.cases.picking_up import pick_up
from care.documents.cases import Case
from care.events import CaseAssigned
from care.policies import may_assign, require_right
from care.reading.cases import require_case
from community.members import require_members
from core.clock import now
from core.errors import InvalidInput
from core.records import change


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
        current.assignee_id, current.updated_at = assignee_id, now()
        if assignee_id is not None:
            pick_up(current, assignee_id, current.updated_at)
        current.record(CaseAssigned(case_id=current.id, assignee_id=assignee_id), actor=actor.id)

    return await change(case, rule, expected_version=expected_version)


async def _require_able(member_id: str) -> None:
    (member,) = await require_members([member_id], path=("assignee_id",))
    if Permission.CASE_WORK not in permissions_of(member.roles):
        raise InvalidInput(f"{member.display_name} does not work on cases; consult them instead.", path=("assignee_id",))
