"""Giving cases to members by policies: when they open, when a shift ends, and again when nobody could take them."""

from datetime import datetime, timedelta
from typing import Any, Final

from auth.actor import SYSTEM
from care.assignment.candidates import Field, duty_for, read_field
from care.assignment.choosing import Choice, choose
from care.assignment_order import read_policies
from care.cases import lifecycle
from care.cases.assignment import next_decision, put_assignment
from care.cases.changing import Overtaken, change_as_read
from care.cases.promises import fits
from care.documents.assignment import LEDGER_ID, AssignmentLedger, AssignmentPolicy, Given
from care.documents.case_states import CaseStatus
from care.documents.cases import Case
from care.documents.casework import Assignment, AssignmentReason
from care.documents.customers import Customer
from care.jobs import REASSIGN, jobs
from core.clock import now
from core.errors import Unavailable
from core.paging import Order, Window, read_slice
from core.records import change, insert_or_read

AGAIN_AFTER: Final = timedelta(minutes=1)
"""How long after nobody could take a case it is tried again."""
BATCH: Final = 50
_IN_TURN: Final = Order((("assign_again_at", 1),))
_KEPT: Final = 200
_TRIES: Final = 50
_WAITING: Final = frozenset({CaseStatus.PENDING, CaseStatus.SNOOZED, CaseStatus.RESOLVED})


async def assign(case_id: str) -> None:
    """See to it that a case is in the right hands as the policies say: can run twice, and in two places at once.

    A case that nobody has is given to somebody, unless it was taken from everybody by hand. One that a policy gave to
    somebody whose shift is over goes to the next; while it waits for the customer it stays.
    """
    for _ in range(_TRIES):
        case = await Case.get(case_id)
        if case is None:
            return
        try:
            await _see_to(case)
        except Overtaken:
            continue
        return
    raise Unavailable("store", "too many writers of one case")


async def assign_due(at_once: int) -> int:
    """See to the cases whose time to be looked at has come, and give how many these were."""
    due = await Case.find({"assign_again_at": {"$lte": now()}}).sort("assign_again_at").limit(at_once).to_list()
    for case in due:
        await assign(case.id)
    return len(due)


async def queue_look(number: int, member_id: str | None = None) -> None:
    """Have the cases looked at again that wait for the end of a shift, for the event of a number. Can run twice."""
    await jobs().add(f"reassign:{number}", {"kind": REASSIGN, "member_id": member_id})


async def look_again(member_id: str | None = None, *, batch: int = BATCH) -> None:
    """See to the cases that wait for the end of a shift, all or a member's, since the plan of the shifts was changed.

    A batch at a time, in the order of their times; what was interrupted begins anew, which does no harm.
    """
    waiting: dict[str, Any] = {"assign_again_at": {"$gt": now()}}
    window = Window(limit=batch)
    while True:
        page = await read_slice(Case, waiting, _IN_TURN, window)
        for case in page.items:
            if member_id in {None, case.assignee_id}:
                await assign(case.id)
        if not page.has_next:
            return
        window = Window(limit=batch, after=page.positions[-1])


async def _see_to(case: Case) -> None:
    if case.status is CaseStatus.CLOSED:
        await _look_at(case, None)
    elif case.assignee_id is not None:
        await _watch(case, case.assignee_id)
    elif case.assignment is not None and case.assignment.reason is AssignmentReason.BY_HAND:
        await _look_at(case, None)
    else:
        await _give(case)


async def _look_at(case: Case, at: datetime | None) -> None:
    """Say when to look at a case again, None: not before something happens in it."""
    if case.assign_again_at == at:
        return

    def rule(current: Case) -> None:
        current.assign_again_at = at
        lifecycle.project(current)

    await change_as_read(case, rule)


async def _watch(case: Case, assignee_id: str) -> None:
    """Take a case from the member it was given to by a policy once the member's shift is over."""
    decision = case.assignment
    policy = await AssignmentPolicy.get(decision.policy_id) if decision and decision.policy_id else None
    watched = policy is not None and _is_watchful(policy)
    until = (await duty_for(case.channel_id)).get(assignee_id) if watched else None
    if not watched or until is not None or case.status in _WAITING:
        await _look_at(case, until)
    else:
        await _give(case, taken_from=assignee_id)


async def _give(case: Case, *, taken_from: str | None = None) -> None:
    """Let the first policy that fits decide; without one nothing changes."""
    customer = await Customer.get(case.customer_id) if case.customer_id else None
    policies, _ = await read_policies()
    policy = next((one for one in policies if fits(one.conditions, case, customer)), None)
    if policy is None:
        await _look_at(case, None)
        return
    choice = await _choice(policy, case, customer)
    again_at = await _again_at(policy, case, choice)

    def rule(current: Case) -> None:
        current.assign_again_at = again_at
        if choice.member_id is not None or not _says_the_same(current.assignment, choice):
            put_assignment(current, _decision(current, policy, choice, taken_from), actor=SYSTEM.id)
        lifecycle.project(current)

    await change_as_read(case, rule)


async def _again_at(policy: AssignmentPolicy, case: Case, choice: Choice) -> datetime | None:
    """Tell when to look again at a case that was just given to somebody, or to nobody."""
    if choice.member_id is None:
        return now() + AGAIN_AFTER
    return (await duty_for(case.channel_id)).get(choice.member_id) if _is_watchful(policy) else None


def _is_watchful(policy: AssignmentPolicy) -> bool:
    return policy.on_shift_only and policy.reassign_at_shift_end


def _says_the_same(before: Assignment | None, choice: Choice) -> bool:
    return before is not None and (before.reason, before.obstacle) == (choice.reason, choice.obstacle)


def _decision(case: Case, policy: AssignmentPolicy, choice: Choice, taken_from: str | None) -> Assignment:
    return Assignment(
        number=next_decision(case),
        at=now(),
        member_id=choice.member_id,
        reason=choice.reason,
        obstacle=choice.obstacle,
        policy_id=policy.id,
        policy_name=policy.name,
        taken_from=taken_from,
    )


async def _choice(policy: AssignmentPolicy, case: Case, customer: Customer | None) -> Choice:
    """Choose, and write the choice down before the case: whoever chooses next knows of it, and a repeat chooses the same."""
    number = next_decision(case)
    for _ in range(_TRIES):
        ledger = await _ledger()
        field = await read_field(policy, case, customer, ledger, await duty_for(case.channel_id))
        before = next((one.member_id for one in ledger.given if (one.case_id, one.number) == (case.id, number)), None)
        repeated = _choose(policy, field.only(before))
        if repeated.member_id is not None:
            return repeated
        choice = _choose(policy, field)
        if choice.member_id is None:
            return choice
        if await _noted(ledger, Given(case_id=case.id, number=number, member_id=choice.member_id, at=now())):
            return choice
    raise Unavailable("store", "too many cases are given at once")


def _choose(policy: AssignmentPolicy, field: Field) -> Choice:
    least = policy.least_proficiency if policy.skill_ids else 0
    return choose(policy.method, field.members, field.backups, least=least)


async def _noted(ledger: AssignmentLedger, given: Given) -> bool:
    """Write a choice down in the very ledger that it was made by; false when another one was written meanwhile."""
    seen = ledger.revision

    def rule(current: AssignmentLedger) -> None:
        if current.revision != seen:
            raise Overtaken
        others = [one for one in current.given if (one.case_id, one.number) != (given.case_id, given.number)]
        current.given = [*others, given][-_KEPT:]
        current.last_turn += 1
        current.turns[given.member_id] = current.last_turn

    try:
        await change(ledger, rule)
    except Overtaken:
        return False
    return True


async def _ledger() -> AssignmentLedger:
    return await AssignmentLedger.get(LEDGER_ID) or await insert_or_read(AssignmentLedger(id=LEDGER_ID, created_at=now()))
