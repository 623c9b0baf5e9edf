"""Reading points for a person: what a member earned, by whose acceptance of what."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from auth.actor import Actor
from coaching.recognition.points_documents import LedgerEntry, PointCause, PointDay
from coaching.recognition.policies import may_read_points
from community.directory import members_by_ids
from community.documents import Member
from core.errors import NotFound

MOST_REASONS: Final = 50
_MOST_DAYS: Final = 1_000


@dataclass(frozen=True, slots=True)
class MemberPoints:
    """What a member earned: in all, by cause, and for what lately."""

    member: Member
    total: int
    by_cause: Mapping[PointCause, int]
    times: Mapping[PointCause, int]
    """How often each cause holds, whether or not the day's limits let it count."""
    reasons: list[LedgerEntry]
    """The latest first."""


async def points_of(actor: Actor, member_id: str) -> MemberPoints:
    """Give a member's points; NotFound for who is neither the member nor manages recognition."""
    member = (await members_by_ids(actor, [member_id])).get(member_id) if may_read_points(actor, member_id) else None
    if member is None:
        raise NotFound("There is no such member whose points you may read.", path=("member_id",))
    entries = await entries_of(member_id)
    by_cause: Counter[PointCause] = Counter()
    for entry in entries:
        by_cause[entry.rule.cause] += entry.counted
    times = Counter(entry.rule.cause for entry in entries)
    return MemberPoints(member, sum(by_cause.values()), by_cause, times, entries[:MOST_REASONS])


async def entries_of(member_id: str) -> list[LedgerEntry]:
    """Give what holds in a member's ledger, the latest first; whoever asks."""
    days = await PointDay.find({"member_id": member_id}).sort("-day").limit(_MOST_DAYS).to_list()
    entries = [entry for day in days for entry in day.entries if not entry.withdrawn]
    return sorted(entries, key=lambda one: (one.at, one.key), reverse=True)
