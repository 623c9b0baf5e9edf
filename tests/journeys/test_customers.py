"""Customers as agents look after them: listed, moved on with a reason, refused in words, merged and parted."""

from auth.actor import Role
from tests.factories.care import make_channel, make_customer
from tests.journeys.conftest import World

LIST = """query($filter: CustomerFilter, $orderBy: CustomerOrder) { customers(filter: $filter, orderBy: $orderBy, first: 10) {
    nodes { id version displayName lifecycle viewerCanSetLifecycle
        lifecycleChanges { before after reason changedBy { displayName } } } totalCount } }"""
MOVE = """mutation($input: SetLifecycleInput!) { setLifecycle(input: $input) {
    customer { id version lifecycle } userErrors { code path } } }"""
MERGE = """mutation($input: MergeCustomersInput!) { mergeCustomers(input: $input) {
    customer { id lifecycle } merge { id mergedBy { displayName } } userErrors { code path } } }"""
PART = """mutation($input: UndoCustomerMergeInput!) { undoCustomerMerge(input: $input) {
    customers { id lifecycle } userErrors { code path } } }"""
BY_NAME = {"field": "NAME", "direction": "ASC"}


async def test_customer_becomes_an_advocate_and_is_found_as_one(world: World) -> None:
    await world.join("zeynep", Role.AGENT)
    await world.join("selin", Role.TRAINEE)
    channel = await make_channel()
    mina, ali = [await make_customer(channel, name=name, handle=f"@{name}", external_id=name) for name in ("Mina", "Ali")]
    asked = {"customerId": mina.id, "lifecycle": "ADVOCATE", "reason": "Bizi arkadaşlarına öneriyor", "expectedVersion": 1}
    agent, trainee = world.staff("zeynep"), world.staff("selin")

    assert await agent.refusable(MOVE, {**asked, "reason": " "}) == {
        "customer": None,
        "userErrors": [{"code": "INVALID_INPUT", "path": ["input", "reason"]}],
    }
    assert (await trainee.refusable(MOVE, asked))["userErrors"] == [{"code": "FORBIDDEN", "path": ["input"]}]
    moved = (await agent.refusable(MOVE, asked))["customer"]
    assert moved == {"id": mina.id, "version": 2, "lifecycle": "ADVOCATE"}
    stale = await agent.refusable(MOVE, {**asked, "lifecycle": "LEAD"})
    assert (stale["customer"]["version"], stale["userErrors"][0]["code"]) == (2, "CONFLICT")

    found = (await trainee.execute(LIST, filter={"lifecycle": {"eq": "ADVOCATE"}}))["customers"]
    change = {"before": "CUSTOMER", "after": "ADVOCATE", "reason": "Bizi arkadaşlarına öneriyor"}
    assert found["totalCount"] == 1
    assert found["nodes"] == [
        {
            "id": mina.id,
            "version": 2,
            "displayName": "Mina",
            "lifecycle": "ADVOCATE",
            "viewerCanSetLifecycle": False,
            "lifecycleChanges": [{**change, "changedBy": {"displayName": "Zeynep"}}],
        }
    ]
    everybody = (await agent.execute(LIST, orderBy=BY_NAME))["customers"]["nodes"]
    assert [(one["id"], one["viewerCanSetLifecycle"]) for one in everybody] == [(ali.id, True), (mina.id, True)]


async def test_merged_customer_is_moved_as_the_survivor_and_parted_as_it_was(world: World) -> None:
    await world.join("zeynep", Role.AGENT)
    agent, channel = world.staff("zeynep"), await make_channel()
    survivor, duplicate = [await make_customer(channel, name=name, external_id=name) for name in ("Mina", "M. R.")]
    merged = await agent.refusable(MERGE, {"survivorId": survivor.id, "duplicateId": duplicate.id, "expectedVersion": 1})
    asked = {"customerId": duplicate.id, "lifecycle": "LEAD", "reason": "Henüz almadı", "expectedVersion": 2}

    refused = (await agent.refusable(MOVE, asked))["userErrors"]
    assert refused == [{"code": "INVALID_INPUT", "path": ["input", "customerId"]}]
    moved = await agent.refusable(MOVE, {**asked, "customerId": survivor.id, "expectedVersion": 1})
    assert moved["userErrors"] == []
    assert [one["id"] for one in (await agent.execute(LIST, orderBy=BY_NAME))["customers"]["nodes"]] == [survivor.id]

    assert merged["merge"]["mergedBy"] == {"displayName": "Zeynep"}
    apart = await agent.refusable(PART, {"mergeId": merged["merge"]["id"]})
    assert [(one["id"], one["lifecycle"]) for one in apart["customers"]] == [
        (survivor.id, "LEAD"),
        (duplicate.id, "CUSTOMER"),
    ]


async def test_who_rings_up_is_found_by_name_and_shown_with_their_cases(world: World) -> None:
    await world.join("zeynep", Role.AGENT)
    await make_customer(await make_channel(), name="Şükrü Ağaoğlu", handle="@sukru", external_id="s")
    await world.settle()

    shown = await world.staff("zeynep").execute('{ findCustomers(text: "agaoglu su") { displayName cases { totalCount } } }')

    assert shown["findCustomers"] == [{"displayName": "Şükrü Ağaoğlu", "cases": {"totalCount": 0}}]
