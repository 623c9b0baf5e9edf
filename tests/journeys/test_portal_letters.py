"""Customers who are told by e-mail what happens in the portal: chosen there, sent by the worker, ended by a link."""

from dataclasses import replace

from auth.actor import Role
from core.clock import clock
from core.ids import with_prefix
from core.settings import Settings
from notifications.letters.gathering import GATHERED_FOR
from notifications.letters.names import write_token
from tests.care.mail.post import post_office
from tests.journeys.acts import act
from tests.journeys.conftest import World
from tests.journeys.test_portal import answer, submit
from tests.notifications.test_letters import body
from worker.run import Worker

CHOSEN = "{ viewer { letterPreferences { requests community emailUndeliverableSince emailUndeliverableReason version } } }"
UPDATE = act("updateLetterPreferences", "letterPreferences { requests community version }")
NOTICES = "{ viewer { unreadNoticeCount notices { nodes { id kind target { __typename id } } } } }"


async def chosen(world: World, name: str | None) -> dict[str, object] | None:
    found = (await world.portal(name).execute(CHOSEN))["viewer"]["letterPreferences"]
    shown: dict[str, object] | None = found
    return shown


async def test_customer_is_told_by_email_that_a_request_was_answered(world: World) -> None:
    await world.join("zeynep", Role.AGENT)
    await world.register("ayse")
    async with post_office() as office:
        settings = Settings(
            memory_only=True,
            portal_url="https://narin.example/destek/{id}",
            smtp_host="127.0.0.1",
            smtp_port=office.port,
            smtp_security="none",
            smtp_from="kopru@narin.example",
        )
        world.worker = Worker(replace(world.platform, settings=settings))
        await world.settle()
        request = await submit(world.portal("ayse"))
        await world.settle()
        await answer(world, request)
        told = (await world.portal("ayse").execute(NOTICES))["viewer"]
        assert (told["unreadNoticeCount"], [one["kind"] for one in told["notices"]["nodes"]]) == (1, ["REQUEST_ANSWERED"])
        assert told["notices"]["nodes"][0]["target"] == {"__typename": "Request", "id": request["id"]}
        for _ in range(2):
            clock.shift(GATHERED_FOR)
            await world.settle()

    (mail,) = office.mails()
    assert mail["To"] == "ayse@customers.example"
    text = body(mail, "plain")
    assert "Teknisyen yarın gelir." in text
    assert f"https://narin.example/destek/{request['id']}" in text
    assert "Zeynep" not in office.taken[0][2].decode() + text
    assert all(inner not in text for inner in ("case_", "msg_", "cus_", "mem_"))


async def test_customer_chooses_which_emails_come(world: World) -> None:
    await world.register("ayse")
    await world.register("baran")
    first = {
        "requests": True,
        "community": True,
        "emailUndeliverableSince": None,
        "emailUndeliverableReason": None,
        "version": 0,
    }
    assert (await chosen(world, "ayse"), await chosen(world, None)) == (first, None)
    given = {"community": False, "expectedVersion": 0}
    saved = (await world.portal("ayse").do(UPDATE, given))["letterPreferences"]
    assert saved == {"requests": True, "community": False, "version": 1}
    assert await world.portal("ayse").refused(UPDATE, given) == [("CONFLICT", ["input", "expectedVersion"])]
    assert await world.portal().refused(UPDATE, given) == [("FORBIDDEN", ["input"])]
    assert await chosen(world, "baran") == first


async def test_link_in_an_email_to_a_customer_works_without_signing_in(world: World) -> None:
    shown_as = with_prefix("pcu", await world.register("ayse"))
    token = write_token(world.platform.keyring, shown_as, "REQUESTS")
    async with world.portal().http() as http:
        page = await http.get(f"/notifications/unsubscribe/{token}")
        before = await chosen(world, "ayse")
        done = await http.post(f"/notifications/unsubscribe/{token}", data={"List-Unsubscribe": "One-Click"})
        again = await http.post(f"/notifications/unsubscribe/{token}")
        strange = await http.post(f"/notifications/unsubscribe/{token}x")

    assert before is not None
    assert (page.status_code, before["requests"]) == (200, True)
    assert (done.status_code, again.status_code, strange.status_code) == (200, 200, 404)
    assert "In the portal you can choose otherwise at any time." in done.text
    after = await chosen(world, "ayse")
    assert after is not None
    assert (after["requests"], after["community"], after["version"]) == (False, True, 1)
