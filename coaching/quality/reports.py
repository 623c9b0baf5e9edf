"""The quality report: how good replies are by what speaks of them, with the cases that each figure stands on."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from auth.actor import Actor, Permission
from care.channels import read_channels
from care.documents.cases import Case
from care.documents.channels import Environment
from care.documents.conversations import Message
from care.reading.conversations import messages_by_ids
from care.reading.gates import visible_cases_in
from care.reports.grouping import MOST_GROUPS
from care.reports.ranges import ReportRange
from coaching.documents import SampledReply
from coaching.quality.documents import QualityEvidence, QualityForm
from coaching.quality.evidence import REPLIES, Evidence, JudgedReply, Raw, judge, score_of
from coaching.quality.forms import current_form
from coaching.quality.policies import is_blind, may_know_quality
from community.directory import departments_by_ids, members_by_ids
from core.clock import now
from core.errors import Forbidden, LimitReached, NotFound
from core.gates import to_mongo
from core.ids import with_prefix

MOST_REPLIES: Final = 20_000
AT_ONCE: Final = 500
_OF_MESSAGE: Final = dict.fromkeys(("case_id", "channel_id", "author_id", "created_at", "body"), 1)
_OF_CASE: Final = dict.fromkeys(("status", "merge", "cycles"), 1)
_HUNDRED: Final = 100


class QualityDimension(StrEnum):
    """What replies are grouped by; never by who wrote them."""

    CHANNEL = "CHANNEL"
    TEAM = "TEAM"
    MONTH = "MONTH"


@dataclass(frozen=True, slots=True)
class QualityFigure:
    """What one kind of evidence comes to, from 0 to 100; None where it stands on too few cases to say anything."""

    kind: QualityEvidence
    reply_count: int
    case_count: int
    value: float | None


@dataclass(frozen=True, slots=True)
class QualityGroup:
    """The replies of one channel, team or month; the score stands on the cases of those that have one."""

    key: str | None
    label: str
    reply_count: int
    scored_count: int
    case_count: int
    score: float | None
    figures: list[QualityFigure]


@dataclass(frozen=True, slots=True)
class QualityReport:
    """The groups by their names, as of an instant, by the form that holds."""

    as_of: datetime
    form: QualityForm
    groups: list[QualityGroup]


async def quality_report(
    actor: Actor, span: ReportRange, by: QualityDimension | None = None, *, member_id: str | None = None
) -> QualityReport:
    """Report on the replies that were written in a range on LIVE cases that the actor may know of, all or a member's.

    Raises Forbidden for others' replies without `report:read`, LimitReached for too many replies or groups.
    """
    if member_id is None:
        actor.require(Permission.REPORT_READ)
    elif not may_know_quality(actor, member_id):
        raise Forbidden(f"You need the permission {Permission.REPORT_READ.value} to read of others' replies.")
    at, form = now(), await current_form()
    rows = await _written_in(span, member_id)
    judged = [one async for one in _judged(actor, form, rows)]
    groups = await _grouped(actor, judged, by)
    if len(groups) > MOST_GROUPS:
        raise LimitReached(f"A report has at most {MOST_GROUPS} groups: choose a shorter range.", path=("by",))
    summed = [_summed(form, key, label, replies) for (key, label), replies in groups.items()]
    return QualityReport(at, form, sorted(summed, key=lambda group: (group.key is None, group.label, group.key or "")))


async def reply_quality(actor: Actor, message_id: str) -> tuple[QualityForm, JudgedReply]:
    """Judge one reply that has left, for who wrote it and who reads reports.

    Who may still be the second reviewer learns nothing of the first marks. Raises NotFound for others and for what is
    no such reply.
    """
    message = (await messages_by_ids(actor, [message_id])).get(message_id)
    known = message is not None and message.environment is Environment.LIVE and may_know_quality(actor, message.author_id)
    form, found = await current_form(), None
    if message is not None and known:
        row = await Message.get_pymongo_collection().find_one({"_id": message.id, **REPLIES}, _OF_MESSAGE)
        found = [one async for one in _judged(actor, form, [row] if row else [])]
    if not found:
        raise NotFound("There is no such reply whose quality you may know.", path=("message_id",))
    sample = await SampledReply.get(with_prefix("smr", message_id))
    return form, _without_review(form, found[0]) if sample is not None and is_blind(actor, sample) else found[0]


async def _written_in(span: ReportRange, member_id: str | None) -> list[Raw]:
    written = {"environment": Environment.LIVE.value, "created_at": {"$gte": span.since, "$lt": span.until}}
    query = {**REPLIES, **written, **({"author_id": member_id} if member_id is not None else {})}
    found = await Message.get_pymongo_collection().find(query, _OF_MESSAGE).limit(MOST_REPLIES + 1).to_list()
    if len(found) > MOST_REPLIES:
        raise LimitReached(f"A report is about at most {MOST_REPLIES} replies: choose a shorter range.", path=("range",))
    return found


async def _judged(actor: Actor, form: QualityForm, rows: Sequence[Raw]) -> AsyncIterator[JudgedReply]:
    """Judge replies, some cases at once: what speaks of them may lie with other replies of their cases."""
    gate = to_mongo(visible_cases_in(actor, Environment.LIVE))
    case_ids = sorted({row["case_id"] for row in rows})
    for start in range(0, len(case_ids), AT_ONCE):
        some = case_ids[start : start + AT_ONCE]
        cases = await Case.get_pymongo_collection().find({"_id": {"$in": some}, **gate}, _OF_CASE).to_list()
        known = {case["_id"] for case in cases}
        said: Mapping[str, Any] = {"case_id": {"$in": sorted(known)}, **REPLIES}
        replies = await Message.get_pymongo_collection().find(said, _OF_MESSAGE).to_list()
        ordered = sorted(replies, key=lambda row: (row["created_at"], row["_id"]))
        wanted = [row["_id"] for row in rows if row["case_id"] in known]
        for one in await judge(form, cases, ordered, wanted):
            yield one


async def _grouped(
    actor: Actor, judged: Sequence[JudgedReply], by: QualityDimension | None
) -> dict[tuple[str | None, str], list[JudgedReply]]:
    authors = await members_by_ids(actor, sorted({one.author_id for one in judged})) if by is QualityDimension.TEAM else {}
    teams = {one: member.department_id for one, member in authors.items()}
    keys: dict[str | None, list[JudgedReply]] = {} if by else {None: []}
    for one in judged:
        key = None
        if by is QualityDimension.CHANNEL:
            key = one.channel_id
        elif by is QualityDimension.TEAM:
            key = teams.get(one.author_id)
        elif by is QualityDimension.MONTH:
            key = f"{one.at:%Y-%m}"
        keys.setdefault(key, []).append(one)
    names = await _names(actor, by, [key for key in keys if key is not None])
    without = "No team" if by is QualityDimension.TEAM else "All replies"
    return {(key, without if key is None else names.get(key, key)): replies for key, replies in keys.items()}


async def _names(actor: Actor, by: QualityDimension | None, keys: list[str]) -> dict[str, str]:
    if by is QualityDimension.CHANNEL:
        return {key: channel.name for key, channel in (await read_channels(actor, keys)).items()}
    if by is QualityDimension.TEAM:
        return {key: department.name for key, department in (await departments_by_ids(actor, keys)).items()}
    return {}


def _summed(form: QualityForm, key: str | None, label: str, replies: Sequence[JudgedReply]) -> QualityGroup:
    scored = [(one.case_id, one.score) for one in replies if one.score is not None]
    figures = []
    for kind in QualityEvidence:
        spoken = [(one.case_id, found.value) for one in replies for found in one.evidence if found.kind is kind]
        figures.append(QualityFigure(kind, len(spoken), _cases(spoken), _mean(form, spoken)))
    return QualityGroup(
        key=key,
        label=label,
        reply_count=len(replies),
        scored_count=len(scored),
        case_count=_cases(scored),
        score=_mean(form, scored),
        figures=figures,
    )


def _cases(values: Sequence[tuple[str, float]]) -> int:
    return len({case_id for case_id, _ in values})


def _mean(form: QualityForm, values: Sequence[tuple[str, float]]) -> float | None:
    """Give the mean of values as of a hundred; None when fewer cases than the form asks for stand behind it."""
    if not values or _cases(values) < form.minimum_cases:
        return None
    return round(_HUNDRED * sum(value for _, value in values) / len(values), 1)


def _without_review(form: QualityForm, judged: JudgedReply) -> JudgedReply:
    evidence: list[Evidence] = [one for one in judged.evidence if one.kind is not QualityEvidence.REVIEW]
    return JudgedReply(
        message_id=judged.message_id,
        case_id=judged.case_id,
        channel_id=judged.channel_id,
        author_id=judged.author_id,
        at=judged.at,
        evidence=evidence,
        score=score_of(form, evidence),
    )
