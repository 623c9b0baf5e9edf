"""Real stores for every test that asks for one: one database per run and store, emptied after each test."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from hypothesis import settings

from bootstrap.documents import DOCUMENTS
from care.workers import declare_queues
from core.clock import clock
from core.database import Database, connect, declare
from core.embedded.store import EmbeddedStore
from core.relay import declare_events
from tests.product_shapes import ProductShapes
from tests.stores import database_name, no_skips, store_urls
from tests.written import WRITTEN

settings.register_profile("untimed", deadline=None)  # a busy machine is no failure
settings.load_profile("untimed")

MOST_ROUNDS = 5
"""So often a store is emptied after one test."""


@asynccontextmanager
async def _url(name: str) -> AsyncIterator[str]:
    if name != "embedded":
        yield name
        return
    embedded = EmbeddedStore(None)
    await embedded.start()
    try:
        yield embedded.url
    finally:
        await embedded.stop()


@pytest.fixture(scope="session", params=store_urls(), ids=lambda url: url if url == "embedded" else "server")
async def store_url(request: pytest.FixtureRequest) -> AsyncIterator[str]:
    """Give the address of the store, for another process."""
    async with _url(request.param) as url:
        yield url


@pytest.fixture(scope="session")
async def database(store_url: str) -> AsyncIterator[Database]:
    shapes = ProductShapes()
    client = connect(store_url, event_listeners=[shapes, WRITTEN])
    opened = client[database_name()]
    await declare(opened, DOCUMENTS)
    await declare_events(opened)
    await declare_queues(opened)
    yield opened
    await client.drop_database(opened.name)
    await client.close()
    assert "\n".join(shapes.complaints()) == ""


@pytest.fixture
async def store(database: Database) -> AsyncIterator[Database]:
    """Give an empty database, with the clock sampled."""
    await clock.sample(database)
    while not clock.trusted:  # an answer that was slow is dropped
        await clock.sample(database)
    yield database
    clock.reset_shift()
    for _ in range(MOST_ROUNDS):  # what the test left running may still write
        for name in (names := WRITTEN.take()):
            await database[name].delete_many({})
        if not names:
            break


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes long, so that no process of the run is left alone with it at the end."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Fail a run that had to skip nothing, when something was skipped: a service that did not start must not go unseen."""
    if no_skips() and terminalreporter.stats.get("skipped"):
        terminalreporter.write_line("Skipped although KOPRU_TEST_NO_SKIPS is set: a service is missing.", red=True)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Make such a run fail."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if no_skips() and isinstance(reporter, pytest.TerminalReporter) and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
