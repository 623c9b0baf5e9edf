"""What the processes do before they begin their work."""

import argparse
import contextlib
import gc
import weakref
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest

from bootstrap.platform import at_work, compose
from core.collector import spare_what_is_there
from core.database import Database
from core.settings import Settings
from kopru import serving
from search.engines.embedded import EmbeddedEngine
from tests.collector import left_alone


@pytest.fixture(autouse=True)
def alone() -> Iterator[None]:
    with left_alone():
        yield


def test_what_is_there_is_spared_but_not_its_garbage() -> None:
    class Loop:
        itself: "Loop"

    kept, loop = Loop(), Loop()
    loop.itself = loop
    seen = weakref.ref(loop)
    del loop

    spare_what_is_there()

    assert seen() is None
    assert not any(one is kept for one in gc.get_objects())


async def test_worker_spares_what_it_made_before_it_is_at_work(
    store: Database, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    spared: list[int] = []

    async def told() -> None:
        spared.append(gc.get_freeze_count())

    _instead(monkeypatch, store)
    monkeypatch.setattr(serving, "until_told_to_stop", told)

    assert await serving._work(argparse.Namespace(), Settings(memory_only=True)) == 0

    assert min(spared) > 10_000
    assert capsys.readouterr().out == "kopru: worker is running\n"


@pytest.mark.parametrize("no_worker", [False, True])
async def test_api_spares_what_it_made_before_the_first_request(
    store: Database, monkeypatch: pytest.MonkeyPatch, *, no_worker: bool
) -> None:
    spared: list[int] = []

    async def served(_: serving.DrainingServer, sockets: object) -> None:
        assert sockets is None
        spared.append(gc.get_freeze_count())

    _instead(monkeypatch, store)
    monkeypatch.setattr(serving.DrainingServer, "serve", served)
    options = argparse.Namespace(workers=1, host="127.0.0.1", port=8000, no_worker=no_worker, shared=False)

    assert await serving._serve(options, Settings(memory_only=True)) == 0

    assert min(spared) > 10_000


def _instead(monkeypatch: pytest.MonkeyPatch, store: Database) -> None:
    """Let the process open the platform on the store of the test, and leave the logs of the tests as they are."""

    @asynccontextmanager
    async def opened(settings: Settings) -> AsyncIterator[object]:
        platform = compose(settings, store, EmbeddedEngine(None))
        async with at_work(platform):
            yield platform

    monkeypatch.setattr(serving, "open_platform", opened)
    monkeypatch.setattr(serving, "logging_to_standard_error", lambda _: contextlib.nullcontext())
