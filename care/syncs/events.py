"""What happens to synchronisations, as facts."""

from dataclasses import dataclass

from core.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class CrmSyncChanged(Event):
    """A synchronisation is there, or is set up otherwise than before."""

    sync_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CrmSyncStarted(Event):
    """The other system is to be asked."""

    sync_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CrmSyncEnded(Event):
    """The other system told everything that it had, or could not."""

    sync_id: str
