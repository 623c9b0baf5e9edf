"""The contract of unique keys, indexes and races, on every store alike."""

import asyncio
from typing import Any

import pytest
from pymongo import IndexModel, ReturnDocument
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.errors import DuplicateKeyError, OperationFailure

Docs = AsyncCollection[dict[str, Any]]


async def test_ids_are_unique(docs: Docs) -> None:
    await docs.insert_one({"_id": "x", "a": 1})
    with pytest.raises(DuplicateKeyError):
        await docs.insert_one({"_id": "x"})
    assert await docs.find().to_list() == [{"_id": "x", "a": 1}]


async def test_ids_may_be_documents_and_numbers_of_any_type_are_one(docs: Docs) -> None:
    await docs.insert_many([{"_id": {"a": 1, "b": 2}}, {"_id": 1}])
    for taken in ({"a": 1, "b": 2}, 1.0):
        with pytest.raises(DuplicateKeyError):
            await docs.insert_one({"_id": taken})


async def test_a_unique_index_refuses_inserts_and_updates(docs: Docs) -> None:
    await docs.create_index("email", unique=True)
    await docs.insert_many([{"_id": 1, "email": "a"}, {"_id": 2, "email": "b"}])
    with pytest.raises(DuplicateKeyError):
        await docs.insert_one({"_id": 3, "email": "a"})
    with pytest.raises(DuplicateKeyError):
        await docs.update_one({"_id": 2}, {"$set": {"email": "a", "x": 1}})
    assert await docs.find().sort("_id").to_list() == [{"_id": 1, "email": "a"}, {"_id": 2, "email": "b"}]


async def test_a_freed_key_can_be_taken_again(docs: Docs) -> None:
    await docs.create_index("email", unique=True)
    await docs.insert_many([{"_id": 1, "email": "a"}, {"_id": 2, "email": "b"}])
    await docs.update_one({"_id": 1}, {"$set": {"email": "c"}})
    await docs.update_one({"_id": 2}, {"$set": {"email": "a"}})
    await docs.delete_one({"_id": 2})
    await docs.insert_one({"_id": 3, "email": "a"})
    assert await docs.find().sort("_id").to_list() == [{"_id": 1, "email": "c"}, {"_id": 3, "email": "a"}]


async def test_a_compound_unique_index(docs: Docs) -> None:
    await docs.create_index([("kind", 1), ("key", -1)], unique=True)
    await docs.insert_many([{"kind": 1, "key": 1}, {"kind": 1, "key": 2}, {"kind": 2, "key": 1}])
    with pytest.raises(DuplicateKeyError):
        await docs.insert_one({"kind": 1, "key": 2})


async def test_a_unique_index_lets_one_document_lack_the_field(docs: Docs) -> None:
    await docs.create_index("a", unique=True)
    await docs.insert_one({"_id": 1})
    with pytest.raises(DuplicateKeyError):
        await docs.insert_one({"_id": 2})


async def test_a_sparse_unique_index_lets_many_lack_the_field(docs: Docs) -> None:
    await docs.create_index("a", unique=True, sparse=True)
    await docs.insert_many([{"_id": 1}, {"_id": 2}, {"_id": 3, "a": 1}])
    with pytest.raises(DuplicateKeyError):
        await docs.insert_one({"_id": 4, "a": 1})
    await docs.update_one({"_id": 3}, {"$unset": {"a": ""}})
    await docs.insert_one({"_id": 4, "a": 1})
    assert await docs.count_documents({}) == 4


async def test_one_open_key_per_conversation(docs: Docs) -> None:
    await docs.create_index("open_keys", unique=True, sparse=True)
    await docs.insert_one({"_id": "case_1", "open_keys": ["con_1", "con_2"]})
    with pytest.raises(DuplicateKeyError):
        await docs.insert_one({"_id": "case_2", "open_keys": ["con_2"]})
    await docs.update_one({"_id": "case_1"}, {"$unset": {"open_keys": ""}})
    await docs.insert_one({"_id": "case_2", "open_keys": ["con_2"]})
    with pytest.raises(DuplicateKeyError):
        await docs.update_one({"_id": "case_1"}, {"$set": {"open_keys": ["con_2"]}})
    assert await docs.find_one({"_id": "case_1"}) == {"_id": "case_1"}


async def test_a_document_may_repeat_its_own_key(docs: Docs) -> None:
    await docs.create_index("ids.k", unique=True)
    await docs.insert_one({"_id": 1, "ids": [{"k": "a"}, {"k": "a"}]})
    with pytest.raises(DuplicateKeyError):
        await docs.insert_one({"_id": 2, "ids": [{"k": "b"}, {"k": "a"}]})
    assert await docs.count_documents({"ids.k": "a"}) == 1


async def test_a_unique_index_over_stored_duplicates_is_refused(docs: Docs) -> None:
    await docs.insert_many([{"a": 1}, {"a": 1}])
    with pytest.raises(OperationFailure) as caught:
        await docs.create_index("a", unique=True)
    assert caught.value.code == 11000


async def test_indexes_are_listed_and_dropped(docs: Docs) -> None:
    await docs.create_indexes([IndexModel([("a", 1), ("b", -1)], name="ab"), IndexModel("c", unique=True, sparse=True)])
    await docs.create_index("c", unique=True, sparse=True)
    found = await docs.index_information()
    assert sorted(found) == ["_id_", "ab", "c_1"]
    assert found["ab"]["key"] == [("a", 1), ("b", -1)]
    assert (found["c_1"]["unique"], found["c_1"]["sparse"]) == (True, True)
    await docs.drop_index("c_1")
    assert sorted(await docs.index_information()) == ["_id_", "ab"]


async def test_a_dropped_unique_index_binds_no_more(docs: Docs) -> None:
    await docs.create_index("a", unique=True)
    await docs.insert_one({"a": 1})
    await docs.drop_index("a_1")
    await docs.insert_one({"a": 1})
    assert await docs.count_documents({"a": 1}) == 2


async def test_each_job_is_claimed_once(docs: Docs) -> None:
    await docs.insert_many([{"_id": number, "state": "QUEUED"} for number in range(200)])
    claimed: list[int] = []

    async def work() -> None:
        while found := await docs.find_one_and_update({"state": "QUEUED"}, {"$set": {"state": "TAKEN"}}):
            claimed.append(found["_id"])

    await asyncio.gather(*[work() for _ in range(20)])
    assert sorted(claimed) == list(range(200))


async def test_three_hundred_increments_all_count(docs: Docs) -> None:
    await docs.insert_one({"_id": 1, "n": 0})
    await asyncio.gather(*[docs.update_one({"_id": 1}, {"$inc": {"n": 1}, "$push": {"l": number}}) for number in range(300)])
    found = await docs.find_one({"_id": 1})
    assert found is not None
    assert (found["n"], sorted(found["l"])) == (300, list(range(300)))


async def test_racing_inserts_of_a_unique_key(docs: Docs) -> None:
    await docs.create_index("k", unique=True)

    async def insert(number: int) -> bool:
        try:
            await docs.insert_one({"k": number % 10})
        except DuplicateKeyError:
            return False
        return True

    assert sum(await asyncio.gather(*[insert(number) for number in range(200)])) == 10


async def test_racing_upserts_make_one_document(docs: Docs) -> None:
    await docs.create_index("k", unique=True)

    async def upsert() -> bool:
        try:
            await docs.update_one({"k": 1}, {"$inc": {"n": 1}}, upsert=True)
        except DuplicateKeyError:
            return False
        return True

    counted = sum(await asyncio.gather(*[upsert() for _ in range(100)]))
    assert [each["n"] async for each in docs.find()] == [counted]


async def test_a_guard_lets_one_writer_through(docs: Docs) -> None:
    await docs.insert_one({"_id": 1, "revision": 0})

    async def write(number: int) -> int:
        change = {"$set": {"by": number}, "$inc": {"revision": 1}}
        return (await docs.update_one({"_id": 1, "revision": 0}, change)).modified_count

    assert sum(await asyncio.gather(*[write(number) for number in range(100)])) == 1


async def _counted(docs: Docs) -> int:
    found = await docs.find_one_and_update(
        {"_id": "case_number"}, {"$inc": {"value": 1}}, upsert=True, return_document=ReturnDocument.AFTER
    )
    assert found is not None
    return int(found["value"])


async def test_a_counter_gives_each_number_once(own: Docs) -> None:
    await _counted(own)
    assert sorted(await asyncio.gather(*[_counted(own) for _ in range(50)])) == list(range(2, 52))


async def test_a_counter_counts_everybody(docs: Docs) -> None:
    """The independent server answers with the document as it is when the answer is written, which others may have counted on."""
    assert await _counted(docs) == 1
    answers = await asyncio.gather(*[_counted(docs) for _ in range(50)])
    assert min(answers) >= 2
    assert await _counted(docs) == 52


async def test_events_are_numbered_without_gaps(docs: Docs) -> None:
    async def append(event: int) -> None:
        last = 0
        while True:
            try:
                await docs.insert_one({"_id": last + 1, "event": event})
            except DuplicateKeyError:
                last += 1
            else:
                return

    await asyncio.gather(*[append(event) for event in range(20)])
    found = await docs.find().sort("_id").to_list()
    assert [each["_id"] for each in found] == list(range(1, 21))
    assert sorted(each["event"] for each in found) == list(range(20))
