"""Who the customers are as a whole, as clients ask for it."""

from datetime import timedelta

from auth.actor import Role
from core.clock import now
from tests.factories.care import make_actor, make_conversation, make_customer, say
from tests.factories.community import make_member
from tests.schema.staff.staff import Staff

COVERAGE = """query ($range: DateTimeRange!) { coverageReport(range: $range, by: LIFECYCLE) { asOf
    whole { key label populationCount visitedCount }
    groups { key label populationCount wroteCount reachedCount visitedCount unreachableCount coverage populationShare
        visitedShare index representation } } }"""
UNREACHED = """{ customers(filter: {unreachable: {eq: true}}, orderBy: {field: UNREACHABLE_SINCE}, first: 5) { totalCount nodes {
    id unreachable { reasons attemptCount attempts { reason contactKind note by { displayName } } } } } }"""
ATTEMPT = """mutation ($input: RecordContactAttemptInput!) { recordContactAttempt(input: $input) {
    customer { version unreachable { since attemptCount } } userErrors { code path } } }"""
WRONG_ORDER = "{ customers(orderBy: {field: UNREACHABLE_SINCE}, first: 5) { nodes { id } } }"


async def test_coverage_shows_each_group_beside_all_customers(staff: Staff) -> None:
    writer = await make_customer()
    await make_customer()
    await say(await make_conversation(customer=writer))
    span = {"from": (now() - timedelta(days=1)).isoformat(), "until": (now() + timedelta(days=1)).isoformat()}

    report = (await staff.ask(make_actor(Role.MANAGER), COVERAGE, range=span))["coverageReport"]

    assert report["whole"] == {"key": None, "label": "All known customers", "populationCount": 2, "visitedCount": 1}
    assert report["groups"] == [
        {
            "key": "CUSTOMER",
            "label": "CUSTOMER",
            "populationCount": 2,
            "wroteCount": 1,
            "reachedCount": 0,
            "visitedCount": 1,
            "unreachableCount": 0,
            "coverage": 0.5,
            "populationShare": 1.0,
            "visitedShare": 1.0,
            "index": 1.0,
            "representation": "EVEN",
        }
    ]
    error = await staff.error(make_actor(Role.AGENT), COVERAGE, range=span)
    assert error.extensions["code"] == "FORBIDDEN"


async def test_calls_in_vain_are_listed_with_who_tried(staff: Staff) -> None:
    member = await make_member(Role.AGENT, display_name="Zeynep")
    agent = make_actor(Role.AGENT, member_id=member.id)
    customer = await make_customer()
    await make_customer()
    given = {"customerId": customer.id, "kind": "PHONE", "note": "Telefonu kapalı", "expectedVersion": 1}

    tried = (await staff.do(agent, ATTEMPT, **given))["customer"]
    listed = (await staff.ask(agent, UNREACHED))["customers"]

    assert (tried["version"], tried["unreachable"]["attemptCount"]) == (2, 1)
    attempt = {"reason": "NOT_MET", "contactKind": "PHONE", "note": "Telefonu kapalı", "by": {"displayName": "Zeynep"}}
    assert listed == {
        "totalCount": 1,
        "nodes": [{"id": customer.id, "unreachable": {"reasons": ["NOT_MET"], "attemptCount": 1, "attempts": [attempt]}}],
    }
    error, payload = await staff.refusal(agent, ATTEMPT, **given)
    assert (error["code"], payload["customer"]["version"]) == ("CONFLICT", 2)
    assert (await staff.error(agent, WRONG_ORDER)).extensions == {"code": "INVALID_INPUT", "path": ["orderBy", "field"]}
