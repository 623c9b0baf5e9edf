"""One customer and four departments: sales comes first, service is written to, support takes over, and each sees one timeline."""

from datetime import datetime, timedelta
from typing import Any

from auth.actor import Role
from care.assignment.drafts import PolicyDraft
from care.assignment.policies import create_policy
from care.cases.assignment import assign_case
from care.documents.customers import Customer
from care.merging import merge_customers
from community.departments import DepartmentDraft, add_department
from community.documents import Member
from core.clock import now
from core.idempotency import Once
from core.records import change, fresh
from tests.care.test_message_templates import enter, open_channel
from tests.factories.care import later, make_actor, make_channel, make_conversation, make_customer, say
from tests.journeys.conftest import World

REACH_OUT = """mutation($input: ReachOutInput!) { reachOut(input: $input) {
  case { id version origin department { name } } message { deliveryStatus } userErrors { code path message } } }"""
HAND_OVER = """mutation($input: HandOverCaseInput!) { handOverCase(input: $input) {
  case { version assignee { displayName } department { name } assignedBecause { reason }
    departmentMoves { note takenAt before { name } after { name } by { displayName } } } userErrors { code path message } } }"""
SET_CHANNEL = """mutation($input: SetChannelDepartmentInput!) { setChannelDepartment(input: $input) {
  channel { department { name } } userErrors { code path message } } }"""
CASES = """query($department: ID!) { cases(filter: {departmentId: {eq: $department}}, first: 5) {
  totalCount nodes { id version assignee { displayName } departmentMoves { takenAt } } } }"""
TIMELINE = """query($id: ID!, $department: ID, $after: String) { node(id: $id) { ... on Customer {
  timeline(departmentId: $department, first: 3, after: $after) { totalCount pageInfo { hasNextPage endCursor } nodes {
    kind department { name } subject { ... on Order { number } ... on CustomerClaim { value source }
      ... on Case { subject } ... on ActionPlan { goal } } } } } } }"""
PLAN = """mutation($input: CreateActionPlanInput!) { createActionPlan(input: $input) { plan { id } userErrors { code path } } }"""
RECORD = """mutation($input: RecordOrderInput!) { recordOrder(input: $input) { order { id } userErrors { code path } } }"""
CLAIM = """mutation($input: RecordClaimInput!) { recordClaim(input: $input) { claim { id } userErrors { code path } } }"""
REPORT = """query($range: DateTimeRange!) { handOffReport(range: $range) { groups { stages { stage count medianSeconds } } } }"""
TOLD_OF = "{ notifications(first: 20) { nodes { kind target { id } } } }"


async def staffed(world: World, department: str, **people: Role) -> str:
    """Let people join a new department, and give its id."""
    made = await add_department(make_actor(Role.ADMIN), DepartmentDraft(name=department))
    for name, role in people.items():
        await world.join(name, role)
        member = await Member.get(world.members[name])
        assert member is not None

        def belong(current: Member) -> None:
            current.department_id = made.id

        await change(member, belong)
    return made.id


async def timeline_of(world: World, who: str, customer: Customer, department: str | None = None) -> list[tuple[Any, ...]]:
    """Read a timeline to its end, page after page, and give kind, department and what stands there."""
    found: list[tuple[Any, ...]] = []
    after, total = None, None
    while True:
        answer = await world.staff(who).execute(TIMELINE, id=customer.id, department=department, after=after)
        page = answer["node"]["timeline"]
        total = page["totalCount"]
        found += [
            (one["kind"], one["department"] and one["department"]["name"], *one["subject"].values()) for one in page["nodes"]
        ]
        if not page["pageInfo"]["hasNextPage"]:
            assert len(found) == total
            return found
        after = page["pageInfo"]["endCursor"]


async def test_customer_is_one_to_sales_marketing_service_and_support(world: World) -> None:
    sales = await staffed(world, "Satış", selin=Role.AGENT)
    marketing = await staffed(world, "Pazarlama", pelin=Role.AGENT)
    service = await staffed(world, "Müşteri hizmetleri", zeynep=Role.AGENT)
    support = await staffed(world, "Teknik destek", tarik=Role.AGENT)
    await world.join("leyla", Role.MANAGER)
    manager = world.staff("leyla")
    draft = PolicyDraft.model_validate(
        {"name": "Hizmet", "method": "BALANCED", "on_shift_only": False, "department_ids": [service]}
    )
    await create_policy(make_actor(Role.MANAGER), draft, once=Once())
    channel, other = await make_channel(), await make_channel()
    customer = await make_customer(channel)
    began = now()

    plan = {"customerId": customer.id, "goal": "İlk sipariş"}
    await world.staff("selin").do(PLAN, plan)
    later(minutes=1)
    given = {"customerId": customer.id, "channelId": channel.id, "subject": "Teklif", "body": "Size bir teklifimiz var."}
    offered = (await world.staff("selin").do(REACH_OUT, given))["case"]
    assert (offered["origin"], offered["department"]) == ("COMPANY", {"name": "Satış"})
    later(minutes=1)
    elsewhere = {**given, "channelId": other.id, "subject": "Bülten"}
    refused = await world.staff("pelin").refused(REACH_OUT, elsewhere)
    assert refused == [("INVALID_INPUT", ["input", "channelId"])]

    shown = await manager.do(SET_CHANNEL, {"channelId": other.id, "departmentId": service, "expectedVersion": other.version})
    assert shown["channel"]["department"] == {"name": "Müşteri hizmetleri"}
    unknown = {"channelId": other.id, "departmentId": "dep_x", "expectedVersion": other.version + 1}
    assert await manager.refused(SET_CHANNEL, unknown) == [("INVALID_INPUT", ["input", "departmentId"])]
    twin = await make_customer(other, external_id="u-9", handle="@sara9")
    case = await say(await make_conversation(other, twin), "Cihazım açılmıyor!")
    await world.settle()
    (listed,) = (await world.staff("zeynep").execute(CASES, department=service))["cases"]["nodes"]
    assert (listed["id"], listed["assignee"]) == (case.id, {"displayName": "Zeynep"})

    later(minutes=1)
    handed = {"caseId": case.id, "departmentId": support, "note": "Cihaz arızası.", "expectedVersion": listed["version"]}
    assert await world.staff("zeynep").refused(HAND_OVER, handed | {"departmentId": "dep_x"}) == [
        ("INVALID_INPUT", ["input", "departmentId"])
    ]
    moved = (await world.staff("zeynep").do(HAND_OVER, handed))["case"]
    assert (moved["assignee"], moved["department"], moved["assignedBecause"]) == (
        None,
        {"name": "Teknik destek"},
        {"reason": "HANDED_OVER"},
    )
    assert moved["departmentMoves"] == [
        {
            "note": "Cihaz arızası.",
            "takenAt": None,
            "before": {"name": "Müşteri hizmetleri"},
            "after": {"name": "Teknik destek"},
            "by": {"displayName": "Zeynep"},
        }
    ]
    assert await world.staff("zeynep").refused(HAND_OVER, handed | {"expectedVersion": moved["version"]}) == [
        ("ALREADY_DONE", ["input", "departmentId"])
    ]
    await world.settle()
    told = (await world.staff("tarik").execute(TOLD_OF))["notifications"]["nodes"]
    assert {"kind": "CASE_HANDED_OVER", "target": {"id": case.id}} in told
    later(minutes=3)
    waiting = await fresh(case)
    tarik = make_actor(Role.AGENT, member_id=world.members["tarik"])
    await assign_case(tarik, case.id, tarik.member, expected_version=waiting.version)
    (taken,) = (await world.staff("tarik").execute(CASES, department=support))["cases"]["nodes"]
    assert (taken["assignee"], taken["departmentMoves"][0]["takenAt"] is not None) == ({"displayName": "Tarik"}, True)
    assert (await world.staff("zeynep").execute(CASES, department=service))["cases"]["totalCount"] == 0
    span = {"from": began.isoformat(), "until": (now() + timedelta(minutes=1)).isoformat()}
    (group,) = (await manager.execute(REPORT, range=span))["handOffReport"]["groups"]
    stage = next(one for one in group["stages"] if one["stage"] == "DEPARTMENT_TAKES")
    assert (stage["count"], 180 <= stage["medianSeconds"] < 240) == (1, True)

    assert await timeline_of(world, "tarik", twin) == [("CASE", "Teknik destek", "Cihazım açılmıyor!")]
    await know_more(world, customer, twin, began)
    phone = await open_channel()
    third = await make_customer(phone, external_id="989121234567", handle="+989121234567")
    await join(customer, third)
    news = {**given, "channelId": phone.id, "subject": "Bülten"}
    assert await world.staff("pelin").refused(REACH_OUT, news) == [("INVALID_INPUT", ["input", "channelId"])]
    template = await enter(phone, category="MARKETING", body="Yeni ürünlerimiz geldi.")
    written = {name: value for name, value in news.items() if name != "body"} | {"templateId": template.id}
    assert (await world.staff("pelin").do(REACH_OUT, written))["case"]["department"] == {"name": "Pazarlama"}

    whole = [
        ("OUTREACH", "Pazarlama", "Bülten"),
        ("CLAIM", None, "Ankara", "CRM_IMPORT"),
        ("CASE", "Teknik destek", "Cihazım açılmıyor!"),
        ("OUTREACH", "Satış", "Teklif"),
        ("ACTION_PLAN", "Satış", "İlk sipariş"),
        ("ORDER", None, "1042"),
    ]
    for who in ("selin", "pelin", "zeynep", "tarik"):
        assert await timeline_of(world, who, customer) == whole
    assert await timeline_of(world, "zeynep", customer, sales) == whole[3:5]
    assert await timeline_of(world, "zeynep", customer, marketing) == whole[:1]
    assert await timeline_of(world, "zeynep", customer, service) == []
    assert await timeline_of(world, "zeynep", customer, support) == whole[2:3]


async def join(survivor: Customer, duplicate: Customer) -> None:
    await merge_customers(make_actor(Role.MANAGER), survivor.id, duplicate.id, expected_version=duplicate.version, once=Once())


async def know_more(world: World, customer: Customer, twin: Customer, at: datetime) -> None:
    """Let the two be found to be one, and the systems that sell and keep customers tell of them."""
    await join(customer, twin)
    manager, later_on = world.staff("leyla"), (at - timedelta(days=3)).isoformat()
    order = {"system": "SAP", "number": "1042", "customerId": customer.id, "placedAt": later_on, "state": "DELIVERED"}
    await manager.do(RECORD, order | {"totalMinor": "900", "currency": "TRY"})
    await manager.do(CLAIM, {"customerId": customer.id, "field": "CITY", "value": "Ankara", "source": "CRM_IMPORT"})
    later(minutes=1)
