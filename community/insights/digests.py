"""Digests: each department is told from time to time what was learned for it, if anything was."""

from datetime import timedelta
from typing import Final

from auth.actor import SYSTEM, Actor
from community.directory import departments_by_ids
from community.documents import Department
from community.insights.documents import DigestPeriod, Insight, InsightDigest
from community.insights.events import InsightDigestChanged, InsightDigestDue
from community.insights.policies import may_set_digest, reads_insights
from community.insights.reading import digest_id_of, visible_insights
from core.clock import now
from core.defaults import change_or_insert, stored_or
from core.errors import NotFound
from core.gates import to_mongo
from core.records import change

SPANS: Final = {DigestPeriod.DAILY: timedelta(days=1), DigestPeriod.WEEKLY: timedelta(days=7)}


async def show_digest(actor: Actor, department_id: str) -> InsightDigest:
    """Give the digest of a department, one that is OFF while nobody has set any. NotFound for who reads no insights."""
    known = await departments_by_ids(actor, [department_id]) if reads_insights(actor) else {}
    if department_id not in known:
        raise NotFound("There is no such department.", path=("department_id",))
    return await _digest(known[department_id])


async def set_digest(actor: Actor, department_id: str, period: DigestPeriod, *, expected_version: int) -> InsightDigest:
    """Say how often a department is told what was learned for it; the version is 0 before anybody has said so.

    Raises NotFound, Forbidden without `idea:manage`, Conflict.
    """
    may_set_digest(actor).enforce()
    digest = await show_digest(actor, department_id)

    def rule(current: InsightDigest) -> None:
        at = now()
        current.period, current.since = period, at
        current.next_act_at = at + SPANS[period] if period in SPANS else None
        current.record(InsightDigestChanged(digest_id=current.id), actor=actor.id)

    return await change_or_insert(digest, rule, expected_version=expected_version)


async def tell_digests(at_once: int) -> int:
    """Let each digest that is due tell what was learned since the one before; where nothing was it tells nobody."""
    due = {"next_act_at": {"$lte": now()}}
    found = await InsightDigest.find(due).sort("next_act_at").limit(at_once).to_list()
    for digest in found:
        await _tell(digest)
    return len(found)


async def _tell(digest: InsightDigest) -> None:
    until, since = now(), digest.since
    learned = {"department_ids": digest.department_id, "created_at": {"$gte": since, "$lt": until}}
    counted = await Insight.find({**learned, **to_mongo(visible_insights(SYSTEM))}).count()

    def rule(current: InsightDigest) -> None:
        if current.next_act_at is None or current.next_act_at > until or current.since != since:
            return
        current.next_act_at = until + SPANS[current.period]
        current.since = until
        if counted:
            current.last_from, current.last_until, current.last_count = since, until, counted
            current.record(InsightDigestDue(digest_id=current.id))

    await change(digest, rule)


async def _digest(department: Department) -> InsightDigest:
    identifier, at = digest_id_of(department.id), now()
    return await stored_or(InsightDigest(id=identifier, created_at=at, department_id=department.id, since=at))
