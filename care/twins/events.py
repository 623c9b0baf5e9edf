"""What happens to suggestions of merging, as facts."""

from dataclasses import dataclass

from core.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeSuggestionChanged(Event):
    """Two customers were found alike, or it was decided whether they are the same."""

    suggestion_id: str
