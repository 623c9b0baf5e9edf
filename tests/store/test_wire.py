"""The protocol beside what a driver sends: handshakes, cursors, broken and hostile messages."""

import asyncio
import struct
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import unquote_plus

import bson
import pytest
from bson import Int64
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import OperationFailure

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@pytest.fixture
async def streams(embedded_url: str) -> AsyncIterator[Streams]:
    path = unquote_plus(embedded_url.removeprefix("mongodb://").rstrip("/"))
    reader, writer = await asyncio.open_unix_connection(path)
    yield reader, writer
    writer.close()
    await writer.wait_closed()


def message(body: bytes, operation: int = 2013) -> bytes:
    return struct.pack("<iiii", 16 + len(body), 77, 0, operation) + body


async def reply(reader: asyncio.StreamReader) -> tuple[tuple[int, ...], bytes]:
    header = struct.unpack("<iiii", await reader.readexactly(16))
    return header, await reader.readexactly(header[0] - 16)


async def test_the_old_handshake(streams: Streams) -> None:
    reader, writer = streams
    query = struct.pack("<i", 0) + b"admin.$cmd\0" + struct.pack("<ii", 0, -1) + bson.encode({"isMaster": 1})
    writer.write(message(query, 2004))
    header, body = await reply(reader)
    answer = bson.decode(body[20:])
    assert (header[2], header[3], answer["isWritablePrimary"], "setName" in answer) == (77, 1, True, False)


async def test_a_message_with_sections_and_a_checksum_in_small_parts(streams: Streams) -> None:
    reader, writer = streams
    documents = b"documents\0" + bson.encode({"_id": 1}) + bson.encode({"_id": 2})
    command = bson.encode({"insert": "docs", "$db": "kopru_store_wire"})
    body = struct.pack("<I", 1) + b"\0" + command + b"\1" + struct.pack("<i", 4 + len(documents)) + documents + b"\0\0\0\0"
    for byte in message(body):
        writer.write(bytes([byte]))
        await writer.drain()
    _, answer = await reply(reader)
    assert bson.decode(answer[5:]) == {"n": 2, "ok": 1.0}
    drop = struct.pack("<I", 0) + b"\0" + bson.encode({"dropDatabase": 1, "$db": "kopru_store_wire"})
    writer.write(message(drop))
    _, answer = await reply(reader)
    assert bson.decode(answer[5:]) == {"dropped": "kopru_store_wire", "ok": 1.0}


@pytest.mark.parametrize(
    "sent",
    [
        struct.pack("<iiii", 5, 1, 0, 2013),
        struct.pack("<iiii", 2**30, 1, 0, 2013),
        message(b"\0\0\0\0", 2012),
        message(b"\0\0\0\0\7\5\0\0\0\0"),
        message(b"\0\0\0\0\0\xff\0\0\0\0"),
        message(b"\0\0"),
        message(b"\0\0\0\0nothing", 2004),
    ],
)
async def test_what_is_no_message_closes_the_connection(streams: Streams, sent: bytes) -> None:
    reader, writer = streams
    writer.write(sent)
    assert await reader.read() == b""


async def test_an_empty_command_is_answered(streams: Streams) -> None:
    reader, writer = streams
    writer.write(message(b"\0\0\0\0\0" + bson.encode({})))
    _, answer = await reply(reader)
    assert bson.decode(answer[5:])["code"] == 59


async def test_cursors_are_cut_at_16_mib_killed_and_forgotten(embedded: AsyncDatabase[dict[str, Any]]) -> None:
    await embedded.docs.insert_many([{"_id": number, "text": "x" * 7_000_000} for number in range(3)])
    first = (await embedded.command("find", "docs"))["cursor"]
    assert [each["_id"] for each in first["firstBatch"]] == [0, 1]
    rest = (await embedded.command({"getMore": first["id"], "collection": "docs"}))["cursor"]
    assert ([each["_id"] for each in rest["nextBatch"]], rest["id"]) == ([2], 0)
    killed = (await embedded.command("find", "docs", batchSize=0))["cursor"]["id"]
    answer = await embedded.command("killCursors", "docs", cursors=[killed, Int64(12345)])
    assert (answer["cursorsKilled"], answer["cursorsNotFound"]) == ([killed], [12345])
    with pytest.raises(OperationFailure) as caught:
        await embedded.command({"getMore": killed, "collection": "docs"})
    assert caught.value.code == 43


async def test_the_oldest_of_too_many_cursors_goes(embedded: AsyncDatabase[dict[str, Any]]) -> None:
    await embedded.docs.insert_many([{"_id": 1}, {"_id": 2}])
    opened = [(await embedded.command("find", "docs", batchSize=1))["cursor"]["id"] for _ in range(1001)]
    with pytest.raises(OperationFailure):
        await embedded.command({"getMore": opened[0], "collection": "docs"})
    assert (await embedded.command({"getMore": opened[1], "collection": "docs"}))["cursor"]["nextBatch"] == [{"_id": 2}]


async def test_administration(embedded: AsyncDatabase[dict[str, Any]]) -> None:
    assert (await embedded.command("buildInfo"))["modules"] == ["kopru-embedded"]
    assert (await embedded.command("ping"))["ok"] == 1.0
    await embedded.a.insert_one({"_id": 1})
    await embedded.b.create_index([("x", 1), ("y", -1)], name="xy")
    assert (await embedded.command("createIndexes", "b", indexes=[{"key": {"x": 1, "y": -1}, "name": "xy"}]))["note"]
    databases = await embedded.client.list_databases()
    [own] = [each async for each in databases if each["name"] == embedded.name]
    assert own == {"name": embedded.name, "sizeOnDisk": 14, "empty": False}
    with pytest.raises(OperationFailure) as caught:
        await embedded.a.rename("b")
    assert caught.value.code == 48
    with pytest.raises(OperationFailure) as caught:
        await embedded.nowhere.rename("c")
    assert caught.value.code == 26
    await embedded.a.rename("b", dropTarget=True)
    assert await embedded.b.find().to_list() == [{"_id": 1}]
    await embedded.b.create_index("x")
    await embedded.b.create_index("y")
    await embedded.command("dropIndexes", "b", index={"x": 1})
    await embedded.command("dropIndexes", "b", index=["y_1"])
    await embedded.b.create_index("z")
    await embedded.b.drop_indexes()
    assert list(await embedded.b.index_information()) == ["_id_"]
