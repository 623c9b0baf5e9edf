"""What happens to imports, as facts."""

from dataclasses import dataclass

from core.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerImportCreated(Event):
    """Customers are to be taken in from a file."""

    import_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerImportCancelled(Event):
    """An import was stopped by a member; what was taken in stays."""

    import_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerImportFinished(Event):
    """An import came to its end, or failed."""

    import_id: str
