"""What happens to the limits of newcomers, as facts."""

from dataclasses import dataclass

from core.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class NewcomerLimitsChanged(Event):
    """Somebody set who is new and how much they may write."""

    policy_id: str
