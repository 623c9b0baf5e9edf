"""Suggestions of merging as clients see and decide them."""

from auth.actor import Role
from care.twins.finding import find_twins
from tests.factories.care import make_actor, make_customer
from tests.factories.community import make_member
from tests.schema.staff.staff import Staff

LISTED = """{ mergeSuggestions(first: 5) { totalCount nodes { id reasons state version viewerCanDecide
    customers { id mergeSuggestions { id } } decidedBy { displayName } } } }"""
ACCEPT = """mutation ($input: AcceptMergeSuggestionInput!) { acceptMergeSuggestion(input: $input) {
    mergeSuggestion { state decidedBy { displayName } } customer { id identities { handle } } merge { duplicateName }
    userErrors { code path } } }"""
DISMISS = """mutation ($input: DismissMergeSuggestionInput!) { dismissMergeSuggestion(input: $input) {
    mergeSuggestion { state reason version viewerCanDecide } userErrors { code path } } }"""


async def test_suggestion_is_shown_and_accepted(staff: Staff) -> None:
    member = await make_member(Role.AGENT, display_name="Zeynep")
    agent = make_actor(Role.AGENT, member_id=member.id)
    survivor, duplicate = await make_customer(handle="@aysed", name="A"), await make_customer(handle="@aysed", name="B")
    for customer in (survivor, duplicate):
        await find_twins(customer.id)

    (found,) = (await staff.ask(agent, LISTED))["mergeSuggestions"]["nodes"]
    accepted = await staff.do(agent, ACCEPT, suggestionId=found["id"], survivorId=survivor.id, expectedVersion=1)

    own = [{"id": found["id"]}]
    assert (found["reasons"], found["state"], found["viewerCanDecide"]) == (["SAME_HANDLE"], "OPEN", True)
    shown = [{"id": one, "mergeSuggestions": own} for one in sorted([survivor.id, duplicate.id])]
    assert (found["customers"], found["decidedBy"]) == (shown, None)
    assert accepted["mergeSuggestion"] == {"state": "MERGED", "decidedBy": {"displayName": "Zeynep"}}
    assert accepted["customer"] == {"id": survivor.id, "identities": [{"handle": "@aysed"}, {"handle": "@aysed"}]}
    assert accepted["merge"] == {"duplicateName": "B"}
    assert (await staff.ask(agent, LISTED))["mergeSuggestions"] == {"totalCount": 0, "nodes": []}
    assert (await staff.error(make_actor(Role.HR), LISTED)).extensions["code"] == "FORBIDDEN"


async def test_suggestion_is_dismissed_once(staff: Staff) -> None:
    agent = make_actor()
    for _ in range(2):
        customer = await make_customer(handle="@aysed", name="A")
        await find_twins(customer.id)
    (found,) = (await staff.ask(agent, LISTED))["mergeSuggestions"]["nodes"]
    given = {"suggestionId": found["id"], "reason": "Anne ve kızı", "expectedVersion": 1}

    dismissed = (await staff.do(agent, DISMISS, **given))["mergeSuggestion"]
    error, payload = await staff.refusal(agent, DISMISS, **given)

    shown = {"state": "DISMISSED", "reason": "Anne ve kızı", "version": 2, "viewerCanDecide": False}
    assert (dismissed, error["code"], payload["mergeSuggestion"]) == (shown, "CONFLICT", shown)
