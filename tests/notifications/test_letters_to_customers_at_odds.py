"""E-mails to customers when things meet, repeat, come back or are not wanted: one e-mail, or none."""

import asyncio
from datetime import timedelta

import pytest

from auth.actor import ANONYMOUS
from community.notices.documents import Notice
from community.notices.events import NoticeAdded
from core.clock import clock
from core.database import Database
from core.errors import Conflict, Forbidden
from notifications.letters.bounces import Bounces
from notifications.letters.choosing import ChoiceDraft, read_letter_preferences, update_letter_preferences
from notifications.letters.documents import Letter, LetterState, LetterTopic
from notifications.letters.gathering import GATHERED_FOR, put_notice_in_letter
from notifications.letters.names import read_token, write_token
from notifications.letters.recipients import stop_writing
from tests.care.ingest.sender import KEYRING
from tests.care.mail.post import PostOffice, post_office
from tests.dying import dying
from tests.factories.care import make_actor
from tests.notifications.customers import ADDRESS, answer, make_asker, make_request, shown_as
from tests.notifications.post import SENDER, die_at, only_letter, send_all
from tests.notifications.test_announcements import cause
from tests.notifications.test_letters import REPORT, body

LATER = GATHERED_FOR + timedelta(seconds=1)


async def send_now(store: Database, office: PostOffice) -> None:
    """Let the time of gathering pass, and what is due leave."""
    await send_all(store, office, after=LATER)


async def test_gone_notice_or_nobody_to_write_to_leaves_nothing(store: Database) -> None:
    await put_notice_in_letter(cause(NoticeAdded(notice_id="pnt_gone")))
    actor = await make_asker()
    await update_letter_preferences(actor, ChoiceDraft(requests=False), expected_version=0)
    await answer(await make_request(actor))

    assert await Letter.find_all().to_list() == []
    assert await Notice.find_all().count() == 1


async def test_of_handlers_at_once_and_cut_off_ones_comes_one_email(store: Database) -> None:
    actor = await make_asker()
    await answer(await make_request(actor))
    (notice,) = await Notice.find_all().to_list()
    for letter in await Letter.find_all().to_list():
        await store["letters"].delete_one({"_id": letter.id})
    event = cause(NoticeAdded(notice_id=notice.id))
    async with dying(0):
        await put_notice_in_letter(event)
    await asyncio.gather(*(put_notice_in_letter(event) for _ in range(3)))
    async with post_office() as office:
        await send_now(store, office)
        await put_notice_in_letter(event)
        await send_now(store, office)

    assert len(office.taken) == 1
    letter = await only_letter()
    assert (letter.notification_ids, letter.topic, letter.customer_id) == ([notice.id], LetterTopic.REQUESTS, actor.customer_id)


async def test_worker_that_is_killed_at_the_last_word_sends_no_second_one(store: Database) -> None:
    await answer(await make_request(await make_asker()))
    async with post_office() as office:
        office.hangs = True
        clock.shift(LATER)
        await die_at(store, office)
        office.hangs = False
        await send_now(store, office)

    assert len(office.taken) == 1
    assert (await only_letter()).state is LetterState.UNCERTAIN


async def test_refused_address_is_written_to_no_more_until_the_customer_says_so(store: Database) -> None:
    actor = await make_asker()
    case = await make_request(actor)
    async with post_office() as office:
        office.nobody.add(ADDRESS)
        await answer(case, number=1)
        await send_now(store, office)
        chosen = await read_letter_preferences(actor)
        assert chosen is not None
        assert chosen.undeliverable_reason == "the mail server said: 550 5.1.1 No such user"
        await answer(case, "Unheard.", number=2)
        office.nobody.clear()
        await update_letter_preferences(actor, ChoiceDraft(), resume_email=True, expected_version=chosen.version)
        await answer(case, "Heard again.", number=3)
        await send_now(store, office)

    (mail,) = office.mails()
    assert "Heard again." in body(mail, "plain")
    assert sorted(letter.state.value for letter in await Letter.find_all().to_list()) == ["FAILED", "SENT"]


async def test_email_that_comes_back_ends_further_ones(store: Database) -> None:
    actor = await make_asker()
    async with post_office() as office:
        await answer(await make_request(actor))
        await send_now(store, office)
    (mail,) = office.mails()
    bounces = Bounces(SENDER, KEYRING)
    for action, noted in (("delayed", None), ("failed", "smtp; 550 5.1.1 Mailbox gone")):
        for _ in range(2):
            assert await bounces.take(REPORT.format(to=SENDER, action=action, wire_id=mail["Message-ID"]).encode())
        chosen = await read_letter_preferences(actor)
        assert chosen is not None
        assert chosen.undeliverable_reason == noted


async def test_link_switches_off_its_topic_or_all_and_nobody_elses(store: Database) -> None:
    actor = await make_asker()
    for scope, wanted in (("COMMUNITY", (True, False)), ("ALL", (False, False)), ("ALL", (False, False))):
        meant = read_token(KEYRING, write_token(KEYRING, shown_as(actor), scope))
        assert meant is not None
        await stop_writing(meant)
        chosen = await read_letter_preferences(actor)
        assert chosen is not None
        assert (chosen.requests, chosen.community) == wanted

    for recipient, scope in ((shown_as(actor), "ASSIGNED"), ("mem_1", "REQUESTS"), (str(actor.customer_id), "ALL")):
        assert read_token(KEYRING, write_token(KEYRING, recipient, scope)) is None


async def test_preferences_are_the_customers_own(store: Database) -> None:
    actor = await make_asker()
    first = await update_letter_preferences(actor, ChoiceDraft(community=False), expected_version=0)
    assert (first.version, first.requests, first.community) == (1, True, False)
    with pytest.raises(Conflict):
        await update_letter_preferences(actor, ChoiceDraft(requests=False), expected_version=0)
    for stranger in (ANONYMOUS, make_actor()):
        assert await read_letter_preferences(stranger) is None
        with pytest.raises(Forbidden):
            await update_letter_preferences(stranger, ChoiceDraft(), expected_version=0)
