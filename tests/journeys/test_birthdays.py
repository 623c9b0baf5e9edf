"""A birthday from the consent to the greeting, and how all of it is forgotten."""

from datetime import timedelta

from auth.actor import Role
from core.clock import now
from core.records import fresh
from tests.factories.care import make_customer
from tests.journeys.conftest import World
from tests.journeys.situations.birthdays import near_birthday

NEAR = """query ($zone: String!) { upcomingBirthdays(days: 7, timeZone: $zone) {
    on turns customer { id } suggestion { id version state } } }"""
SETTLE = """mutation ($input: SettleBirthdayInput!) { settleBirthday(input: $input) {
    suggestion { version state note settledBy { id } customer { id } } userErrors { code path } } }"""
WITHDRAW = """mutation ($input: WithdrawConsentInput!) { withdrawConsent(input: $input) {
    customer { id } userErrors { code path } } }"""
NODE = "query ($id: ID!) { node(id: $id) { id } }"


async def test_birthday_is_suggested_settled_and_forgotten_with_the_consent(world: World) -> None:
    await world.join("zeynep", Role.AGENT)
    agent = world.staff("zeynep")
    customer = await make_customer()
    made = await near_birthday(customer, world.members["zeynep"])

    (shown,) = (await agent.execute(NEAR, zone="UTC"))["upcomingBirthdays"]
    assert shown["suggestion"] == {"id": made.id, "version": 1, "state": "SUGGESTED"}
    assert (shown["on"], shown["customer"]) == ((now() + timedelta(days=1)).date().isoformat(), {"id": customer.id})
    settled = await agent.do(SETTLE, {"suggestionId": made.id, "greeted": True, "note": "Aradım", "expectedVersion": 1})
    assert settled["suggestion"] == {
        "version": 2,
        "state": "DONE",
        "note": "Aradım",
        "settledBy": {"id": world.members["zeynep"]},
        "customer": {"id": customer.id},
    }

    given = {"customerId": customer.id, "purpose": "PERSONAL_DETAILS", "note": "Artık istemiyor"}
    await agent.do(WITHDRAW, {**given, "expectedVersion": (await fresh(customer)).version})
    await world.settle()

    assert (await agent.execute(NEAR, zone="Europe/Istanbul"))["upcomingBirthdays"] == []
    assert (await agent.execute(NODE, id=made.id))["node"] is None
