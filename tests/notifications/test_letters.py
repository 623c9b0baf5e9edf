"""E-mails to members: what a provider's server gets, in whose language, once, and what becomes of those that come back."""

from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from aiosmtplib import SMTP, SMTPDataError

from auth.documents import Account
from care.ingest.mail_receiver import MailReceiver, receiving
from core.clock import now
from core.database import Database
from core.ids import with_prefix
from core.leases import TRIES
from core.records import change
from core.settings import Settings, WrongSetting
from notifications.documents import MailFrequency, NotificationKind
from notifications.letters.bounces import Bounces
from notifications.letters.documents import Letter, LetterState
from notifications.letters.names import read_token, write_token
from notifications.letters.settings import post_settings
from notifications.marking import mark_read
from notifications.preferences import KindDraft, PreferencesDraft, preferences_of, update_preferences
from tests.care.ingest.sender import KEYRING
from tests.care.mail.post import post_office
from tests.factories import community as people
from tests.notifications.post import SENDER, URL, die_at, make_reader, only_letter, send_all, tell

K = NotificationKind


def body(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    assert part is not None
    text: str = part.get_content()
    return text.replace("\r\n", "\n")


@pytest.mark.parametrize(
    ("locale", "subject", "direction", "stop"),
    [
        ("en", "Your answer is asked for: “#7 <Kargo>”", "ltr", "No more e-mails of this kind"),
        ("tr", "Yanıtınız bekleniyor: “#7 <Kargo>”", "ltr", "Bu türden e-posta gönderme"),
        ("fa", "پاسخ شما خواسته شده است: “#7 <Kargo>”", "rtl", "دیگر چنین ایمیلی نفرست"),
    ],
)
async def test_what_is_urgent_leaves_at_once_in_the_members_language(
    store: Database, locale: str, subject: str, direction: str, stop: str
) -> None:
    member = await make_reader(locale)
    async with post_office() as office:
        await tell(member, K.QUESTION_INVITED, "#7 <Kargo>")
        await send_all(store, office)
        await send_all(store, office, after=timedelta(days=2))

    ((sender, recipients, _),) = office.taken
    assert (sender, recipients) == (SENDER, [member.email])
    (mail,) = office.mails()
    assert (mail["From"].addresses[0].display_name, mail["From"].addresses[0].addr_spec) == ("Köprü", SENDER)
    assert (mail["Subject"], mail["Content-Language"], mail["Auto-Submitted"]) == (subject, locale, "auto-generated")
    link = f"{URL}/notifications/unsubscribe/{write_token(KEYRING, member.id, 'QUESTION_INVITED')}"
    assert (mail["List-Unsubscribe"], mail["List-Unsubscribe-Post"]) == (f"<{link}>", "List-Unsubscribe=One-Click")
    assert f"- {subject}\n  https://app.narin.example/case_7\n" in body(mail, "plain")
    assert f"{stop}: {link}" in body(mail, "plain")
    assert f'<html lang="{locale}" dir="{direction}">' in body(mail, "html")
    assert "<Kargo>" not in body(mail, "html")
    assert (await only_letter()).state is LetterState.SENT


async def test_digest_gathers_what_was_not_read_and_tells_of_one_object_once(store: Database) -> None:
    member = await make_reader("tr", time_zone="UTC", digest_at="08:00")
    read = await tell(member, K.ASSIGNED, "#1 Okunmuş", number=1, target="case_1")
    for number in (2, 3):
        await tell(member, K.ASSIGNED, "#2 İade", number=number, target="case_2")
    await tell(member, K.SNOOZE_ENDED, "#3 Kargo", number=4, target="case_3")
    await mark_read(people.actor_of(member), ids=[read.id])
    async with post_office() as office:
        await send_all(store, office)
        assert office.taken == []
        await send_all(store, office, after=timedelta(days=1))
        await tell(member, K.ASSIGNED, "#4 Yeni", number=5, target="case_4")
        await send_all(store, office)

    (mail,) = office.mails()
    assert mail["Subject"] == "Size bildirilen 3 şey"
    text = body(mail, "plain")
    assert "- “#2 İade” vakası size atandı. (2 kez)\n" in text
    assert "“#3 Kargo” vakası yeniden önünüzde." in text
    assert "Okunmuş" not in text
    assert "Toplu e-posta gönderme" in text
    assert sorted((letter.state.value, len(letter.notification_ids)) for letter in await Letter.find_all().to_list()) == [
        ("SENT", 4),
        ("WAITING", 1),
    ]


async def test_hourly_digest_waits_for_the_full_hour_and_for_the_end_of_the_quiet_hours(store: Database) -> None:
    begins, ends = now() + timedelta(minutes=30), now() + timedelta(hours=5)
    member = await make_reader(
        time_zone="UTC",
        quiet_hours={"begins": f"{begins:%H:%M}", "ends": f"{ends:%H:%M}"},
        kinds=[{"kind": "ASSIGNED", "email": "HOURLY"}],
    )
    await tell(member, K.ASSIGNED)
    due = (await only_letter()).due_at
    async with post_office() as office:
        await send_all(store, office, after=due - now() - timedelta(seconds=5))
        assert office.taken == []
        await send_all(store, office, after=timedelta(seconds=10))

    assert len(office.taken) == 1


async def test_worker_that_is_killed_at_the_last_word_sends_no_second_one(store: Database) -> None:
    member = await make_reader()
    async with post_office() as office:
        office.hangs = True
        await tell(member, K.QUESTION_INVITED)
        await die_at(store, office)
        office.hangs = False
        await send_all(store, office)
        await send_all(store, office, after=timedelta(days=1))

    assert len(office.taken) == 1
    letter = await only_letter()
    assert (letter.state, letter.reason) == (LetterState.UNCERTAIN, "the worker ended before the mail server answered")


async def test_passing_trouble_is_tried_again_under_the_same_name(store: Database) -> None:
    member = await make_reader()
    async with post_office("451 4.7.1 Greylisted", "250 OK") as office:
        await tell(member, K.QUESTION_INVITED)
        await send_all(store, office)
        await send_all(store, office, after=timedelta(minutes=10))

    first, second = office.mails()
    assert first["Message-ID"] == second["Message-ID"]
    assert office.taken[0][2] == office.taken[1][2]
    assert (await only_letter()).state is LetterState.SENT


async def test_trouble_that_lasts_is_told_to_the_end_and_then_given_up(store: Database) -> None:
    member = await make_reader()
    async with post_office(*["451 4.7.1 Greylisted"] * (TRIES + 1)) as office:
        await tell(member, K.QUESTION_INVITED)
        for day in range(TRIES + 1):
            await send_all(store, office, after=timedelta(days=day))

    assert len(office.taken) == TRIES
    letter = await only_letter()
    assert letter.state is LetterState.FAILED
    assert "451 4.7.1 Greylisted" in (letter.reason or "")


async def test_refused_recipient_is_written_to_no_more_until_they_say_so(store: Database) -> None:
    member = await make_reader()
    actor = people.actor_of(member)
    async with post_office() as office:
        office.nobody.add(member.email)
        await tell(member, K.QUESTION_INVITED)
        await send_all(store, office)
        chosen = (await preferences_of([member.id]))[member.id]
        assert chosen.undeliverable_reason == "the mail server said: 550 5.1.1 No such user"
        await tell(member, K.QUESTION_INVITED, number=8)
        office.nobody.clear()
        await update_preferences(actor, PreferencesDraft(), resume_email=True, expected_version=chosen.version)
        await tell(member, K.QUESTION_INVITED, "#9 Fatura", number=9)
        await send_all(store, office)

    assert [mail["Subject"] for mail in office.mails()] == ["Your answer is asked for: “#9 Fatura”"]
    assert sorted(letter.state.value for letter in await Letter.find_all().to_list()) == ["FAILED", "SENT"]


async def test_nobody_is_written_to_who_left_or_changed_their_mind(store: Database) -> None:
    gone, quiet = await make_reader(), await make_reader()
    for number, member in enumerate((gone, quiet)):
        await tell(member, K.QUESTION_INVITED, number=number + 1)
    account = await Account.get(with_prefix("acc", gone.id))
    assert account is not None
    await change(account, lambda current: setattr(current, "disabled_at", now()))
    draft = PreferencesDraft(kinds=[KindDraft(kind=K.QUESTION_INVITED, email=MailFrequency.OFF)])
    await update_preferences(people.actor_of(quiet), draft, expected_version=0)
    async with post_office() as office:
        await send_all(store, office)

    assert office.taken == []
    assert {letter.state for letter in await Letter.find_all().to_list()} == {LetterState.NEEDLESS}


REPORT = """\
From: MAILER-DAEMON@mx.example\r
To: {to}\r
Subject: Undelivered\r
MIME-Version: 1.0\r
Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r
\r
--b\r
Content-Type: message/delivery-status\r
\r
Reporting-MTA: dns; mx.example\r
\r
Final-Recipient: rfc822; someone@narin.example\r
Action: {action}\r
Status: 5.1.1\r
Diagnostic-Code: smtp; 550 5.1.1 Mailbox gone\r
\r
--b\r
Content-Type: text/rfc822-headers\r
\r
Message-ID: {wire_id}\r
\r
--b--\r
"""


@pytest.mark.parametrize(("action", "noted"), [("failed", "smtp; 550 5.1.1 Mailbox gone"), ("delayed", None)])
async def test_email_that_comes_back_ends_further_ones(store: Database, action: str, noted: str | None) -> None:
    member = await make_reader()
    async with post_office() as office:
        await tell(member, K.QUESTION_INVITED)
        await send_all(store, office)
    wire_id = message_from_bytes(office.taken[0][2], policy=policy.default)["Message-ID"]
    receiver = MailReceiver(store, KEYRING, bounces=Bounces(SENDER, KEYRING))
    async with (
        receiving(receiver, "smtp", "127.0.0.1", 0) as port,
        SMTP(hostname="127.0.0.1", port=port, start_tls=False, local_hostname="mx.example") as client,
    ):
        for _ in range(2):
            await client.sendmail("", [SENDER], REPORT.format(to=SENDER, action=action, wire_id=wire_id).encode())
        forged = wire_id.replace(".", ".x", 1)
        for strange in (REPORT.format(to=SENDER, action="failed", wire_id=forged), "Subject: Merhaba\r\n\r\nBuyrun?\r\n"):
            with pytest.raises(SMTPDataError, match=r"5\.7\.1 Only reports of our own e-mails are taken here"):
                await client.sendmail("ayse@example.com", [SENDER], strange.encode())

    assert (await preferences_of([member.id]))[member.id].undeliverable_reason == noted
    assert await store["inbox"].count_documents({}) == 0


def test_tokens_are_ours_or_nothing() -> None:
    token = write_token(KEYRING, "mem_1", "ASSIGNED")

    found = read_token(KEYRING, token)
    assert found is not None
    assert (found.recipient_id, found.scope) == ("mem_1", "ASSIGNED")
    for wrong in ("", token[:-1], token.replace("mem_1", "mem_2"), token.replace("ASSIGNED", "ALL"), "a.b.c"):
        assert read_token(KEYRING, wrong) is None


def test_settings_say_what_is_missing() -> None:
    assert post_settings(Settings(memory_only=True)) is None
    with pytest.raises(WrongSetting, match="KOPRU_SMTP_FROM is required"):
        post_settings(Settings(memory_only=True, smtp_host="mail.example"))
    with pytest.raises(WrongSetting, match="user and the password together"):
        post_settings(Settings(memory_only=True, smtp_host="mail.example", smtp_from=SENDER, smtp_user="kopru"))
    with pytest.raises(WrongSetting, match="KOPRU_SMTP_FROM is wrong"):
        post_settings(Settings(memory_only=True, smtp_host="mail.example", smtp_from="nobody"))
