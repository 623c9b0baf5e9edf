"""What happens with procedures, policies and concerns, as facts; those of concerns say nothing but which one."""

from dataclasses import dataclass

from core.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class GuidelineEvent(Event):
    """Something happened to a procedure or policy."""

    guideline_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GuidelineChanged(GuidelineEvent):
    """It was made, edited, signed or taken out of use."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GuidelinePublished(GuidelineEvent):
    """A new edition holds."""

    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AttestationsOverdue(GuidelineEvent):
    """Some who must attest an edition have not."""

    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GuidelineAttested(GuidelineEvent):
    """A member attested an edition."""

    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ConcernEvent(Event):
    """Something happened to a concern."""

    concern_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConcernRaised(ConcernEvent):
    """Somebody told of a concern."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConcernEscalated(ConcernEvent):
    """Nobody took a concern up in time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConcernTaken(ConcernEvent):
    """Somebody looks after a concern."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConcernSettled(ConcernEvent):
    """A concern was settled."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GuidelineTemplateChanged(Event):
    """A template of procedures or policies was kept, or put out of use."""

    template_id: str
