"""E-mails to members when things meet: two workers, two notifications at once, a line that goes dead, a digest that has left."""

import asyncio
from datetime import timedelta

import pytest

from community.documents import Member
from core.clock import clock, now
from core.database import Database
from core.events import Recorded
from core.leases import GiveUp, Job, TryLater
from core.records import change
from notifications.announcements import notify
from notifications.documents import MailFrequency, NotificationKind, NotificationPreferences
from notifications.events import NotificationAdded
from notifications.letters.documents import Letter, LetterState
from notifications.letters.gathering import put_in_letter
from notifications.letters.names import DIGESTS, EVERYTHING, kinds_meant
from notifications.letters.sending import Post
from tests.care.ingest.sender import KEYRING
from tests.care.mail.post import PostOffice, post_office
from tests.factories import community as people
from tests.notifications.post import make_reader, only_letter, send_all, settings_of, tell
from tests.notifications.test_announcements import cause

K = NotificationKind


def job_of(letter_id: str) -> Job:
    return Job(id=letter_id, token=1, attempt=1, row={"letter_id": letter_id})


async def send(office: PostOffice, letter_id: str) -> None:
    await Post(settings_of(office.port), KEYRING).send(job_of(letter_id))


async def test_line_that_goes_dead_at_the_last_word_leaves_it_at_that(store: Database) -> None:
    member = await make_reader()
    async with post_office() as office:
        office.hangs_up = True
        await tell(member, K.QUESTION_INVITED)
        await send_all(store, office)
        office.hangs_up = False
        await send_all(store, office, after=timedelta(days=1))

    assert len(office.taken) == 1
    assert (await only_letter()).state is LetterState.UNCERTAIN


async def test_of_two_workers_one_says_the_last_word(store: Database) -> None:
    await tell(await make_reader(), K.QUESTION_INVITED)
    letter = await only_letter()
    async with post_office() as office:
        await asyncio.gather(*(send(office, letter.id) for _ in range(2)), return_exceptions=True)
        await send(office, letter.id)

    assert len(office.taken) == 1
    assert (await only_letter()).state is LetterState.SENT


async def test_email_that_has_left_does_not_leave_again_and_one_that_is_gone_is_given_up(store: Database) -> None:
    await tell(await make_reader(), K.QUESTION_INVITED)
    letter = await only_letter()
    async with post_office() as office:
        await send(office, letter.id)
        await send(office, letter.id)
        with pytest.raises(GiveUp, match="there is no such e-mail"):
            await send(office, "nml_gone")

    assert len(office.taken) == 1


async def test_email_waits_when_the_quiet_hours_began_before_it_could_leave(store: Database) -> None:
    begins, ends = now() + timedelta(hours=1), now() + timedelta(hours=6)
    quiet = {"begins": f"{begins:%H:%M}", "ends": f"{ends:%H:%M}"}
    await tell(await make_reader(time_zone="UTC", quiet_hours=quiet), K.QUESTION_INVITED)
    letter = await only_letter()
    clock.shift(timedelta(hours=2))
    async with post_office() as office:
        with pytest.raises(TryLater, match="quiet hours") as waiting:
            await send(office, letter.id)

    assert office.taken == []
    assert timedelta(hours=3) < timedelta(seconds=waiting.value.pause) <= timedelta(hours=4)


async def added(member: Member, number: int) -> Recorded[NotificationAdded]:
    event = cause(NotificationAdded(notification_id="-"), number=number)
    (left,) = await notify([member.id], K.ASSIGNED, subject=f"#{number}", target_id=f"case_{number}", cause=event)
    return cause(NotificationAdded(notification_id=left.id), number=number)


async def test_two_notifications_at_once_are_in_one_digest(store: Database) -> None:
    member = await make_reader(time_zone="UTC", digest_at="08:00")
    events = [await added(member, number) for number in range(1, 6)]

    await asyncio.gather(*map(put_in_letter, events))

    assert len((await only_letter()).notification_ids) == len(events)


async def test_what_comes_late_is_told_by_the_digest_after_the_one_that_left(store: Database) -> None:
    member = await make_reader(time_zone="UTC", digest_at="08:00")
    first, late = await added(member, 1), await added(member, 2)
    await put_in_letter(first)
    left = await only_letter()
    await change(left, lambda current: setattr(current, "state", LetterState.SENT))

    await put_in_letter(late)
    await put_in_letter(late)

    letters = await Letter.find_all().sort("due_at").to_list()
    assert [(one.state, one.notification_ids) for one in letters] == [
        (LetterState.SENT, left.notification_ids),
        (LetterState.WAITING, [late.fact.notification_id]),
    ]
    assert letters[1].due_at - letters[0].due_at == timedelta(days=1)


def test_a_link_stands_for_one_kind_for_digests_or_for_everything() -> None:
    wishes = NotificationPreferences(id="ntp_1", member_id="mem_1", created_at=now())

    gathered = kinds_meant(DIGESTS, wishes)
    assert K.ASSIGNED in gathered
    assert K.QUESTION_INVITED not in gathered
    assert kinds_meant("QUESTION_INVITED", wishes) == [K.QUESTION_INVITED]
    assert kinds_meant(EVERYTHING, wishes) == list(K)


async def test_nobody_is_written_to_who_is_not_there(store: Database) -> None:
    member = await people.make_member()
    await tell(member, K.QUESTION_INVITED)
    async with post_office() as office:
        await send(office, (await only_letter()).id)

    assert office.taken == []
    assert (await only_letter()).state is LetterState.NEEDLESS


async def test_reader_who_wants_no_email_gets_none(store: Database) -> None:
    member = await make_reader(kinds=[{"kind": "ASSIGNED", "email": MailFrequency.OFF}])
    await put_in_letter(await added(member, 1))

    assert await Letter.find_all().count() == 0
