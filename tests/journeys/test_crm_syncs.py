"""A CRM that tells of customers and orders by itself, what agents see of it, and orders through a merge and its undoing."""

from datetime import timedelta
from typing import Any

import orjson

from auth.actor import Role
from core.clock import clock
from tests.journeys.conftest import World
from tests.receiver import listening

CREATE = """mutation($input: CreateCrmSyncInput!) { createCrmSync(input: $input) {
  crmSync { id version tokenSet everyMinutes run { number } } userErrors { code path message } } }"""
UPDATE = """mutation($input: UpdateCrmSyncInput!) { updateCrmSync(input: $input) {
  crmSync { paused nextAt } userErrors { code path message } } }"""
RUN = """mutation($input: RunCrmSyncInput!) { runCrmSync(input: $input) {
  crmSync { run { number endedAt } } userErrors { code path message } } }"""
SYNCS = """{ crmSyncs(first: 5) { totalCount nodes { name system since paused succeededAt run {
  number pages error customers { rows created updated } orders { created updated failed }
  problems { page row column reason line } } } } }"""
ORDERS = """{ customers(first: 5, orderBy: {field: NAME}) { nodes { id version displayName orders(first: 5) { totalCount nodes {
  system number state totalMinor currency lines { name quantity amountMinor } customer { displayName } } } } } }"""
RECORD = """mutation($input: RecordOrderInput!) { recordOrder(input: $input) {
  order { id number state totalMinor customer { displayName } } userErrors { code path message } } }"""
MERGE = """mutation($input: MergeCustomersInput!) { mergeCustomers(input: $input) {
  merge { id } userErrors { code path message } } }"""
UNDO = """mutation($input: UndoCustomerMergeInput!) { undoCustomerMerge(input: $input) { userErrors { code path message } } }"""
ARCHIVE = """mutation($input: ArchiveCrmSyncInput!) { archiveCrmSync(input: $input) {
  crmSync { archiveReason nextAt tokenSet } userErrors { code path message } } }"""
ARCHIVED = "{ crmSyncs(archived: true) { nodes { id archivedAt } } }"
CLAIMS = "{ customers(first: 5) { nodes { profile { field value } } } }"
AYSE, ALI = {"id": "7", "name": "Ayşe"}, {"id": "8", "name": "Ali"}
LINES = [{"name": "Fincan", "quantity": 2, "amount_minor": 4_000_000_000}]


def order(number: str, customer: str, day: int, **other: Any) -> dict[str, Any]:
    known = {"type": "order", "number": number, "customer_id": customer, "placed_at": f"2026-03-{day:02}T09:30:00Z"}
    return known | {"state": "PLACED", "total_minor": 4_000_000_000, "currency": "IRR"} | other


def page(*rows: dict[str, Any], since: str) -> tuple[int, bytes]:
    return 200, b"\n".join(orjson.dumps(row) for row in [*rows, {"type": "cursor", "since": since}])


async def orders_of(world: World) -> dict[str, list[tuple[str, str]]]:
    """Give the numbers and states of the orders by customer, as an agent sees them."""
    rows = (await world.staff("zeynep").execute(ORDERS))["customers"]["nodes"]
    return {one["displayName"]: [(row["number"], row["state"]) for row in one["orders"]["nodes"]] for one in rows}


async def test_crm_tells_by_itself_and_orders_follow_a_merge_and_its_undoing(world: World) -> None:
    await world.join("leyla", Role.MANAGER)
    await world.join("zeynep", Role.AGENT)
    manager, agent = world.staff("leyla"), world.staff("zeynep")
    first = page(AYSE, ALI, order("1", "7", 1, lines=LINES), order("2", "7", 2), order("3", "9", 3), since="2026-03-02")
    async with listening(first, page(order("1", "7", 1, state="DELIVERED"), order("4", "8", 4), since="2026-03-04")) as crm:
        given = {"name": "SAP", "system": "SAP", "url": f"{crm.url}/feed", "token": "s3cret", "everyMinutes": 30}
        assert await agent.refused(CREATE, given) == [("FORBIDDEN", ["input"])]
        made = (await manager.do(CREATE, given))["crmSync"]
        assert (made["tokenSet"], made["everyMinutes"], made["run"]) == (True, 30, None)
        await world.settle()
        shown = (await manager.execute(SYNCS))["crmSyncs"]
        run = shown["nodes"][0]["run"]
        assert (shown["totalCount"], run["number"], run["error"]) == (1, 1, None)
        assert run["customers"] == {"rows": 2, "created": 2, "updated": 0}
        assert run["orders"] == {"created": 2, "updated": 0, "failed": 1}
        assert (run["problems"][0]["row"], run["problems"][0]["column"]) == (5, "customer_id")
        assert await orders_of(world) == {"Ali": [], "Ayşe": [("2", "PLACED"), ("1", "PLACED")]}

        clock.shift(timedelta(minutes=31))
        await world.sign_in("leyla")
        await world.sign_in("zeynep")
        await world.settle()
        assert (await manager.execute(SYNCS))["crmSyncs"]["nodes"][0]["since"] == "2026-03-04"
    assert [heard.path for heard in crm.heard] == ["/feed", "/feed?since=2026-03-02"]
    apart = {"Ali": [("4", "PLACED")], "Ayşe": [("2", "PLACED"), ("1", "DELIVERED")]}
    assert await orders_of(world) == apart

    rows = {one["displayName"]: one for one in (await agent.execute(ORDERS))["customers"]["nodes"]}
    shown = rows["Ayşe"]["orders"]["nodes"][1]
    assert (shown["totalMinor"], shown["currency"]) == ("4000000000", "IRR")
    pair = {"survivorId": rows["Ayşe"]["id"], "duplicateId": rows["Ali"]["id"], "expectedVersion": rows["Ali"]["version"]}
    merge = (await manager.do(MERGE, pair))["merge"]
    assert await orders_of(world) == {"Ayşe": [("4", "PLACED"), ("2", "PLACED"), ("1", "DELIVERED")]}
    await manager.do(UNDO, {"mergeId": merge["id"]})
    assert await orders_of(world) == apart

    told = {"system": "SAP", "number": "4", "customerExternalId": "8", "placedAt": "2026-03-04T09:30:00Z", "state": "RETURNED"}
    told |= {"totalMinor": "4000000000", "currency": "IRR"}
    assert await agent.refused(RECORD, told) == [("FORBIDDEN", ["input"])]
    recorded = (await manager.do(RECORD, told))["order"]
    assert (recorded["state"], recorded["customer"]["displayName"]) == ("RETURNED", "Ali")
    unknown = told | {"customerExternalId": "9"}
    assert await manager.refused(RECORD, unknown) == [("INVALID_INPUT", ["input", "customerExternalId"])]


async def test_sync_is_paused_and_asked_by_hand(world: World) -> None:
    await world.join("leyla", Role.MANAGER)
    manager = world.staff("leyla")
    async with listening((500, b""), page(AYSE | {"city": "İzmir"}, since="1")) as crm:
        made = (await manager.do(CREATE, {"name": "SAP", "system": "SAP", "url": crm.url}))["crmSync"]
        paused = {"syncId": made["id"], "paused": True, "expectedVersion": made["version"]}
        assert (await manager.do(UPDATE, paused))["crmSync"] == {"paused": True, "nextAt": None}
        await world.settle()
        assert crm.heard == []
        asked = {"syncId": made["id"], "expectedVersion": made["version"] + 1}
        assert (await manager.do(RUN, asked))["crmSync"]["run"] == {"number": 1, "endedAt": None}
        await world.settle()
        assert await manager.refused(RUN, asked | {"expectedVersion": made["version"] + 2}) == [
            ("ALREADY_DONE", ["input", "syncId"])
        ]
        clock.shift(timedelta(minutes=5))
        await world.sign_in("leyla")
        await world.settle()
        (sync,) = (await world.staff("leyla").execute(SYNCS))["crmSyncs"]["nodes"]
        assert (sync["run"]["error"], sync["run"]["customers"]["created"], sync["since"]) == (None, 1, "1")

        manager = world.staff("leyla")
        unneeded = {"syncId": made["id"], "reason": "Başka CRM", "expectedVersion": made["version"] + 2}
        shown = (await manager.do(ARCHIVE, unneeded))["crmSync"]
        assert shown == {"archiveReason": "Başka CRM", "nextAt": None, "tokenSet": False}
        asked = {"syncId": made["id"], "expectedVersion": made["version"] + 3}
        assert await manager.refused(RUN, asked) == [("ALREADY_DONE", ["input", "syncId"])]
        clock.shift(timedelta(days=8))
        await world.sign_in("leyla")
        await world.settle()
    assert len(crm.heard) == 2
    manager = world.staff("leyla")
    assert (await manager.execute(SYNCS))["crmSyncs"]["totalCount"] == 0
    (archived,) = (await manager.execute(ARCHIVED))["crmSyncs"]["nodes"]
    assert (archived["id"], archived["archivedAt"] is not None) == (made["id"], True)
    (told,) = (await manager.execute(CLAIMS))["customers"]["nodes"]
    assert [(one["field"], one["value"]) for one in told["profile"]] == [("NAME", "Ayşe"), ("CITY", "İzmir")]
