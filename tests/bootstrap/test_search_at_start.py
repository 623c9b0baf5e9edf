"""A start does not wait for the search: complaints come in while it is down, and are found later."""

import asyncio

import pytest
from typing_extensions import override

from bootstrap import platform as bootstrap
from bootstrap.platform import at_work, compose
from core.database import Database
from core.errors import Unavailable
from core.settings import Settings
from search.engine import SearchRefused
from search.engines.embedded import EmbeddedEngine


class DownAtFirst(EmbeddedEngine):
    """A search that can't be reached while the process starts."""

    def __init__(self, failure: Exception) -> None:
        super().__init__(None)
        self.failure = failure
        self.closed = False

    @override
    async def open(self) -> None:
        raise self.failure

    @override
    async def close(self) -> None:
        await super().close()
        self.closed = True


class NeverOpen(DownAtFirst):
    """A search that takes the question and gives no answer."""

    def __init__(self) -> None:
        super().__init__(Unavailable("search"))

    @override
    async def open(self) -> None:
        await asyncio.Event().wait()


@pytest.fixture
def settings() -> Settings:
    return Settings(memory_only=True)


async def test_start_goes_on_while_the_search_is_down(store: Database, settings: Settings) -> None:
    engine = DownAtFirst(Unavailable("search", "refused"))

    async with at_work(compose(settings, store, engine)) as platform:
        assert not await platform.search.healthy()

    assert engine.closed


async def test_start_waits_only_so_long_for_a_silent_search(
    store: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = NeverOpen()
    monkeypatch.setattr(bootstrap, "SEARCH_OPENS_WITHIN", 0.01)

    async with asyncio.timeout(30), at_work(compose(settings, store, engine)):
        assert not engine.closed

    assert engine.closed


async def test_start_ends_when_the_search_refuses_us(store: Database, settings: Settings) -> None:
    engine = DownAtFirst(SearchRefused("The key is wrong.", code="invalid_api_key"))

    with pytest.raises(SearchRefused, match="The key is wrong"):
        async with at_work(compose(settings, store, engine)):
            pytest.fail("a search that refuses us must be told to the operator")

    assert engine.closed
