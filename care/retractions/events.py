"""What happens to replies that are taken back, as facts."""

from dataclasses import dataclass

from care.events import CaseEvent, InternalCaseEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class RetractionAsked(InternalCaseEvent):
    """A member wants a reply back that was sent."""

    message_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageRetracted(CaseEvent):
    """A reply that was sent is gone where its customer read it."""

    message_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RetractionFailed(InternalCaseEvent):
    """A reply stays where it was sent: the channel did not take it back."""

    message_id: str
