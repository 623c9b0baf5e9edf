"""What happens to incidents of conduct, as facts that hold no word of them."""

from dataclasses import dataclass

from core.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class ConductIncidentEvent(Event):
    """Something happened to an incident."""

    incident_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConductIncidentRecorded(ConductIncidentEvent):
    """An incident was recorded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConductOutcomeProposed(ConductIncidentEvent):
    """A mentor says what could be done about it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConductOutcomeAgreed(ConductIncidentEvent):
    """The member agrees to it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConductIncidentClosed(ConductIncidentEvent):
    """Nothing is left to do."""
