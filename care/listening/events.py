"""What happens in listening, as facts."""

from dataclasses import dataclass

from core.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class ListeningQueryChanged(Event):
    """What the company listens for was made, changed or taken out of use."""

    query_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierMessagesAsked(Event):
    """A query is to be looked for in the messages that were there before it."""

    query_id: str
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ListeningAlertRaised(Event):
    """Much more is said than usual."""

    alert_id: str
    query_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ListeningAlertChanged(Event):
    """Somebody took note of an alert, or the rise is over."""

    alert_id: str
