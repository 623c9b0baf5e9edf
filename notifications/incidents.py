"""Who is told about incidents of conduct: the member and their mentors, without a word of what was said."""

from typing import Any, Final

from coaching.incidents.documents import ConductIncident
from coaching.incidents.events import (
    ConductIncidentClosed,
    ConductIncidentRecorded,
    ConductOutcomeAgreed,
    ConductOutcomeProposed,
)
from coaching.incidents.reading import mentors_of
from core.events import Recorded
from core.handlers import Handlers
from notifications.announcements import notify
from notifications.documents import NotificationKind

_WORDS: Final[dict[str, dict[str, str]]] = {
    ConductIncidentRecorded.__name__: {"en": "something was recorded", "tr": "bir olay kaydedildi", "fa": "موردی ثبت شد"},
    ConductOutcomeProposed.__name__: {
        "en": "your mentor proposes what to do",
        "tr": "mentorunuz bir öneride bulundu",
        "fa": "مربی شما پیشنهادی داد",
    },
    ConductOutcomeAgreed.__name__: {
        "en": "you agreed on what to do",
        "tr": "ne yapılacağında anlaşıldı",
        "fa": "بر سر کار توافق شد",
    },
    ConductIncidentClosed.__name__: {"en": "it is closed", "tr": "kapatıldı", "fa": "بسته شد"},
}


def subscribe(handlers: Handlers) -> None:
    """Tell people from the moment this is first started."""
    told = handlers.group("notifications.incidents", start="head")
    for kind in (ConductIncidentRecorded, ConductOutcomeProposed, ConductOutcomeAgreed, ConductIncidentClosed):
        told.on(kind, tell_of_incident)


async def tell_of_incident(event: Recorded[Any]) -> None:
    """Tell the member of what others did, and of a new one or an agreement the mentors."""
    incident = await ConductIncident.get(event.fact.incident_id)
    if incident is None:
        return
    told = {incident.member_id}
    if isinstance(event.fact, ConductIncidentRecorded | ConductOutcomeAgreed):
        told |= set(await mentors_of(incident.member_id))
    recipients = sorted(told - {event.actor})
    said = _WORDS[type(event.fact).__name__]
    await notify(recipients, NotificationKind.CONDUCT_INCIDENT, subject=said, target_id=incident.id, cause=event)
