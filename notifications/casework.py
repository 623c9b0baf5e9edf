"""Who is told about what waited: a case that was put aside, a reply that a mentor let go for its time."""

from care.cases.events import CaseWoken
from care.documents.cases import Case
from care.documents.channels import Environment
from care.documents.conversations import Message
from care.events import ReplyScheduled
from core.events import Recorded
from core.handlers import Handlers
from notifications.announcements import notify
from notifications.documents import NotificationKind


def subscribe(handlers: Handlers) -> None:
    """Tell people from the moment this is first started."""
    handlers.group("notifications.casework", start="head").on(CaseWoken, tell_of_waking).on(ReplyScheduled, tell_of_release)


async def tell_of_release(event: Recorded[ReplyScheduled]) -> None:
    """Tell who wrote a held reply that it was released and leaves at its time."""
    case, message = await Case.get(event.fact.case_id), await Message.get(event.fact.message_id)
    if event.fact.released and case is not None and message is not None and message.author_id is not None:
        subject = f"#{case.number} {case.subject}"
        await notify([message.author_id], NotificationKind.DRAFT_REVIEWED, subject=subject, target_id=case.id, cause=event)


async def tell_of_waking(event: Recorded[CaseWoken]) -> None:
    """Tell who works on the case, or else who put it aside, that it is there again."""
    case = await Case.get(event.fact.case_id)
    if case is not None and case.environment is Environment.LIVE:
        concerned = case.assignee_id or event.fact.snoozed_by
        subject = f"#{case.number} {case.subject}"
        await notify([concerned], NotificationKind.SNOOZE_ENDED, subject=subject, target_id=case.id, cause=event)
