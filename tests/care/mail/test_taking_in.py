"""From an e-mail to a case: whose it is, which talk it belongs to, and what a machine wrote."""

from datetime import timedelta

import pytest

from auth.actor import Role
from care.cases.clocks import ClockStatus, status
from care.customers import UNKNOWN_SENDER
from care.documents.case_states import CaseStatus
from care.documents.cases import Case
from care.documents.conversations import DeliveryStatus, Direction, Message, Visibility
from care.documents.customers import Customer
from care.mail.tokens import reply_address, wire_id
from care.merging import merge_customers
from core.clock import now
from core.database import Database
from core.idempotency import Once
from core.ids import new_id
from core.records import save
from tests.care.ingest.sender import KEYRING
from tests.care.mail.post import ADDRESS, arrive, make_mail_channel, messages, only_case, post_office, send_all, stored, written
from tests.factories.care import deliver, make_actor, make_case, make_conversation, make_reply, reread


async def test_email_becomes_a_case_with_a_clock(store: Database) -> None:
    channel = await make_mail_channel()

    await arrive(channel, written(Message_ID="<one@example.com>"))

    case, (message,) = await only_case(), await messages()
    customer = await Customer.get(case.customer_id)
    assert customer is not None
    assert (customer.display_name, customer.email, customer.identities[0].external_id) == (
        "Ayşe Demir",
        "ayse@example.com",
        "ayse@example.com",
    )
    assert not customer.identities[0].verified
    assert (case.subject, case.channel_id, case.first_response.target_seconds) == ("Siparişim nerede?", channel.id, 1800)
    assert (message.body, message.language, message.external_id) == ("Siparişim iki haftadır gelmedi!", "tr", "one@example.com")
    assert (message.direction, message.visibility, message.unparsed) == (Direction.INBOUND, Visibility.PRIVATE, False)


async def test_same_email_again_is_one_message_however_it_came(store: Database) -> None:
    channel, raw = await make_mail_channel(), written()

    await arrive(channel, raw)
    await arrive(channel, raw)
    await arrive(channel, b"Received: by another way\r\n" + raw, webhook_id="imap:1:1")

    assert len(await messages()) == 1
    assert (await only_case()).incoming == []


async def test_other_words_under_a_used_message_id_are_not_lost(store: Database) -> None:
    channel = await make_mail_channel()
    await arrive(channel, written("Birinci", Message_ID="<same@example.com>"))

    for _ in range(2):
        await arrive(channel, written("İkinci", Message_ID="<same@example.com>", Date=None))

    assert sorted(message.body for message in await messages()) == ["Birinci", "İkinci"]


async def test_answer_under_the_customers_own_email_joins_its_case(store: Database) -> None:
    channel = await make_mail_channel()
    await arrive(channel, written(Message_ID="<one@example.com>"))
    await arrive(channel, written("Hâlâ bekliyorum.", In_Reply_To="<one@example.com>", References="<one@example.com>"))

    case = await only_case()
    assert [message.case_id for message in await messages()] == [case.id] * 2


async def test_answer_that_came_before_what_it_answers_shares_its_case(store: Database) -> None:
    channel = await make_mail_channel()

    await arrive(channel, written("İkinci", References="<one@example.com>", In_Reply_To="<one@example.com>"))
    await arrive(channel, written("Birinci", Message_ID="<one@example.com>"))

    assert len(await messages()) == 2
    await only_case()


@pytest.mark.parametrize("way", ["message-id", "address", "tag"])
async def test_answer_to_our_email_finds_its_case(store: Database, way: str) -> None:
    async with post_office() as office:
        channel = await make_mail_channel(office.port, subaddressing=True)
        await arrive(channel, written())
        reply = await make_reply(await only_case())
        await send_all(store)
    (sent,) = office.mails()
    told = {
        "message-id": {"In_Reply_To": sent["Message-ID"]},
        "address": {"To": sent["Reply-To"], "Subject": "Başka bir konu"},
        "tag": {"Subject": sent["Subject"]},
    }[way]

    await arrive(channel, written("Teşekkürler, ne zaman gelir?", **told))

    case = await only_case()
    assert [message.case_id for message in await messages()] == [case.id] * 3
    assert (await stored(reply.message)).delivery_status is DeliveryStatus.SENT
    assert status(case.next_response, now()) is ClockStatus.RUNNING


async def test_answer_that_names_a_message_that_is_gone_too_finds_its_case_by_the_other(store: Database) -> None:
    channel = await make_mail_channel()
    await arrive(channel, written())
    reply = await make_reply(await only_case())
    gone, there = (wire_id(KEYRING, name, domain="narin.example") for name in (new_id("msg"), reply.message.id))

    await arrive(channel, written("Ne zaman?", References=f"<{gone}> <{there}>", Subject="Başka"))
    await arrive(channel, written("Yeni", References=f"<{gone}>", Subject="Bambaşka"))
    assert (await Case.count(), len([one for one in await messages() if one.case_id == reply.case.id])) == (2, 3)


async def test_signed_name_of_another_message_proves_nothing_when_it_is_forged(store: Database) -> None:
    channel = await make_mail_channel()
    await arrive(channel, written())
    reply = await make_reply(await only_case())
    good = reply_address(KEYRING, reply.message.id, address=ADDRESS)
    forged = good.replace("@", "x@") if good.endswith("0@narin.example") else good[: good.index("@") - 1] + "0@narin.example"

    await arrive(channel, written("Ben de", From="Mallory <mallory@example.com>", To=forged))
    assert await Case.count() == 2

    await arrive(channel, written("Ben eşiyim", From="Ali <ali@example.com>", To=good))
    assert await Case.count() == 2


async def test_case_number_of_somebody_else_is_only_a_claim(store: Database) -> None:
    channel = await make_mail_channel()
    await arrive(channel, written())
    number = (await only_case()).number

    await arrive(channel, written("Ben de", From="mallory@example.com", Subject=f"Re: [#{number}]"))

    assert await Case.count() == 2


async def test_sender_whom_a_trusted_server_found_false_can_claim_nothing(store: Database) -> None:
    channel = await make_mail_channel(trusted_authserv_id="mx.narin.example")
    await arrive(channel, written())
    number = (await only_case()).number
    subject = f"Re: [#{number}]"

    await arrive(channel, written("a", Subject=subject, Authentication_Results="mx.other.example; dmarc=fail"))
    assert await Case.count() == 1
    await arrive(channel, written("b", Subject=subject, Authentication_Results="mx.narin.example; dmarc=fail header.from=x"))
    assert await Case.count() == 2


@pytest.mark.parametrize("sign", ["Auto-Submitted: auto-replied", "Precedence: bulk", "X-Autoreply: yes", "Return-Path: <>"])
async def test_note_of_absence_joins_its_case_and_starts_nothing(store: Database, sign: str) -> None:
    channel = await make_mail_channel()
    await arrive(channel, written())
    reply = await make_reply(await only_case())
    case = await deliver(reply.message)
    case.status, case.closed_at, case.open_keys = CaseStatus.CLOSED, now(), None
    await save(case)
    answered = wire_id(KEYRING, reply.message.id, domain="narin.example")

    await arrive(channel, f"{sign}\r\n".encode() + written("İzindeyim.", In_Reply_To=f"<{answered}>"))

    case = await only_case()
    assert (case.status, case.incoming) == (CaseStatus.CLOSED, [])
    assert status(case.next_response, now()) is ClockStatus.NOT_APPLICABLE
    assert sorted(message.automatic for message in await messages()) == [False, False, True]


async def test_our_own_email_that_comes_back_is_left_out(store: Database) -> None:
    async with post_office() as office:
        channel = await make_mail_channel(office.port)
        await arrive(channel, written())
        await make_reply(await only_case())
        await send_all(store)

    await arrive(channel, office.taken[0][2])

    assert len(await messages()) == 2


@pytest.mark.parametrize("raw", [b"", b"\xff\xfe", b"hello", b"Subject: who?\r\n\r\nMe.", b"From: \r\n\r\nx"])
async def test_email_without_a_sender_is_shown_with_a_clock(store: Database, raw: bytes) -> None:
    channel = await make_mail_channel()

    await arrive(channel, raw)

    case, (message,) = await only_case(), await messages()
    customer = await Customer.get(case.customer_id)
    assert customer is not None
    assert (customer.display_name, message.unparsed, message.body) == (UNKNOWN_SENDER, True, raw.decode("utf-8", "replace"))
    assert case.first_response.due_at is not None


def bounce(original: str, *, action: str = "failed") -> bytes:
    return f"""Return-Path: <>\r
From: Mail Delivery System <mailer-daemon@post.example>\r
To: {ADDRESS}\r
Subject: Undelivered Mail Returned to Sender\r
Message-ID: <bounce@post.example>\r
Auto-Submitted: auto-replied\r
Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r
\r
--b\r
Content-Type: text/plain\r
\r
I could not deliver it.\r
--b\r
Content-Type: message/delivery-status\r
\r
Reporting-MTA: dns; post.example\r
\r
Final-Recipient: rfc822; ayse@example.com\r
Action: {action}\r
Status: 5.1.1\r
Diagnostic-Code: smtp; 550 5.1.1 User\r
 unknown\r
--b\r
Content-Type: text/rfc822-headers\r
\r
Message-ID: <{original}>\r
Subject: Re\r
--b--\r
""".encode()


async def test_bounce_makes_our_message_failed_and_the_clock_run_again(store: Database) -> None:
    channel = await make_mail_channel()
    await arrive(channel, written())
    due = (await only_case()).first_response.due_at
    reply = await make_reply(await only_case())
    await deliver(reply.message)
    original = wire_id(KEYRING, reply.message.id, domain="narin.example")

    for _ in range(2):
        await arrive(channel, bounce(original))

    case, message = await only_case(), await stored(reply.message)
    assert (message.delivery_status, message.delivery_error) == (DeliveryStatus.FAILED, "smtp; 550 5.1.1 User unknown")
    assert (case.first_response.met_at, case.first_response.due_at) == (None, due)
    assert (case.bounced, len(await messages())) == ([message.id], 2)


async def test_bounce_of_a_reply_that_another_one_followed_reopens_nothing(store: Database) -> None:
    channel = await make_mail_channel()
    await arrive(channel, written())
    first = await make_reply(await only_case())
    await deliver(first.message)
    second = await make_reply(await reread(first.case), body="Bir de şunu ekleyeyim.")
    await deliver(second.message)
    await save_later(second.message)

    await arrive(channel, bounce(wire_id(KEYRING, first.message.id, domain="narin.example")))

    assert (await only_case()).first_response.met_at is not None
    assert (await stored(first.message)).delivery_status is DeliveryStatus.FAILED


async def save_later(message: Message) -> None:
    """Have a message said a moment after the others, whatever the store's milliseconds are."""
    current = await stored(message)
    current.created_at += timedelta(milliseconds=5)
    await save(current)


async def test_delay_changes_nothing_and_a_report_of_nothing_of_ours_is_shown(store: Database) -> None:
    channel = await make_mail_channel()
    await arrive(channel, written())
    reply = await make_reply(await only_case())
    await deliver(reply.message)

    await arrive(channel, bounce(wire_id(KEYRING, reply.message.id, domain="narin.example"), action="delayed"))
    assert (await stored(reply.message)).delivery_status is DeliveryStatus.SENT
    assert len(await messages()) == 2

    await arrive(channel, bounce("somebody.elses@example.com"))
    assert (await Case.count(), (await messages())[-1].automatic) == (2, True)


async def test_case_number_counts_for_whoever_was_merged_with_its_customer(store: Database) -> None:
    channel = await make_mail_channel()
    await arrive(channel, written())
    case = await only_case()
    await arrive(channel, written("Ev adresimden", From="ayse@home.example"))
    home = next(one for one in await Customer.find_all().to_list() if one.email == "ayse@home.example")
    work = await Customer.get(case.customer_id)
    assert work is not None
    await merge_customers(make_actor(Role.MANAGER), work.id, home.id, expected_version=work.version, once=Once())

    await arrive(channel, written("Yine ben", From="ayse@home.example", Subject=f"Re: [#{case.number}]"))

    assert await Message.find({"case_id": case.id}).count() == 2


async def test_case_number_of_a_case_without_emails_opens_one_of_its_own(store: Database) -> None:
    channel = await make_mail_channel()
    await arrive(channel, written())
    customer = await Customer.get((await only_case()).customer_id)
    public = await make_case(await make_conversation(customer=customer))

    await arrive(channel, written("Bir şey daha", Subject=f"Re: [#{public.number}]"))

    assert (await Case.count(), await Message.find({"case_id": public.id}).count()) == (3, 1)


async def test_case_number_leads_into_no_talk_that_others_can_read(store: Database) -> None:
    channel = await make_mail_channel()
    await arrive(channel, written())
    case = await only_case()
    public = await make_conversation()
    case.conversation_ids = [*case.conversation_ids, public.id]
    await save(case)

    await arrive(channel, written("Bir şey daha", Subject=f"Re: [#{case.number}]"))

    assert [message.visibility for message in await messages()] == [Visibility.PRIVATE] * 2
    assert {message.conversation_id for message in await messages()} == {case.conversation_ids[0]}
