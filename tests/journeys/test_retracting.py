"""A reply to the wrong person, taken back by a colleague: the customer reads it no more, and waits again."""

from auth.actor import Role
from tests.documents import PORTAL
from tests.journeys.conftest import World
from tests.journeys.test_portal import answer, submit

RETRACT = """mutation ($input: RetractMessageInput!) { retractMessage(input: $input) {
    message { id version body viewerCanRetract retraction { state reason error askedBy { id } } }
    case { firstResponse { status } } userErrors { code path } } }"""


async def test_reply_is_taken_back_and_the_customer_waits_again(world: World) -> None:
    await world.join("zeynep", Role.AGENT)
    await world.join("kerem", Role.AGENT)
    await world.register("ayse")
    request = await submit(world.portal("ayse"))
    await world.settle()
    sent = (await answer(world, request, "Sayın Mehmet Bey, iadeniz yatırıldı."))["message"]
    given = {"messageId": sent["id"], "reason": "Başka müşteriye aitti", "expectedVersion": 1}

    done = await world.staff("kerem").do(RETRACT, given)
    await world.settle()

    assert done["message"]["body"] == "Sayın Mehmet Bey, iadeniz yatırıldı."
    assert done["message"]["retraction"] == {
        "state": "RETRACTED",
        "reason": "Başka müşteriye aitti",
        "error": None,
        "askedBy": {"id": world.members["kerem"]},
    }
    assert (done["message"]["version"], done["message"]["viewerCanRetract"]) == (2, False)
    assert done["case"]["firstResponse"]["status"] == "RUNNING"
    screen = (await world.portal("ayse").execute(PORTAL["RequestScreen"], id=request["id"], last=10))["node"]
    assert [one["fromCompany"] for one in screen["messages"]["nodes"]] == [False]
    assert screen["viewerCanRecordVerdict"] is False
    again = await world.staff("kerem").refused(RETRACT, {**given, "expectedVersion": 2})
    assert again == [("ALREADY_DONE", ["input", "messageId"])]
