"""What other servers and libraries are known to take or to answer otherwise: here it is as MongoDB documents it."""

from typing import Any

import pytest
from bson import DBRef, Decimal128, Int64
from pymongo import InsertOne
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.errors import BulkWriteError, DuplicateKeyError, OperationFailure

Docs = AsyncCollection[dict[str, Any]]


async def test_two_nulls_under_a_sparse_unique_index_conflict(own: Docs) -> None:
    await own.create_index("a", unique=True, sparse=True)
    await own.insert_one({"_id": 1, "a": None})
    with pytest.raises(DuplicateKeyError) as caught:
        await own.insert_one({"_id": 2, "a": None})
    assert caught.value.details is not None
    assert (caught.value.details["keyPattern"], caught.value.details["keyValue"]) == ({"a": 1}, {"a": None})


async def test_two_empty_arrays_under_a_unique_index_conflict(own: Docs) -> None:
    await own.create_index("a", unique=True)
    await own.insert_one({"_id": 1, "a": []})
    with pytest.raises(DuplicateKeyError):
        await own.insert_one({"_id": 2, "a": []})
    await own.insert_one({"_id": 3})


async def test_push_and_pull_of_one_path_conflict(own: Docs) -> None:
    await own.insert_one({"_id": 1, "l": [1]})
    with pytest.raises(OperationFailure) as caught:
        await own.update_one({"_id": 1}, {"$push": {"l": 2}, "$pull": {"l": 1}})
    assert caught.value.code == 40
    assert await own.find().to_list() == [{"_id": 1, "l": [1]}]


async def test_a_rename_conflicts_with_a_write_to_its_target(own: Docs) -> None:
    await own.insert_one({"_id": 1, "a": 1})
    with pytest.raises(OperationFailure) as caught:
        await own.update_one({"_id": 1}, {"$rename": {"a": "b"}, "$set": {"b.c": 1}})
    assert caught.value.code == 40


async def test_paths_that_meet_in_one_element_conflict(own: Docs) -> None:
    await own.insert_one({"_id": 1, "l": [{"k": 1, "v": 0}]})
    with pytest.raises(OperationFailure) as caught:
        await own.update_one({"_id": 1}, {"$set": {"l.$[a].v": 1}, "$inc": {"l.0.v": 1}}, array_filters=[{"a.k": 1}])
    assert caught.value.code == 40


async def test_each_side_of_a_range_may_be_met_by_another_element(own: Docs) -> None:
    await own.insert_many([{"_id": 1, "l": [0, 4]}, {"_id": 2, "l": [4, 5]}])
    query = {"l": {"$gte": 2, "$lte": 3}}
    assert [each["_id"] async for each in own.find(query)] == [1]
    await own.create_index("l")
    assert [each["_id"] async for each in own.find(query)] == [1]


async def test_inc_of_a_stored_null_is_refused(own: Docs) -> None:
    await own.insert_one({"_id": 1, "n": None})
    with pytest.raises(OperationFailure) as caught:
        await own.update_one({"_id": 1}, {"$inc": {"n": 1}})
    assert caught.value.code == 14


@pytest.mark.parametrize(
    ("start", "step", "result", "kind"),
    [
        (Int64(1), 1, 2, Int64),
        (2**31 - 1, 1, 2**31, Int64),
        (Decimal128("1.5"), 1, Decimal128("2.5"), Decimal128),
        (1, 0.5, 1.5, float),
    ],
)
async def test_inc_keeps_the_wider_type(own: Docs, start: Any, step: Any, result: Any, kind: type) -> None:
    await own.insert_one({"_id": 1, "n": start})
    await own.update_one({"_id": 1}, {"$inc": {"n": step}})
    [found] = await own.find().to_list()
    assert (found["n"], type(found["n"])) == (result, kind)


async def test_inc_past_64_bits_is_refused(own: Docs) -> None:
    await own.insert_one({"_id": 1, "n": Int64(2**63 - 1)})
    with pytest.raises(OperationFailure) as caught:
        await own.update_one({"_id": 1}, {"$inc": {"n": 1}})
    assert caught.value.code == 2


async def test_counts_of_a_failed_ordered_insert(own: Docs) -> None:
    with pytest.raises(BulkWriteError) as caught:
        await own.bulk_write([InsertOne({"_id": 1}), InsertOne({"_id": 1}), InsertOne({"_id": 2})])
    assert caught.value.details["nInserted"] == 1


async def test_an_unordered_insert_goes_on(own: Docs) -> None:
    with pytest.raises(BulkWriteError) as caught:
        await own.insert_many([{"_id": 1}, {"_id": 1}, {"_id": 2}], ordered=False)
    assert (caught.value.details["nInserted"], len(caught.value.details["writeErrors"])) == (2, 1)


@pytest.mark.parametrize(
    ("document", "code"),
    [({"$a": 1}, 52), ({"a": {"$b": 1}}, 52), ({"a": [{"b.c": 1}]}, 57), ({"_id": [1]}, 53)],
)
async def test_field_names_and_ids_that_no_update_reaches_are_refused(own: Docs, document: dict[str, Any], code: int) -> None:
    with pytest.raises(OperationFailure) as caught:
        await own.insert_one(document)
    assert caught.value.code == code
    assert await own.count_documents({}) == 0


async def test_links_are_refused(own: Docs) -> None:
    with pytest.raises(OperationFailure) as caught:
        await own.insert_one({"link": DBRef("other", 1)})
    assert (caught.value.code, "DBRef" in str(caught.value)) == (238, True)


async def test_documents_over_16_mib_and_100_levels_are_refused(own: Docs) -> None:
    await own.insert_one({"_id": 1, "text": "x" * 9_000_000})
    with pytest.raises(OperationFailure) as caught:
        await own.update_one({"_id": 1}, {"$set": {"more": "x" * 9_000_000}})
    assert caught.value.code == 10334
    nested: dict[str, Any] = {}
    for _ in range(120):
        nested = {"n": nested}
    with pytest.raises(OperationFailure) as caught:
        await own.insert_one(nested)
    assert caught.value.code == 15
    assert await own.count_documents({}) == 1


async def test_add_fields_by_a_dotted_name(own: Docs) -> None:
    await own.insert_one({"_id": 1, "b": {"c": 3}, "l": [{"v": 1}, {"v": 2}]})
    found = await (await own.aggregate([{"$addFields": {"b.e": 5, "l.w": 0}}])).to_list()
    assert found == [{"_id": 1, "b": {"c": 3, "e": 5}, "l": [{"v": 1, "w": 0}, {"v": 2, "w": 0}]}]


async def test_a_session_without_a_transaction(own: Docs) -> None:
    async with own.database.client.start_session() as session:
        await own.insert_one({"_id": 1}, session=session)
        assert await own.find_one({"_id": 1}, session=session) == {"_id": 1}


async def test_the_positional_operator_with_an_element_match(own: Docs) -> None:
    await own.insert_one({"_id": 1, "l": [{"k": 1, "v": 0}, {"k": 2, "v": 5}]})
    await own.update_one({"_id": 1, "l": {"$elemMatch": {"k": 2}}}, {"$inc": {"l.$.v": 1}})
    assert await own.find_one() == {"_id": 1, "l": [{"k": 1, "v": 0}, {"k": 2, "v": 6}]}
