"""What happens with experiences, as facts; nobody who went through one is named."""

from dataclasses import dataclass

from core.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class ExperienceChanged(Event):
    """An experience was drafted, changed, published or withdrawn."""

    experience_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExperienceEngaged(Event):
    """Somebody went further through an experience."""

    experience_id: str
    visit_id: str
