"""What happens to the plan of who works when, as facts."""

from dataclasses import dataclass

from core.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftPlanned(Event):
    """A shift was planned, or taken over by somebody else."""

    shift_id: str
    member_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftCancelled(Event):
    """A shift will not take place."""

    shift_id: str
    member_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RotationSaved(Event):
    """A rotation was made, changed or ended."""

    rotation_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaveSaved(Event):
    """A member's leave was entered or taken back."""

    leave_id: str
    member_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageRuleSaved(Event):
    """What a channel needs was set."""

    channel_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageGapAhead(Event):
    """Within a day a channel will have nobody who is needed."""

    channel_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoverWritten(Event):
    """Who leaves a shift wrote down what the next one must know."""

    shift_id: str
    author_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoverAcknowledged(Event):
    """Who comes next has read what was handed over."""

    shift_id: str
    member_id: str
