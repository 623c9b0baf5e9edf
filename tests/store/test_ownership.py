"""Who serves the store: one owner, the others join, and the next takes over when the owner dies."""

import asyncio
import logging
import os
import signal
import stat
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from pymongo import AsyncMongoClient
from pymongo.errors import AutoReconnect, DuplicateKeyError

from core.embedded.errors import StoreRefused
from core.embedded.ownership import private_folder, socket_folder
from core.embedded.store import EmbeddedStore

ROOT = Path(__file__).parents[2]


async def test_the_next_process_takes_over_from_a_killed_owner(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.store.writer", str(tmp_path), "run", "1000000", "0"]
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=asyncio.subprocess.PIPE)
    assert process.stdout is not None
    assert await process.stdout.readline() == b"ready\n"
    store = EmbeddedStore(tmp_path)
    await store.start()
    assert not store.owner
    async with AsyncMongoClient[dict[str, Any]](store.url, serverSelectionTimeoutMS=10_000) as client:
        docs = client.kill.docs
        await docs.insert_many([{"_id": number} for number in range(50)])
        process.send_signal(signal.SIGKILL)
        await process.wait()
        began = time.monotonic()
        await until_stored(docs, {"_id": 50})
        assert time.monotonic() - began < 5
        assert owned(store)
        assert [each["_id"] async for each in docs.find()] == list(range(51))
    await store.stop()


def owned(store: EmbeddedStore) -> bool:
    """Ask anew: the type checker takes a property for settled."""
    return store.owner


async def until_stored(docs: Any, document: dict[str, Any]) -> None:
    """Insert as an application does: ask again where the connection was lost, and take an own success for one."""
    while True:
        try:
            await docs.insert_one(document)
        except AutoReconnect:
            continue
        except DuplicateKeyError:
            return
        return


async def test_two_stores_of_one_process_take_turns(tmp_path: Path) -> None:
    first, second = EmbeddedStore(tmp_path), EmbeddedStore(tmp_path)
    await first.start()
    await second.start()
    assert (first.owner, second.owner, first.url == second.url) == (True, False, True)
    async with AsyncMongoClient[dict[str, Any]](second.url, serverSelectionTimeoutMS=10_000) as client:
        await client.kill.docs.insert_one({"_id": 1})
        await first.stop()
        await until_stored(client.kill.docs, {"_id": 2})
        assert (first.owner, second.owner) == (False, True)
        assert await client.kill.docs.count_documents({}) == 2
    await second.stop()


async def test_a_store_that_only_joined_can_stop(tmp_path: Path) -> None:
    first, second = EmbeddedStore(tmp_path), EmbeddedStore(tmp_path)
    await first.start()
    await second.start()
    await second.stop()
    await second.stop()
    async with AsyncMongoClient[dict[str, Any]](first.url) as client:
        await client.kill.docs.insert_one({"_id": 1})
    await first.stop()


async def test_a_store_starts_again_after_a_stop(tmp_path: Path) -> None:
    store = EmbeddedStore(tmp_path)
    for number in range(3):
        await store.start()
        async with AsyncMongoClient[dict[str, Any]](store.url) as client:
            await client.kill.docs.insert_one({"_id": number})
            assert await client.kill.docs.count_documents({}) == number + 1
        await store.stop()


async def test_memory_stores_are_apart_and_leave_nothing() -> None:
    first, second = EmbeddedStore(None), EmbeddedStore(None)
    await first.start()
    await second.start()
    async with AsyncMongoClient[dict[str, Any]](first.url) as one, AsyncMongoClient[dict[str, Any]](second.url) as two:
        await one.kill.docs.insert_one({"_id": 1})
        assert await two.kill.docs.count_documents({}) == 0
    sockets = [Path(store.url.removeprefix("mongodb://").removesuffix("/").replace("%2F", "/")) for store in (first, second)]
    assert [stat.S_IMODE(path.parent.stat().st_mode) for path in sockets] == [0o700, 0o700]
    await first.stop()
    await second.stop()
    assert [path.parent.exists() for path in sockets] == [False, False]
    assert first.failure is None


async def test_a_collection_that_outgrew_the_store_is_named(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    store = EmbeddedStore(tmp_path)
    assert store.crowded == []
    await store.start()
    async with AsyncMongoClient[dict[str, Any]](store.url) as client:
        await client.kill.few.insert_one({"_id": 1})
        await client.kill.many.insert_many([{"_id": number} for number in range(20_001)])
    assert store.crowded == ["kill.many"]
    await store.stop()
    with caplog.at_level(logging.WARNING, "kopru.store"):
        await store.start()
    assert [record.message for record in caplog.records] == [
        "kill.many has more than 20000 documents: use a MongoDB server (KOPRU_MONGODB_URL)."
    ]
    await store.stop()


async def test_a_folder_that_others_can_enter_stops_the_start(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir(mode=0o755)
    folder.chmod(0o755)
    with pytest.raises(StoreRefused, match=f"chmod 700 '{folder}'"):
        await EmbeddedStore(folder).start()
    assert list(folder.iterdir()) == []


async def test_a_foreign_socket_folder_stops_the_start(tmp_path: Path) -> None:
    folder = socket_folder(tmp_path)
    folder.symlink_to(tmp_path)
    try:
        with pytest.raises(StoreRefused, match="it is a link or no folder"):
            await EmbeddedStore(tmp_path).start()
    finally:
        folder.unlink()


def test_a_folder_of_somebody_else_is_refused(tmp_path: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can make a folder of another user")
    folder = tmp_path / "theirs"
    folder.mkdir(mode=0o700)
    os.chown(folder, 12345, 12345)
    with pytest.raises(StoreRefused, match="belongs to another user"):
        private_folder(folder)


async def test_a_damaged_journal_met_at_taking_over_is_logged(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    first, second = EmbeddedStore(tmp_path), EmbeddedStore(tmp_path)
    await first.start()
    await second.start()
    (tmp_path / "snapshot-00000009.kopru").write_bytes(b"nonsense")
    with caplog.at_level(logging.CRITICAL, "kopru.store"):
        await first.stop()
        await asyncio.to_thread(second._turn.join, 5)  # type: ignore[union-attr]  # started above
    assert "is damaged at byte 0" in caplog.records[0].message
    await second.stop()


async def test_a_folder_that_cannot_be_written_stops_the_start(tmp_path: Path) -> None:
    (tmp_path / "owner.lock").mkdir()
    with pytest.raises(StoreRefused, match=f"The store cannot use {tmp_path}"):
        await EmbeddedStore(tmp_path).start()


def test_a_path_that_cannot_be_a_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(StoreRefused, match="cannot use"):
        private_folder(tmp_path / "file" / "data")
    with pytest.raises(StoreRefused, match="cannot use"):
        private_folder(tmp_path / "file")
