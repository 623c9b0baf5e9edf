"""Who is told about mentorships: the mentor who is asked, and the two of what begins, changes and ends."""

from typing import Any

from coaching.mentorships.documents import Mentorship, MentorshipProgramme
from coaching.mentorships.events import (
    MentorshipEnded,
    MentorshipHandedOver,
    MentorshipMeetingPlanned,
    MentorshipProposed,
    MentorshipStarted,
)
from core.events import Recorded
from core.handlers import Handlers
from notifications.announcements import notify
from notifications.documents import NotificationKind


def subscribe(handlers: Handlers) -> None:
    """Tell people from the moment this is first started."""
    told = handlers.group("notifications.mentorships", start="head")
    told.on(MentorshipProposed, tell_mentor).on(MentorshipStarted, tell_of_start).on(MentorshipHandedOver, tell_of_handover)
    told.on(MentorshipMeetingPlanned, tell_of_meeting).on(MentorshipEnded, tell_of_end)


async def tell_mentor(event: Recorded[MentorshipProposed]) -> None:
    """Tell the mentor that somebody asks to be accompanied."""
    if mentorship := await Mentorship.get(event.fact.mentorship_id):
        await _tell(mentorship.id, NotificationKind.MENTORSHIP_PROPOSED, event, alone=mentorship.mentor_id)


async def tell_of_start(event: Recorded[MentorshipStarted]) -> None:
    """Tell the two who accompanies whom from now on."""
    await _tell(event.fact.mentorship_id, NotificationKind.MENTORSHIP_STARTED, event)


async def tell_of_handover(event: Recorded[MentorshipHandedOver]) -> None:
    """Tell the two who accompanies whom from now on, and who was the mentor that it is over for them."""
    await _tell(event.fact.mentorship_id, NotificationKind.MENTORSHIP_STARTED, event)
    await _tell(event.fact.mentorship_id, NotificationKind.MENTORSHIP_ENDED, event, alone=event.fact.from_id)


async def tell_of_meeting(event: Recorded[MentorshipMeetingPlanned]) -> None:
    """Tell the two that they will meet."""
    await _tell(event.fact.mentorship_id, NotificationKind.MENTORSHIP_MEETING, event)


async def tell_of_end(event: Recorded[MentorshipEnded]) -> None:
    """Tell the two that it is over."""
    await _tell(event.fact.mentorship_id, NotificationKind.MENTORSHIP_ENDED, event)


async def _tell(mentorship_id: str, kind: NotificationKind, cause: Recorded[Any], *, alone: str | None = None) -> None:
    mentorship = await Mentorship.get(mentorship_id)
    programme = await MentorshipProgramme.get(mentorship.programme_id) if mentorship else None
    if mentorship is not None and programme is not None:
        recipients = mentorship.parties if alone is None else [alone]
        await notify(recipients, kind, subject=programme.name, target_id=mentorship.id, cause=cause)
