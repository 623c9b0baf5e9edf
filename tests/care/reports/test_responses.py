import math
from datetime import timedelta
from statistics import median_low

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auth.actor import Role
from care.cases.cycles import new_cycle
from care.documents.case_states import Priority
from care.documents.channels import ChannelKind, Environment
from care.documents.cycles import CycleOutcome
from care.reports.grouping import ReportDimension
from care.reports.ranges import ReportRange
from care.reports.responses import ResponseGroup, response_report
from core.clock import now
from core.database import Database
from core.errors import Forbidden, InvalidInput
from tests.care.reports.opened import emptied, last_hour, store_case
from tests.factories.care import make_actor, make_channel
from tests.factories.community import make_actor as make_member
from tests.factories.community import make_department

D = ReportDimension
MANAGER = make_actor(Role.MANAGER)
CASES = st.lists(
    st.tuples(
        st.sampled_from(Priority),
        st.one_of(st.none(), st.integers(0, 1_200)),
        st.lists(st.sampled_from([None, *CycleOutcome]), min_size=1, max_size=3),
    ),
    max_size=12,
)


def naive(rows: list[tuple[Priority, int | None, list[CycleOutcome | None]]]) -> tuple[object, ...]:
    """Count the slow and obvious way; every case was opened 50 minutes ago with a target of ten."""
    seconds = sorted(answered for _, answered, _ in rows if answered is not None)
    breached = sum(answered is None or answered > 600 for _, answered, _ in rows)
    words = [[one for one in outcomes if one in {CycleOutcome.SATISFIED, CycleOutcome.UNSATISFIED}] for *_, outcomes in rows]
    judged = [given[-1] for given in words if given]
    return (
        len(rows),
        median_low(seconds) if seconds else None,
        seconds[math.ceil(0.9 * len(seconds)) - 1] if seconds else None,
        (len(rows) - breached) / len(rows) if rows else None,
        breached,
        sum(len(outcomes) > 1 for *_, outcomes in rows) / len(rows) if rows else None,
        judged.count(CycleOutcome.SATISFIED) / len(judged) if judged else None,
    )


def shown(group: ResponseGroup) -> tuple[object, ...]:
    return (
        group.case_count,
        group.first_response.median_seconds,
        group.first_response.p90_seconds,
        group.within_target_share,
        group.breached_count,
        group.reopened_share,
        group.satisfied_share,
    )


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=CASES)
async def test_report_is_what_counting_by_hand_gives(
    store: Database, rows: list[tuple[Priority, int | None, list[CycleOutcome | None]]]
) -> None:
    await emptied(store)
    for priority, answered, outcomes in rows:
        cycles = [new_cycle(number, now()) for number in range(1, len(outcomes) + 1)]
        for cycle, outcome in zip(cycles, outcomes, strict=True):
            cycle.outcome = outcome
        await store_case(answered_after=answered, priority=priority, cycles=cycles)

    (everything,) = (await response_report(MANAGER, last_hour())).groups
    by_priority = (await response_report(MANAGER, last_hour(), D.PRIORITY)).groups

    assert shown(everything) == naive(rows)
    assert {group.key: shown(group) for group in by_priority} == {
        priority.value: naive([row for row in rows if row[0] is priority]) for priority in {row[0] for row in rows}
    }


async def test_only_live_cases_opened_in_the_range_count(store: Database) -> None:
    span = last_hour()
    await store_case(opened_at=span.since)
    await store_case(opened_at=span.until)
    await store_case(opened_at=span.since - timedelta(milliseconds=1))
    await store_case(environment=Environment.PRACTICE)
    await store_case(deleted_at=now())

    (group,) = (await response_report(MANAGER, span)).groups

    assert group.case_count == 1


async def test_groups_have_the_names_that_people_know(store: Database) -> None:
    channel, department = await make_channel(name="Narin on X"), await make_department("Kargo")
    agent = await make_member(Role.AGENT, display_name="Deniz Kaya", department_id=department.id)
    at = (now() - timedelta(days=2)).replace(hour=9, minute=30)
    await store_case(channel_id=channel.id, assignee_id=agent.member, opened_at=at)
    await store_case(channel_id=channel.id, channel_kind=ChannelKind.EMAIL, assignee_id=agent.member, opened_at=at)
    await store_case(opened_at=at + timedelta(days=1, hours=-2))
    span = ReportRange.checked(now() - timedelta(days=30), now())

    async def groups(by: ReportDimension) -> list[tuple[str | None, str, int]]:
        return [(one.key, one.label, one.case_count) for one in (await response_report(MANAGER, span, by)).groups]

    day, next_day = at.date().isoformat(), (at + timedelta(days=1)).date().isoformat()
    assert await groups(D.CHANNEL) == [(channel.id, "Narin on X", 2), ("chn_a", "chn_a", 1)]
    assert await groups(D.CHANNEL_KIND) == [("X", "X", 2), ("EMAIL", "EMAIL", 1)]
    assert await groups(D.MEMBER) == [(agent.member, "Deniz Kaya", 2), (None, "Nobody", 1)]
    assert await groups(D.DEPARTMENT) == [(department.id, "Kargo", 2), (None, "No department", 1)]
    assert await groups(D.DAY) == [(day, day, 2), (next_day, next_day, 1)]
    assert await groups(D.HOUR) == [("07", "07:00 to 07:59", 1), ("09", "09:00 to 09:59", 2)]


async def test_reports_need_their_permission(store: Database) -> None:
    with pytest.raises(Forbidden, match="report:read"):
        await response_report(make_actor(Role.AGENT), last_hour())


def test_range_is_bounded() -> None:
    at = now()

    with pytest.raises(InvalidInput, match="later `until`"):
        ReportRange.checked(at, at)
    with pytest.raises(InvalidInput, match="at most 92 days"):
        ReportRange.checked(at, at + timedelta(days=92, seconds=1))
    assert ReportRange.checked(at, at + timedelta(days=92)).since == at
