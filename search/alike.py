"""What is like a text: asked of the engine for all kinds together, then read together with whatever else is needed."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from typing import Final

from auth.actor import Actor, Permission
from community.documents import Question
from search.engine import SearchEngine, SearchIndex
from search.entries import SearchHit, SearchKind, SearchMode, SearchQuery
from search.querying import Hit, reread
from search.readers import reader_tokens
from search.rows import rows_of

LONGEST_EXAMPLE: Final = 20_000
"""Characters of a text that looks for its like; what comes after is not read."""
ALIKE: Final = 0.25
"""How good a hit must be, as a share of the best one, to be called alike."""
MOST_ALIKE: Final = 100
"""How many alike things of a kind `hits_by_kind` gives."""
SHOWING: Final = (SearchKind.QUESTION, SearchKind.CASE, SearchKind.ANSWER_BANK_ENTRY)
"""The kinds that show what is known already, and by whom."""

HitsByKind = Mapping[SearchKind, Sequence[SearchHit]]


async def find_alike(actor: Actor, engine: SearchEngine, example: str, *, kinds: Collection[SearchKind], most: int) -> list[Hit]:
    """Give what shares telling words with a text of any length, the more alike the earlier, at least a quarter of the best.

    Raises Forbidden without `search:use`, Unavailable.
    """
    return await reread(rows_of(actor), await _hits(actor, engine, example, kinds, most))


async def similar_questions(actor: Actor, engine: SearchEngine, title: str, *, limit: int) -> list[tuple[Question, float]]:
    """Give questions like one about to be asked, the most alike first, with how alike they are.

    Raises Forbidden without `search:use`, Unavailable.
    """
    hits = await find_alike(actor, engine, title, kinds=(SearchKind.QUESTION,), most=limit)
    return [(hit.document, hit.score) for hit in hits if isinstance(hit.document, Question)]


async def hits_by_kind(actor: Actor, examples: Sequence[str], engine: SearchEngine) -> dict[str, HitsByKind]:
    """Give for each text what is like it of each kind of SHOWING, as `find_alike` finds it; the rows are still to be read.

    Raises Forbidden without `search:use`, Unavailable.
    """
    wanted = [(example, kind) for example in dict.fromkeys(examples) for kind in SHOWING]
    found = await asyncio.gather(*(_hits(actor, engine, example, {kind}, MOST_ALIKE) for example, kind in wanted))
    given: dict[str, dict[SearchKind, list[SearchHit]]] = {example: {} for example in examples}
    for (example, kind), hits in zip(wanted, found, strict=True):
        given[example][kind] = hits
    return dict(given)


async def _hits(actor: Actor, engine: SearchEngine, example: str, kinds: Collection[SearchKind], most: int) -> list[SearchHit]:
    actor.require(Permission.SEARCH_USE)
    query = SearchQuery(
        text=example[:LONGEST_EXAMPLE],
        mode=SearchMode.ANY,
        readers=frozenset(reader_tokens(actor)),
        kinds=frozenset(kinds),
        limit=most,
        highlight=False,
    )
    page = await engine.find(SearchIndex.STAFF, query)
    best = max((hit.score for hit in page.hits), default=0.0)
    return [hit for hit in page.hits if hit.score >= ALIKE * best]
