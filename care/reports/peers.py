"""The peer report: which of customers' public questions other customers talked about, and which the company answered."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from auth.actor import Actor, Permission
from care.channels import read_channels
from care.documents.channels import Environment
from care.documents.conversations import IN_THE_HOUSE, DeliveryStatus, Direction, Message, RetractionState, Visibility
from care.documents.customers import Customer
from care.reports.grouping import MOST_GROUPS
from care.reports.ranges import ReportRange
from care.reports.statistics import share
from community.documents import Answer, Audience, Question
from core.clock import now
from core.errors import LimitReached
from core.records import by_ids
from core.text.intent import Intent

WITHIN: Final = timedelta(days=7)
"""How long after a question what is said to it counts."""
PORTAL: Final = "PORTAL"
MOST_READ: Final = 100_000
_MOST_HOPS: Final = 10
_UNHEARD: Final = {status.value for status in IN_THE_HOUSE | {DeliveryStatus.QUEUED, DeliveryStatus.FAILED}}
_FIELDS: Final = {
    "channel_id": 1, "conversation_id": 1, "external_id": 1, "in_reply_to": 1, "customer_id": 1, "direction": 1,
    "visibility": 1, "intent": 1, "created_at": 1, "deleted_at": 1, "delivery_status": 1, "retraction.state": 1,
    "holding": 1, "automatic": 1, "unparsed": 1,
}  # fmt: skip

Raw = dict[str, Any]


@dataclass(slots=True)
class PeerGroup:
    """The public questions of one channel, or of the portal."""

    key: str
    label: str = ""
    asked: set[str] = field(default_factory=set)
    by_peers: set[str] = field(default_factory=set)
    by_staff: set[str] = field(default_factory=set)

    @property
    def peer_share(self) -> float | None:
        """Give the part that other customers talked about; None without questions."""
        return share(len(self.by_peers), len(self.asked))

    @property
    def staff_share(self) -> float | None:
        """Give the part that the company answered; None without questions."""
        return share(len(self.by_staff), len(self.asked))


@dataclass(frozen=True, slots=True)
class PeerReport:
    """The groups, and all of them together, as of an instant."""

    as_of: datetime
    whole: PeerGroup
    groups: list[PeerGroup]


async def peer_report(actor: Actor, span: ReportRange) -> PeerReport:
    """Report on the questions that customers asked in public in a range, in channels that the actor may read and the portal.

    A question of a channel is a customer's public message whose intent is QUESTION, one of the portal a published one. What
    counts was said in public within seven days: by another customer in direct answer to it, or by the company in the same
    conversation, where a holding reply is no answer.
    Raises Forbidden without `report:read`, LimitReached for too many messages or channels.
    """
    actor.require(Permission.REPORT_READ)
    at, groups = now(), dict[str, PeerGroup]()
    said = [raw for raw in await _said(span) if not actor.scoped or raw["channel_id"] in actor.reach]
    _count(said, groups, span, await _people(said))
    if not actor.scoped:
        await _count_portal(groups, span)
    if len(groups) > MOST_GROUPS:
        raise LimitReached(f"There are over {MOST_GROUPS} channels: choose a shorter range.", path=("range",))
    names = await read_channels(actor, [key for key in groups if key != PORTAL])
    for key, group in groups.items():
        group.label = names[key].name if key in names else key
    ordered = sorted(groups.values(), key=lambda group: (group.label, group.key))
    return PeerReport(at, _whole(ordered), ordered)


def _whole(groups: Iterable[PeerGroup]) -> PeerGroup:
    whole = PeerGroup("ALL")
    for group in groups:
        whole.asked |= group.asked
        whole.by_peers |= group.by_peers
        whole.by_staff |= group.by_staff
    return whole


async def _said(span: ReportRange) -> list[Raw]:
    """Read what was said in public in a range and in the days in which it still counts."""
    until = span.until + WITHIN
    query = {"environment": Environment.LIVE.value, "created_at": {"$gte": span.since, "$lt": until}}
    rows = Message.get_pymongo_collection().find(query, _FIELDS).limit(MOST_READ + 1)
    found = [raw async for raw in rows]
    if len(found) > MOST_READ:
        raise LimitReached(f"There are over {MOST_READ:,} messages: choose a shorter range.", path=("range",))
    return [raw for raw in found if _is_heard(raw)]


def _is_heard(raw: Raw) -> bool:
    if raw["visibility"] != Visibility.PUBLIC.value or raw.get("deleted_at") is not None:
        return False
    is_retracted = (raw.get("retraction") or {}).get("state") == RetractionState.RETRACTED.value
    return raw.get("delivery_status") not in _UNHEARD and not (is_retracted or raw.get("automatic") or raw.get("unparsed"))


def _count(said: list[Raw], groups: dict[str, PeerGroup], span: ReportRange, people: dict[str, str]) -> None:
    asked = [raw for raw in said if _is_question(raw) and span.since <= raw["created_at"] < span.until]
    called = {(raw["channel_id"], raw["external_id"]): raw for raw in asked if raw.get("external_id")}
    talks: dict[str, list[Raw]] = {}
    for raw in asked:
        groups.setdefault(raw["channel_id"], PeerGroup(raw["channel_id"])).asked.add(raw["_id"])
        talks.setdefault(raw["conversation_id"], []).append(raw)
    for raw in said:
        if raw["direction"] == Direction.OUTBOUND.value:
            answered = [] if raw.get("holding") else talks.get(raw["conversation_id"], [])
            for one in answered:
                if _is_in_time(raw, one):
                    groups[one["channel_id"]].by_staff.add(one["_id"])
            continue
        question = called.get((raw["channel_id"], raw.get("in_reply_to")))
        if question is not None and _is_in_time(raw, question) and people[raw["customer_id"]] != people[question["customer_id"]]:
            groups[question["channel_id"]].by_peers.add(question["_id"])


def _is_question(raw: Raw) -> bool:
    return raw["direction"] == Direction.INBOUND.value and raw.get("intent") == Intent.QUESTION.value


def _is_in_time(raw: Raw, question: Raw) -> bool:
    return bool(question["created_at"] <= raw["created_at"] < question["created_at"] + WITHIN)


async def _people(said: list[Raw]) -> dict[str, str]:
    """Give, by customer, the one whom they were merged into: who answers under another name is no peer of their own."""
    last = {raw["customer_id"]: raw["customer_id"] for raw in said}
    for _ in range(_MOST_HOPS):
        found = await by_ids(Customer, sorted(set(last.values())))
        moved = {one: customer.merged_into for one, customer in found.items() if customer.merged_into is not None}
        if not moved:
            break
        last = {one: moved.get(now_at, now_at) for one, now_at in last.items()}
    return last


async def _count_portal(groups: dict[str, PeerGroup], span: ReportRange) -> None:
    query = {"audience": Audience.PUBLIC.value, "created_at": {"$gte": span.since, "$lt": span.until}}
    found = await Question.find(query).limit(MOST_READ).to_list()
    questions = {one.id: one for one in found if one.approved_at and one.deleted_at is None and one.kept_for is None}
    if not questions:
        return
    group = groups.setdefault(PORTAL, PeerGroup(PORTAL))
    group.asked |= set(questions)
    for answer in await Answer.find({"question_id": {"$in": list(questions)}}).to_list():
        question = questions[answer.question_id]
        if answer.deleted_at is not None or answer.kept_for is not None or answer.created_at >= question.created_at + WITHIN:
            continue
        if answer.author_id.startswith("mem_"):
            group.by_staff.add(question.id)
        elif answer.author_id != question.author_id:
            group.by_peers.add(question.id)
