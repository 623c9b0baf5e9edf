"""How engaged teams are, exactly, and nothing of teams so small that it would speak of persons."""

from datetime import timedelta

import pytest

from auth.accounts import create_account, disable_account
from auth.actor import SYSTEM, Actor, Role
from auth.drafts import AccountDraft
from care.reports.engagement import FEWEST, TeamEngagement, engagement_report
from care.reports.ranges import ReportRange
from community.accounts import ensure_member
from community.documents import Department, Member
from core.clock import now
from core.database import Database
from core.errors import Forbidden
from core.records import change
from tests.factories import community
from tests.factories.care import later
from tests.factories.community import make_actor, make_answer, make_comment, make_question
from tests.factories.spaces import inside, make_space


async def team(name: str, members: int) -> tuple[Department, list[Actor]]:
    department = await community.make_department(name)
    return department, [await make_actor(Role.EXPERT, department_id=department.id) for _ in range(members)]


async def figures(reader: Actor, span: ReportRange) -> dict[str, TeamEngagement]:
    return {one.department.name: one for one in (await engagement_report(reader, span)).teams}


async def test_index_is_the_mean_of_who_takes_part_how_steadily_and_who_helps(store: Database) -> None:
    _, members = await team("Depo", FEWEST)
    manager, since = await make_actor(Role.MANAGER), now() - timedelta(minutes=1)
    first = await make_question(members[0])
    await make_answer(first, members[1])
    await make_comment(first, members[0])
    later(days=8)
    await make_answer(await make_question(manager), members[1])
    later(seconds=1)
    span = ReportRange.checked(since, now() + timedelta(minutes=1))

    report = await engagement_report(manager, span)
    assert report.weeks == 2
    depot = (await figures(manager, span))["Depo"]
    assert (depot.member_count, depot.participation, depot.helpfulness) == (5, 2 / 5, 1 / 5)
    assert depot.regularity == 3 / 10
    assert depot.index == 30.0
    with pytest.raises(Forbidden):
        await engagement_report(members[0], span)


async def test_small_teams_agencies_and_who_left_are_not_judged(store: Database) -> None:
    small, few = await team("Ar-Ge", FEWEST - 1)
    await make_actor(Role.AGENCY, department_id=small.id)
    account = await create_account(SYSTEM, AccountDraft(email="eski@narin.example", name="Eski", roles=[Role.EXPERT]))
    await ensure_member(account)
    left = await Member.get(account.member_id or "")
    assert left is not None
    await change(left, lambda current: setattr(current, "department_id", small.id))
    span = ReportRange.checked(now() - timedelta(hours=1), now() + timedelta(minutes=1))
    manager = await make_actor(Role.MANAGER)
    assert (await figures(manager, span))["Ar-Ge"].index == 0.0
    await disable_account(SYSTEM, account.id)
    await make_question(few[0])

    found = (await figures(manager, span))["Ar-Ge"]
    assert found.member_count == FEWEST - 1
    assert (found.participation, found.regularity, found.helpfulness, found.index) == (None, None, None, None)


async def test_anonymous_questions_and_what_the_reader_may_not_read_count_for_nobody(store: Database) -> None:
    _, members = await team("Depo", FEWEST)
    space = await make_space(members[0], members[1])
    await make_question(inside(members[0], space), space_id=space.id)
    await make_question(members[2], anonymous=True)
    later(seconds=1)

    span = ReportRange.checked(now() - timedelta(hours=1), now() + timedelta(minutes=1))
    manager = await make_actor(Role.MANAGER)
    assert (await figures(manager, span))["Depo"].participation == 0.0
    assert (await figures(inside(manager, space), span))["Depo"].participation == 1 / 5
