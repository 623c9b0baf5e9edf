"""A form on a web page: stored before it is acknowledged, a case of a lead, answered by e-mail."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import httpx2
import pytest

from auth.actor import Role
from care.documents.cases import Case
from care.documents.channels import Channel, ChannelKind, FormSettings
from care.documents.conversations import DeliveryStatus, Message
from care.documents.customers import Customer, Lifecycle
from care.ingest.inbox import Delivery
from care.ingest.steps import take_in
from core.clock import clock, now
from core.ids import new_id
from core.records import save
from tests.care.mail.post import mail_settings, post_office, save_mail_channel, written
from tests.client import Client
from tests.journeys.conftest import World

GIVEN = {"name": "Ayşe Demir", "email": "Ayse@Example.com", "subject": "Toplu sipariş", "message": "500 adet için fiyat?"}
REPLY = "mutation($input: ReplyToCaseInput!) { replyToCase(input: $input) { message { id } userErrors { code path } } }"


async def make_form(**settings: Any) -> str:
    channel = Channel(
        id=new_id("chn"), created_at=now(), name="Teklif formu", kind=ChannelKind.WEB_FORM, form=FormSettings(**settings)
    )
    await save(channel)
    return f"/forms/{channel.id}"


async def post(world: World, path: str, given: dict[str, Any], **headers: str) -> httpx2.Response:
    async with Client(world.application).http() as http:
        return await http.post(path, json=given, headers=headers)


async def test_form_is_stored_once_and_becomes_a_case_of_a_lead(world: World) -> None:
    path = await make_form(consent="KVKK metnini okudum.", required=["Şehir"])
    given = {**GIVEN, "phone": "+90 212 555 01 02", "custom": {"Şehir": "İzmir"}, "consent": True}

    answers = [await post(world, path, given) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].json() == answers[1].json()
    assert await world.platform.database["inbox"].count_documents({}) == 1
    await world.settle()
    (case,), (message,) = await Case.find_all().to_list(), await Message.find_all().to_list()
    customer = await Customer.get(case.customer_id)
    assert customer is not None
    assert (customer.display_name, customer.email, customer.phone, customer.lifecycle) == (
        "Ayşe Demir",
        "ayse@example.com",
        "+90 212 555 01 02",
        Lifecycle.LEAD,
    )
    assert (case.subject, case.channel_kind) == ("Toplu sipariş", ChannelKind.WEB_FORM)
    assert case.first_response.due_at is not None
    assert message.body == "500 adet için fiyat?\n\n**Şehir:** İzmir\n\n☑ KVKK metnini okudum."


async def test_same_words_later_and_under_another_name_of_the_page_count_again(world: World) -> None:
    path = await make_form()
    await post(world, path, {**GIVEN, "id": "a"})
    await post(world, path, {**GIVEN, "id": "a"})
    await post(world, path, {**GIVEN, "id": "b"})
    await post(world, path, GIVEN)
    clock.shift(timedelta(minutes=11))
    await post(world, path, GIVEN)

    assert await world.platform.database["inbox"].count_documents({}) == 4


async def test_page_without_a_program_is_led_to_the_thanks(world: World) -> None:
    path = await make_form(thanks_url="https://shop.example/tesekkurler", consent="Evet")
    body = urlencode({**GIVEN, "consent": "on", "Şehir": "İzmir", "custom.Bayi": ""})

    async with Client(world.application).http() as http:
        answer = await http.post(path, content=body, headers={"content-type": "application/x-www-form-urlencoded"})
    await world.settle()

    assert (answer.status_code, answer.headers["location"]) == (303, "https://shop.example/tesekkurler")
    assert [message.body for message in await Message.find_all().to_list()] == [
        "500 adet için fiyat?\n\n**Şehir:** İzmir\n\n☑ Evet"
    ]


async def test_only_pages_of_allowed_origins_may_use_a_form(world: World) -> None:
    path = await make_form(origins=["https://shop.example"])

    allowed = await post(world, path, GIVEN, origin="https://shop.example")
    refused = await post(world, path, {**GIVEN, "id": "2"}, origin="https://evil.example")
    async with Client(world.application).http() as http:
        asked = {"access-control-request-method": "POST", "access-control-request-headers": "content-type"}
        before = await http.options(path, headers={"origin": "https://shop.example", **asked})
        other = await http.options(path, headers={"origin": "https://evil.example", **asked})

    assert (allowed.status_code, allowed.headers["access-control-allow-origin"]) == (200, "https://shop.example")
    assert "access-control-allow-credentials" not in allowed.headers
    assert (refused.status_code, "access-control-allow-origin" in refused.headers) == (403, False)
    assert (before.status_code, before.headers["access-control-allow-headers"]) == (204, "content-type")
    assert other.status_code == 403
    assert await world.platform.database["inbox"].count_documents({}) == 1


@pytest.mark.parametrize(
    ("wrong", "path"),
    [
        ({"email": "ayse"}, ["email"]),
        ({"email": "ayse@localhost"}, ["email"]),
        ({"message": " "}, ["message"]),
        ({"name": None}, ["name"]),
        ({"website": "http://spam.example"}, ["website"]),
        ({"custom": {f"f{n}": "x" for n in range(21)}}, ["custom"]),
        ({"custom": {}}, ["custom", "Şehir"]),
        ({"consent": False}, ["consent"]),
        ({"role": "admin"}, ["role"]),
    ],
)
async def test_field_at_fault_is_named_and_nothing_is_stored(world: World, wrong: dict[str, Any], path: list[str]) -> None:
    form = await make_form(consent="Evet", required=["Şehir"])

    answer = await post(world, form, {**GIVEN, "consent": True, "custom": {"Şehir": "İzmir"}, **wrong})

    assert (answer.status_code, [one["path"] for one in answer.json()["errors"]]) == (422, [path])
    assert await world.platform.database["inbox"].count_documents({}) == 0


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"{", "application/json", 400),
        (b"[]", "application/json", 400),
        (b"name=%FF", "application/x-www-form-urlencoded", 422),
        (b"\xff=1", "application/x-www-form-urlencoded", 400),
        (b"a=1&" * 101, "application/x-www-form-urlencoded", 400),
        (b"x", "text/plain", 415),
        (b"x" * 65_537, "application/json", 413),
    ],
)
async def test_what_is_no_form_is_refused(world: World, body: bytes, kind: str, status: int) -> None:
    path = await make_form()

    async with Client(world.application).http() as http:
        answer = await http.post(path, content=body, headers={"content-type": kind})
        missing = await http.post("/forms/chn_none", json=GIVEN)

    assert (answer.status_code, missing.status_code) == (status, 404)
    assert await world.platform.database["inbox"].count_documents({}) == 0


async def test_sixth_form_within_a_minute_is_put_off(world: World) -> None:
    path = await make_form()

    answers = [await post(world, path, {**GIVEN, "id": str(number)}) for number in range(6)]

    assert [answer.status_code for answer in answers] == [200] * 5 + [429]
    assert 1 <= int(answers[-1].headers["retry-after"]) <= 61
    clock.shift(timedelta(minutes=1))
    assert (await post(world, path, {**GIVEN, "id": "7"})).status_code == 200


@pytest.mark.parametrize("by_mail", [True, False])
async def test_reply_to_a_form_leaves_by_email_where_there_is_e_mail(world: World, *, by_mail: bool) -> None:
    await world.join("agent", Role.AGENT)
    async with post_office() as office:
        mail = await save_mail_channel(mail_settings(office.port), world.platform.keyring) if by_mail else None
        await post(world, await make_form(), GIVEN)
        await world.settle()
        (case,) = await Case.find_all().to_list()
        given = {"caseId": case.id, "conversationId": case.conversation_ids[0], "body": "Adet başına 40 TL."}
        answer = await world.staff("agent").refusable(REPLY, given)
        await world.settle()

    message = await Message.get(answer["message"]["id"])
    assert message is not None
    assert (message.delivery_status, len(office.taken)) == (DeliveryStatus.SENT, int(by_mail))
    if mail is not None:
        (sent,) = office.mails()
        assert (sent["To"], sent["Subject"]) == ("ayse@example.com", f"Re: Toplu sipariş [#{case.number}]")
        raw = written("Alıyorum!", From="ayse@example.com", In_Reply_To=sent["Message-ID"])
        await take_in(Delivery(mail.id, "mail", raw, now()), keyring=world.platform.keyring)
        authors = {one.author_id for one in await Message.find({"direction": "INBOUND", "case_id": case.id}).to_list()}
        assert (authors, await Case.count(), await Customer.count()) == ({case.customer_id}, 1, 1)
