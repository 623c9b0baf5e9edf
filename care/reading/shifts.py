"""The only way to read who works when, for a person: everybody who may read members may know."""

import asyncio
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from auth.actor import Actor, Permission
from auth.documents import Account, AccountKind
from care.channels import visible_channels
from care.documents.channels import IN_USE, Channel, Environment
from care.documents.shifts import CoverageRule, Handover, Leave, Rotation, Shift
from care.duty import Gap, Need, Plan, Span, day_of_rotation, duties, gaps, on_duty, plan_of_day, plan_of_shift, planned
from community.documents import Member
from community.drafts import may_be_id
from core.clock import now
from core.errors import Forbidden, InvalidInput, NotFound
from core.gates import to_mongo
from core.ids import with_prefix
from core.paging import Order, Slice, Window, count, read_slice
from core.records import by_ids

LONGEST_RANGE: Final = timedelta(days=92)
MOST_SHIFTS: Final = 5_000
"""Shifts, and gaps, of one answer: more are told to be asked for in parts."""
MOST_ROTATIONS: Final = 200
NOW: Final = "now"
BY_NAME: Final = Order((("name", 1),))
_PRESENT: Final = {"deleted_at": {"$exists": False}}
_STANDING: Final = {"removed": False}


async def shifts_in(actor: Actor, span: Span) -> list[Plan]:
    """Give the shifts that have a part in a span, by their start, as they are planned, whatever leave says.

    Raises Forbidden without `member:read`, InvalidInput for a span over 92 days or with over 5,000 shifts in it.
    """
    _require_reader(actor)
    require_range(span)
    shifts, rotations, _ = await _stored(span)
    return _bounded(planned(shifts, rotations, span))


async def plans_by_ids(actor: Actor, shift_ids: Sequence[str]) -> dict[str, Plan]:
    """Give those of the shifts that the actor may know of, also a rotation's days."""
    wanted = [one for one in dict.fromkeys(shift_ids) if may_be_id(one, "shf")]
    if not wanted or not actor.may(Permission.MEMBER_READ):
        return {}
    days = {one: day for one in wanted if (day := day_of_rotation(one)) is not None}
    shifts = {one: found for one, found in (await by_ids(Shift, wanted)).items() if found.deleted_at is None}
    rotations = await by_ids(Rotation, [rotation_id for rotation_id, _ in days.values()])
    plans = {one: plan_of_shift(shift) for one, shift in shifts.items()}
    for one, (rotation_id, number) in days.items():
        rotation = rotations.get(rotation_id)
        plan = plan_of_day(rotation, number) if rotation is not None and not rotation.removed else None
        if plan is not None:
            plans[one] = plan
    return plans


async def require_plan(actor: Actor, shift_id: str) -> Plan:
    """Give a shift; NotFound when there is none for this actor."""
    plan = (await plans_by_ids(actor, [shift_id])).get(shift_id)
    if plan is None:
        raise NotFound("There is no such shift.", path=("shift_id",))
    return plan


async def duties_in(span: Span) -> list[Plan]:
    """Give who is on duty when within a span: what is planned, without leave and without who can't sign in any more."""
    (shifts, rotations, leaves), gone = await asyncio.gather(_stored(span), _gone())
    return [part for part in duties(planned(shifts, rotations, span), leaves) if part.member_id not in gone]


async def members_on_duty(at: datetime) -> dict[str, set[str]]:
    """Give who is on duty at an instant, and for which channels."""
    return on_duty(await duties_in((at, at + timedelta(milliseconds=1))), at)


async def duty_now(actor: Actor, _: Sequence[str]) -> dict[str, frozenset[str]]:
    """Give who is on duty now, under NOW: a read that many fields of one answer share."""
    there = await members_on_duty(now()) if actor.may(Permission.MEMBER_READ) else {}
    return {NOW: frozenset(there)}


async def coverage_gaps(actor: Actor, span: Span, *, channel_ids: Iterable[str] | None = None) -> list[Gap]:
    """Give the spans in which LIVE channels that the actor may know of lack what they need, by their start.

    Raises what `shifts_in` raises.
    """
    _require_reader(actor)
    require_range(span)
    visible = to_mongo(visible_channels(actor))
    live = {"environment": Environment.LIVE.value, **IN_USE}
    query: dict[str, Any] = {**live, "$and": [visible]} if visible else live
    channels, rules, parts = await asyncio.gather(
        Channel.find(query).sort("_id").to_list(), CoverageRule.find({}).to_list(), duties_in(span)
    )
    named = set(channel_ids) if channel_ids is not None else {channel.id for channel in channels}
    wanted = [one.id for one in channels if one.id in named]
    return _bounded(await _gaps(wanted, rules, parts, span))


async def gaps_of(channel_ids: Sequence[str], span: Span) -> list[Gap]:
    """Give the gaps of these channels."""
    rules, parts = await asyncio.gather(CoverageRule.find({}).to_list(), duties_in(span))
    return await _gaps(channel_ids, rules, parts, span)


async def _gaps(channel_ids: Sequence[str], rules: Sequence[CoverageRule], parts: list[Plan], span: Span) -> list[Gap]:
    known = {rule.channel_id: rule for rule in rules}
    needs = [_need(one, known.get(one)) for one in channel_ids]
    skills: dict[str, list[str]] = {}
    if any(need.skill_ids for need in needs):
        members = await by_ids(Member, {part.member_id for part in parts})
        skills = {member.id: member.skill_ids for member in members.values()}
    return gaps(parts, needs, skills, span)


async def list_rotations(actor: Actor, window: Window) -> Slice[Rotation]:
    """List the rotations by name. Forbidden without `member:read`."""
    _require_reader(actor)
    return await read_slice(Rotation, _STANDING, BY_NAME, window)


async def count_rotations(actor: Actor) -> int:
    """Count the rotations. Forbidden without `member:read`."""
    _require_reader(actor)
    return await count(Rotation, _STANDING)


async def rotations_by_ids(actor: Actor, rotation_ids: Sequence[str]) -> dict[str, Rotation]:
    """Give those of the rotations that the actor may know of."""
    found = await _own(actor, Rotation, "rot", rotation_ids)
    return {one: rotation for one, rotation in found.items() if not rotation.removed}


async def leaves_by_ids(actor: Actor, leave_ids: Sequence[str]) -> dict[str, Leave]:
    """Give those of the leaves that the actor may know of."""
    return await _own(actor, Leave, "lve", leave_ids)


async def leaves_in(actor: Actor, span: Span) -> list[Leave]:
    """Give who is away within a span, by the end. Raises what `shifts_in` raises."""
    _require_reader(actor)
    require_range(span)
    return _bounded(await _leaves(span))


async def coverage_rules(actor: Actor, channel_ids: Sequence[str]) -> dict[str, CoverageRule]:
    """Give what these channels need, by channel; who set nothing has no rule. The channels are ones the actor was given."""
    found = await by_ids(CoverageRule, [with_prefix("cov", one) for one in channel_ids])
    return {rule.channel_id: rule for rule in found.values()} if actor.may(Permission.MEMBER_READ) else {}


async def handovers_of(actor: Actor, shift_ids: Sequence[str]) -> dict[str, Handover]:
    """Give what was handed over at the end of each shift; the shifts are ones that the actor was given."""
    if not actor.may(Permission.MEMBER_READ):
        return {}
    found = await by_ids(Handover, [with_prefix("hnd", one) for one in shift_ids])
    return {handover.shift_id: handover for handover in found.values()}


def require_range(span: Span) -> None:
    """Refuse a span that is none, or too long to be read at once."""
    if not span[0] < span[1]:
        raise InvalidInput("The range must end after it begins.", path=("range", "until"))
    if span[1] - span[0] > LONGEST_RANGE:
        raise InvalidInput(f"Ask for at most {LONGEST_RANGE.days} days at once.", path=("range", "until"))


async def _stored(span: Span) -> tuple[list[Shift], list[Rotation], list[Leave]]:
    shifts, rotations, leaves = await asyncio.gather(
        Shift.find({"ends_at": {"$gt": span[0]}, "starts_at": {"$lt": span[1]}, **_PRESENT}).limit(MOST_SHIFTS + 1).to_list(),
        Rotation.find(_STANDING).sort("name", "_id").limit(MOST_ROTATIONS).to_list(),
        _leaves(span),
    )
    return shifts, rotations, leaves


async def _gone() -> set[str]:
    """Give the members whose accounts are disabled: whatever is planned for them, they will not be there."""
    disabled = Account.find({"disabled_at": {"$exists": True}, "kind": AccountKind.MEMBER.value})
    return {with_prefix("mem", account.id) for account in await disabled.to_list()}


async def _leaves(span: Span) -> list[Leave]:
    within = {"ends_at": {"$gt": span[0]}, "starts_at": {"$lt": span[1]}, **_PRESENT}
    return await Leave.find(within).sort("ends_at", "_id").limit(MOST_SHIFTS + 1).to_list()


async def _own(actor: Actor, model: type[Any], prefix: str, ids: Sequence[str]) -> dict[str, Any]:
    wanted = [one for one in ids if may_be_id(one, prefix)]
    if not wanted or not actor.may(Permission.MEMBER_READ):
        return {}
    return {one: found for one, found in (await by_ids(model, wanted)).items() if found.deleted_at is None}


def _need(channel_id: str, rule: CoverageRule | None) -> Need:
    if rule is None:
        return Need(channel_id)
    return Need(channel_id, rule.least_members, frozenset(rule.skill_ids))


def _bounded(rows: list[Any]) -> list[Any]:
    if len(rows) > MOST_SHIFTS:
        raise InvalidInput(f"There are over {MOST_SHIFTS:,} of them in this range; ask for a shorter one.", path=("range",))
    return rows


def _require_reader(actor: Actor) -> None:
    if not actor.may(Permission.MEMBER_READ):
        raise Forbidden(f"You need the permission {Permission.MEMBER_READ.value} for this.")
