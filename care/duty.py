"""Who works when, purely: shifts, rotations and leave become spans of duty, and what they leave open becomes gaps."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from itertools import pairwise
from typing import Final
from zoneinfo import ZoneInfo

from care.documents.shifts import Leave, Rotation, Shift
from core.ids import with_prefix
from core.wall_clock import instant

MOST_MINUTES: Final = 24 * 60
_LAST_DAY: Final = date(2100, 1, 1).toordinal()
_OF_ROTATION: Final = re.compile(r"shf_([0-9a-z]+)-(\d{1,6})")

Span = tuple[datetime, datetime]


class CoverageGapReason(StrEnum):
    """Why a channel is not covered."""

    NOBODY_ON_SHIFT = "NOBODY_ON_SHIFT"
    NOBODY_QUALIFIED = "NOBODY_QUALIFIED"


@dataclass(frozen=True, slots=True)
class Plan:
    """A shift as it is planned: made by hand, or one day of a rotation."""

    id: str
    member_id: str
    channel_ids: tuple[str, ...]
    starts_at: datetime
    ends_at: datetime
    version: int = 1
    rotation_id: str | None = None


@dataclass(frozen=True, slots=True)
class Need:
    """What one channel needs at every instant: so many members, one of them with one of the skills."""

    channel_id: str
    least_members: int = 1
    skill_ids: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Gap:
    """A span in which a channel lacks what it needs."""

    channel_id: str
    starts_at: datetime
    ends_at: datetime
    reason: CoverageGapReason


def day_of_rotation(shift_id: str) -> tuple[str, int] | None:
    """Read the id of a rotation's day: the rotation's id and the number of the date; None for a shift made by hand."""
    matched = _OF_ROTATION.fullmatch(shift_id)
    return (f"rot_{matched[1]}", int(matched[2])) if matched else None


def plan_of_day(rotation: Rotation, number: int) -> Plan | None:
    """Give a rotation's shift of a date, by its number (`date.toordinal`); None on free days of the week, before and after.

    A date keeps its number when the rotation begins on another one: who took a day over has taken that date.
    """
    first = date.fromisoformat(rotation.starts_on).toordinal()
    if not first <= number <= _LAST_DAY or not rotation.member_ids:
        return None
    day = date.fromordinal(number)
    if day.isoweekday() not in rotation.hours.weekdays:
        return None
    if rotation.ends_on is not None and day > date.fromisoformat(rotation.ends_on):
        return None
    begin = instant(rotation.zone, day, rotation.hours.starts, 0)
    end = instant(rotation.zone, day, rotation.hours.starts + rotation.hours.minutes, 1)
    turn = (number - first) // rotation.turn_days
    return Plan(
        id=f"{with_prefix('shf', rotation.id)}-{number}",
        member_id=rotation.member_ids[turn % len(rotation.member_ids)],
        channel_ids=tuple(rotation.channel_ids),
        starts_at=begin,
        ends_at=end,
        version=rotation.version,
        rotation_id=rotation.id,
    )


def plans_of(rotation: Rotation, span: Span) -> Iterator[Plan]:
    """Give a rotation's shifts that have a part in a span, in order."""
    first = date.fromisoformat(rotation.starts_on).toordinal()
    zone = ZoneInfo(rotation.zone)
    begin = max(first, span[0].astimezone(zone).date().toordinal() - 2)
    end = span[1].astimezone(zone).date().toordinal() + 1
    for number in range(begin, end + 1):
        plan = plan_of_day(rotation, number)
        if plan is not None and plan.starts_at < span[1] and plan.ends_at > span[0]:
            yield plan


def plan_of_shift(shift: Shift) -> Plan:
    """Give the plan of a shift that was made by hand."""
    return Plan(shift.id, shift.member_id, tuple(shift.channel_ids), shift.starts_at, shift.ends_at, shift.version)


def planned(shifts: Iterable[Shift], rotations: Iterable[Rotation], span: Span) -> list[Plan]:
    """Give all shifts that have a part in a span, by their start; those that others took over are left out."""
    by_hand = list(shifts)
    replaced = {shift.replaces for shift in by_hand}
    plans = [plan_of_shift(shift) for shift in by_hand]
    plans += [plan for rotation in rotations for plan in plans_of(rotation, span)]
    kept = [plan for plan in plans if plan.id not in replaced and plan.starts_at < span[1] and plan.ends_at > span[0]]
    return sorted(kept, key=lambda plan: (plan.starts_at, plan.id))


def duties(plans: Iterable[Plan], leaves: Sequence[Leave]) -> list[Plan]:
    """Cut out of every shift what its member is away for; a shift may fall into several parts, or to nothing."""
    parts: list[Plan] = []
    for plan in plans:
        away = [(leave.starts_at, leave.ends_at) for leave in leaves if leave.member_id == plan.member_id]
        for begin, end in without((plan.starts_at, plan.ends_at), away):
            parts.append(replace(plan, starts_at=begin, ends_at=end))
    return parts


def without(span: Span, taken: Iterable[Span]) -> list[Span]:
    """Give what is left of a span when others are taken out of it, in order."""
    left, begin = [], span[0]
    for start, end in sorted(taken):
        if start > begin and begin < span[1]:
            left.append((begin, min(start, span[1])))
        begin = max(begin, end)
    if begin < span[1]:
        left.append((begin, span[1]))
    return [one for one in left if one[0] < one[1]]


def on_duty(parts: Iterable[Plan], at: datetime) -> dict[str, set[str]]:
    """Tell who is on duty at an instant, and for which channels."""
    found: dict[str, set[str]] = {}
    for part in parts:
        if part.starts_at <= at < part.ends_at:
            found.setdefault(part.member_id, set()).update(part.channel_ids)
    return found


def gaps(parts: Sequence[Plan], needs: Iterable[Need], skills: Mapping[str, Iterable[str]], span: Span) -> list[Gap]:
    """Give the spans in which channels lack what they need, by their start; `skills` are the members' skills by member.

    NOBODY_ON_SHIFT: too few members at all; NOBODY_QUALIFIED: enough, but none with one of the skills. Spans with the same
    reason that touch are one.
    """
    found = [gap for need in needs for gap in _gaps_of(need, parts, skills, span)]
    return sorted(found, key=lambda gap: (gap.starts_at, gap.channel_id))


def _gaps_of(need: Need, parts: Iterable[Plan], skills: Mapping[str, Iterable[str]], span: Span) -> list[Gap]:
    found: list[Gap] = []
    for begin, end, members in _staffing(need.channel_id, parts, span):
        reason = _lack(need, members, skills)
        last = found[-1] if found else None
        if reason is None:
            continue
        if last is not None and last.ends_at == begin and last.reason is reason:
            found[-1] = replace(last, ends_at=end)
        else:
            found.append(Gap(need.channel_id, begin, end, reason))
    return found


def _staffing(channel_id: str, parts: Iterable[Plan], span: Span) -> Iterator[tuple[datetime, datetime, set[str]]]:
    """Sweep over a span: give each part of it in which nobody comes or goes, and who is there."""
    moves: dict[datetime, Counter[str]] = {span[0]: Counter(), span[1]: Counter()}
    for part in parts:
        begin, end = max(part.starts_at, span[0]), min(part.ends_at, span[1])
        if channel_id in part.channel_ids and begin < end:
            moves.setdefault(begin, Counter())[part.member_id] += 1
            moves.setdefault(end, Counter())[part.member_id] -= 1
    there: Counter[str] = Counter()
    edges = sorted(moves)
    for begin, end in pairwise(edges):
        there.update(moves[begin])
        yield begin, end, {member for member, times in there.items() if times > 0}


def _lack(need: Need, members: set[str], skills: Mapping[str, Iterable[str]]) -> CoverageGapReason | None:
    if len(members) < need.least_members:
        return CoverageGapReason.NOBODY_ON_SHIFT
    if need.skill_ids and not any(need.skill_ids.intersection(skills.get(member, ())) for member in members):
        return CoverageGapReason.NOBODY_QUALIFIED
    return None
