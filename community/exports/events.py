"""What happens to exports of the wiki, as facts."""

from dataclasses import dataclass

from core.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class WikiExportEvent(Event):
    """Something happened to an export."""

    export_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WikiExportStarted(WikiExportEvent):
    """A member asked for a part of the wiki as a file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WikiExportFinished(WikiExportEvent):
    """The file is there, or it is known why there is none."""
