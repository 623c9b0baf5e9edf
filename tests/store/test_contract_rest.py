"""The contract of types, collections, sessions, GridFS and Beanie, on every store alike."""

import uuid
from datetime import UTC, datetime
from typing import Annotated, Any

import pytest
from beanie import Document, Indexed, init_beanie
from bson import Binary, Decimal128, Int64, ObjectId
from gridfs.asynchronous import AsyncGridFSBucket
from pymongo import AsyncMongoClient, WriteConcern
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import DuplicateKeyError
from pymongo.read_concern import ReadConcern

from tests.store.conftest import SERVERS

Docs = AsyncCollection[dict[str, Any]]
Database = AsyncDatabase[dict[str, Any]]


def test_other_servers() -> None:
    if not SERVERS:
        pytest.skip("KOPRU_TEST_MONGODB_URL names no server: the store contract ran on the embedded store alone")
    assert all(server.startswith("mongodb") for server in SERVERS)


async def test_types_come_back_as_they_went(docs: Docs) -> None:
    sent = {
        "_id": 1,
        "decimal": Decimal128("1.25"),
        "uuid": Binary.from_uuid(uuid.UUID(int=7)),
        "bytes": b"abc",
        "long": Int64(2**40),
        "small_long": Int64(7),
        "float": 1.5,
        "date": datetime(2026, 1, 2, 3, 4, 5, 678000, tzinfo=UTC),
        "object_id": ObjectId(),
        "none": None,
        "list": [1, [2, {"a": 1}], []],
        "bool": True,
        "text": "İıĞ ‌ك",
        "empty": {},
    }
    await docs.insert_one(dict(sent))
    found = await docs.find_one({"_id": 1})
    assert found == sent
    assert [type(found[name]) for name in ("long", "small_long", "bool")] == [Int64, Int64, bool]


async def test_dates_are_cut_to_milliseconds(docs: Docs) -> None:
    await docs.insert_one({"_id": 1, "at": datetime(2026, 1, 1, 0, 0, 0, 123999, tzinfo=UTC)})
    found = await docs.find_one({"at": datetime(2026, 1, 1, 0, 0, 0, 123000, tzinfo=UTC)})
    assert found == {"_id": 1, "at": datetime(2026, 1, 1, 0, 0, 0, 123000, tzinfo=UTC)}


async def test_a_large_document(docs: Docs) -> None:
    await docs.insert_one({"_id": 1, "text": "x" * 8_000_000})
    found = await docs.find_one({"_id": 1})
    assert found is not None
    assert len(found["text"]) == 8_000_000


async def test_collections_are_listed_renamed_and_dropped(db: Database) -> None:
    await db.create_collection("empty")
    await db.a.insert_one({"_id": 1})
    await db.a.rename("b")
    assert sorted(await db.list_collection_names()) == ["b", "empty"]
    assert await db.b.find().to_list() == [{"_id": 1}]
    await db.drop_collection("b")
    assert await db.list_collection_names() == ["empty"]


async def test_a_dropped_database_is_gone(db: Database) -> None:
    await db.a.insert_one({"_id": 1})
    assert db.name in await db.client.list_database_names()
    await db.client.drop_database(db.name)
    assert await db.a.count_documents({}) == 0


async def test_an_absent_collection_is_empty(docs: Docs) -> None:
    assert await docs.find().to_list() == []
    assert await docs.find_one_and_update({"_id": 1}, {"$set": {"a": 1}}) is None
    assert (await docs.update_one({"_id": 1}, {"$set": {"a": 1}})).matched_count == 0
    assert (await docs.delete_many({})).deleted_count == 0


async def test_majority_writes_and_reads(docs: Docs) -> None:
    safe = docs.with_options(write_concern=WriteConcern("majority", j=True), read_concern=ReadConcern("majority"))
    await safe.insert_one({"_id": 1})
    assert await safe.find({}, max_time_ms=5000, comment="why").to_list() == [{"_id": 1}]


async def test_retryable_writes_do_not_break_the_driver(db: Database) -> None:
    await db.command("ping")
    async with AsyncMongoClient[dict[str, Any]](_url(db), retryWrites=True, retryReads=True) as client:
        await client[db.name].docs.insert_one({"_id": 1})
        assert await client[db.name].docs.find_one({"_id": 1}) == {"_id": 1}


def _url(db: Database) -> str:
    [(host, port)] = db.client.nodes
    return f"mongodb://{host.replace('/', '%2F')}" if port is None else f"mongodb://{host}:{port}"


async def test_gridfs_keeps_files(db: Database) -> None:
    bucket = AsyncGridFSBucket(db)
    content = bytes(range(256)) * 3000
    identity = await bucket.upload_from_stream("photo.jpg", content, metadata={"owner": "case_1"})
    stream = await bucket.open_download_stream(identity)
    assert (await stream.read(), stream.filename, stream.metadata) == (content, "photo.jpg", {"owner": "case_1"})
    await bucket.delete(identity)
    assert (await db["fs.files"].count_documents({}), await db["fs.chunks"].count_documents({})) == (0, 0)


class Product(Document):
    name: Annotated[str, Indexed(unique=True)]
    price: float = 0


class Base(Document):
    a: int = 1

    class Settings:
        is_root = True


class Special(Base):
    b: int = 2


@pytest.fixture
async def beanie(db: Database) -> None:
    await init_beanie(database=db, document_models=[Product, Base, Special])


@pytest.mark.usefixtures("beanie")
async def test_beanie_documents() -> None:
    product = await Product(name="a", price=1).insert()
    found = await Product.find_one({"name": "a"})
    assert found is not None
    await found.set({"price": 5})
    assert [each.price for each in await Product.find({"price": {"$gt": 1}}).to_list()] == [5]
    assert (found.id, await Product.count()) == (product.id, 1)
    with pytest.raises(DuplicateKeyError):
        await Product(name="a").insert()


@pytest.mark.usefixtures("beanie")
async def test_beanie_inheritance() -> None:
    await Special(a=3).insert()
    await Base().insert()
    assert len(await Base.find(with_children=True).to_list()) == 2
    assert [each.a for each in await Special.find_all().to_list()] == [3]


@pytest.mark.usefixtures("beanie")
async def test_beanie_aggregation() -> None:
    await Product(name="a", price=1).insert()
    await Product(name="b", price=4).insert()
    group = {"$group": {"_id": None, "n": {"$sum": "$price"}}}
    assert await Product.find({"price": {"$gt": 0}}).aggregate([group]).to_list() == [{"_id": None, "n": 5.0}]
