"""Who is told about procedures, policies and concerns; of a concern nobody but who handles it and who told of it."""

from typing import Any

from auth.actor import Role
from community.procedures.documents import Concern, Guideline
from community.procedures.events import (
    AttestationsOverdue,
    ConcernEscalated,
    ConcernRaised,
    ConcernSettled,
    GuidelinePublished,
)
from community.procedures.reading import who_is_missing
from core.events import Recorded
from core.handlers import Handlers
from notifications.announcements import notify
from notifications.documents import NotificationKind
from notifications.recipients import members_holding

CONFIDANTS = (Role.HR,)


def subscribe(handlers: Handlers) -> None:
    """Tell people from the moment this is first started."""
    told = handlers.group("notifications.procedures", start="head")
    told.on(GuidelinePublished, ask_to_attest).on(AttestationsOverdue, remind_to_attest)
    told.on(ConcernRaised, tell_confidants).on(ConcernEscalated, tell_administrators).on(ConcernSettled, tell_teller)


async def ask_to_attest(event: Recorded[GuidelinePublished]) -> None:
    """Ask those who must attest an edition."""
    await _ask(event.fact.guideline_id, event.fact.number, NotificationKind.ANNOUNCED, event)


async def remind_to_attest(event: Recorded[AttestationsOverdue]) -> None:
    """Remind those who have not attested in time."""
    await _ask(event.fact.guideline_id, event.fact.number, NotificationKind.ACKNOWLEDGEMENT_DUE, event)


async def tell_confidants(event: Recorded[ConcernRaised]) -> None:
    """Tell who handles concerns that there is one, but for who told of it; nothing of what it says."""
    concern = await Concern.get(event.fact.concern_id)
    if concern is not None:
        people = [one for one in await members_holding(CONFIDANTS) if one != concern.raised_by]
        await _tell(people, concern, NotificationKind.CONCERN_RAISED, event)


async def tell_administrators(event: Recorded[ConcernEscalated]) -> None:
    """Pass on what nobody has taken up."""
    concern = await Concern.get(event.fact.concern_id)
    if concern is not None:
        people = [one for one in await members_holding((Role.ADMIN,)) if one != concern.raised_by]
        await _tell(people, concern, NotificationKind.CONCERN_RAISED, event)


async def tell_teller(event: Recorded[ConcernSettled]) -> None:
    """Tell who raised a concern in their name that something came of it."""
    concern = await Concern.get(event.fact.concern_id)
    if concern is not None and concern.raised_by is not None:
        await _tell([concern.raised_by], concern, NotificationKind.CONCERN_SETTLED, event)


async def _ask(guideline_id: str, number: int, kind: NotificationKind, cause: Recorded[Any]) -> None:
    guideline = await Guideline.get(guideline_id)
    if guideline is not None and guideline.edition is not None and guideline.edition.number == number:
        people = await who_is_missing(guideline)
        await notify(people, kind, subject=guideline.edition.title, target_id=guideline.id, cause=cause)


async def _tell(people: list[str], concern: Concern, kind: NotificationKind, cause: Recorded[Any]) -> None:
    await notify(people, kind, subject="", target_id=concern.id, cause=cause)
