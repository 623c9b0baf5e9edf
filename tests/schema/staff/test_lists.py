"""Filters, orders and pages: what is served, and what a refusal tells."""

from typing import Any

import pytest

from auth.actor import Role
from care.cases.assignment import assign_case
from care.documents.case_states import Priority
from tests.factories import care, community
from tests.schema.staff.staff import Staff
from tests.schema.staff.world import make_world

IDS = """query ($first: Int, $after: String, $last: Int, $before: String, $filter: CaseFilter, $orderBy: CaseOrder) {
    cases(first: $first, after: $after, last: $last, before: $before, filter: $filter, orderBy: $orderBy) {
        nodes { id } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }"""


async def ids(staff: Staff, actor: Any, **given: Any) -> list[str]:
    return [row["id"] for row in (await staff.ask(actor, IDS, **given))["cases"]["nodes"]]


async def test_cases_are_narrowed_by_every_field(staff: Staff) -> None:
    world = await make_world()
    grave = await care.make_case(severity=3, reach=900, reach_key=900, priority=Priority.URGENT)
    await assign_case(world.agent, grave.id, world.agent.member, expected_version=1)
    past, future = "2000-01-01T00:00:00Z", "2100-01-01T00:00:00Z"
    only_grave: list[dict[str, Any]] = [
        {"assigneeId": {"eq": world.agent.member}},
        {"assigneeId": {"isNull": False}, "channelId": {"eq": grave.channel_id}},
        {"customerId": {"in": [grave.customer_id, "cus_nobody"]}},
        {"priority": {"in": ["URGENT", "HIGH"]}},
        {"severity": {"atLeast": 3}},
        {"severity": {"eq": 3}},
        {"reach": {"atLeast": 900, "atMost": 900}},
        {"not": {"priority": {"eq": "MEDIUM"}}},
        {"or": [{"severity": {"eq": 3}}, {"reach": {"eq": 900}}]},
        {"and": [{"severity": {"eq": 3}}, {"environment": {"eq": "LIVE"}}]},
    ]
    for asked in only_grave:
        order = "SEVERITY" if "severity" in asked else "REACH" if "reach" in asked else "OPENED_AT"
        assert await ids(staff, world.agent, filter=asked, orderBy={"field": order}) == [grave.id], asked
    both = [world.case.id, grave.id]
    for asked in (
        {},
        {"channelKind": {"eq": "X"}, "status": {"notIn": ["CLOSED"]}},
        {"openedAt": {"after": past, "before": future}},
        {"status": None},
    ):
        assert await ids(staff, world.agent, filter=asked, orderBy={"field": "OPENED_AT"}) == both, asked
    assert await ids(staff, world.agent, filter={"environment": {"eq": "PRACTICE"}}) == []


async def test_pages_go_both_ways(staff: Staff) -> None:
    world = await make_world()
    cases = [world.case, *[await care.make_case() for _ in range(4)]]
    order = {"orderBy": {"field": "NUMBER"}}
    expected = [case.id for case in cases]
    page = (await staff.ask(world.agent, IDS, first=2, **order))["cases"]
    assert [row["id"] for row in page["nodes"]] == expected[:2]
    after = page["pageInfo"]["endCursor"]
    page = (await staff.ask(world.agent, IDS, first=2, after=after, **order))["cases"]
    assert ([row["id"] for row in page["nodes"]], page["pageInfo"]["hasPreviousPage"]) == (expected[2:4], True)
    page = (await staff.ask(world.agent, IDS, last=1, before=page["pageInfo"]["startCursor"], **order))["cases"]
    assert ([row["id"] for row in page["nodes"]], page["pageInfo"]["hasNextPage"]) == (expected[1:2], True)
    assert await ids(staff, world.agent, last=2, **order) == expected[3:]


async def test_order_that_no_index_serves_is_refused_with_those_that_are(staff: Staff) -> None:
    world = await make_world()
    asked = {"openedAt": {"after": "2000-01-01T00:00:00Z"}}
    error = await staff.error(world.agent, IDS, filter=asked, orderBy={"field": "NUMBER"})
    assert error.extensions["code"] == "INVALID_INPUT"
    assert "OPENED_AT" in error.message
    error = await staff.error(world.agent, "Questions", filter={"createdAt": {"isNull": False}})
    assert error.extensions["code"] == "INVALID_INPUT"
    assert all(name in error.message for name in ("status", "authorId", "invitedExpertId", "tag"))


@pytest.mark.parametrize(
    ("given", "path"),
    [
        ({"first": 0}, ["first"]),
        ({"first": 101}, ["first"]),
        ({"first": -1}, ["first"]),
        ({"last": 101}, ["last"]),
        ({"after": "nonsense"}, ["after"]),
        ({"before": "MTIzNDU2Nzg5MDEyMzQ"}, ["before"]),
        ({"filter": {"status": {}}}, ["filter", "status"]),
        ({"filter": {"tag": {"eq": "\0"}}}, ["filter", "tag"]),
        ({"filter": {"assigneeId": {"in": ["mem_1"] * 101}}}, ["filter", "assigneeId"]),
    ],
)
async def test_what_a_list_can_not_take_is_named(given: dict[str, Any], path: list[str], staff: Staff) -> None:
    world = await make_world()
    error = await staff.error(world.agent, IDS, **given)
    assert error.extensions == {"code": "INVALID_INPUT", "path": path}


async def test_nested_filters_are_bounded(staff: Staff) -> None:
    world = await make_world()
    deep: dict[str, Any] = {"status": {"eq": "NEW"}}
    for _ in range(8):
        deep = {"not": deep}
    error = await staff.error(world.agent, IDS, filter=deep)
    assert error.extensions == {"code": "INVALID_INPUT", "path": ["filter"]}


async def test_more_than_a_hundred_ids_are_refused(staff: Staff) -> None:
    world = await make_world()
    error = await staff.error(world.agent, "InboxRows", ids=["case_1"] * 101)
    assert error.extensions == {"code": "INVALID_INPUT", "path": ["ids"]}
    assert (await staff.ask(world.agent, "InboxRows", ids=["case_1"] * 100))["nodes"] == [None] * 100


@pytest.mark.parametrize("asked", [{"or": []}, {"not": {}}, {"tag": {"contains": "a"}}, {"updatedAt": {"isNull": True}}])
async def test_what_a_search_can_not_do_is_named(asked: dict[str, Any], staff: Staff) -> None:
    world = await make_world()
    error = await staff.error(world.agent, "Search", query="kargo", filter=asked)
    assert error.extensions == {"code": "INVALID_INPUT", "path": ["filter", next(iter(asked))]}


async def test_search_finds_only_what_the_viewer_may_read(staff: Staff) -> None:
    world = await make_world()
    await staff.index()
    for actor, found in ((world.agent, [world.case.id]), (care.make_actor(Role.AGENCY), [])):
        page = (await staff.ask(actor, "Search", query="sipariş", filter={"kind": {"eq": "CASE"}}))["search"]
        assert ([edge["node"]["id"] for edge in page["edges"]], page["totalCount"]) == (found, len(found))


async def test_skills_are_paged(staff: Staff) -> None:
    world = await make_world()
    skills = [await community.make_skill(name) for name in ("İade", "Kargo", "Fatura")]
    member = await community.make_member(skill_ids=[skill.id for skill in skills])
    document = """query ($id: ID!, $first: Int, $after: String) { node(id: $id) { ... on Member {
        skills(first: $first, after: $after) { totalCount nodes { name } pageInfo { hasNextPage endCursor } } } } }"""
    page = (await staff.ask(world.agent, document, id=member.id, first=2))["node"]["skills"]
    assert (page["totalCount"], [one["name"] for one in page["nodes"]], page["pageInfo"]["hasNextPage"]) == (
        3,
        ["İade", "Kargo"],
        True,
    )
    rest = (await staff.ask(world.agent, document, id=member.id, first=2, after=page["pageInfo"]["endCursor"]))["node"]["skills"]
    assert ([one["name"] for one in rest["nodes"]], rest["pageInfo"]["hasNextPage"]) == (["Fatura"], False)
