"""Reading what speaks for and against each member who might get a case."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from auth.actor import PERMISSIONS, Permission, is_scoped, permissions_of
from auth.documents import Account
from care.assignment.choosing import Candidate, on_duty_until
from care.documents.assignment import AssignmentLedger, AssignmentMethod, AssignmentPolicy
from care.documents.case_states import CaseStatus
from care.documents.cases import Case
from care.documents.customers import Customer
from care.reading.shifts import duties_in
from community.documents import Availability, Member
from core.clock import now
from core.ids import with_prefix
from core.records import by_ids

HORIZON: Final = timedelta(hours=25)
"""How far ahead it is looked until when somebody is on duty; who is longer is looked at again then."""
MOST_MEMBERS: Final = 200
MOST_LOOKED_BACK: Final = 20
_LANDS_WITHIN: Final = timedelta(minutes=1)
_WORKED_ON: Final = {
    "$in": [status.value for status in (CaseStatus.NEW, CaseStatus.OPEN, CaseStatus.PENDING, CaseStatus.SNOOZED)]
}
_WORKING: Final = [role.value for role, rights in PERMISSIONS.items() if Permission.CASE_WORK in rights]


@dataclass(frozen=True, slots=True)
class Field:
    """The members and backups of a policy, as they stand towards a case."""

    members: list[Candidate]
    backups: list[Candidate]

    def only(self, member_id: str | None) -> "Field":
        """Leave out everybody else."""
        groups = ([one for one in group if one.member_id == member_id] for group in (self.members, self.backups))
        return Field(*groups)


async def duty_for(channel_id: str) -> Mapping[str, datetime]:
    """Tell who is on duty for a channel now, and until when."""
    at = now()
    return on_duty_until(await duties_in((at, at + HORIZON)), channel_id, at)


async def read_field(
    policy: AssignmentPolicy, case: Case, customer: Customer | None, ledger: AssignmentLedger, duty: Mapping[str, datetime]
) -> Field:
    """Read everything about the members and backups of a policy that a choice is made by."""
    members = await _members(policy, duty)
    wanted = [member.id for member in members.values() if not policy.on_shift_only or member.id in duty]
    accounts, loads, engaged = await asyncio.gather(
        by_ids(Account, [with_prefix("acc", one) for one in wanted]),
        _loads(wanted, case, ledger),
        _engaged(policy, case, customer),
    )
    capacities = {one.member_id: one.capacity for one in policy.members}

    def candidate(member: Member) -> Candidate:
        account = accounts.get(with_prefix("acc", member.id))
        return Candidate(
            member_id=member.id,
            on_shift=not policy.on_shift_only or member.id in duty,
            available=member.availability is Availability.ONLINE,
            allowed=_may_work(member, account, case.channel_id),
            proficiency=_proficiency(member, policy.skill_ids),
            load=loads.get(member.id, 0),
            capacity=capacities.get(member.id) or policy.capacity,
            turn=ledger.turns.get(member.id, 0),
            engaged=engaged.get(member.id),
        )

    backups = [one for one in policy.backup_ids if one in members]
    regular = [member for one, member in members.items() if one not in backups and _belongs(member, policy, case)]
    return Field([candidate(member) for member in regular], [candidate(members[one]) for one in backups])


async def _members(policy: AssignmentPolicy, duty: Mapping[str, datetime]) -> dict[str, Member]:
    """Read the members and backups; of a policy that names no members those on duty, or everybody who works on cases."""
    named = [*(one.member_id for one in policy.members), *policy.backup_ids]
    if not policy.members and not policy.on_shift_only:
        everybody = await Member.find({"roles": {"$in": _WORKING}}).limit(MOST_MEMBERS).to_list()
        found = {member.id: member for member in everybody} | await by_ids(Member, named)
    else:
        found = await by_ids(Member, named if policy.members else [*named, *list(duty)[:MOST_MEMBERS]])
    return {one: member for one, member in found.items() if member.deleted_at is None}


def _belongs(member: Member, policy: AssignmentPolicy, case: Case) -> bool:
    if case.department_id is not None and member.department_id != case.department_id:
        return False
    return not policy.department_ids or member.department_id in policy.department_ids


def _may_work(member: Member, account: Account | None, channel_id: str) -> bool:
    if Permission.CASE_WORK not in permissions_of(member.roles) or (account is not None and account.disabled_at is not None):
        return False
    return not is_scoped(member.roles) or (account is not None and channel_id in account.reach)


def _proficiency(member: Member, skill_ids: Sequence[str]) -> int:
    return max((member.proficiencies.get(one, 1) for one in skill_ids if one in member.skill_ids), default=0)


async def _loads(member_ids: Sequence[str], case: Case, ledger: AssignmentLedger) -> dict[str, int]:
    """Count the cases each member works on, and those that were given to them and are not written down in the case yet."""
    counted, coming = await asyncio.gather(asyncio.gather(*(_load(one, case) for one in member_ids)), _coming(case, ledger))
    loads = dict(zip(member_ids, counted, strict=True))
    for member_id in coming:
        if member_id in loads:
            loads[member_id] += 1
    return loads


async def _load(member_id: str, case: Case) -> int:
    mine: dict[str, Any] = {"environment": case.environment.value, "assignee_id": member_id, "status": _WORKED_ON}
    return await Case.find(mine).count()


async def _coming(case: Case, ledger: AssignmentLedger) -> list[str]:
    since = now() - _LANDS_WITHIN
    recent = [given for given in ledger.given if given.at > since and given.case_id != case.id]
    cases = await by_ids(Case, [given.case_id for given in recent])
    return [given.member_id for given in recent if given.case_id in cases and _awaits(cases[given.case_id], given.number)]


def _awaits(case: Case, number: int) -> bool:
    return case.status is not CaseStatus.CLOSED and (case.assignment is None or case.assignment.number < number)


async def _engaged(policy: AssignmentPolicy, case: Case, customer: Customer | None) -> dict[str, int]:
    """Tell who dealt with the customer's last cases, by how many came after."""
    if policy.method is not AssignmentMethod.LAST_ENGAGED or customer is None:
        return {}
    theirs = {"customer_id": {"$in": [customer.id, *customer.absorbed]}}
    found = await Case.find(theirs).sort("-opened_at", "-_id").limit(MOST_LOOKED_BACK).to_list()
    places: dict[str, int] = {}
    for place, other in enumerate(one for one in found if one.id != case.id):
        for member_id in _dealt_with(other):
            places.setdefault(member_id, place)
    return places


def _dealt_with(case: Case) -> Iterable[str]:
    return (one for one in (case.assignee_id, case.picked_up_by) if one is not None)
