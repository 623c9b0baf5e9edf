"""Service levels from the manager's policy to the call for help: made, applied by the hook, warned, broken, escalated, seen."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from auth.actor import SYSTEM, Role
from care.channel_drafts import ChannelDraft
from care.channels import create_channel
from care.clock_scan import scan
from care.documents.cases import Case
from care.documents.channels import ChannelKind
from core.clock import clock
from core.idempotency import Once
from tests.client import delivery, said, signed
from tests.documents import STAFF
from tests.factories.care import conversation_of, say
from tests.journeys.conftest import World
from tests.receiver import Receiver, listening

TARGETS = "targets { kind role member { id } }"
TERMS = f"""targetMinutes halts renewals holdingReplyCounts calendar {{ id zone }}
    warnings {{ elapsedPercent {TARGETS} }} breachTargets {{ kind }} escalations {{ afterMinutes {TARGETS} }}"""
CREATE_CALENDAR = """mutation($input: CreateBusinessCalendarInput!) { createBusinessCalendar(input: $input) {
    businessCalendar { id name zone week { weekday opens closes } exceptions { day name blocks { opens closes } } version }
    userErrors { code path message } } }"""
UPDATE_CALENDAR = """mutation($input: UpdateBusinessCalendarInput!) { updateBusinessCalendar(input: $input) {
    businessCalendar { zone week { weekday } version } userErrors { code path } } }"""
CREATE = f"""mutation($input: CreateSlaPolicyInput!) {{ createSlaPolicy(input: $input) {{
    slaPolicy {{ id name version archived conditions {{ channelKinds priorities tags lifecycles origins environments channelIds }}
      firstResponse {{ {TERMS} }} resolution {{ {TERMS} }} }} userErrors {{ code path message }} }} }}"""
UPDATE = """mutation($input: UpdateSlaPolicyInput!) { updateSlaPolicy(input: $input) {
    slaPolicy { name version firstResponse { targetMinutes } } userErrors { code path } } }"""
ARCHIVE = """mutation($input: ArchiveSlaPolicyInput!) { archiveSlaPolicy(input: $input) {
    slaPolicy { archived version } userErrors { code path } } }"""
REORDER = """mutation($input: ReorderSlaPoliciesInput!) { reorderSlaPolicies(input: $input) {
    slaPolicyOrder { version policies { name } } userErrors { code path } } }"""
LISTS = """{ slaPolicies(first: 1) { nodes { name } totalCount pageInfo { hasNextPage } } slaPolicyOrder { version }
    businessCalendars { nodes { id name } totalCount } }"""
CLOCK = "status dueAt pausedAt pausedFor targetSeconds warnedAt breachedAt metAt renewedAt renewedUpon escalations { step at }"
CASE = f"""query($id: ID!) {{ node(id: $id) {{ ... on Case {{ version status priority
    slaPolicy {{ name version appliedAt policy {{ id version }} firstResponse {{ targetMinutes }} nextResponse {{ targetMinutes }}
      resolution {{ targetMinutes }} }}
    firstResponse {{ {CLOCK} }} nextResponse {{ {CLOCK} }} resolution {{ {CLOCK} }}
    saidAfterBreach {{ nodes {{ body }} totalCount }}
    conversations {{ nodes {{ id messages {{ nodes {{ body holding }} }} }} }} }} }} }}"""
REPLY = """mutation($input: ReplyToCaseInput!) { replyToCase(input: $input) {
    message { holding deliveryStatus } case { firstResponse { status metAt } } userErrors { code path } } }"""
PRIORITY = """mutation($input: SetCasePriorityInput!) { setCasePriority(input: $input) {
    case { priority slaPolicy { name } firstResponse { targetSeconds status } version } userErrors { code path } } }"""


@pytest.fixture
async def network() -> AsyncIterator[Receiver]:
    """Stand for the social network that replies are sent to."""
    async with listening() as receiver:
        yield receiver


@pytest.fixture
async def secret(world: World, network: Receiver) -> str:
    """Set a channel up, with a front office and its manager, and give its secret."""
    for name, role in {"zeynep": Role.AGENT, "parisa": Role.MENTOR, "deniz": Role.MANAGER}.items():
        await world.join(name, role)
    draft = ChannelDraft(name="Narin on X", kind=ChannelKind.X, send_url=f"{network.url}/send")
    made = await create_channel(SYSTEM, draft, keyring=world.platform.keyring, once=Once())
    world.members["channel"] = made.channel.id
    return made.secret


async def complain(world: World, secret: str, *, event: str = "p-1", thread: str = "t-1") -> str:
    """Let a customer complain through the hook; give the id of the newest case."""
    body = delivery(said("Siparişim gelmedi!", event_id=event, thread=thread))
    async with world.portal().http() as http:
        path = f"/hooks/{world.members['channel']}"
        response = await http.post(path, content=body, headers=signed(secret, body, webhook_id=f"delivery-{event}"))
    assert response.status_code == 200, response.text
    await world.settle()
    found = await world.staff("zeynep").execute(STAFF["Inbox"], first=1, orderBy={"field": "OPENED_AT", "direction": "DESC"})
    return str(found["cases"]["nodes"][0]["id"])


async def do(world: World, document: str, who: str = "deniz", **given: Any) -> dict[str, Any]:
    payload = await world.staff(who).execute(document, input=given)
    (answer,) = payload.values()
    assert answer["userErrors"] == [], answer
    return dict(answer)


async def show(world: World, case_id: str) -> dict[str, Any]:
    return dict((await world.staff("zeynep").execute(CASE, id=case_id))["node"])


async def pass_by(world: World, **span: float) -> None:
    """Let time go on and the clocks act, twice."""
    clock.shift(timedelta(**span))
    await scan()
    await scan()
    await world.settle()
    await world.platform.relay.caught_up()


async def told(world: World, who: str) -> list[str]:
    asked = "{ notifications { nodes { kind } } }"
    return [row["kind"] for row in (await world.staff(who).execute(asked))["notifications"]["nodes"]]


async def test_manager_promises_and_is_called_when_the_promise_is_broken(world: World, secret: str) -> None:
    calendar = (await do(world, CREATE_CALENDAR, name="Vardiya", zone="Europe/Istanbul", week=[
        {"weekday": day, "opens": "00:00", "closes": "24:00"} for day in range(1, 8)
    ], exceptions=[{"day": "2030-10-29", "name": "Cumhuriyet Bayramı"}]))["businessCalendar"]  # fmt: skip
    assert calendar["week"][0] == {"weekday": 1, "opens": "00:00", "closes": "24:00"}
    assert calendar["exceptions"] == [{"day": "2030-10-29", "name": "Cumhuriyet Bayramı", "blocks": []}]
    chief = [{"kind": "MEMBER", "memberId": world.members["parisa"]}]
    conditions = {"channelKinds": ["X"], "environments": ["LIVE"]}
    made = (await do(world, CREATE, name="Sosyal medya", conditions=conditions, firstResponse={
        "targetMinutes": 20,
        "calendarId": calendar["id"],
        "warnings": [{"elapsedPercent": 75, "targets": chief}],
        "breachTargets": [{"kind": "ASSIGNEE"}],
        "escalations": [{"afterMinutes": 10, "targets": [{"kind": "MANAGERS"}, {"kind": "ROLE", "role": "MENTOR"}]}],
    }))["slaPolicy"]  # fmt: skip
    assert made["firstResponse"]["calendar"] == {"id": calendar["id"], "zone": "Europe/Istanbul"}
    assert made["firstResponse"]["warnings"][0]["targets"] == [
        {"kind": "MEMBER", "role": None, "member": {"id": world.members["parisa"]}}
    ]
    assert (made["resolution"]["targetMinutes"], made["resolution"]["halts"]) == (72 * 60, ["WAITING_FOR_CUSTOMER"])

    case_id = await complain(world, secret)

    case = await show(world, case_id)
    assert (case["slaPolicy"]["name"], case["slaPolicy"]["version"]) == ("Sosyal medya", 1)
    assert case["slaPolicy"]["firstResponse"] == {"targetMinutes": 20}
    assert (case["firstResponse"]["status"], case["firstResponse"]["targetSeconds"]) == ("RUNNING", 1200)
    await pass_by(world, minutes=16)
    assert ((await told(world, "parisa")), await told(world, "deniz")) == (["CLOCK_WARNING"], [])
    await pass_by(world, minutes=5)
    assert (await show(world, case_id))["firstResponse"]["status"] == "BREACHED"
    await pass_by(world, minutes=10)
    case = await show(world, case_id)
    assert [step["step"] for step in case["firstResponse"]["escalations"]] == [1]
    stored = await Case.get(case_id)
    assert stored is not None
    await say(await conversation_of(stored), "Herkese anlatacağım!")
    after = (await show(world, case_id))["saidAfterBreach"]
    assert after == {"nodes": [{"body": "Herkese anlatacağım!"}], "totalCount": 1}
    assert (await told(world, "deniz")).count("CLOCK_ESCALATED") == (await told(world, "parisa")).count("CLOCK_ESCALATED") == 1


async def test_running_case_keeps_its_version_and_a_holding_reply_is_no_answer(world: World, secret: str) -> None:
    made = (await do(world, CREATE, name="Herkes", firstResponse={"targetMinutes": 60}))["slaPolicy"]
    case_id = await complain(world, secret)
    changed = await do(world, UPDATE, policyId=made["id"], name="Hızlı", firstResponse={"targetMinutes": 5}, expectedVersion=1)
    assert changed["slaPolicy"] == {"name": "Hızlı", "version": 2, "firstResponse": {"targetMinutes": 5}}
    case = await show(world, case_id)
    assert (case["slaPolicy"]["name"], case["slaPolicy"]["policy"]) == ("Herkes", {"id": made["id"], "version": 2})
    assert case["firstResponse"]["targetSeconds"] == 3600

    conversation = case["conversations"]["nodes"][0]["id"]
    given = {"caseId": case_id, "conversationId": conversation}
    held = await do(world, REPLY, "zeynep", body="İnceliyoruz, dönüş yapacağız.", holding=True, **given)
    assert held["message"] == {"holding": True, "deliveryStatus": "QUEUED"}
    assert held["case"]["firstResponse"] == {"status": "RUNNING", "metAt": None}
    answered = await do(world, REPLY, "zeynep", body="Paketiniz bugün geliyor.", **given)
    assert answered["case"]["firstResponse"]["status"] == "MET"
    await world.settle()
    messages = (await show(world, case_id))["conversations"]["nodes"][0]["messages"]["nodes"]
    assert [message["holding"] for message in messages] == [False, True, False]
    await do(world, ARCHIVE, policyId=made["id"], expectedVersion=2)
    assert (await show(world, await complain(world, secret, event="p-2", thread="t-2")))["slaPolicy"] is None


async def test_first_policy_in_the_order_wins_and_priority_chooses_again_when_told(world: World, secret: str) -> None:
    everybody = (await do(world, CREATE, name="Herkes", firstResponse={"targetMinutes": 60}))["slaPolicy"]
    urgent: dict[str, Any] = {"name": "Acil", "conditions": {"priorities": ["URGENT"]}, "firstResponse": {"targetMinutes": 10}}
    first = (await do(world, CREATE, **urgent))["slaPolicy"]
    assert (await do(world, REORDER, policyIds=[first["id"]], expectedVersion=0))["slaPolicyOrder"] == {
        "version": 1, "policies": [{"name": "Acil"}, {"name": "Herkes"}],
    }  # fmt: skip
    lists = await world.staff("zeynep").execute(LISTS)
    assert lists["slaPolicies"] == {"nodes": [{"name": "Acil"}], "totalCount": 2, "pageInfo": {"hasNextPage": True}}
    assert lists["slaPolicyOrder"]["version"] == 1
    assert lists["businessCalendars"] == {"nodes": [], "totalCount": 0}
    case_id = await complain(world, secret)

    kept = await do(world, PRIORITY, "zeynep", caseId=case_id, priority="URGENT", expectedVersion=1)
    assert (kept["case"]["priority"], kept["case"]["slaPolicy"]) == ("URGENT", {"name": "Herkes"})
    again = await do(world, PRIORITY, "zeynep", caseId=case_id, priority="URGENT", choosePolicy=True, expectedVersion=2)
    assert (again["case"]["slaPolicy"], again["case"]["firstResponse"]) == (
        {"name": "Acil"}, {"targetSeconds": 600, "status": "RUNNING"},
    )  # fmt: skip

    stale = await world.staff("deniz").refusable(REORDER, {"policyIds": [everybody["id"]], "expectedVersion": 0})
    assert [error["code"] for error in stale["userErrors"]] == ["CONFLICT"]
    assert stale["slaPolicyOrder"] == {"version": 1, "policies": [{"name": "Acil"}, {"name": "Herkes"}]}


async def test_bad_input_is_refused_where_it_stands(world: World, secret: str) -> None:
    manager = world.staff("deniz")
    given = {"name": "Ofis", "zone": "Mars/Olympus", "week": [{"weekday": 1, "opens": "9", "closes": "18:00"}]}
    refused = await manager.refusable(CREATE_CALENDAR, given)
    assert [(error["path"], error["message"]) for error in refused["userErrors"]] == [
        (["input", "zone"], "There is no such time zone; take one of the IANA database, such as Europe/Istanbul."),
        (["input", "week", "0", "opens"], "Write the time as 09:30, up to 24:00."),
    ]
    clock = {"targetMinutes": 30, "calendarId": "bcl_none"}
    refused = await manager.refusable(CREATE, {"name": "Herkes", "resolution": clock})
    assert [(error["code"], error["path"]) for error in refused["userErrors"]] == [
        ("INVALID_INPUT", ["input", "resolution", "calendarId"])
    ]
    refused = await world.staff("zeynep").refusable(CREATE, {"name": "Herkes"})
    assert [error["code"] for error in refused["userErrors"]] == ["FORBIDDEN"]
    week = [{"weekday": 2, "opens": "10:00", "closes": "16:00"}]
    made = (await do(world, CREATE_CALENDAR, name="Ofis", zone="Asia/Tehran", week=week))["businessCalendar"]
    changed = await do(world, UPDATE_CALENDAR, calendarId=made["id"], zone="Europe/Berlin", expectedVersion=1)
    assert changed["businessCalendar"] == {"zone": "Europe/Berlin", "week": [{"weekday": 2}], "version": 2}
