"""Reading the children of many parents at once: the same number of queries for one parent and for a hundred."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeVar

from beanie import Document

from core.paging import Order, Slice, Window, place_of, read_slice

_PAGE: Final = 2_000
"""Rows of one query; more than any window has, so that a parent with very many children is through after one."""

DocumentT = TypeVar("DocumentT", bound=Document)


async def read_children(
    model: type[DocumentT], parent: tuple[str, Sequence[str]], query: Mapping[str, Any], order: Order, window: Window
) -> dict[str, Slice[DocumentT]]:
    """Give the same window of the children of every parent; `parent` is the field that names it, and the ids.

    One query, and one more for every 2,000 children; an index leads with the field and goes on with the order.
    A window with a place in it is of one parent: of several, each is read by itself.
    """
    name, ids = parent[0], sorted(set(parent[1]))
    if len(ids) == 1 or window.after or window.before:
        slices = await asyncio.gather(*(read_slice(model, {name: one, **query}, order, window) for one in ids))
        return dict(zip(ids, slices, strict=True))
    return {one: _cut(rows, order, window) for one, rows in (await _read_all(model, (name, ids), query, order, window)).items()}


async def _read_all(
    model: type[DocumentT], parent: tuple[str, list[str]], query: Mapping[str, Any], order: Order, window: Window
) -> dict[str, list[DocumentT]]:
    name, remaining = parent
    sign = -1 if window.backwards else 1
    remaining = remaining[::sign]
    keys = [(name, sign), *((field, sign * direction) for field, direction in order.keys)]
    rows: dict[str, list[DocumentT]] = {one: [] for one in remaining}
    while remaining:
        page = await model.find({name: {"$in": remaining}, **query}, batch_size=_PAGE).sort(keys).limit(_PAGE).to_list()  # type: ignore[arg-type]  # the stub knows only one of the two forms that Beanie takes
        for row in page:
            rows[getattr(row, name)].append(row)
        if len(page) < _PAGE:
            break
        last = getattr(page[-1], name)
        is_through = len(rows[last]) > window.limit
        remaining = remaining[remaining.index(last) + is_through :]
        if not is_through:
            rows[last] = []
    return rows


def _cut(rows: list[DocumentT], order: Order, window: Window) -> Slice[DocumentT]:
    items, more = rows[: window.limit], len(rows) > window.limit
    if window.backwards:
        items.reverse()
    places = [place_of(item, order) for item in items]
    return Slice(items, places, more and not window.backwards, more and window.backwards)


async def count_children(
    model: type[Document], parent: str, parent_ids: Sequence[str], query: Mapping[str, Any]
) -> dict[str, int]:
    """Count the children of every parent in one aggregate; a parent without any has 0."""
    ids = sorted(set(parent_ids))
    if not ids:
        return {}
    pipeline = [{"$match": {parent: {"$in": ids}, **query}}, {"$group": {"_id": f"${parent}", "total": {"$sum": 1}}}]
    rows = await (await model.get_pymongo_collection().aggregate(pipeline)).to_list()
    return dict.fromkeys(ids, 0) | {row["_id"]: row["total"] for row in rows}
