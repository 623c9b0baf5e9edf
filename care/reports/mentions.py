"""The mention report: how often the company, its products and its rivals are talked about, and by how many."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from auth.actor import Actor, Permission
from care.channels import read_channels
from care.documents.listening import ListeningKind, Mention
from care.reading.listening import MentionSelection, mention_query, queries_by_ids
from care.reports.grouping import MOST_GROUPS
from care.reports.ranges import ReportRange
from care.reports.statistics import share
from core.clock import now
from core.errors import LimitReached

MOST_MENTIONS: Final = 100_000
_FIELDS: Final = {"query_id": 1, "kind": 1, "channel_id": 1, "customer_id": 1, "message_id": 1, "said_at": 1}


class MentionDimension(StrEnum):
    """What mentions are grouped by."""

    QUERY = "QUERY"
    CHANNEL = "CHANNEL"
    DAY = "DAY"


@dataclass(slots=True)
class MentionGroup:
    """The mentions of one query, channel or day."""

    key: str
    label: str = ""
    mention_count: int = 0
    customers: set[str] = field(default_factory=set)
    brand: set[str] = field(default_factory=set)
    competitors: set[str] = field(default_factory=set)

    @property
    def share_of_voice(self) -> float | None:
        """Give the part of the messages on brands among those on brands and on competitors; None without any."""
        return share(len(self.brand), len(self.brand) + len(self.competitors))

    def add(self, raw: dict[str, Any]) -> None:
        """Count a mention; a message that two queries of one kind found speaks once."""
        self.mention_count += 1
        self.customers.add(raw["customer_id"])
        if raw["kind"] == ListeningKind.BRAND.value:
            self.brand.add(raw["message_id"])
        elif raw["kind"] == ListeningKind.COMPETITOR.value:
            self.competitors.add(raw["message_id"])


@dataclass(frozen=True, slots=True)
class MentionReport:
    """The groups, and all of them together, as of an instant."""

    as_of: datetime
    whole: MentionGroup
    groups: list[MentionGroup]


async def mention_report(actor: Actor, span: ReportRange, by: MentionDimension) -> MentionReport:
    """Report on the mentions said in a range in channels that the actor may read.

    Raises Forbidden without `report:read`, LimitReached for too many mentions or groups.
    """
    actor.require(Permission.REPORT_READ)
    at, whole, groups = now(), MentionGroup("ALL"), dict[str, MentionGroup]()
    query = mention_query(actor, MentionSelection(since=span.since, until=span.until))
    async for raw in Mention.get_pymongo_collection().find(query, _FIELDS).limit(MOST_MENTIONS + 1):
        if whole.mention_count == MOST_MENTIONS:
            raise LimitReached(f"There are over {MOST_MENTIONS:,} mentions: choose a shorter range.", path=("range",))
        key = _key(raw, by)
        whole.add(raw)
        groups.setdefault(key, MentionGroup(key)).add(raw)
    if len(groups) > MOST_GROUPS:
        raise LimitReached(f"There are over {MOST_GROUPS} groups: choose a shorter range.", path=("range",))
    await _name(actor, groups, by)
    return MentionReport(at, whole, sorted(groups.values(), key=lambda group: (group.label, group.key)))


def _key(raw: dict[str, Any], by: MentionDimension) -> str:
    if by is MentionDimension.DAY:
        return str(raw["said_at"].date().isoformat())
    return str(raw["query_id" if by is MentionDimension.QUERY else "channel_id"])


async def _name(actor: Actor, groups: dict[str, MentionGroup], by: MentionDimension) -> None:
    names: dict[str, str] = {}
    if by is MentionDimension.QUERY:
        names = {one: query.name for one, query in (await queries_by_ids(actor, list(groups))).items()}
    elif by is MentionDimension.CHANNEL:
        names = {one: channel.name for one, channel in (await read_channels(actor, list(groups))).items()}
    for key, group in groups.items():
        group.label = names.get(key, key)
