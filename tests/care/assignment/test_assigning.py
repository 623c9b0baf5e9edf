"""Giving cases by policies: to whom, exactly once however often it is tried, within capacities, and when a shift ends."""

import asyncio
from collections import Counter
from datetime import timedelta

from auth.actor import SYSTEM, Role
from care.assignment.assigning import assign, assign_due, look_again
from care.cases.assignment import assign_case
from care.documents.assignment import AssignmentLedger
from care.documents.case_states import CaseStatus
from care.documents.cases import Case
from care.documents.casework import AssignmentObstacle, AssignmentReason
from care.documents.channels import Channel
from care.documents.shifts import Leave
from care.jobs import REASSIGN
from community.documents import Availability
from community.members import ProficiencyDraft, set_availability, set_proficiency
from core.clock import now
from core.database import Database
from core.records import change
from tests.care.stored import event_types, handle_twice
from tests.factories.assignment import make_policy, named, on_shift, somebody
from tests.factories.care import conversation_of, later, make_case, make_channel, make_conversation, make_customer, reread, say
from tests.factories.community import make_department, make_skill
from tests.factories.shifts import make_leave, make_shift


async def open_case(channel: Channel) -> Case:
    return await make_case(await make_conversation(channel))


async def opened(channel: Channel, count: int = 1) -> list[Case]:
    """Open cases one after the other, each given away twice over before the next."""
    found = []
    for _ in range(count):
        case = await open_case(channel)
        await assign(case.id)
        await assign(case.id)
        found.append(await reread(case))
    return found


def reasons(case: Case) -> list[tuple[str | None, AssignmentReason]]:
    return [(decision.member_id, decision.reason) for decision in case.assignments]


async def test_without_a_policy_nothing_changes(store: Database) -> None:
    channel = await make_channel()
    await on_shift(channel)

    case = await open_case(channel)
    before = case.revision
    await assign(case.id)

    assert ((await reread(case)).assignee_id, (await reread(case)).revision) == (None, before)


async def test_an_opened_case_is_given_by_the_handler_once_and_the_reason_is_kept(store: Database) -> None:
    channel = await make_channel()
    agent, policy = await on_shift(channel), await make_policy()
    case = await open_case(channel)

    await handle_twice()

    case = await reread(case)
    decision = case.assignment
    assert decision is not None
    assert (case.assignee_id, len(case.assignments)) == (agent.member, 1)
    assert (decision.reason, decision.policy_id, decision.policy_name, decision.by) == (
        AssignmentReason.LEAST_LOAD,
        policy.id,
        "Sırayla",
        None,
    )
    assert (await event_types(Case)).count("CaseAssigned") == 1
    assert case.picked_up_at is None


async def test_turns_go_round_also_when_the_handler_runs_twice(store: Database) -> None:
    channel = await make_channel()
    agents = [await on_shift(channel) for _ in range(3)]
    await make_policy("ROUND_ROBIN", members=named(*agents))

    cases = await opened(channel, 6)

    turns = [case.assignee_id for case in cases]
    assert sorted(turns[:3], key=str) == sorted(agent.member for agent in agents)
    assert turns[3:] == turns[:3]


async def test_many_workers_at_once_are_fair_and_keep_to_the_capacity(store: Database) -> None:
    channel = await make_channel()
    agents = [await on_shift(channel) for _ in range(2)]
    await make_policy("ROUND_ROBIN", members=named(*agents), capacity=2)
    cases = [await open_case(channel) for _ in range(5)]

    await asyncio.gather(*(assign(case.id) for case in cases for _ in range(2)))

    found = [await reread(case) for case in cases]
    assert Counter(str(case.assignee_id) for case in found) == {agents[0].member: 2, agents[1].member: 2, "None": 1}
    assert {case.assignment.obstacle for case in found if case.assignment and case.assignee_id is None} == {
        AssignmentObstacle.NOBODY_FREE
    }
    assert [len(case.assignments) for case in found] == [1] * 5


async def test_what_was_written_down_before_a_cut_is_kept_to_afterwards(store: Database) -> None:
    channel = await make_channel()
    agents = [await on_shift(channel) for _ in range(2)]
    await make_policy("ROUND_ROBIN", members=named(*agents))
    case = (await opened(channel))[0]
    given = (await AssignmentLedger.find({}).to_list())[0]

    def forget(current: Case) -> None:
        current.assignee_id, current.assignments = None, []

    await change(await reread(case), forget)
    await assign(case.id)

    assert (await reread(case)).assignee_id == case.assignee_id
    assert [row.revision for row in await AssignmentLedger.find({}).to_list()] == [given.revision]


async def test_only_who_is_there_and_may_gets_cases(store: Database) -> None:
    channel, other = await make_channel(), await make_channel()
    await somebody()
    await on_shift(other)
    await on_shift(channel, Role.EXPERT)
    await on_shift(channel, Role.AGENCY)
    busy = await on_shift(channel)
    await set_availability(SYSTEM, busy.member, Availability.BUSY)
    away = await on_shift(channel)
    await make_leave(away, now() - timedelta(hours=1), now() + timedelta(hours=1))
    await make_policy()

    case = (await opened(channel))[0]

    assert case.assignee_id is None
    assert case.assignment is not None
    assert case.assignment.obstacle is AssignmentObstacle.NOBODY_AVAILABLE


async def test_nobody_fits_is_told_once_and_the_case_goes_to_whoever_comes(store: Database) -> None:
    channel = await make_channel()
    await make_policy()
    case = (await opened(channel))[0]
    assert reasons(case) == [(None, AssignmentReason.NOBODY_FITS)]
    assert case.assign_again_at is not None

    later(minutes=2)
    assert await assign_due(10) == 1
    agent = await on_shift(channel)
    later(minutes=2)
    await assign_due(10)

    case = await reread(case)
    assert reasons(case) == [(None, AssignmentReason.NOBODY_FITS), (agent.member, AssignmentReason.LEAST_LOAD)]
    assert (await event_types(Case)).count("CaseNotAssigned") == 1


async def test_skills_are_compared_by_proficiency(store: Database) -> None:
    channel, skill = await make_channel(), await make_skill()
    beginner = await on_shift(channel, skill_ids=[skill.id])
    master = await on_shift(channel, skill_ids=[skill.id])
    await on_shift(channel)
    await set_proficiency(SYSTEM, master.member, ProficiencyDraft(skill_id=skill.id, proficiency=4), expected_version=1)
    await make_policy("SKILL", skill_ids=[skill.id], capacity=2, least_proficiency=2, backup_ids=[beginner.member])

    cases = await opened(channel, 3)

    assert [reasons(case)[0] for case in cases] == [
        (master.member, AssignmentReason.SKILL),
        (master.member, AssignmentReason.SKILL),
        (beginner.member, AssignmentReason.BACKUP),
    ]


async def test_a_policy_routes_to_a_department(store: Database) -> None:
    channel, department = await make_channel(), await make_department("Kargo")
    stranger = await on_shift(channel)
    colleague = await on_shift(channel, department_id=department.id)
    await make_policy(department_ids=[department.id], capacity=1, backup_ids=[stranger.member])

    cases = await opened(channel, 2)

    assert [reasons(case)[0] for case in cases] == [
        (colleague.member, AssignmentReason.LEAST_LOAD),
        (stranger.member, AssignmentReason.BACKUP),
    ]


async def test_a_customer_comes_back_to_who_dealt_with_them(store: Database) -> None:
    channel = await make_channel()
    customer = await make_customer(channel)
    first = await make_case(await make_conversation(channel, customer))
    known, idle = await on_shift(channel), await on_shift(channel)
    await assign_case(known, first.id, known.member, expected_version=first.version)
    await make_policy("LAST_ENGAGED")

    case = await make_case(await make_conversation(channel, customer))
    await assign(case.id)
    stranger = (await opened(channel))[0]

    assert reasons(await reread(case)) == [(known.member, AssignmentReason.LAST_ENGAGED)]
    assert reasons(stranger) == [(idle.member, AssignmentReason.LEAST_LOAD)]


async def test_when_a_shift_ends_its_cases_go_to_the_next(store: Database) -> None:
    channel = await make_channel()
    leaving = await on_shift(channel, hours=4)
    await make_policy()
    open_one, waiting, by_hand = await opened(channel, 3)
    await change(waiting, lambda case: setattr(case, "status", CaseStatus.PENDING))
    await assign_case(leaving, by_hand.id, None, expected_version=by_hand.version)
    await assign_case(leaving, by_hand.id, leaving.member, expected_version=by_hand.version + 1)
    coming = await somebody()
    await make_shift(coming, channel, now() + timedelta(hours=4), now() + timedelta(hours=12))

    later(hours=4, minutes=1)
    assert await assign_due(10) == 2
    assert await assign_due(10) == 0

    moved = await reread(open_one)
    assert reasons(moved) == [(leaving.member, AssignmentReason.LEAST_LOAD), (coming.member, AssignmentReason.LEAST_LOAD)]
    assert moved.assignments[-1].taken_from == leaving.member
    assert [(await reread(case)).assignee_id for case in (waiting, by_hand)] == [leaving.member] * 2

    await say(await conversation_of(waiting), "Hâlâ bekliyorum.")
    await assign(waiting.id)
    assert (await reread(waiting)).assignee_id == coming.member


async def test_a_shift_that_goes_on_keeps_its_cases_and_a_leave_gives_them_away(store: Database) -> None:
    channel = await make_channel()
    agent = await on_shift(channel, hours=4)
    await make_shift(agent, channel, now() + timedelta(hours=5), now() + timedelta(hours=6))
    await make_policy()
    case = (await opened(channel))[0]
    assert case.assign_again_at is not None
    other = await on_shift(channel)

    await make_leave(agent, now() - timedelta(hours=1), now() + timedelta(hours=1))
    await assign(case.id)

    assert (await reread(case)).assignee_id == other.member


async def test_what_was_taken_from_everybody_by_hand_stays_so(store: Database) -> None:
    channel = await make_channel()
    agent = await on_shift(channel)
    await make_policy()
    case = (await opened(channel))[0]

    await assign_case(agent, case.id, None, expected_version=case.version)
    await assign(case.id)

    case = await reread(case)
    assert reasons(case) == [(agent.member, AssignmentReason.LEAST_LOAD), (None, AssignmentReason.BY_HAND)]
    assert (case.assignee_id, case.assign_again_at) == (None, None)


async def test_changed_plan_is_followed_by_a_job_that_goes_through_all_waiting_cases(store: Database) -> None:
    channel = await make_channel()
    agent = await on_shift(channel, hours=4)
    await make_policy()
    cases = await opened(channel, 5)
    other = await on_shift(channel)
    leave = await make_leave(agent, now() - timedelta(hours=1), now() + timedelta(hours=1))

    await handle_twice(kinds=(Leave,))
    assert {(await reread(case)).assignee_id for case in cases} == {agent.member}
    rows = await store["jobs"].find({"kind": REASSIGN}).to_list()
    assert [row["member_id"] for row in rows] == [leave.member_id]
    await look_again(leave.member_id, batch=2)
    await look_again(leave.member_id, batch=2)

    assert {(await reread(case)).assignee_id for case in cases} == {other.member}


async def test_case_that_was_given_and_is_not_written_down_yet_counts_as_work(store: Database) -> None:
    channel = await make_channel()
    agents = [await on_shift(channel) for _ in range(2)]
    await make_policy(members=named(*agents))
    first, second = await opened(channel, 2)

    def forget(current: Case) -> None:  # as where the worker was cut off between its two writes
        current.assignee_id, current.assignments = None, []

    def close(current: Case) -> None:
        current.status, current.closed_at, current.open_keys = CaseStatus.CLOSED, now(), None

    await change(await reread(first), forget)
    await change(await reread(second), close)

    assert (await opened(channel))[0].assignee_id == second.assignee_id != first.assignee_id


async def test_work_of_who_is_not_asked_counts_for_nobody_else(store: Database) -> None:
    one, other = await make_channel(), await make_channel()
    mine, theirs = await on_shift(one), await on_shift(other)
    for channel, agent in ((one, mine), (other, theirs)):
        await make_policy(members=named(agent), conditions={"channel_ids": [channel.id]}, capacity=1)
    first = (await opened(one))[0]

    def forget(current: Case) -> None:
        current.assignee_id, current.assignments = None, []

    await change(await reread(first), forget)

    assert (await opened(other))[0].assignee_id == theirs.member
