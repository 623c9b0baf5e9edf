"""The engines that the contract suite runs on, each emptied before every test."""

import uuid
from collections.abc import AsyncIterator

import pytest

from search.engine import SearchEngine, SearchIndex
from search.engines.embedded import EmbeddedEngine
from search.engines.meilisearch import MeilisearchEngine
from tests import stores
from tests.search.engines.contract import stream

# Where there is no Meilisearch, the skip line of test_meilisearch.py says so for all.
ENGINES = [
    "embedded",
    *([pytest.param("meilisearch", marks=pytest.mark.services)] if stores.meilisearch() else []),
]


@pytest.fixture(scope="session", params=ENGINES)
async def opened_engine(request: pytest.FixtureRequest) -> AsyncIterator[SearchEngine]:
    """One engine for the whole session: opening costs more than emptying."""
    if request.param == "embedded":
        engine = EmbeddedEngine()
        await engine.open()
        yield engine
        await engine.close()
        return
    url, key = stores.meilisearch() or ("", "")
    remote = MeilisearchEngine(url, key, prefix=f"contract-{uuid.uuid4().hex[:8]}-")
    await remote.open()
    yield remote
    await remote.drop()
    await remote.close()


@pytest.fixture
async def engine(opened_engine: SearchEngine) -> SearchEngine:
    """The engine, with both indexes empty."""
    for index in SearchIndex:
        if await opened_engine.count(index):
            await opened_engine.rebuild(index, stream([]))
    return opened_engine
