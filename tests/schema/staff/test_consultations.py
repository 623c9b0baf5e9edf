"""What the one who asked sees of those who did not answer."""

from auth.actor import Role
from tests.factories import community
from tests.schema.staff.staff import Staff
from tests.schema.staff.world import consult, make_world

SHOWN = """consultation { version status invitedExperts { id }
    declines { member { id } at reason } delegations { fromMember { id } toMember { id } at note } } userErrors { code path }"""
DECLINE = f"mutation ($input: DeclineConsultationInput!) {{ declineConsultation(input: $input) {{ {SHOWN} }} }}"
DELEGATE = f"mutation ($input: DelegateConsultationInput!) {{ delegateConsultation(input: $input) {{ {SHOWN} }} }}"
ASKED = """query ($id: ID!) { node(id: $id) { ... on Consultation {
    declines { member { displayName } reason } delegations { fromMember { displayName } toMember { displayName } note } } } }"""


async def test_agent_sees_who_said_no_and_who_handed_on_with_their_words(staff: Staff) -> None:
    world = await make_world()
    second, third = [await community.make_actor(Role.EXPERT, display_name=name) for name in ("İnci Ay", "Ömer Su")]
    asked = await consult(world, expert_ids=[world.expert.member, second.member])
    untouched = (await staff.ask(world.agent, ASKED, id=asked.id))["node"]

    handed = await staff.do(
        second, DELEGATE, consultationId=asked.id, toMemberId=third.member, note="Depoyu o bilir.", expectedVersion=asked.version
    )
    version = handed["consultation"]["version"]
    silent = await staff.do(world.expert, DECLINE, consultationId=asked.id, expectedVersion=version)
    await staff.do(third, DECLINE, consultationId=asked.id, reason="İzindeyim.", expectedVersion=version + 1)

    assert untouched == {"declines": [], "delegations": []}
    assert [row["id"] for row in handed["consultation"]["invitedExperts"]] == [world.expert.member, third.member]
    ((one,), (no,)) = handed["consultation"]["delegations"], silent["consultation"]["declines"]
    assert (one["fromMember"]["id"], one["toMember"]["id"], no["member"]["id"]) == (
        second.member,
        third.member,
        world.expert.member,
    )
    assert one["at"] <= no["at"]
    assert (await staff.ask(world.agent, ASKED, id=asked.id))["node"] == {
        "declines": [
            {"member": {"displayName": "Ali Rezaei"}, "reason": None},
            {"member": {"displayName": "Ömer Su"}, "reason": "İzindeyim."},
        ],
        "delegations": [
            {"fromMember": {"displayName": "İnci Ay"}, "toMember": {"displayName": "Ömer Su"}, "note": "Depoyu o bilir."}
        ],
    }
