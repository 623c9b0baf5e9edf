"""The contract of writes: what the product relies on, on every store alike."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pymongo import DeleteOne, InsertOne, ReplaceOne, ReturnDocument, UpdateOne
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.errors import BulkWriteError, OperationFailure

Docs = AsyncCollection[dict[str, Any]]


async def only(docs: Docs) -> dict[str, Any]:
    [found] = await docs.find().to_list()
    return found


async def test_insert_many_keeps_the_order(docs: Docs) -> None:
    result = await docs.insert_many([{"_id": number} for number in range(250)])
    assert result.inserted_ids == list(range(250))
    assert [each["_id"] async for each in docs.find()] == list(range(250))


async def test_an_absent_id_is_made(docs: Docs) -> None:
    result = await docs.insert_one({"a": 1})
    assert await only(docs) == {"_id": result.inserted_id, "a": 1}


async def test_ordered_insert_stops_at_the_first_duplicate_and_keeps_what_it_did(docs: Docs) -> None:
    with pytest.raises(BulkWriteError) as caught:
        await docs.insert_many([{"_id": 1}, {"_id": 2}, {"_id": 1}, {"_id": 3}])
    assert caught.value.details["writeErrors"][0]["index"] == 2
    assert caught.value.details["writeErrors"][0]["code"] == 11000
    assert [each["_id"] async for each in docs.find()] == [1, 2]


async def test_set_makes_the_documents_on_its_path(docs: Docs) -> None:
    await docs.insert_one({"_id": 1, "x": {"y": 1}})
    result = await docs.update_one({"_id": 1}, {"$set": {"x.z.w": 2, "n": None}})
    assert (result.matched_count, result.modified_count) == (1, 1)
    assert await only(docs) == {"_id": 1, "x": {"y": 1, "z": {"w": 2}}, "n": None}


async def test_set_in_an_array_by_its_place(docs: Docs) -> None:
    await docs.insert_one({"_id": 1, "l": [{"v": 1}, {"v": 2}]})
    await docs.update_one({"_id": 1}, {"$set": {"l.1.v": 9}})
    assert (await only(docs))["l"] == [{"v": 1}, {"v": 9}]


async def test_unset_takes_fields_away_and_ignores_absent_ones(docs: Docs) -> None:
    await docs.insert_one({"_id": 1, "a": 1, "b": {"c": 1, "d": 2}})
    await docs.update_one({"_id": 1}, {"$unset": {"a": "", "b.c": "", "nowhere.at.all": ""}})
    assert await only(docs) == {"_id": 1, "b": {"d": 2}}


async def test_inc_starts_at_the_operand_and_goes_down_too(docs: Docs) -> None:
    await docs.insert_one({"_id": 1, "n": 5})
    await docs.update_one({"_id": 1}, {"$inc": {"n": -2, "m": 4}})
    assert await only(docs) == {"_id": 1, "n": 3, "m": 4}


async def test_inc_keeps_whole_and_broken_numbers_apart(docs: Docs) -> None:
    await docs.insert_one({"_id": 1, "whole": 1, "broken": 1.5})
    await docs.update_one({"_id": 1}, {"$inc": {"whole": 1, "broken": 1}})
    found = await only(docs)
    assert (found["whole"], type(found["whole"]), found["broken"]) == (2, int, 2.5)


@pytest.mark.parametrize("stored", ["1", [1], {"n": 1}, True])
async def test_inc_of_what_is_no_number_is_refused_and_changes_nothing(docs: Docs, stored: object) -> None:
    await docs.insert_one({"_id": 1, "n": stored, "x": 1})
    with pytest.raises(OperationFailure) as caught:
        await docs.update_one({"_id": 1}, {"$set": {"x": 2}, "$inc": {"n": 1}})
    assert caught.value.code == 14
    assert await only(docs) == {"_id": 1, "n": stored, "x": 1}


async def test_min_and_max_move_in_one_direction_only(docs: Docs) -> None:
    await docs.insert_one({"_id": 1, "low": 5, "high": 5})
    await docs.update_one({"_id": 1}, {"$min": {"low": 3, "new": 7}, "$max": {"high": 4, "other": 8}})
    assert await only(docs) == {"_id": 1, "low": 3, "high": 5, "new": 7, "other": 8}


async def test_push_appends_and_makes_the_array(docs: Docs) -> None:
    await docs.insert_one({"_id": 1, "l": [1]})
    await docs.update_one({"_id": 1}, {"$push": {"l": [2], "new": {"a": 1}}})
    assert await only(docs) == {"_id": 1, "l": [1, [2]], "new": [{"a": 1}]}


async def test_push_each_with_slice_keeps_the_last(docs: Docs) -> None:
    await docs.insert_one({"_id": 1, "writes": ["a", "b"]})
    await docs.update_one({"_id": 1}, {"$push": {"writes": {"$each": ["c", "d"], "$slice": -3}}})
    assert (await only(docs))["writes"] == ["b", "c", "d"]


async def test_push_each_with_slice_keeps_the_first(docs: Docs) -> None:
    await docs.insert_one({"_id": 1, "l": [1]})
    await docs.update_one({"_id": 1}, {"$push": {"l": {"$each": [2, 3], "$slice": 2}}})
    assert (await only(docs))["l"] == [1, 2]


async def test_push_sorts_values_and_documents(docs: Docs) -> None:
    await docs.insert_one({"_id": 1, "l": [3, 1], "m": [{"k": 2}]})
    await docs.update_one(
        {"_id": 1}, {"$push": {"l": {"$each": [2], "$sort": -1}, "m": {"$each": [{"k": 1}], "$sort": {"k": 1}}}}
    )
    assert await only(docs) == {"_id": 1, "l": [3, 2, 1], "m": [{"k": 1}, {"k": 2}]}


async def test_push_on_what_is_no_array_is_refused(docs: Docs) -> None:
    await docs.insert_one({"_id": 1, "l": "text"})
    with pytest.raises(OperationFailure) as caught:
        await docs.update_one({"_id": 1}, {"$push": {"l": 1}})
    assert caught.value.code == 2
    assert await only(docs) == {"_id": 1, "l": "text"}


async def test_add_to_set_adds_only_what_is_new(docs: Docs) -> None:
    await docs.insert_one({"_id": 1, "tags": ["a"], "o": [{"k": 1}]})
    await docs.update_one({"_id": 1}, {"$addToSet": {"tags": {"$each": ["a", "b", "b"]}, "o": {"k": 1}, "new": "x"}})
    assert await only(docs) == {"_id": 1, "tags": ["a", "b"], "o": [{"k": 1}], "new": ["x"]}


async def test_pull_by_value_by_condition_and_by_fields(docs: Docs) -> None:
    await docs.insert_one({"_id": 1, "v": [1, 2, 1], "c": [1, 5, 9], "d": [{"id": 1, "x": 1}, {"id": 2, "x": 2}]})
    await docs.update_one({"_id": 1}, {"$pull": {"v": 1, "c": {"$gte": 5}, "d": {"id": {"$in": [2, 3]}}, "absent": 1}})
    assert await only(docs) == {"_id": 1, "v": [2], "c": [1], "d": [{"id": 1, "x": 1}]}


async def test_pop_from_both_ends(docs: Docs) -> None:
    await docs.insert_one({"_id": 1, "last": [1, 2, 3], "first": [1, 2, 3], "empty": []})
    await docs.update_one({"_id": 1}, {"$pop": {"last": 1, "first": -1, "empty": 1}})
    assert await only(docs) == {"_id": 1, "last": [1, 2], "first": [2, 3], "empty": []}


async def test_rename_moves_a_field(docs: Docs) -> None:
    await docs.insert_one({"_id": 1, "a": 1, "x": {"y": 2}})
    await docs.update_one({"_id": 1}, {"$rename": {"a": "b", "x.y": "x.z", "nowhere": "somewhere"}})
    assert await only(docs) == {"_id": 1, "b": 1, "x": {"z": 2}}


async def test_current_date_is_the_time_of_the_store(docs: Docs) -> None:
    before = datetime.now(UTC)
    await docs.insert_one({"_id": 1})
    await docs.update_one({"_id": 1}, {"$currentDate": {"at": True, "typed": {"$type": "date"}}})
    found = await only(docs)
    assert abs(found["at"] - before) < timedelta(minutes=1)
    assert abs(found["typed"] - found["at"]) < timedelta(seconds=1)
    assert found["at"].microsecond % 1000 == 0


async def test_the_positional_operator_changes_the_matched_element(docs: Docs) -> None:
    await docs.insert_one({"_id": 1, "l": [{"k": 1, "v": 0}, {"k": 2, "v": 0}]})
    await docs.update_one({"_id": 1, "l.k": 2}, {"$set": {"l.$.v": 9}})
    assert (await only(docs))["l"] == [{"k": 1, "v": 0}, {"k": 2, "v": 9}]


async def test_all_elements(docs: Docs) -> None:
    await docs.insert_one({"_id": 1, "l": [{"v": 0}, {"v": 1}]})
    await docs.update_one({"_id": 1}, {"$inc": {"l.$[].v": 1}})
    assert (await only(docs))["l"] == [{"v": 1}, {"v": 2}]


async def test_array_filters_choose_elements(docs: Docs) -> None:
    await docs.insert_one({"_id": 1, "l": [{"k": 1, "v": 0}, {"k": 2, "v": 0}, {"k": 3, "v": 0}]})
    await docs.update_one({"_id": 1}, {"$set": {"l.$[e].v": 9}}, array_filters=[{"e.k": {"$gte": 2}}])
    assert [each["v"] for each in (await only(docs))["l"]] == [0, 9, 9]


async def test_upsert_inserts_with_the_equalities_of_its_filter(docs: Docs) -> None:
    result = await docs.update_one({"k": 1, "m": {"$gt": 3}}, {"$setOnInsert": {"a": 1}, "$set": {"b.c": 2}}, upsert=True)
    assert await only(docs) == {"_id": result.upserted_id, "k": 1, "a": 1, "b": {"c": 2}}
    again = await docs.update_one({"k": 1}, {"$setOnInsert": {"a": 9}, "$set": {"b.c": 3}}, upsert=True)
    assert (again.upserted_id, again.matched_count, again.modified_count) == (None, 1, 1)
    assert await only(docs) == {"_id": result.upserted_id, "k": 1, "a": 1, "b": {"c": 3}}


async def test_upsert_takes_the_id_of_its_filter(docs: Docs) -> None:
    result = await docs.update_one({"_id": "idea:voter"}, {"$set": {"value": 1}}, upsert=True)
    assert result.upserted_id == "idea:voter"
    assert await only(docs) == {"_id": "idea:voter", "value": 1}


async def test_update_many_counts_matches_and_changes(docs: Docs) -> None:
    await docs.insert_many([{"_id": number, "a": number % 2, "b": number} for number in range(6)])
    result = await docs.update_many({"a": 1}, {"$max": {"b": 3}})
    assert (result.matched_count, result.modified_count) == (3, 1)
    assert [each["b"] async for each in docs.find().sort("_id")] == [0, 3, 2, 3, 4, 5]


async def test_an_update_that_changes_nothing_says_so(docs: Docs) -> None:
    await docs.insert_one({"_id": 1, "a": 1})
    result = await docs.update_one({"_id": 1}, {"$set": {"a": 1}})
    assert (result.matched_count, result.modified_count) == (1, 0)


async def test_a_guarded_update_of_a_moved_document_matches_nothing(docs: Docs) -> None:
    await docs.insert_one({"_id": 1, "revision": 2})
    result = await docs.update_one({"_id": 1, "revision": 1}, {"$set": {"x": 1}, "$inc": {"revision": 1}})
    assert (result.matched_count, result.modified_count) == (0, 0)
    assert await only(docs) == {"_id": 1, "revision": 2}


async def test_replace_keeps_the_id_and_nothing_else(docs: Docs) -> None:
    await docs.insert_one({"_id": 1, "a": 1})
    result = await docs.replace_one({"a": 1}, {"b": 2})
    assert (result.matched_count, result.modified_count) == (1, 1)
    assert await only(docs) == {"_id": 1, "b": 2}


async def test_replace_with_upsert(docs: Docs) -> None:
    result = await docs.replace_one({"_id": 7}, {"b": 2}, upsert=True)
    assert result.upserted_id == 7
    assert await only(docs) == {"_id": 7, "b": 2}


async def test_changing_an_id_is_refused(docs: Docs) -> None:
    await docs.insert_one({"_id": 1, "a": 1})
    with pytest.raises(OperationFailure) as caught:
        await docs.update_one({"_id": 1}, {"$set": {"_id": 2}})
    assert caught.value.code == 66
    assert await only(docs) == {"_id": 1, "a": 1}


@pytest.mark.parametrize(
    "update", [{"$set": {"a": 1}, "$inc": {"a": 1}}, {"$set": {"a.b": 1}, "$unset": {"a": ""}}, {"$set": {"a": 1, "a.b": 1}}]
)
async def test_conflicting_paths_are_refused(docs: Docs, update: dict[str, Any]) -> None:
    await docs.insert_one({"_id": 1})
    with pytest.raises(OperationFailure) as caught:
        await docs.update_one({"_id": 1}, update)
    assert caught.value.code == 40
    assert await only(docs) == {"_id": 1}


async def test_delete_one_and_many(docs: Docs) -> None:
    await docs.insert_many([{"_id": number, "a": number % 2} for number in range(5)])
    assert (await docs.delete_one({"a": 1})).deleted_count == 1
    assert (await docs.delete_many({"a": 0})).deleted_count == 3
    assert [each["_id"] async for each in docs.find()] == [3]


async def test_find_one_and_update_takes_the_first_by_sort(docs: Docs) -> None:
    await docs.insert_many([{"_id": number, "due": -number, "state": "QUEUED"} for number in range(5)])
    found = await docs.find_one_and_update(
        {"state": "QUEUED"},
        {"$set": {"state": "TAKEN"}, "$inc": {"tries": 1}},
        sort=[("due", 1)],
        return_document=ReturnDocument.AFTER,
    )
    assert found == {"_id": 4, "due": -4, "state": "TAKEN", "tries": 1}
    assert await docs.count_documents({"state": "QUEUED"}) == 4


async def test_find_one_and_update_shows_the_document_before(docs: Docs) -> None:
    await docs.insert_one({"_id": 1, "n": 1})
    assert await docs.find_one_and_update({"_id": 1}, {"$inc": {"n": 1}}, projection={"n": 1, "_id": 0}) == {"n": 1}
    assert await docs.find_one_and_update({"_id": 2}, {"$inc": {"n": 1}}) is None


async def test_find_one_and_update_with_upsert(docs: Docs) -> None:
    found = await docs.find_one_and_update(
        {"_id": "counter"}, {"$inc": {"value": 1}}, upsert=True, return_document=ReturnDocument.AFTER
    )
    assert found == {"_id": "counter", "value": 1}


async def test_find_one_and_replace(docs: Docs) -> None:
    await docs.insert_one({"_id": 3, "a": 1})
    found = await docs.find_one_and_replace({"_id": 3}, {"z": 1}, return_document=ReturnDocument.AFTER)
    assert found == {"_id": 3, "z": 1}


async def test_find_one_and_delete(docs: Docs) -> None:
    await docs.insert_many([{"_id": 1, "n": 2}, {"_id": 2, "n": 1}])
    assert await docs.find_one_and_delete({}, sort=[("n", 1)]) == {"_id": 2, "n": 1}
    assert await docs.find_one_and_delete({"_id": 2}) is None
    assert await only(docs) == {"_id": 1, "n": 2}


async def test_ordered_bulk_write(docs: Docs) -> None:
    result = await docs.bulk_write(
        [
            InsertOne({"_id": 1}),
            UpdateOne({"_id": 1}, {"$set": {"a": 1}}),
            UpdateOne({"_id": 2}, {"$set": {"a": 1}}, upsert=True),
            ReplaceOne({"_id": 2}, {"b": 1}),
            InsertOne({"_id": 3}),
            DeleteOne({"_id": 3}),
        ]
    )
    counts = (result.inserted_count, result.modified_count, result.upserted_ids, result.deleted_count)
    assert counts == (2, 2, {2: 2}, 1)
    assert [each async for each in docs.find().sort("_id")] == [{"_id": 1, "a": 1}, {"_id": 2, "b": 1}]


async def test_ordered_bulk_write_stops_at_an_error(docs: Docs) -> None:
    with pytest.raises(BulkWriteError) as caught:
        await docs.bulk_write([InsertOne({"_id": 1}), InsertOne({"_id": 1}), InsertOne({"_id": 2})])
    assert caught.value.details["writeErrors"][0]["index"] == 1
    assert await only(docs) == {"_id": 1}


async def test_the_pending_list_goes_in_one_guarded_command(docs: Docs) -> None:
    await docs.insert_one({"_id": 1, "pending": [{"id": "e1"}, {"id": "e2"}]})
    guard = {"_id": 1, "pending": {"$size": 2}, "pending.0.id": "e1"}
    assert (await docs.update_one(guard, {"$unset": {"pending": ""}})).matched_count == 1
    assert (await docs.update_one(guard, {"$unset": {"pending": ""}})).matched_count == 0
    assert await only(docs) == {"_id": 1}
