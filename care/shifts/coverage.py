"""What channels need, and telling managers a day ahead of what nobody will cover."""

from datetime import datetime, timedelta
from typing import Final

from auth.actor import Actor, Permission
from care.channels import read_channels
from care.documents.channels import IN_USE, Channel, Environment
from care.documents.shifts import CoverageRule, Rotation, Shift
from care.duty import Gap
from care.reading.shifts import gaps_of
from care.shifts.drafts import CoverageDraft
from care.shifts.events import CoverageGapAhead, CoverageRuleSaved
from community.directory import skills_by_ids
from core.clock import clock, now
from core.defaults import change_or_insert, stored_or
from core.errors import InvalidInput, NotFound
from core.ids import with_prefix

AHEAD: Final = timedelta(hours=24)
"""How long before nobody is there the managers are told."""


async def set_coverage(actor: Actor, draft: CoverageDraft, *, expected_version: int) -> CoverageRule:
    """Say what a channel needs at every instant; `expected_version` is 0 as long as nothing was said.

    Raises Forbidden without `shift:manage`, NotFound, InvalidInput for a skill that is not there, Conflict.
    """
    actor.require(Permission.SHIFT_MANAGE)
    channel = (await read_channels(actor, [draft.channel_id])).get(draft.channel_id)
    if channel is None or channel.deleted_at is not None:
        raise NotFound("There is no such channel.", path=("channel_id",))
    if unknown := set(draft.skill_ids) - (await skills_by_ids(actor, draft.skill_ids)).keys():
        raise InvalidInput(f"There is no skill with the id {', '.join(sorted(unknown))[:200]}.", path=("skill_ids",))

    def rule(current: CoverageRule) -> None:
        current.least_members, current.skill_ids = draft.least_members, draft.skill_ids
        current.record(CoverageRuleSaved(channel_id=current.channel_id), actor=actor.id)

    said = await stored_or(_unsaid(channel.id))
    return await change_or_insert(said, rule, expected_version=expected_version, is_shown=False)


async def warn_of_gaps() -> int:
    """Tell of every gap of the next 24 hours once, and give how many channels that were; can run twice, and in two places.

    A gap that goes on where the last one that was told of ended is the same one. Nothing is told as long as nobody plans
    shifts here, nor while the clock has had no sample for 30 s.
    """
    if not clock.trusted or not await _is_planning():
        return 0
    at = now()
    live = {"environment": Environment.LIVE.value, **IN_USE}
    channels = [channel.id for channel in await Channel.find(live).sort("_id").to_list()]
    first: dict[str, Gap] = {}
    last: dict[str, datetime] = {}
    told = 0
    for gap in await gaps_of(channels, (at, at + AHEAD)):
        first.setdefault(gap.channel_id, gap)
        last[gap.channel_id] = gap.ends_at
    for channel_id, gap in first.items():
        told += await _warn(gap, last[channel_id])
    return told


async def _warn(gap: Gap, until: datetime) -> bool:
    rule = await stored_or(_unsaid(gap.channel_id))
    news = rule.warned_until is None or rule.warned_until < gap.starts_at
    if not news and (rule.warned_until is None or rule.warned_until >= until):
        return False

    def mark(current: CoverageRule) -> None:
        if current.warned_until is None or current.warned_until < gap.starts_at:
            current.warned_from = gap.starts_at
            current.record(CoverageGapAhead(channel_id=current.channel_id))
        current.warned_until = max(current.warned_until or until, until)

    await change_or_insert(rule, mark)
    return news


def _unsaid(channel_id: str) -> CoverageRule:
    return CoverageRule(id=with_prefix("cov", channel_id), created_at=now(), channel_id=channel_id)


async def _is_planning() -> bool:
    present = {"deleted_at": {"$exists": False}}
    return (
        await Rotation.find_one({"removed": False}) is not None
        or await Shift.find_one({"ends_at": {"$gt": now()}, **present}) is not None
    )
