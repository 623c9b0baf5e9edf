"""The conversation report: whether the company answers what it is told, and how deep and long conversations get."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Final

from auth.actor import Actor
from care.documents.conversations import IN_THE_HOUSE, DeliveryStatus, Direction, Message, Visibility
from care.reports.grouping import Group, ReportDimension, grouped
from care.reports.ranges import ReportRange
from care.reports.statistics import MEDIAN, NINETIETH, Spread, nearest_rank, share
from core.clock import now

AT_ONCE: Final = 500
"""The cases whose messages are read in one query."""

_HEARD: Final = [Visibility.PUBLIC.value, Visibility.PRIVATE.value]
_NEVER_LEFT: Final = frozenset(status.value for status in IN_THE_HOUSE | {DeliveryStatus.FAILED})


@dataclass(frozen=True, slots=True)
class Talk:
    """What was said in one case, counted; a turn is all that one side says before the other does."""

    inbound: int = 0
    outbound: int = 0
    turns: int = 0
    seconds: int = 0


@dataclass(frozen=True, slots=True)
class ConversationGroup:
    """What the cases of one group come to; None where nothing was said."""

    key: str | None
    label: str
    case_count: int
    inbound_count: int
    outbound_count: int
    reply_ratio: float | None
    median_turns: int | None
    p90_turns: int | None
    duration: Spread


@dataclass(frozen=True, slots=True)
class ConversationReport:
    """The groups, as of an instant."""

    as_of: datetime
    groups: list[ConversationGroup]


async def conversation_report(actor: Actor, span: ReportRange, by: ReportDimension | None = None) -> ConversationReport:
    """Report on what was said in the LIVE cases opened in a range, exactly, from the messages themselves.

    Internal notes count for nothing, and neither do replies that never left. Raises Forbidden without `report:read`,
    LimitReached for too many cases or groups.
    """
    at = now()
    groups = await grouped(actor, span, by, (), lambda raw: str(raw["_id"]))
    talks: dict[str, Talk] = {}
    case_ids = [case_id for group in groups for case_id in group.measures]
    for start in range(0, len(case_ids), AT_ONCE):
        talks |= await _talks(case_ids[start : start + AT_ONCE])
    return ConversationReport(at, [_summed(group, talks) for group in groups])


async def _talks(case_ids: list[str]) -> dict[str, Talk]:
    query = {"case_id": {"$in": case_ids}, "visibility": {"$in": _HEARD}, "deleted_at": {"$exists": False}}
    fields = {"case_id": 1, "direction": 1, "created_at": 1, "delivery_status": 1}
    said: dict[str, list[tuple[datetime, str, str]]] = {}
    async for raw in Message.get_pymongo_collection().find(query, fields):
        if raw.get("delivery_status") not in _NEVER_LEFT:
            said.setdefault(raw["case_id"], []).append((raw["created_at"], raw["_id"], raw["direction"]))
    return {case_id: counted([(at, direction) for at, _, direction in sorted(rows)]) for case_id, rows in said.items()}


def counted(said: list[tuple[datetime, str]]) -> Talk:
    """Count what was said, given in the order of time as instants with directions."""
    if not said:
        return Talk()
    inbound = sum(direction == Direction.INBOUND.value for _, direction in said)
    turns = sum(1 for _ in groupby(said, key=lambda one: one[1]))
    return Talk(inbound, len(said) - inbound, turns, int((said[-1][0] - said[0][0]).total_seconds()))


def _summed(group: Group[str], talks: Mapping[str, Talk]) -> ConversationGroup:
    held = list(_held(group, talks))
    inbound, outbound = sum(talk.inbound for talk in held), sum(talk.outbound for talk in held)
    turns = sorted(talk.turns for talk in held)
    return ConversationGroup(
        key=group.key,
        label=group.label,
        case_count=len(group.measures),
        inbound_count=inbound,
        outbound_count=outbound,
        reply_ratio=share(outbound, inbound),
        median_turns=nearest_rank(turns, MEDIAN),
        p90_turns=nearest_rank(turns, NINETIETH),
        duration=Spread.of([talk.seconds for talk in held]),
    )


def _held(group: Group[str], talks: Mapping[str, Talk]) -> Iterator[Talk]:
    yield from (talks[case_id] for case_id in group.measures if case_id in talks)
