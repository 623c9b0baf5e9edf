"""Who is told about what waited or went wrong: a case put aside or standing still, a reply released or not taken back."""

from care.cases.events import CaseHandedOver, CaseStuck, CaseWoken, ReplyWithheld
from care.documents.cases import Case
from care.documents.channels import Environment
from care.documents.conversations import Message
from care.documents.promises import Target, TargetKind
from care.events import ReplyHeld, ReplyScheduled
from care.retractions.events import RetractionFailed
from core.events import Recorded
from core.handlers import Handlers
from notifications.announcements import notify
from notifications.documents import NotificationKind
from notifications.recipients import members_working_in, recipients_of

_ALARMED = (Target(kind=TargetKind.ASSIGNEE), Target(kind=TargetKind.MANAGERS))


def subscribe(handlers: Handlers) -> None:
    """Tell people from the moment this is first started."""
    handlers.group("notifications.casework", start="head").on(CaseWoken, tell_of_waking).on(ReplyScheduled, tell_of_release)
    handlers.group("notifications.stuck_cases", start="head").on(CaseStuck, tell_of_standstill)
    handlers.group("notifications.held_replies", start="head").on(ReplyHeld, tell_of_hold)
    handlers.group("notifications.handed_over", start="head").on(CaseHandedOver, tell_of_hand_over)
    handlers.group("notifications.withheld_replies", start="head").on(ReplyWithheld, tell_of_withheld)
    handlers.group("notifications.retractions", start="head").on(RetractionFailed, tell_of_failed_retraction)


async def tell_of_release(event: Recorded[ReplyScheduled]) -> None:
    """Tell who wrote a held reply that it was released and leaves at its time."""
    case, message = await Case.get(event.fact.case_id), await Message.get(event.fact.message_id)
    if event.fact.released and case is not None and message is not None and message.author_id is not None:
        subject = f"#{case.number} {case.subject}"
        await notify([message.author_id], NotificationKind.DRAFT_REVIEWED, subject=subject, target_id=case.id, cause=event)


async def tell_of_hold(event: Recorded[ReplyHeld]) -> None:
    """Tell who wrote a scheduled reply that it waits for a mentor instead of leaving."""
    case, message = await Case.get(event.fact.case_id), await Message.get(event.fact.message_id)
    if event.fact.scheduled and case is not None and message is not None and message.author_id is not None:
        subject = f"#{case.number} {case.subject}"
        await notify([message.author_id], NotificationKind.REPLY_HELD, subject=subject, target_id=case.id, cause=event)


async def tell_of_waking(event: Recorded[CaseWoken]) -> None:
    """Tell who works on the case, or else who put it aside, that it is there again."""
    case = await Case.get(event.fact.case_id)
    if case is not None and case.environment is Environment.LIVE:
        concerned = case.assignee_id or event.fact.snoozed_by
        subject = f"#{case.number} {case.subject}"
        await notify([concerned], NotificationKind.SNOOZE_ENDED, subject=subject, target_id=case.id, cause=event)


async def tell_of_standstill(event: Recorded[CaseStuck]) -> None:
    """Tell who works on the case, and the managers, that it does not come on; with nobody on it, who is on duty."""
    case = await Case.get(event.fact.case_id)
    if case is not None and case.environment is Environment.LIVE:
        subject = f"#{case.number} {case.subject}"
        alarmed = await recipients_of(case, _ALARMED)
        await notify(alarmed, NotificationKind.CASE_STUCK, subject=subject, target_id=case.id, cause=event)


async def tell_of_hand_over(event: Recorded[CaseHandedOver]) -> None:
    """Tell those of the department who work on cases, while nobody there has taken the case up."""
    case = await Case.get(event.fact.case_id)
    is_waiting = case is not None and case.department_id == event.fact.department_id and case.assignee_id is None
    if case is not None and is_waiting and case.environment is Environment.LIVE:
        subject = f"#{case.number} {case.subject}"
        told = await members_working_in(event.fact.department_id)
        await notify(told, NotificationKind.CASE_HANDED_OVER, subject=subject, target_id=case.id, cause=event)


async def tell_of_withheld(event: Recorded[ReplyWithheld]) -> None:
    """Tell who works on the case, and the managers, that something was not said by itself; with nobody on it, who is on duty."""
    case = await Case.get(event.fact.case_id)
    if case is not None and case.environment is Environment.LIVE:
        subject = f"#{case.number} {case.subject}"
        told = await recipients_of(case, _ALARMED)
        await notify(told, NotificationKind.REPLY_WITHHELD, subject=subject, target_id=case.id, cause=event)


async def tell_of_failed_retraction(event: Recorded[RetractionFailed]) -> None:
    """Tell who wanted a reply back, and who works on the case, that the customer still reads it."""
    case, message = await Case.get(event.fact.case_id), await Message.get(event.fact.message_id)
    if case is not None and message is not None and message.retraction is not None and case.environment is Environment.LIVE:
        subject = f"#{case.number} {case.subject}"
        concerned = [one for one in (message.retraction.asked_by, case.assignee_id) if one is not None]
        await notify(concerned, NotificationKind.RETRACTION_FAILED, subject=subject, target_id=case.id, cause=event)
