"""Who is told about cases that come back to them: what was put aside is to be worked on again."""

from care.cases.events import CaseWoken
from care.documents.cases import Case
from care.documents.channels import Environment
from core.events import Recorded
from core.handlers import Handlers
from notifications.announcements import notify
from notifications.documents import NotificationKind


def subscribe(handlers: Handlers) -> None:
    """Tell people from the moment this is first started."""
    handlers.group("notifications.casework", start="head").on(CaseWoken, tell_of_waking)


async def tell_of_waking(event: Recorded[CaseWoken]) -> None:
    """Tell who works on the case, or else who put it aside, that it is there again."""
    case = await Case.get(event.fact.case_id)
    if case is not None and case.environment is Environment.LIVE:
        concerned = case.assignee_id or event.fact.snoozed_by
        subject = f"#{case.number} {case.subject}"
        await notify([concerned], NotificationKind.SNOOZE_ENDED, subject=subject, target_id=case.id, cause=event)
