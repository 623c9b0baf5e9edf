"""The only way to read insights for a person."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Final

from auth.actor import Actor
from community.drafts import may_be_id, slug_of
from community.insights.documents import Insight, InsightDigest
from community.insights.policies import reads_insights
from community.listing import UNFILTERED, Filter, Listing
from community.visibility import unhidden
from core.errors import NotFound
from core.gates import NOTHING, PRESENT, Gate, both, to_mongo
from core.ids import with_prefix
from core.paging import COUNT_LIMIT, Order, Slice, Window, place_of, read_slice
from core.paging import count as count_rows
from core.records import by_ids

NEWEST_FIRST: Final = Order((("created_at", -1),))

Parent = tuple[str, Callable[[Insight], Sequence[str]]]
"""A field of several values, and how an insight gives them."""

_MOST: Final = 2_000

INSIGHTS: Final = Listing(
    paths={
        "kind": "kind",
        "stage": "stage",
        "owner_id": "owner_id",
        "department_id": "department_ids",
        "tag": "tags.slug",
        "closed": "closed",
        "created_at": "created_at",
    },
    leading=("kind", "stage", "owner_id", "department_id", "tag"),
    lists=frozenset({"department_id", "tag"}),
    spellings={"tag": slug_of},
)


def visible_insights(actor: Actor) -> Gate:
    """Say which insights somebody may read: all who read insights, but for what moderators hid."""
    return both(PRESENT, unhidden(actor)) if reads_insights(actor) else NOTHING


async def insights_by_ids(actor: Actor, insight_ids: Sequence[str]) -> dict[str, Insight]:
    """Give those of the insights that the actor may read."""
    readable = [one for one in dict.fromkeys(insight_ids) if may_be_id(one, "ins")]
    if not readable or not reads_insights(actor):
        return {}
    found = await Insight.find({"_id": {"$in": readable}, **to_mongo(visible_insights(actor))}).to_list()
    return {insight.id: insight for insight in found}


async def require_insight(actor: Actor, insight_id: str) -> Insight:
    """Give an insight; NotFound when there is none for this actor."""
    found = (await insights_by_ids(actor, [insight_id])).get(insight_id)
    if found is None:
        raise NotFound("There is no such insight.", path=("insight_id",))
    return found


async def list_insights(actor: Actor, *, condition: Filter = UNFILTERED, window: Window) -> Slice[Insight]:
    """List the insights that the actor may read, the newest first; InvalidInput for a filter that no index serves."""
    return await read_slice(Insight, INSIGHTS.query(visible_insights(actor), condition, NEWEST_FIRST), NEWEST_FIRST, window)


async def count_insights(actor: Actor, *, condition: Filter = UNFILTERED) -> int:
    """Count the same insights, up to 10,001."""
    return await count_rows(Insight, INSIGHTS.query(visible_insights(actor), condition, NEWEST_FIRST))


async def insights_on(actor: Actor, target_ids: Sequence[str], window: Window) -> dict[str, Slice[Insight]]:
    """List the insights that each thing is evidence of, the newest first; the things are ones that the actor was given."""
    return await _of(actor, ("evidence.target_id", _targets), target_ids, window)


async def insights_of_customers(actor: Actor, customer_ids: Sequence[str], window: Window) -> dict[str, Slice[Insight]]:
    """List the insights that were learned of each customer, too; the customers are ones that the actor was given."""
    return await _of(actor, ("customer_ids", lambda insight: insight.customer_ids), customer_ids, window)


async def count_insights_on(actor: Actor, target_ids: Sequence[str]) -> dict[str, int]:
    """Count the insights that each thing is evidence of."""
    return await _counts(actor, ("evidence.target_id", _targets), target_ids)


async def count_insights_of_customers(actor: Actor, customer_ids: Sequence[str]) -> dict[str, int]:
    """Count the insights that were learned of each customer."""
    return await _counts(actor, ("customer_ids", lambda insight: insight.customer_ids), customer_ids)


async def _of(actor: Actor, by: Parent, ids: Sequence[str], window: Window) -> dict[str, Slice[Insight]]:
    """Give the same window of the insights of several things: one query, unless places or very many ask for one each."""
    field, named = by
    if not reads_insights(actor):
        return {one: Slice([], []) for one in ids}
    wanted, gate = sorted(set(ids)), to_mongo(visible_insights(actor))
    if not (len(wanted) == 1 or window.after or window.before or window.backwards):
        found = await Insight.find({field: {"$in": wanted}, **gate}).sort("-created_at", "-_id").limit(_MOST + 1).to_list()
        if len(found) <= _MOST:
            return {one: _cut([row for row in found if one in named(row)], window) for one in wanted}
    slices = await asyncio.gather(*(read_slice(Insight, {field: one, **gate}, NEWEST_FIRST, window) for one in wanted))
    return dict(zip(wanted, slices, strict=True))


async def _counts(actor: Actor, by: Parent, ids: Sequence[str]) -> dict[str, int]:
    field, named = by
    if not reads_insights(actor):
        return dict.fromkeys(ids, 0)
    query = {field: {"$in": sorted(set(ids))}, **to_mongo(visible_insights(actor))}
    found = await Insight.find(query).limit(COUNT_LIMIT + 1).to_list()
    return {one: sum(one in named(row) for row in found) for one in ids}


def _cut(rows: list[Insight], window: Window) -> Slice[Insight]:
    kept = rows[: window.limit]
    return Slice(kept, [place_of(one, NEWEST_FIRST) for one in kept], len(rows) > window.limit)


def _targets(insight: Insight) -> list[str]:
    return [one.target_id for one in insight.evidence]


async def digests_by_ids(actor: Actor, digest_ids: Sequence[str]) -> dict[str, InsightDigest]:
    """Give those of the digests to who may read insights."""
    wanted = [one for one in dict.fromkeys(digest_ids) if may_be_id(one, "igd")]
    return await by_ids(InsightDigest, wanted) if wanted and reads_insights(actor) else {}


def digest_id_of(department_id: str) -> str:
    """Give the id of a department's digest."""
    return with_prefix("igd", department_id)
