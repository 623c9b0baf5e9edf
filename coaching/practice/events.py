"""What happens in practice, as facts; none of them is told outside of the house."""

from dataclasses import dataclass

from core.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticeScenarioChanged(Event):
    """A scenario was made, changed or taken out of use."""

    scenario_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticeRunEvent(Event):
    """Something happened in a run."""

    run_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticeStarted(PracticeRunEvent):
    """People began to practise; what is due at once is played."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InjectPlayed(PracticeRunEvent):
    """It is time for what personas say next."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticePaused(PracticeRunEvent):
    """A facilitator stopped the clock of a run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticeResumed(PracticeRunEvent):
    """A facilitator let the clock of a run go on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticeEnded(PracticeRunEvent):
    """A run was finished or given up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticeScored(PracticeRunEvent):
    """A facilitator gave a member marks."""

    member_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticeDebriefed(PracticeRunEvent):
    """A run was talked through."""
