"""Who is told about requests for information: the front office of what an agency asks, the agency of what it is answered."""

from typing import Any

from care.documents.cases import Case
from care.documents.channels import Environment
from care.documents.information import InformationRequest
from care.events import InformationAnswered, InformationOverdue, InformationRequested
from core.events import Recorded
from core.handlers import Handlers
from notifications.announcements import notify
from notifications.documents import NotificationKind
from notifications.recipients import FRONT_OFFICE, members_holding


def subscribe(handlers: Handlers) -> None:
    """Tell people from the moment this is first started."""
    told = handlers.group("notifications.information", start="head")
    told.on(InformationRequested, tell_front_office)
    told.on(InformationOverdue, remind_front_office)
    told.on(InformationAnswered, tell_agency)


async def tell_front_office(event: Recorded[InformationRequested]) -> None:
    """Tell who works on the case, and the front office, that an agency asks."""
    await _ask(event.fact.request_id, NotificationKind.INFORMATION_REQUESTED, event)


async def remind_front_office(event: Recorded[InformationOverdue]) -> None:
    """Remind who took the request up, or else the front office, that an agency waits."""
    await _ask(event.fact.request_id, NotificationKind.INFORMATION_OVERDUE, event)


async def tell_agency(event: Recorded[InformationAnswered]) -> None:
    """Tell who asked that the information is there."""
    request = await InformationRequest.get(event.fact.request_id)
    if request is not None:
        await _tell([request.asked_by], request, NotificationKind.INFORMATION_ANSWERED, event)


async def _ask(request_id: str, kind: NotificationKind, cause: Recorded[Any]) -> None:
    request = await InformationRequest.get(request_id)
    if request is not None:
        await _tell([request.taken_by] if request.taken_by else await _front_office(), request, kind, cause)


async def _tell(recipients: list[str], request: InformationRequest, kind: NotificationKind, cause: Recorded[Any]) -> None:
    case = await Case.get(request.case_id)
    if case is not None and case.environment is Environment.LIVE:
        await notify(recipients, kind, subject=f"#{case.number} {case.subject}", target_id=case.id, cause=cause)


async def _front_office() -> list[str]:
    return await members_holding(FRONT_OFFICE)
