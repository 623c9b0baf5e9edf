"""What channels need, and telling managers a day ahead of what nobody will cover."""

from datetime import timedelta
from typing import Final

from auth.actor import Actor, Permission
from care.channels import read_channels
from care.documents.channels import IN_USE, Channel, Environment
from care.documents.shifts import CoverageRule, Rotation, Shift, ToldGap
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

    Gaps that touch are one, and so is what is left of one that was told of, or goes on where it ended. Nothing is told as
    long as nobody plans shifts here, nor while the clock has had no sample for 30 s.
    """
    if not clock.trusted or not await _is_planning():
        return 0
    at = now()
    live = {"environment": Environment.LIVE.value, **IN_USE}
    channels = [channel.id for channel in await Channel.find(live).sort("_id").to_list()]
    ahead: dict[str, list[ToldGap]] = {one: [] for one in channels}
    for gap in await gaps_of(channels, (at, at + AHEAD)):
        _append(ahead[gap.channel_id], gap)
    rules = {rule.channel_id: rule for rule in await CoverageRule.find({}).to_list()}
    return sum([await _warn(rules.get(one) or _unsaid(one), found) for one, found in ahead.items()])


def _append(stretches: list[ToldGap], gap: Gap) -> None:
    """Add a channel's next gap, as a part of the stretch before where the two touch."""
    if stretches and stretches[-1].ends_at >= gap.starts_at:
        stretches[-1].ends_at = max(stretches[-1].ends_at, gap.ends_at)
    else:
        stretches.append(ToldGap(starts_at=gap.starts_at, ends_at=gap.ends_at))


async def _warn(rule: CoverageRule, ahead: list[ToldGap]) -> bool:
    """Tell of what is ahead of a channel and was not told of, and note what was; true if there was something to tell."""
    told = False

    def mark(current: CoverageRule) -> None:
        nonlocal told
        told = any(not _is_told(current, stretch) for stretch in ahead)
        if told:
            current.record(CoverageGapAhead(channel_id=current.channel_id))
        current.told = ahead

    if ahead or rule.told:
        await change_or_insert(rule, mark)
    return told


def _is_told(rule: CoverageRule, stretch: ToldGap) -> bool:
    return any(told.starts_at <= stretch.ends_at and stretch.starts_at <= told.ends_at for told in rule.told)


def _unsaid(channel_id: str) -> CoverageRule:
    return CoverageRule(id=with_prefix("cov", channel_id), created_at=now(), channel_id=channel_id)


async def _is_planning() -> bool:
    present = {"deleted_at": {"$exists": False}}
    return (
        await Rotation.find_one({"removed": False}) is not None
        or await Shift.find_one({"ends_at": {"$gt": now()}, **present}) is not None
    )
