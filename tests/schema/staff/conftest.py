"""What the tests of the staff schema stand on."""

from collections.abc import AsyncIterator

import pytest

from core.database import Database
from core.tasks import running
from schema.execution.guarded import GuardedSchema
from schema.staff.schema import staff_schema
from search.engine import SearchIndex
from search.engines.embedded import EmbeddedEngine
from search.entries import SearchEntry
from tests.schema.staff.staff import LOG, CommandLog, Staff, WatchedTail

pytest.register_assert_rewrite(
    *(f"tests.schema.staff.runs.{name}" for name in ("cases", "community", "reports", "search", "viewer"))
)


@pytest.fixture(scope="session")
def schema() -> GuardedSchema:
    return staff_schema()


@pytest.fixture(scope="session")
async def engine() -> AsyncIterator[EmbeddedEngine]:
    opened = EmbeddedEngine()
    await opened.open()
    yield opened
    await opened.close()


@pytest.fixture
async def staff(store: Database, schema: GuardedSchema, engine: EmbeddedEngine) -> AsyncIterator[Staff]:
    tail = WatchedTail(store)
    async with running(tail.run()):
        yield Staff(schema, store, engine, tail)
    await engine.rebuild(SearchIndex.STAFF, _nothing())


async def _nothing() -> AsyncIterator[SearchEntry]:
    entries: list[SearchEntry] = []
    for entry in entries:
        yield entry


@pytest.fixture
def log() -> CommandLog:
    LOG.sent.clear()
    return LOG
