"""What happens to webhooks, as facts."""

from dataclasses import dataclass

from core.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookChanged(Event):
    """A webhook was made, changed, paused, resumed or deleted by somebody."""

    webhook_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookSuspended(Event):
    """A webhook paused by itself: its receiver fails, or its owner may not do this any more."""

    webhook_id: str
