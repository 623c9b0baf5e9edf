"""What happens with kudos, as facts."""

from dataclasses import dataclass

from core.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class KudosEvent(Event):
    """Something happened with kudos."""

    kudos_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KudosGiven(KudosEvent):
    """A member thanked another one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KudosChanged(KudosEvent):
    """Kudos were taken back, or a moderator hid, showed or deleted them."""
