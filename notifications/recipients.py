"""Who is meant by a part in a case, a role or a duty: the members to tell."""

from collections.abc import Iterable

from auth.actor import PERMISSIONS, Permission, Role
from care.documents.cases import Case
from care.documents.promises import Target, TargetKind
from care.reading import shifts
from community.documents import Availability, Member
from core.clock import now

MOST_TOLD = 50

WORKING = tuple(role for role, rights in PERMISSIONS.items() if Permission.CASE_WORK in rights)

FRONT_OFFICE = (Role.AGENT, Role.MENTOR, Role.MANAGER)


async def recipients_of(case: Case, targets: Iterable[Target]) -> list[str]:
    """Give the members whom the targets mean, each once; ids that no member has are left to who tells them."""
    named = [one for target in targets for one in await _meant(case, target)]
    return list(dict.fromkeys(named))


async def members_holding(roles: Iterable[Role]) -> list[str]:
    """Give the members who hold one of the roles."""
    wanted = {"roles": {"$in": [role.value for role in roles]}}
    return [member.id for member in await Member.find(wanted).limit(MOST_TOLD).to_list()]


async def members_working_in(department_id: str) -> list[str]:
    """Give the members of a department who work on cases."""
    wanted = {"department_id": department_id, "roles": {"$in": [role.value for role in WORKING]}}
    return [member.id for member in await Member.find(wanted).limit(MOST_TOLD).to_list()]


async def members_on_duty() -> list[str]:
    """Give those of the front office who are on a shift now; where none of them is on one, those who are there."""
    if (on_shift := sorted(await shifts.members_on_duty(now()))) and (found := await _front_office(_id={"$in": on_shift})):
        return found
    return await _front_office(availability=Availability.ONLINE.value)


async def _front_office(**wanted: object) -> list[str]:
    query = {"roles": {"$in": [role.value for role in FRONT_OFFICE]}, **wanted}
    return [member.id for member in await Member.find(query).limit(MOST_TOLD).to_list()]


async def _meant(case: Case, target: Target) -> list[str]:
    """Give who is meant; while nobody works on the case, everybody who is on duty does."""
    match target.kind:
        case TargetKind.MEMBER:
            return [target.member_id] if target.member_id else []
        case TargetKind.ROLE:
            return await members_holding([target.role]) if target.role else []
        case TargetKind.MANAGERS:
            return await members_holding([Role.MANAGER])
        case TargetKind.ASSIGNEE if case.assignee_id:
            return [case.assignee_id]
        case _:
            return await members_on_duty()
