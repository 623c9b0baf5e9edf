"""Replies as e-mails: what the provider's server gets, and what becomes of the message."""

from datetime import timedelta

import pytest

from care.cases.outgoing import put_outgoing
from care.documents.conversations import DeliveryStatus, Message, Visibility
from care.documents.customers import Customer
from care.documents.under_way import Outgoing
from care.follow_ups import send_outgoing
from care.mail import composing
from care.mail.sending import MailNotTaken, send_mail
from care.outreach import OutreachDraft, reach_out
from core.clock import clock, now
from core.database import Database
from core.events import SYSTEM
from core.idempotency import Once
from core.ids import new_id
from core.leases import TRIES
from core.outbound import Outbound
from core.records import change, fresh, save
from tests.care.ingest.sender import KEYRING
from tests.care.mail.post import ADDRESS, arrive, make_mail_channel, only_case, post_office, send_all, stored, written
from tests.factories.care import make_actor, make_customer, make_reply


async def test_reply_is_an_email_that_answers_the_customers(store: Database) -> None:
    async with post_office() as office:
        channel = await make_mail_channel(office.port)
        await arrive(channel, written(Message_ID="<one@example.com>"))
        case = await only_case()
        reply = await make_reply(case, body="Kargonuz **yarın** kapınızda.\n\n<script>alert(1)</script>")

        await send_all(store)

    ((sender, recipients, _),) = office.taken
    assert (sender, recipients) == (ADDRESS, ["ayse@example.com"])
    (mail,) = office.mails()
    assert mail["From"].addresses[0].display_name == "Narin Destek"
    assert (mail["From"].addresses[0].addr_spec, mail["To"], mail["Reply-To"]) == (ADDRESS, "ayse@example.com", None)
    assert (mail["Subject"], mail["Auto-Submitted"]) == (f"Re: Siparişim nerede? [#{case.number}]", None)
    assert (mail["In-Reply-To"], mail["References"]) == ("<one@example.com>", "<one@example.com>")
    plain, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert plain is not None
    assert html is not None
    assert plain.get_content().replace("\r\n", "\n").strip() == "Kargonuz **yarın** kapınızda.\n\n<script>alert(1)</script>"
    assert "Kargonuz <strong>yarın</strong> kapınızda." in html.get_content()
    assert "<script>" not in html.get_content()
    message = await stored(reply.message)
    assert (message.delivery_status, f"<{message.external_id}>") == (DeliveryStatus.SENT, mail["Message-ID"])
    assert ((await only_case()).outgoing, (await only_case()).first_response.met_at is None) == ([], False)


async def test_passing_trouble_is_tried_again_with_the_same_email(store: Database) -> None:
    async with post_office("451 4.7.1 Greylisted", "421 4.3.2 Later", "250 OK") as office:
        await arrive(await make_mail_channel(office.port), written())
        reply = await make_reply(await only_case())

        await send_all(store, rounds=3)

    assert [content for _, _, content in office.taken] == [office.taken[0][2]] * 3
    assert (await stored(reply.message)).delivery_status is DeliveryStatus.SENT


async def test_refused_email_is_failed_and_the_clock_runs_again(store: Database) -> None:
    async with post_office("554 5.7.1 Spam") as office:
        await arrive(await make_mail_channel(office.port), written())
        reply = await make_reply(await only_case())

        await send_all(store, rounds=2)

    message, case = await stored(reply.message), await only_case()
    assert (message.delivery_status, message.delivery_error) == (DeliveryStatus.FAILED, "the mail server said: 554 5.7.1 Spam")
    assert (case.first_response.met_at, len(office.taken)) == (None, 1)


async def test_recipient_whom_the_server_does_not_know_is_failed(store: Database) -> None:
    async with post_office() as office:
        office.nobody.add("ayse@example.com")
        await arrive(await make_mail_channel(office.port), written())
        reply = await make_reply(await only_case())

        await send_all(store)

    message = await stored(reply.message)
    assert message.delivery_error == "the mail server said: 550 5.1.1 No such user"
    assert office.taken == []


async def test_server_that_is_down_is_waited_for_and_given_up_after_twelve_tries(store: Database) -> None:
    await arrive(await make_mail_channel(9), written())
    reply = await make_reply(await only_case())

    await send_all(store)
    assert (await stored(reply.message)).delivery_status is DeliveryStatus.QUEUED

    await send_all(store, rounds=TRIES + 1)
    message = await stored(reply.message)
    assert (message.delivery_status, (message.delivery_error or "").startswith("127.0.0.1 does not answer")) == (
        DeliveryStatus.FAILED,
        True,
    )


async def test_server_without_encryption_gets_nothing_where_it_is_demanded(store: Database) -> None:
    async with post_office() as office:
        smtp = {"host": "127.0.0.1", "port": office.port, "security": "STARTTLS"}
        await arrive(await make_mail_channel(smtp=smtp), written())
        reply = await make_reply(await only_case())

        await send_all(store)

    assert (office.taken, (await stored(reply.message)).delivery_status) == ([], DeliveryStatus.QUEUED)


async def test_private_address_that_is_not_allowed_is_never_called(store: Database) -> None:
    channel = await make_mail_channel(smtp={"host": "10.0.0.1", "port": 25, "security": "NONE"})
    await arrive(channel, written())
    reply = await make_reply(await only_case())

    await send_all(store)

    assert "not public" in ((await stored(reply.message)).delivery_error or "")


@pytest.mark.parametrize("address", ["ayşe@example.com", ADDRESS, "destek+x@narin.example", "a b@example.com"])
async def test_address_that_cannot_be_written_to_is_failed(store: Database, address: str) -> None:
    async with post_office() as office:
        channel = await make_mail_channel(office.port)
        await arrive(channel, written())
        case = await only_case()
        customer = await Customer.get(case.customer_id)
        assert customer is not None
        customer.identities, customer.email = [], address
        await save(customer)
        reply = await make_reply(case)

        await send_all(store)

    assert (office.taken, (await stored(reply.message)).delivery_status) == ([], DeliveryStatus.FAILED)


async def test_outreach_is_an_email_that_keeps_its_subject_in_the_house(store: Database) -> None:
    async with post_office() as office:
        channel = await make_mail_channel(office.port)
        customer = await make_customer(channel, external_id="ayse@example.com", handle="ayse@example.com")
        draft = OutreachDraft(customer_id=customer.id, channel_id=channel.id, subject="Zor müşteri", body="Depo taşındı.")

        begun = await reach_out(make_actor(), draft, once=Once())
        await send_all(store)

    (mail,) = office.mails()
    assert (mail["Subject"], mail["In-Reply-To"]) == (f"Narin Destek [#{begun.case.number}]", None)
    assert b"Zor" not in office.taken[0][2]


async def test_long_names_of_emails_are_written_as_they_are(store: Database) -> None:
    """Those of Exchange are longer than a line; folded they would name nothing any more."""
    name = "AM0PR0401MB2345" + "A1B2C3D4" * 9 + "@AM0PR0401MB2345.eurprd04.prod.outlook.example"
    async with post_office() as office:
        await arrive(await make_mail_channel(office.port), written(Message_ID=f"<{name}>"))
        await make_reply(await only_case())

        await send_all(store)

    assert f"\r\nIn-Reply-To: <{name}>\r\nReferences: <{name}>\r\n".encode() in office.taken[0][2]


async def test_of_many_long_names_the_newest_are_referred_to(store: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(composing, "_LONGEST_REFERENCES", 70)
    async with post_office() as office:
        channel = await make_mail_channel(office.port)
        for name in ("birinci", "ikinci", "ucuncu"):
            await arrive(
                channel, written(name, Message_ID=f"<{name}-{'x' * 10}@example.com>", In_Reply_To="<birinci@example.com>")
            )
            clock.shift(timedelta(seconds=1))
        await make_reply(await only_case())

        await send_all(store)

    (mail,) = office.mails()
    assert mail["In-Reply-To"] == f"<ucuncu-{'x' * 10}@example.com>"
    assert mail["References"] == f"<ikinci-{'x' * 10}@example.com> <ucuncu-{'x' * 10}@example.com>"


@pytest.mark.parametrize("gone", ["customers", "conversations"])
async def test_reply_to_who_is_not_known_any_more_is_failed(store: Database, gone: str) -> None:
    async with post_office() as office:
        await arrive(await make_mail_channel(office.port), written())
        reply = await make_reply(await only_case())
        await store[gone].delete_many({})

        await send_all(store)

    message = await stored(reply.message)
    assert (message.delivery_status, message.delivery_error) == (DeliveryStatus.FAILED, "the customer is not known any more")
    assert office.taken == []


async def test_machine_is_not_answered_by_a_machine(store: Database) -> None:
    async with post_office() as office:
        await arrive(await make_mail_channel(office.port), b"Auto-Submitted: auto-replied\r\n" + written())
        message = await notice()

        await send_all(store)

    assert (office.taken, (await stored(message)).delivery_status) == ([], DeliveryStatus.FAILED)


async def test_what_the_system_writes_by_itself_says_so(store: Database) -> None:
    async with post_office() as office:
        await arrive(await make_mail_channel(office.port), written())
        await notice()

        await send_all(store)

    assert [mail["Auto-Submitted"] for mail in office.mails()] == ["auto-generated"]


async def notice() -> Message:
    """Let the system write to the customer of the only case, as a holding reply does."""
    case = await only_case()
    entry = Outgoing(
        message_id=new_id("msg"),
        conversation_id=case.conversation_ids[0],
        body="Mesajınızı aldık.",
        visibility=Visibility.PRIVATE,
        author_id=None,
        state=DeliveryStatus.QUEUED,
        created_at=now(),
    )
    case = await change(case, lambda current: put_outgoing(current, entry, actor=SYSTEM))
    return await send_outgoing(case, entry)


async def test_channel_without_its_settings_sends_nothing_and_tries_again(store: Database) -> None:
    async with post_office() as office:
        channel = await make_mail_channel(office.port)
        await arrive(channel, written())
        reply = await make_reply(await only_case())
        await change(channel, lambda current: setattr(current, "sealed_credentials", None))

        with pytest.raises(MailNotTaken, match="settings of the channel are missing"):
            await send_mail(await stored(reply.message), await fresh(channel), keyring=KEYRING, outbound=Outbound(["127.0.0.1"]))
        await send_all(store)

    assert ((await stored(reply.message)).delivery_status, office.taken) == (DeliveryStatus.QUEUED, [])
