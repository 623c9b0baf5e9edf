"""What the embedded engine promises beyond the contract: several processes, restarts, damage."""

import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from core.errors import Unavailable
from search.engine import RebuildSuperseded, SearchIndex
from search.engines.embedded import EmbeddedEngine
from search.engines.generations import Generations
from search.entries import SearchEntry
from tests.search.engines.contract import ids_of, make_entry, make_query, numbered, stream

STAFF = SearchIndex.STAFF

WRITER = """
import asyncio, sys
from pathlib import Path
from search.engine import SearchIndex
from search.engines.embedded import EmbeddedEngine
from tests.search.engines.contract import make_entry

async def main():
    engine = EmbeddedEngine(Path(sys.argv[1]))
    await engine.open()
    await engine.put(SearchIndex.STAFF, [make_entry("elsewhere", "iade")])
    await engine.close()

asyncio.run(main())
"""


@pytest.fixture
async def pair(tmp_path: Path) -> AsyncIterator[tuple[EmbeddedEngine, EmbeddedEngine]]:
    """Two engines on one folder, as two processes have them."""
    engines = EmbeddedEngine(tmp_path / "search", lock_seconds=0.2), EmbeddedEngine(tmp_path / "search", lock_seconds=0.2)
    for engine in engines:
        await engine.open()
    yield engines
    for engine in engines:
        await engine.close()


async def found(engine: EmbeddedEngine, text: str) -> list[str]:
    return sorted(ids_of(await engine.find(STAFF, make_query(text))))


async def test_each_finds_what_any_has_written(pair: tuple[EmbeddedEngine, EmbeddedEngine]) -> None:
    first, second = pair
    await first.put(STAFF, [make_entry("a", "iade")])
    await second.put(STAFF, [make_entry("b", "iade")])
    await first.remove(STAFF, ["unknown"])

    assert await found(first, "iade") == await found(second, "iade") == ["a", "b"]
    await first.rebuild(STAFF, stream(numbered(3)))
    assert await found(second, "iade") == ["n_0", "n_1", "n_2"]


async def test_another_process_writes_to_the_same_folder(tmp_path: Path) -> None:
    engine = EmbeddedEngine(tmp_path)
    await engine.open()

    subprocess.run([sys.executable, "-c", WRITER, str(tmp_path)], check=True, timeout=60)  # noqa: ASYNC221  # nothing else runs in this loop

    assert await found(engine, "iade") == ["elsewhere"]
    await engine.close()


async def test_writes_of_another_hold_after_a_rebuild(pair: tuple[EmbeddedEngine, EmbeddedEngine]) -> None:
    first, second = pair

    async def entries() -> AsyncIterator[SearchEntry]:
        yield make_entry("a", "eski")
        await second.put(STAFF, [make_entry("a", "yeni")])

    await first.rebuild(STAFF, entries())

    assert await found(second, "yeni") == ["a"]


async def test_a_later_rebuild_supersedes_an_earlier(pair: tuple[EmbeddedEngine, EmbeddedEngine], tmp_path: Path) -> None:
    first, second = pair

    async def entries() -> AsyncIterator[SearchEntry]:
        yield make_entry("early", "iade")
        await second.rebuild(STAFF, stream([make_entry("late", "iade")]))

    with pytest.raises(RebuildSuperseded):
        await first.rebuild(STAFF, entries())

    assert await found(first, "iade") == ["late"]
    assert len([name for name in names_in(tmp_path / "search" / "staff") if name.startswith("v")]) == 1


async def test_a_writer_that_waits_too_long_gives_up(pair: tuple[EmbeddedEngine, EmbeddedEngine], tmp_path: Path) -> None:
    first, _ = pair

    with Generations(tmp_path / "search" / "staff" / "generations.sqlite3", 0.2).writing():
        with pytest.raises(Unavailable, match="another writer holds the index"):
            await first.put(STAFF, [make_entry("a", "iade")])
        assert await found(first, "") == []

    await first.put(STAFF, [make_entry("a", "iade")])
    assert await found(first, "") == ["a"]


async def test_entries_stay_over_a_restart(tmp_path: Path) -> None:
    engine = EmbeddedEngine(tmp_path)
    await engine.open()
    await engine.put(STAFF, numbered(2))
    await engine.close()

    again = EmbeddedEngine(tmp_path)
    await again.open()

    assert await again.count(STAFF) == 2
    await again.close()


@pytest.mark.parametrize("damage", ["files", "older form"])
async def test_what_cannot_be_read_begins_anew(tmp_path: Path, damage: str) -> None:
    engine = EmbeddedEngine(tmp_path)
    await engine.open()
    await engine.put(STAFF, numbered(2))
    await engine.close()
    generations = Generations(tmp_path / "staff" / "generations.sqlite3", 1.0)
    if damage == "files":
        (tmp_path / "staff" / str(generations.current()) / "meta.json").write_text("{")
    else:
        with generations.writing() as turn:
            turn.make_current("v0-older")

    again = EmbeddedEngine(tmp_path)
    await again.open()

    assert await again.count(STAFF) == 0
    await again.put(STAFF, numbered(1))
    assert await found(again, "iade") == ["n_0"]
    await again.close()


async def test_damage_while_open_is_unavailable(tmp_path: Path) -> None:
    engine = EmbeddedEngine(tmp_path)
    await engine.open()
    with Generations(tmp_path / "staff" / "generations.sqlite3", 1.0).writing() as turn:
        turn.make_current("v1-gone")

    assert await engine.healthy() is False
    with pytest.raises(Unavailable):
        await engine.find(STAFF, make_query("iade"))
    with pytest.raises(Unavailable):
        await engine.put(STAFF, [make_entry("a")])
    await engine.close()


async def test_an_engine_that_is_not_open_is_unavailable(tmp_path: Path) -> None:
    engine = EmbeddedEngine(tmp_path)

    await engine.close()

    assert await engine.healthy() is False
    with pytest.raises(Unavailable, match="not open"):
        await engine.put(STAFF, [make_entry("a")])
    assert names_in(tmp_path) == []


async def test_without_a_folder_nothing_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    engine = EmbeddedEngine()
    await engine.open()
    assert len(names_in(tmp_path)) == 1

    await engine.close()

    assert names_in(tmp_path) == []


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())
