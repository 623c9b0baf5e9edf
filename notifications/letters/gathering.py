"""From what a member or a customer is told to the e-mail that will tell of it: its own, or the next one that gathers."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from care.jobs import jobs
from community.documents import Member
from community.notices.documents import Notice
from community.notices.events import NoticeAdded
from core.events import Recorded
from core.handlers import Handlers
from core.ids import derived_id
from core.records import change, insert_or_read
from notifications.documents import MailFrequency, Notification, NotificationPreferences
from notifications.events import NotificationAdded
from notifications.letters.customers import reader_of, topic_of
from notifications.letters.documents import Letter, LetterState, LetterTopic
from notifications.preferences import preferences_of, wish_of
from notifications.quiet_hours import leaves_at

LETTER: Final = "letter"
"""The kind of the jobs that send e-mails to members and customers."""
MOST_TOLD: Final = 1_000
GATHERED_FOR: Final = timedelta(minutes=10)
"""A customer gets one e-mail in this time at most of one request, and one of all else."""


def subscribe(handlers: Handlers) -> None:
    """Write e-mails of what is told from the moment a mail server is first set."""
    handlers.group("notifications.letters", start="head").on(NotificationAdded, put_in_letter)
    handlers.group("notifications.customer_letters", start="head").on(NoticeAdded, put_notice_in_letter)


async def put_in_letter(event: Recorded[NotificationAdded]) -> None:
    """Put a notification into the e-mail that will tell of it, and see that it leaves; runs again without harm."""
    told = await Notification.get(event.fact.notification_id)
    member = await Member.get(told.recipient_id) if told else None
    if told is None or member is None:
        return
    preferences = (await preferences_of([member.id]))[member.id]
    frequency = wish_of(preferences, told.kind).email
    if frequency is MailFrequency.OFF or preferences.undeliverable_address == member.email:
        return
    await _see_off(await _letter_for(told, preferences, frequency, event.at))


async def put_notice_in_letter(event: Recorded[NoticeAdded]) -> None:
    """Put a customer's notice into the e-mail that will tell of it, and see that it leaves; runs again without harm."""
    told = await Notice.get(event.fact.notice_id)
    if told is None:
        return
    topic = topic_of(told.kind)
    if await reader_of(told.customer_id, topic) is not None:
        await _see_off(await _letter_to_customer(told, topic, event.at))


async def _see_off(letter: Letter) -> None:
    await jobs().add(letter.id, {"kind": LETTER, "letter_id": letter.id}, due=letter.due_at)


async def _letter_for(
    told: Notification, preferences: NotificationPreferences, frequency: MailFrequency, moment: datetime
) -> Letter:
    def make(due: datetime) -> Letter:
        own = (told.id,) if frequency is MailFrequency.AT_ONCE else (frequency.value, due.isoformat())
        return Letter(
            id=derived_id("nml", told.recipient_id, *own),
            member_id=told.recipient_id,
            frequency=frequency,
            due_at=due,
            notification_ids=[told.id],
            created_at=told.created_at,
        )

    return await _gathered(make, lambda at: leaves_at(preferences, frequency, at), moment)


async def _letter_to_customer(told: Notice, topic: LetterTopic, moment: datetime) -> Letter:
    about = told.target_id if topic is LetterTopic.REQUESTS else ""

    def make(due: datetime) -> Letter:
        return Letter(
            id=derived_id("nml", told.customer_id, topic.value, about, due.isoformat()),
            customer_id=told.customer_id,
            topic=topic,
            due_at=due,
            notification_ids=[told.id],
            created_at=told.created_at,
        )

    return await _gathered(make, _end_of_gathering, moment)


def _end_of_gathering(moment: datetime) -> datetime:
    begun = moment.replace(minute=moment.minute - moment.minute % 10, second=0, microsecond=0)
    return begun + GATHERED_FOR


async def _gathered(make: Callable[[datetime], Letter], due_after: Callable[[datetime], datetime], moment: datetime) -> Letter:
    """Find or make the e-mail that tells of something; one that has left already is followed by the next one."""
    made = make(due_after(moment))
    (told_id,) = made.notification_ids
    letter = await insert_or_read(made)
    if letter is made:
        return letter
    letter = await change(letter, lambda current: _add(current, told_id))
    if told_id in letter.notification_ids:
        return letter
    return await _gathered(make, due_after, made.due_at)


def _add(letter: Letter, told_id: str) -> None:
    open_still = letter.state is LetterState.WAITING and letter.handed_at is None
    if open_still and told_id not in letter.notification_ids and len(letter.notification_ids) < MOST_TOLD:
        letter.notification_ids = [*letter.notification_ids, told_id]
