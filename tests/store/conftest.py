"""The stores under test: the embedded one always, and every server that KOPRU_TEST_MONGODB_URL names."""

import os
import uuid
from collections.abc import AsyncIterator
from typing import Any

import pytest
from pymongo import AsyncMongoClient
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.asynchronous.database import AsyncDatabase

from core.embedded.store import EmbeddedStore

SERVERS = [url for url in os.environ.get("KOPRU_TEST_MONGODB_URL", "").split(",") if url]
Documents = AsyncCollection[dict[str, Any]]
Database = AsyncDatabase[dict[str, Any]]


@pytest.fixture(scope="session")
async def embedded_url() -> AsyncIterator[str]:
    store = EmbeddedStore(None)
    await store.start()
    yield store.url
    await store.stop()


async def _database(url: str) -> AsyncIterator[Database]:
    client: AsyncMongoClient[dict[str, Any]] = AsyncMongoClient(url, tz_aware=True, serverSelectionTimeoutMS=5000)
    database = client[f"kopru_store_{uuid.uuid4().hex[:12]}"]
    yield database
    await client.drop_database(database.name)
    await client.close()


@pytest.fixture(params=["embedded", *SERVERS], ids=["embedded", *(f"server{number}" for number, _ in enumerate(SERVERS, 1))])
async def db(request: pytest.FixtureRequest, embedded_url: str) -> AsyncIterator[Database]:
    """An empty database on each store."""
    async for database in _database(embedded_url if request.param == "embedded" else request.param):
        yield database


@pytest.fixture
async def embedded(embedded_url: str) -> AsyncIterator[Database]:
    """An empty database on the embedded store."""
    async for database in _database(embedded_url):
        yield database


@pytest.fixture
def docs(db: Database) -> Documents:
    """An empty collection on each store."""
    return db["docs"]


@pytest.fixture
def own(embedded: Database) -> Documents:
    """An empty collection on the embedded store."""
    return embedded["docs"]
