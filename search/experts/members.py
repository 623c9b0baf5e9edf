"""Finding members by words: their names, what they do and what they know."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from auth.actor import Actor, Permission
from community.directory import BY_NAME, MEMBERS, visible_members
from community.documents import Member
from community.listing import UNFILTERED, Filter
from core.paging import Position, Slice, Window, take_slice
from search.engine import SearchEngine, SearchIndex
from search.entries import MAX_LIMIT, SearchKind, SearchQuery
from search.querying import require_short
from search.readers import reader_tokens

MOST_MEMBERS: Final = 300
"""How many of the members who have the words are looked at; who comes after is neither listed nor counted."""


@dataclass(frozen=True, slots=True)
class FoundMembers:
    """A page of members, the best first, and how many there are."""

    members: Slice[Member]
    total: int


async def search_members(
    actor: Actor, engine: SearchEngine, text: str, *, condition: Filter = UNFILTERED, window: Window
) -> FoundMembers:
    """Find members by name, department, job title, skills and what they say of themselves; `condition` as in the directory.

    Raises Forbidden without `search:use`, InvalidInput for a text over 1,000 characters and for what the directory
    refuses, Unavailable.
    """
    actor.require(Permission.SEARCH_USE)
    require_short(text)
    parts = [part for part in (MEMBERS.query(visible_members(actor), condition, BY_NAME),) if part]
    ids = await _ranked(actor, engine, text)
    found = await Member.find({"$and": [{"_id": {"$in": ids}}, *parts]}).to_list() if ids else []
    by_id = {member.id: member for member in found}
    ranked = [by_id[one] for one in ids if one in by_id]
    places = [Position((member.id,)) for member in ranked]
    return FoundMembers(take_slice(ranked, places, window), len(ranked))


async def _ranked(actor: Actor, engine: SearchEngine, text: str) -> Sequence[str]:
    query = SearchQuery(
        text=text,
        readers=frozenset(reader_tokens(actor)),
        kinds=frozenset({SearchKind.MEMBER}),
        limit=MAX_LIMIT,
        highlight=False,
    )
    ids: list[str] = []
    for offset in range(0, MOST_MEMBERS, MAX_LIMIT):
        page = await engine.find(SearchIndex.STAFF, replace(query, offset=offset))
        ids.extend(hit.id for hit in page.hits)
        if len(page.hits) < MAX_LIMIT:
            break
    return list(dict.fromkeys(ids))
