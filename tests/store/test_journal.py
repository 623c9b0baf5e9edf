"""Acknowledged means stored: kill -9, torn and damaged files, snapshots beside running writes, a full disk."""

import asyncio
import logging
import os
import resource
import shutil
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from pymongo import AsyncMongoClient, WriteConcern
from pymongo.errors import OperationFailure

from core.embedded.errors import JournalDamaged
from core.embedded.frames import MAGIC
from core.embedded.store import EmbeddedStore

ROOT = Path(__file__).parents[2]
Database = Any


@asynccontextmanager
async def opened(folder: Path | None, smallest_compaction: int = 16 * 1024 * 1024) -> AsyncIterator[Database]:
    store = EmbeddedStore(folder, smallest_compaction=smallest_compaction)
    await store.start()
    try:
        async with AsyncMongoClient[dict[str, Any]](store.url, serverSelectionTimeoutMS=10_000) as client:
            yield client.kill
    finally:
        await store.stop()


async def killed_writer(folder: Path, run: str, acknowledged: int, smallest_compaction: int = 16 * 1024 * 1024) -> list[str]:
    """Run a writing process, kill -9 it after so many acknowledged writes, and return what it was told is stored."""
    command = [sys.executable, "-m", "tests.store.writer", str(folder), run, str(smallest_compaction), "4"]
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=asyncio.subprocess.PIPE)
    assert process.stdout is not None
    assert await process.stdout.readline() == b"ready\n"
    lines = [await process.stdout.readline() for _ in range(acknowledged)]
    process.send_signal(signal.SIGKILL)
    lines += (await process.stdout.read()).splitlines(keepends=True)
    await process.wait()
    return [line.decode().strip() for line in lines if line.endswith(b"\n")]


@pytest.mark.parametrize("smallest_compaction", [16 * 1024 * 1024, 10_000], ids=["journal", "compacting all the time"])
async def test_kill_9_loses_nothing_that_was_acknowledged(tmp_path: Path, smallest_compaction: int) -> None:
    acknowledged: list[str] = []
    for run in range(3):
        acknowledged += await killed_writer(tmp_path, f"run{run}", 60 + 25 * run, smallest_compaction)
    async with opened(tmp_path) as db:
        stored = {each["_id"]: each async for each in db.docs.find({"_id": {"$ne": "counter"}})}
        counter = await db.docs.find_one({"_id": "counter"})
    assert len(acknowledged) == len(set(acknowledged)) >= 60 + 85 + 110
    assert [each for each in acknowledged if each not in stored or stored[each]["n"] != 1] == []
    assert all(len(each.get("pending", [])) == each["n"] for each in stored.values())
    assert len(acknowledged) <= counter["n"] <= len(stored)


def names(folder: Path, pattern: str) -> list[str]:
    return sorted(path.name for path in folder.glob(pattern))


def only_file(folder: Path, pattern: str) -> Path:
    [found] = folder.glob(pattern)
    return found


async def written(folder: Path, count: int = 3) -> Path:
    """Write documents 1, 2, 3, each in a record of its own, and return the journal."""
    async with opened(folder) as db:
        for number in range(1, count + 1):
            await db.docs.insert_one({"_id": number, "text": "x" * 3000})
    return only_file(folder, "journal-*.kopru")


async def ids(folder: Path) -> list[int]:
    async with opened(folder) as db:
        return [each["_id"] async for each in db.docs.find()]


async def test_everything_comes_back_in_its_order(tmp_path: Path) -> None:
    async with opened(tmp_path) as db:
        await db.docs.create_index([("k", -1)], unique=True, sparse=True, name="own")
        await db.docs.create_index("gone")
        await db.docs.insert_many([{"_id": number, "k": number} for number in (3, 1, 2)])
        await db.docs.update_one({"_id": 1}, {"$set": {"x": 1}})
        await db.docs.delete_one({"_id": 3})
        await db.docs.insert_one({"_id": 3, "k": 3})
        await db.docs.drop_index("gone_1")
        await db.dropped.insert_one({"_id": 1})
        await db.dropped.drop()
        await db.old.insert_one({"_id": 7})
        await db.old.rename("new")
        await db.create_collection("empty")
    async with opened(tmp_path) as db:
        assert await db.docs.find().to_list() == [{"_id": 1, "k": 1, "x": 1}, {"_id": 2, "k": 2}, {"_id": 3, "k": 3}]
        assert sorted(await db.list_collection_names()) == ["docs", "empty", "new"]
        assert await db.docs.index_information() == {
            "_id_": {"v": 2, "key": [("_id", 1)]},
            "own": {"v": 2, "key": [("k", -1)], "unique": True, "sparse": True},
        }
        with pytest.raises(OperationFailure):
            await db.docs.insert_one({"_id": 9, "k": 2})


async def test_a_failed_command_keeps_what_it_did(tmp_path: Path) -> None:
    async with opened(tmp_path) as db:
        answer = await db.command("insert", "docs", documents=[{"_id": 1}, {"_id": 1}, {"_id": 3}])
        assert (answer["n"], len(answer["writeErrors"])) == (1, 1)
    assert await ids(tmp_path) == [1]


@pytest.mark.parametrize("cut", [1, 100, 3000, 3060])
async def test_a_record_torn_at_the_end_is_dropped_with_a_warning(
    tmp_path: Path, cut: int, caplog: pytest.LogCaptureFixture
) -> None:
    journal = await written(tmp_path)
    os.truncate(journal, journal.stat().st_size - cut)
    with caplog.at_level(logging.WARNING, "kopru.store"):
        assert await ids(tmp_path) == [1, 2]
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert "was cut off at byte" in caplog.records[0].message
    async with opened(tmp_path) as db:
        await db.docs.insert_one({"_id": 4})
    assert await ids(tmp_path) == [1, 2, 4]


@pytest.mark.parametrize("length", [5, 500])
async def test_zeros_that_the_file_system_left_at_the_end_are_dropped(tmp_path: Path, length: int) -> None:
    journal = await written(tmp_path)
    with journal.open("ab") as file:
        file.write(b"\0" * length)
    assert await ids(tmp_path) == [1, 2, 3]


async def test_a_last_record_with_a_hole_is_dropped(tmp_path: Path) -> None:
    journal = await written(tmp_path)
    content = bytearray(journal.read_bytes())
    hole = len(content) - len(content) % 512 - 1024
    content[hole : hole + 512] = bytes(512)
    journal.write_bytes(content)
    assert await ids(tmp_path) == [1, 2]


async def test_a_journal_torn_before_its_first_record(tmp_path: Path) -> None:
    journal = await written(tmp_path)
    journal.write_bytes(MAGIC[:3])
    assert await ids(tmp_path) == []


def flip(offset: int) -> Callable[[Path], None]:
    def damage(path: Path) -> None:
        content = bytearray(path.read_bytes())
        content[offset] ^= 0xFF
        path.write_bytes(content)

    return damage


@pytest.mark.parametrize(
    ("damage", "offset"),
    [(flip(0), 0), (flip(9), 8), (flip(200), None), (flip(-50), None)],
    ids=["magic", "header", "record", "last"],
)
async def test_damage_stops_the_start_with_the_place_and_the_way_out(
    tmp_path: Path, damage: Callable[[Path], None], offset: int | None
) -> None:
    journal = await written(tmp_path)
    before = journal.read_bytes()
    damage(journal)
    store = EmbeddedStore(tmp_path)
    with pytest.raises(JournalDamaged) as caught:
        await store.start()
    await store.stop()
    assert str(journal) in str(caught.value)
    assert "truncate -s" in str(caught.value)
    assert offset is None or f"at byte {offset}:" in str(caught.value)
    journal.write_bytes(before)
    assert await ids(tmp_path) == [1, 2, 3]


async def compacted(folder: Path, count: int = 40) -> None:
    """Write enough for at least one snapshot."""
    async with opened(folder, 10_000) as db:
        for number in range(1, count + 1):
            await db.docs.insert_one({"_id": number, "text": "x" * 1000})


async def test_a_snapshot_takes_the_place_of_the_journal(tmp_path: Path) -> None:
    await compacted(tmp_path)
    kinds = sorted(name.split("-")[0] for name in names(tmp_path, "*.kopru"))
    assert kinds[-1] == "snapshot"
    assert kinds.count("snapshot") == 1
    assert await ids(tmp_path) == list(range(1, 41))


async def test_killed_before_the_snapshot_was_in_place(tmp_path: Path) -> None:
    await written(tmp_path)
    first = (tmp_path / "journal-00000000.kopru").read_bytes()
    (tmp_path / "snapshot-00000001.new").write_bytes(MAGIC + b"half")
    shutil.copy(tmp_path / "journal-00000000.kopru", tmp_path / "journal-00000001.kopru")
    (tmp_path / "journal-00000001.kopru").write_bytes(MAGIC)
    assert await ids(tmp_path) == [1, 2, 3]
    assert names(tmp_path, "*-*") == ["journal-00000000.kopru", "journal-00000001.kopru"]
    assert (tmp_path / "journal-00000000.kopru").read_bytes() == first


async def test_killed_before_the_old_files_were_removed(tmp_path: Path) -> None:
    await compacted(tmp_path)
    snapshot = only_file(tmp_path, "snapshot-*.kopru")
    number = int(snapshot.stem.split("-")[1])
    old = tmp_path / f"journal-{number - 1:08}.kopru"
    old.write_bytes(MAGIC + b"what the snapshot already holds")
    assert await ids(tmp_path) == list(range(1, 41))
    assert old.name not in names(tmp_path, "*.kopru")


@pytest.mark.parametrize(("keep", "why"), [(100, "cut off"), (-24, "is missing"), (0, "cut off")])
async def test_a_snapshot_that_is_not_whole_stops_the_start(tmp_path: Path, keep: int, why: str) -> None:
    await compacted(tmp_path)
    snapshot = only_file(tmp_path, "snapshot-*.kopru")
    content = snapshot.read_bytes()
    end = len(content) - _last_frame(content) if keep < 0 else keep
    snapshot.write_bytes(content[:end])
    store = EmbeddedStore(tmp_path)
    with pytest.raises(JournalDamaged, match=why):
        await store.start()
    await store.stop()


def _last_frame(content: bytes) -> int:
    """The bytes of the empty frame at the end of a snapshot: header and the document {effects: []}."""
    return 12 + len(content) - content.rindex(b"\x04effects\0") + 4


async def test_a_missing_file_stops_the_start(tmp_path: Path) -> None:
    await written(tmp_path)
    (tmp_path / "journal-00000002.kopru").write_bytes(MAGIC)
    store = EmbeddedStore(tmp_path)
    with pytest.raises(JournalDamaged, match="one is missing"):
        await store.start()
    await store.stop()


async def test_a_torn_file_that_is_not_the_last_stops_the_start(tmp_path: Path) -> None:
    journal = await written(tmp_path)
    os.truncate(journal, journal.stat().st_size - 10)
    (tmp_path / "journal-00000001.kopru").write_bytes(MAGIC)
    store = EmbeddedStore(tmp_path)
    with pytest.raises(JournalDamaged, match="goes on in another file"):
        await store.start()
    await store.stop()


@asynccontextmanager
async def files_of_at_most(size: int) -> AsyncIterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


async def test_a_full_disk_acknowledges_nothing_and_says_why(tmp_path: Path) -> None:
    store = EmbeddedStore(tmp_path)
    await store.start()
    async with AsyncMongoClient[dict[str, Any]](store.url) as client:
        docs = client.kill.docs
        await docs.insert_one({"_id": 1})
        async with files_of_at_most(20_000):
            with pytest.raises(OperationFailure) as caught:
                await docs.insert_one({"_id": 2, "text": "x" * 30_000})
        assert (caught.value.code, "cannot be written" in str(caught.value)) == (14031, True)
        with pytest.raises(OperationFailure, match="nothing more is stored until a restart"):
            await docs.insert_one({"_id": 3})
        with pytest.raises(OperationFailure, match="cannot be written"):
            await docs.aggregate([{"$merge": "other"}])
        assert await docs.find_one({"_id": 1}) == {"_id": 1}
    assert "cannot be written" in str(store.failure)
    await store.stop()
    assert await ids(tmp_path) == [1]


async def test_no_room_for_a_snapshot_loses_nothing(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "kopru.store"):
        async with opened(tmp_path, 30_000) as db, files_of_at_most(40_000):
            for number in range(1, 101):
                await db.docs.insert_one({"_id": number, "text": "x" * 1000})
    assert {record.message.split(" in ")[0] for record in caplog.records} == {"No snapshot"}
    assert await ids(tmp_path) == list(range(1, 101))
    await compacted(tmp_path, 0)


async def test_no_new_journal_file_goes_on_in_the_old_one(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "journal-00000001.kopru").mkdir()
    with caplog.at_level(logging.WARNING, "kopru.store"):
        async with opened(tmp_path / "data", 5_000) as db:
            (tmp_path / "journal-00000001.kopru").rename(tmp_path / "data" / "journal-00000001.kopru")
            for number in range(1, 21):
                await db.docs.insert_one({"_id": number, "text": "x" * 1000})
    assert caplog.records[0].message.startswith("No new journal file in")
    (tmp_path / "data" / "journal-00000001.kopru").rmdir()
    assert await ids(tmp_path / "data") == list(range(1, 21))


async def test_a_large_snapshot_has_several_pieces(tmp_path: Path) -> None:
    async with opened(tmp_path, 10_000) as db:
        await db.docs.create_index("text", name="text", sparse=True)
        await db.docs.insert_many([{"_id": number, "bytes": b"x" * 400_000} for number in range(6)])
        await db.docs.insert_one({"_id": 6})
    assert only_file(tmp_path, "snapshot-*.kopru").stat().st_size > 2_400_000
    async with opened(tmp_path) as db:
        assert [each["_id"] async for each in db.docs.find({}, {"_id": 1})] == list(range(7))
        assert sorted(await db.docs.index_information()) == ["_id_", "text"]


async def test_unacknowledged_writes_are_kept_too(tmp_path: Path) -> None:
    async with opened(tmp_path) as db:
        await db.client.kill.docs.with_options(write_concern=WriteConcern(w=0)).insert_one({"_id": 1})
        await db.docs.insert_one({"_id": 2})
    assert sorted(await ids(tmp_path)) == [1, 2]
