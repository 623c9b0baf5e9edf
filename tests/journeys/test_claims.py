"""CRM and social data beside each other: what differs waits, an agent decides, and the profile says where it is from."""

from auth.actor import Role
from care.customers import Person, ensure_customer
from tests.factories.care import make_channel, make_customer
from tests.journeys.conftest import World

QUEUE = """{ claims(filter: {field: NAME}, first: 10) { totalCount nodes {
    id version field value currentValue source confidence licence viewerCanDecide customer { id } } } }"""
UPDATE = """mutation($input: UpdateCustomerInput!) { updateCustomer(input: $input) {
    customer { version displayName profile { field value source confidence licence acceptedBy { displayName } } }
    userErrors { code path } } }"""
RECORD = """mutation($input: RecordClaimInput!) { recordClaim(input: $input) {
    claim { id state keepUntil } userErrors { code path } } }"""
DECIDE = """mutation($accept: AcceptClaimInput!, $reject: RejectClaimInput!) {
    acceptClaim(input: $accept) { userErrors { code }
        claim { state previousValue decidedBy { displayName } customer { displayName } } }
    rejectClaim(input: $reject) { claim { state reason } userErrors { code } } }"""
WHOLE = """query($id: ID!) { node(id: $id) { ... on Customer { viewerCanEdit displayName
    profile { field value source } formerProfile { field value } consents { given note recordedBy { displayName } }
    claims(first: 5) { totalCount nodes { state value reason } } } } }"""
CONSENT = """mutation($input: RecordConsentInput!) { recordConsent(input: $input) {
    customer { version } userErrors { code path } } }"""


async def test_what_the_network_says_waits_beside_the_crm_until_an_agent_decides(world: World) -> None:
    await world.join("zeynep", Role.AGENT)
    await world.join("selin", Role.TRAINEE)
    agent, trainee, channel = world.staff("zeynep"), world.staff("selin"), await make_channel()
    customer = await make_customer(channel, external_id="u-1", name="Ayşe Demir")

    written = await agent.refusable(
        UPDATE, {"customerId": customer.id, "displayName": "Ayşe Kaya", "city": "Ankara", "expectedVersion": 1}
    )
    assert (written["customer"]["version"], written["customer"]["displayName"]) == (2, "Ayşe Kaya")
    own = {"source": "AGENT", "confidence": 1.0, "licence": "OWN", "acceptedBy": {"displayName": "Zeynep"}}
    assert written["customer"]["profile"] == [
        {"field": "NAME", "value": "Ayşe Kaya", **own},
        {"field": "CITY", "value": "Ankara", **own},
    ]
    await ensure_customer(channel, Person(external_id="u-1", name="Ayşe ✨"))
    await ensure_customer(channel, Person(external_id="u-1", name="عایشه"))
    await world.settle()

    queue = (await agent.execute(QUEUE))["claims"]
    assert queue["totalCount"] == 2
    assert [one["value"] for one in queue["nodes"]] == ["Ayşe ✨", "عایشه"]
    assert queue["nodes"][1] == {
        "id": queue["nodes"][1]["id"],
        "version": 1,
        "field": "NAME",
        "value": "عایشه",
        "currentValue": "Ayşe Kaya",
        "source": "SOCIAL_PROFILE",
        "confidence": 0.5,
        "licence": "PROVIDER_TERMS",
        "viewerCanDecide": True,
        "customer": {"id": customer.id},
    }
    assert [one["viewerCanDecide"] for one in (await trainee.execute(QUEUE))["claims"]["nodes"]] == [False, False]

    rejected, accepted = [{"claimId": one["id"], "expectedVersion": 1} for one in queue["nodes"]]
    decided = await agent.execute(DECIDE, accept=accepted, reject={**rejected, "reason": "Takma ad"})
    assert decided["acceptClaim"]["claim"] == {
        "state": "ACCEPTED",
        "previousValue": "Ayşe Kaya",
        "decidedBy": {"displayName": "Zeynep"},
        "customer": {"displayName": "عایشه"},
    }
    assert decided["rejectClaim"] == {"claim": {"state": "REJECTED", "reason": "Takma ad"}, "userErrors": []}
    assert (await agent.execute(QUEUE))["claims"]["nodes"] == []


async def test_birthday_waits_for_the_consent(world: World) -> None:
    await world.join("zeynep", Role.AGENT)
    agent, customer = world.staff("zeynep"), await make_customer()
    birthday = {"customerId": customer.id, "field": "BIRTHDAY", "value": "1986-05-04", "source": "CUSTOMER"}

    refused = await agent.refusable(RECORD, birthday)
    assert refused == {"claim": None, "userErrors": [{"code": "INVALID_INPUT", "path": ["input", "field"]}]}
    agreed = await agent.refusable(CONSENT, {"customerId": customer.id, "note": "Formda işaretledi", "expectedVersion": 1})
    assert agreed["customer"] == {"version": 2}
    assert (await agent.refusable(RECORD, birthday))["claim"]["state"] == "ACCEPTED"

    shown = (await agent.execute(WHOLE, id=customer.id))["node"]
    assert shown == {
        "viewerCanEdit": True,
        "displayName": "Ayşe Demir",
        "profile": [
            {"field": "NAME", "value": "Ayşe Demir", "source": "SOCIAL_PROFILE"},
            {"field": "BIRTHDAY", "value": "1986-05-04", "source": "CUSTOMER"},
        ],
        "formerProfile": [],
        "consents": [{"given": True, "note": "Formda işaretledi", "recordedBy": {"displayName": "Zeynep"}}],
        "claims": {"totalCount": 1, "nodes": [{"state": "ACCEPTED", "value": "1986-05-04", "reason": None}]},
    }
    cleared = await agent.refusable(UPDATE, {"customerId": customer.id, "birthday": None, "expectedVersion": 2})
    assert [one["field"] for one in cleared["customer"]["profile"]] == ["NAME"]
