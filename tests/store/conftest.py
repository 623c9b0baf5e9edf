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
Client = AsyncMongoClient[dict[str, Any]]
Documents = AsyncCollection[dict[str, Any]]
Database = AsyncDatabase[dict[str, Any]]


@pytest.fixture(scope="session")
async def embedded_url() -> AsyncIterator[str]:
    store = EmbeddedStore(None)
    await store.start()
    yield store.url
    await store.stop()


@pytest.fixture(scope="session")
async def clients(embedded_url: str) -> AsyncIterator[list[Client]]:
    """A client of each store, the embedded one first."""
    opened = [Client(url, tz_aware=True, serverSelectionTimeoutMS=5000) for url in [embedded_url, *SERVERS]]
    yield opened
    for client in opened:
        await client.close()


async def _database(client: Client) -> AsyncIterator[Database]:
    database = client[f"kopru_store_{uuid.uuid4().hex[:12]}"]
    yield database
    await client.drop_database(database.name)


@pytest.fixture(params=range(len(SERVERS) + 1), ids=lambda number: f"server{number}" if number else "embedded")
async def db(request: pytest.FixtureRequest, clients: list[Client]) -> AsyncIterator[Database]:
    """An empty database on each store."""
    async for database in _database(clients[request.param]):
        yield database


@pytest.fixture
async def embedded(clients: list[Client]) -> AsyncIterator[Database]:
    """An empty database on the embedded store."""
    async for database in _database(clients[0]):
        yield database


@pytest.fixture
def docs(db: Database) -> Documents:
    """An empty collection on each store."""
    return db["docs"]


@pytest.fixture
def own(embedded: Database) -> Documents:
    """An empty collection on the embedded store."""
    return embedded["docs"]
