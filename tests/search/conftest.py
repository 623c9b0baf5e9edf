"""An engine for every test that asks for one, emptied before each: the embedded one, and Meilisearch where one is named."""

import uuid
from collections.abc import AsyncIterator

import pytest

from core.database import Database
from search.engine import SearchEngine, SearchIndex
from search.engines.embedded import EmbeddedEngine
from search.engines.meilisearch import MeilisearchEngine
from tests import stores
from tests.search.settling import Settling, nothing

ENGINES = [
    "embedded",
    *([pytest.param("meilisearch", marks=pytest.mark.services)] if stores.meilisearch() else []),
]


@pytest.fixture(scope="session", params=ENGINES)
async def opened_engine(request: pytest.FixtureRequest) -> AsyncIterator[SearchEngine]:
    if request.param == "embedded":
        engine = EmbeddedEngine()
        await engine.open()
        yield engine
        await engine.close()
        return
    url, key = stores.meilisearch() or ("", "")
    remote = MeilisearchEngine(url, key, prefix=f"test-{uuid.uuid4().hex[:8]}-")
    await remote.open()
    yield remote
    await remote.drop()
    await remote.close()


@pytest.fixture
async def engine(opened_engine: SearchEngine) -> SearchEngine:
    for index in SearchIndex:
        if await opened_engine.count(index):
            await opened_engine.rebuild(index, nothing())
    return opened_engine


@pytest.fixture
def settling(store: Database, engine: SearchEngine) -> Settling:
    return Settling(store, engine)
