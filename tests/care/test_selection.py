from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auth.actor import Role
from care.cases.closing import ClosingDraft, close_case
from care.cases.completing import complete_cases
from care.documents.case_states import CaseStatus, Priority
from care.documents.cases import LIST_INDEXES, Case
from care.documents.channels import ChannelKind, Environment
from care.reading.cases import list_cases
from care.reading.selection import PATHS, CaseOrder, CaseOrderField, CaseSelection, render
from community.documents import Tag
from community.listing import Comparison, Either, Every, Filter, Where, Without
from core.clock import now
from core.database import Database
from core.errors import InvalidInput
from core.paging import Window
from tests.factories.care import conversation_of, later, make_actor, make_case, make_reply, reread, say

C, F = Comparison, CaseOrderField


async def numbers(condition: Filter, order: CaseOrderField = F.NUMBER) -> list[int]:
    selection = CaseSelection(condition, CaseOrder(order, 1))
    return sorted(case.number for case in (await list_cases(make_actor(Role.MENTOR), selection, window=Window())).items)


async def make_three() -> list[Case]:
    return [
        await make_case(status=CaseStatus.OPEN, priority=Priority.HIGH, severity=2, assignee_id="mem_a"),
        await make_case(status=CaseStatus.PENDING, tags=[Tag(slug="kargo", name="Kargo")], severity=5, assignee_id="mem_b"),
        await make_case(reach=None, reach_key=-1),
    ]


@pytest.mark.parametrize(
    ("field", "comparison", "value", "found"),
    [
        ("status", C.EQ, CaseStatus.OPEN, [1]),
        ("status", C.IN, [CaseStatus.OPEN, CaseStatus.PENDING], [1, 2]),
        ("status", C.IN, [], []),
        ("status", C.NOT_IN, [CaseStatus.OPEN], [2, 3]),
        ("priority", C.EQ, Priority.HIGH, [1]),
        ("channel_kind", C.IN, [ChannelKind.X], [1, 2, 3]),
        ("channel_kind", C.EQ, ChannelKind.EMAIL, []),
        ("assignee_id", C.EQ, "mem_a", [1]),
        ("assignee_id", C.IS_NULL, True, [3]),
        ("assignee_id", C.IS_NULL, False, [1, 2]),
        ("assignee_id", C.NOT_IN, ["mem_a"], [2, 3]),
        ("tag", C.EQ, "kargo", [2]),
        ("tag", C.CONTAINS, "arg", [2]),
        ("tag", C.CONTAINS, ".*", []),
        ("environment", C.EQ, Environment.LIVE, [1, 2, 3]),
    ],
)
async def test_comparators_find_what_they_say(
    store: Database, field: str, comparison: Comparison, value: Any, found: list[int]
) -> None:
    await make_three()
    order = F.OPENED_AT if field in {*LIST_INDEXES, "tag"} else F.NUMBER

    assert await numbers(Where(field, comparison, value), order) == found


@pytest.mark.parametrize(
    ("field", "comparison", "value", "order", "found"),
    [
        ("severity", C.AT_LEAST, 2, F.SEVERITY, [1, 2]),
        ("severity", C.AT_MOST, 2, F.SEVERITY, [1, 3]),
        ("severity", C.EQ, 5, F.SEVERITY, [2]),
        ("reach", C.AT_LEAST, 5_400, F.REACH, [1, 2]),
        ("reach", C.AT_MOST, 10_000, F.REACH, [1, 2]),
        ("first_response_due_at", C.IS_NULL, False, F.FIRST_RESPONSE_DUE_AT, [1, 2, 3]),
        ("first_response_due_at", C.IS_NULL, True, F.FIRST_RESPONSE_DUE_AT, []),
        ("answer_due_at", C.IS_NULL, False, F.ANSWER_DUE_AT, [1, 2, 3]),
        ("answer_due_at", C.IS_NULL, True, F.ANSWER_DUE_AT, []),
    ],
)
async def test_ranges_leave_out_what_is_not_known(
    store: Database, field: str, comparison: Comparison, value: Any, order: CaseOrderField, found: list[int]
) -> None:
    await make_three()

    assert await numbers(Where(field, comparison, value), order) == found


async def test_who_waits_for_an_answer_is_found_by_when_it_is_due(store: Database) -> None:
    asked_again, new, answered, closed = [await make_case() for _ in range(4)]
    await make_reply(asked_again)
    later(minutes=1)
    await say(await conversation_of(asked_again), "Hâlâ bekliyorum.")
    await make_reply(answered)
    await close_case(make_actor(Role.MANAGER), ClosingDraft(case_id=closed.id, reason="Tekrar."), expected_version=1)

    waiting = CaseSelection(Where("answer_due_at", C.IS_NULL, False), CaseOrder(F.ANSWER_DUE_AT, 1))
    found = (await list_cases(make_actor(Role.MENTOR), waiting, window=Window())).items
    assert [case.number for case in found] == [new.number, asked_again.number]
    assert found[1].answer_key == found[1].next_response.due_at
    late = CaseSelection(Where("answer_due_at", C.BEFORE, new.answer_key + timedelta(seconds=1)))
    assert [case.number for case in (await list_cases(make_actor(Role.MENTOR), late, window=Window())).items] == [new.number]


async def test_older_cases_are_completed_once(store: Database) -> None:
    cases = await make_three()
    await Case.get_pymongo_collection().update_many({}, {"$unset": {"answer_key": ""}})

    assert [await complete_cases(), await complete_cases()] == [3, 0]
    assert [(await reread(case)).answer_key for case in cases] == [case.first_response.due_at for case in cases]


async def test_times_are_bounded_on_both_sides(store: Database) -> None:
    await make_three()
    hour = timedelta(hours=1)

    for field, order in (
        ("opened_at", F.OPENED_AT),
        ("updated_at", F.UPDATED_AT),
        ("first_response_due_at", F.FIRST_RESPONSE_DUE_AT),
        ("answer_due_at", F.ANSWER_DUE_AT),
    ):
        span = Every((Where(field, C.AFTER, now() - hour), Where(field, C.BEFORE, now() + hour)))
        assert await numbers(span, order) == [1, 2, 3]
        assert await numbers(Where(field, C.AFTER, now() + hour), order) == []


async def test_conditions_join(store: Database) -> None:
    await make_three()
    opened, tagged = Where("status", C.EQ, CaseStatus.OPEN), Where("tag", C.EQ, "kargo")

    assert await numbers(Either((opened, tagged))) == [1, 2]
    assert await numbers(Without(Either((opened, tagged)))) == [3]
    assert await numbers(Every((opened, tagged)), F.OPENED_AT) == []
    assert await numbers(Every((opened, opened)), F.OPENED_AT) == [1]
    assert await numbers(Either(())) == []
    assert await numbers(Every()) == [1, 2, 3]


def refused(condition: Filter, order: CaseOrderField = F.NUMBER) -> InvalidInput:
    with pytest.raises(InvalidInput) as refusal:
        render(CaseSelection(condition, CaseOrder(order)))
    return refusal.value


def test_pair_that_no_index_serves_is_refused_with_those_that_are() -> None:
    by_assignee = refused(Where("assignee_id", C.EQ, "mem_a"), F.REACH)
    by_time = refused(Where("opened_at", C.BEFORE, now()), F.SEVERITY)
    by_both = refused(Every((Where("customer_id", C.EQ, "cus_a"), Where("reach", C.AT_LEAST, 1))), F.REACH)

    assert by_assignee.path == ("order_by", "field")
    assert str(by_assignee).endswith("order by one of OPENED_AT, UPDATED_AT, FIRST_RESPONSE_DUE_AT, ANSWER_DUE_AT, SEVERITY.")
    assert str(by_time).endswith("order by one of OPENED_AT.")
    assert str(by_both).endswith("use fewer conditions at once.")


def test_expert_s_own_bounds_lead() -> None:
    with pytest.raises(InvalidInput, match="OPENED_AT, UPDATED_AT, FIRST_RESPONSE_DUE_AT"):
        render(CaseSelection(order=CaseOrder(F.SEVERITY)), leading=("consulted",))
    assert render(CaseSelection(), leading=("consulted",)) == {}


def test_order_that_nobody_named_suits_the_condition() -> None:
    due, severe = Where("first_response_due_at", C.BEFORE, now()), Where("severity", C.AT_LEAST, 3)

    assert CaseSelection().ordered == CaseOrder(F.OPENED_AT, -1)
    assert CaseSelection(due).ordered == CaseOrder(F.FIRST_RESPONSE_DUE_AT, 1)
    assert CaseSelection(severe).ordered == CaseOrder(F.SEVERITY, -1)
    assert CaseSelection(Every((severe, Where("opened_at", C.AFTER, now())))).ordered == CaseOrder(F.OPENED_AT, -1)
    assert CaseSelection(due, CaseOrder(F.NUMBER, 1)).ordered == CaseOrder(F.NUMBER, 1)


def test_hostile_filters_are_refused() -> None:
    deep: Filter = Where("tag", C.EQ, "a")
    for _ in range(6):
        deep = Without(deep)
    leaf = Where("tag", C.EQ, "a")

    assert "conditions" in str(refused(deep))
    assert "conditions" in str(refused(Either((leaf,) * 31)))
    assert "values" in str(refused(Where("tag", C.IN, ["a"] * 101), F.OPENED_AT))
    assert refused(Where("tag", C.EQ, "a\0"), F.OPENED_AT).path == ("filter", "tag")
    assert refused(Where("tag", C.EQ, "\ud800"), F.OPENED_AT).path == ("filter", "tag")
    assert refused(Where("password", C.EQ, "a")).path == ("filter", "password")


def test_every_declared_pair_has_its_index() -> None:
    declared = [tuple(index.document["key"]) for index in Case.Settings.indexes]

    for leading, orders in LIST_INDEXES.items():
        for order in orders:
            assert tuple(dict.fromkeys(("environment", leading, order, "_id"))) in declared
    assert len(declared) <= 51
    assert len(declared) == len(set(declared))


def test_environments_are_read_from_the_top() -> None:
    practice = Where("environment", C.EQ, Environment.PRACTICE)

    assert CaseSelection().environments == (Environment.LIVE,)
    assert CaseSelection(practice).environments == (Environment.PRACTICE,)
    assert CaseSelection(Without(practice)).environments == tuple(Environment)
    assert CaseSelection(Every((practice, Where("environment", C.IN, ["LIVE"])))).environments == ()


leaves = st.builds(Where, st.sampled_from(sorted(PATHS)), st.just(C.EQ), st.text(max_size=3))
filters = st.recursive(
    leaves,
    lambda inner: st.one_of(st.builds(Without, inner), st.builds(lambda parts: Every(tuple(parts)), st.lists(inner, max_size=3))),
)


def outcome(condition: Filter, order: CaseOrderField) -> tuple[str, ...]:
    """Give the path of the refusal, or nothing when the filter was rendered."""
    try:
        render(CaseSelection(condition, CaseOrder(order)))
    except InvalidInput as refusal:
        return refusal.path
    return ()


@given(filters, st.sampled_from(CaseOrderField))
def test_any_filter_is_rendered_or_refused_by_name(condition: Filter, order: CaseOrderField) -> None:
    path = outcome(condition, order)

    assert path in {(), ("filter",), ("order_by", "field")} or (path[0] == "filter" and path[1] in PATHS)
