"""From what a member is told to the e-mail that will tell of it: its own, or the next digest."""

from datetime import datetime
from typing import Final

from pymongo.errors import DuplicateKeyError

from care.jobs import jobs
from community.documents import Member
from core.events import Recorded
from core.handlers import Handlers
from core.ids import derived_id
from core.records import change, save
from notifications.documents import MailFrequency, Notification, NotificationPreferences
from notifications.events import NotificationAdded
from notifications.letters.documents import Letter, LetterState
from notifications.preferences import preferences_of, wish_of
from notifications.quiet_hours import leaves_at

LETTER: Final = "letter"
"""The kind of the jobs that send e-mails to members."""
MOST_TOLD: Final = 1_000


def subscribe(handlers: Handlers) -> None:
    """Write e-mails of what is told from the moment a mail server is first set."""
    handlers.group("notifications.letters", start="head").on(NotificationAdded, put_in_letter)


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
    letter = await _letter_for(told, preferences, frequency, event.at)
    await jobs().add(letter.id, {"kind": LETTER, "letter_id": letter.id}, due=letter.due_at)


async def _letter_for(
    told: Notification, preferences: NotificationPreferences, frequency: MailFrequency, moment: datetime
) -> Letter:
    """Find or make the e-mail that tells of it; a digest that has left already is followed by the next one."""
    due = leaves_at(preferences, frequency, moment)
    own = (told.id,) if frequency is MailFrequency.AT_ONCE else (frequency.value, due.isoformat())
    identifier = derived_id("nml", told.recipient_id, *own)
    letter = await Letter.get(identifier)
    if letter is None:
        letter = Letter(
            id=identifier,
            member_id=told.recipient_id,
            frequency=frequency,
            due_at=due,
            notification_ids=[told.id],
            created_at=told.created_at,
        )
        try:
            await save(letter)
        except DuplicateKeyError:
            return await _letter_for(told, preferences, frequency, moment)
        return letter
    letter = await change(letter, lambda current: _add(current, told.id))
    if told.id in letter.notification_ids or frequency is MailFrequency.AT_ONCE:
        return letter
    return await _letter_for(told, preferences, frequency, due)


def _add(letter: Letter, notification_id: str) -> None:
    open_still = letter.state is LetterState.WAITING and letter.handed_at is None
    if open_still and notification_id not in letter.notification_ids and len(letter.notification_ids) < MOST_TOLD:
        letter.notification_ids = [*letter.notification_ids, notification_id]
