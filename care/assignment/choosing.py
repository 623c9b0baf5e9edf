"""Who gets a case, purely: those who fit are found by one demand after the other, and a policy's method chooses among them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from care.documents.assignment import AssignmentMethod
from care.documents.casework import AssignmentObstacle, AssignmentReason
from care.duty import Plan


@dataclass(frozen=True, slots=True)
class Candidate:
    """A member who might get a case, and what speaks for and against it."""

    member_id: str
    on_shift: bool = True
    available: bool = True
    allowed: bool = True
    """Whether the member works on cases and may see the case's channel."""
    proficiency: int = 1
    """The best of the skills that are asked for, 0: none of them."""
    load: int = 0
    capacity: int = 1
    turn: int = 0
    """The turn of the ledger at which the member was given a case last; 0: never."""
    engaged: int | None = None
    """How many other cases of the customer came after the last one of the member's; None: there was none."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Who gets the case and why, or what left nobody."""

    member_id: str | None
    reason: AssignmentReason
    obstacle: AssignmentObstacle | None = None


Demand = tuple[AssignmentObstacle, Callable[[Candidate], bool]]
_REASONS: Final = {
    AssignmentMethod.ROUND_ROBIN: AssignmentReason.ROUND_ROBIN,
    AssignmentMethod.BALANCED: AssignmentReason.LEAST_LOAD,
    AssignmentMethod.SKILL: AssignmentReason.SKILL,
}


def choose(method: AssignmentMethod, members: Sequence[Candidate], backups: Sequence[Candidate], *, least: int) -> Choice:
    """Choose among those of the members who fit, and when there is none the first of the backups who fits.

    `least` is the proficiency that is asked for, 0 when no skill is; backups need no skill.
    """
    fitting, obstacle = _fitting(members, least)
    if fitting:
        return _chosen(method, fitting)
    stand_ins, _ = _fitting(backups, 0)
    if stand_ins:
        return Choice(stand_ins[0].member_id, AssignmentReason.BACKUP)
    return Choice(None, AssignmentReason.NOBODY_FITS, obstacle)


def _fitting(candidates: Sequence[Candidate], least: int) -> tuple[list[Candidate], AssignmentObstacle | None]:
    """Give those who meet all demands; when there is none, the first demand that nobody met who had met those before."""
    demands: tuple[Demand, ...] = (
        (AssignmentObstacle.NOBODY_ALLOWED, lambda one: one.allowed),
        (AssignmentObstacle.NOBODY_ON_SHIFT, lambda one: one.on_shift),
        (AssignmentObstacle.NOBODY_AVAILABLE, lambda one: one.available),
        (AssignmentObstacle.NOBODY_SKILLED, lambda one: one.proficiency >= least),
        (AssignmentObstacle.NOBODY_FREE, lambda one: one.load < one.capacity),
    )
    left = list(candidates)
    for obstacle, meets in demands:
        left = [one for one in left if meets(one)]
        if not left:
            return [], obstacle
    return left, None


def _chosen(method: AssignmentMethod, fitting: Sequence[Candidate]) -> Choice:
    """Choose by the method; where it leaves several, the least loaded, and of these who was given a case longest ago."""
    known = [one for one in fitting if one.engaged is not None]
    match method:
        case AssignmentMethod.LAST_ENGAGED if known:
            return Choice(min(known, key=lambda one: one.engaged or 0).member_id, AssignmentReason.LAST_ENGAGED)
        case AssignmentMethod.ROUND_ROBIN:
            best = min(fitting, key=lambda one: (one.turn, one.member_id))
        case AssignmentMethod.SKILL:
            best = min(fitting, key=lambda one: (-one.proficiency, one.load, one.turn, one.member_id))
        case _:
            best = min(fitting, key=lambda one: (one.load, one.turn, one.member_id))
    return Choice(best.member_id, _REASONS.get(method, AssignmentReason.LEAST_LOAD))


def on_duty_until(parts: Iterable[Plan], channel_id: str, at: datetime) -> Mapping[str, datetime]:
    """Tell who is on duty for a channel, and until when without a break; `parts` are spans of duty."""
    until: dict[str, datetime] = {}
    for part in sorted(parts, key=lambda one: one.starts_at):
        if channel_id in part.channel_ids and part.starts_at <= until.get(part.member_id, at) < part.ends_at:
            until[part.member_id] = part.ends_at
    return until
