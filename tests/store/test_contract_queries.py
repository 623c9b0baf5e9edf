"""The contract of queries, projections, sorting and paging, on every store alike."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from bson import Regex
from pymongo.asynchronous.collection import AsyncCollection

Docs = AsyncCollection[dict[str, Any]]
NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)
VARIED: list[dict[str, Any]] = [
    {"_id": 1, "a": [1, 2, 3], "o": {"x": 1}, "t": "Ali"},
    {"_id": 2, "a": [{"k": 1, "v": 5}, {"k": 2, "v": 7}], "t": "veli"},
    {"_id": 3, "t": None},
    {"_id": 4},
    {"_id": 5, "a": 3, "t": ["Ali", "Can"], "n": 1.5},
    {"_id": 6, "a": [], "n": 7, "d": NEW_YEAR},
]

QUERIES: list[tuple[dict[str, Any], list[int]]] = [
    ({"t": "Ali"}, [1, 5]),
    ({"a": 2}, [1]),
    ({"a": 3}, [1, 5]),
    ({"a": [1, 2, 3]}, [1]),
    ({"a.1": 2}, [1]),
    ({"a.k": 2}, [2]),
    ({"o.x": 1}, [1]),
    ({"o": {"x": 1}}, [1]),
    ({"t": None}, [3, 4, 6]),
    ({"t": {"$exists": True}}, [1, 2, 3, 5]),
    ({"t": {"$exists": False}}, [4, 6]),
    ({"t": {"$ne": "Ali"}}, [2, 3, 4, 6]),
    ({"t": {"$ne": None}}, [1, 2, 5]),
    ({"a": {"$in": [2, 3]}}, [1, 5]),
    ({"t": {"$in": ["veli", None]}}, [2, 3, 4, 6]),
    ({"t": {"$nin": ["Ali", "veli"]}}, [3, 4, 6]),
    ({"a": {"$gt": 2}}, [1, 5]),
    ({"n": {"$gte": 1.5, "$lt": 7}}, [5]),
    ({"n": {"$lte": 7}}, [5, 6]),
    ({"a": {"$elemMatch": {"k": 1, "v": {"$gt": 4}}}}, [2]),
    ({"a": {"$elemMatch": {"k": 1, "v": 7}}}, []),
    ({"a": {"$elemMatch": {"$gte": 2, "$lt": 3}}}, [1]),
    ({"a": {"$all": [1, 3]}}, [1]),
    ({"a": {"$size": 3}}, [1]),
    ({"a": {"$size": 0}}, [6]),
    ({"t": {"$type": "string"}}, [1, 2, 5]),
    ({"a": {"$type": "array"}}, [1, 2, 6]),
    ({"n": {"$type": "number"}}, [5, 6]),
    ({"t": {"$regex": "^al", "$options": "i"}}, [1, 5]),
    ({"t": {"$regex": "li$"}}, [1, 2, 5]),
    ({"t": {"$not": {"$in": ["Ali"]}}}, [2, 3, 4, 6]),
    ({"n": {"$not": {"$gt": 5}}}, [1, 2, 3, 4, 5]),
    ({"$or": [{"_id": 1}, {"t": "veli"}]}, [1, 2]),
    ({"$nor": [{"_id": 1}, {"t": "veli"}]}, [3, 4, 5, 6]),
    ({"$and": [{"a": 1}, {"a": 3}]}, [1]),
    ({"$and": [{"$or": [{"_id": 1}, {"_id": 2}]}, {"$or": [{"t": "Ali"}, {"t": "x"}]}]}, [1]),
    ({"d": {"$lt": NEW_YEAR + timedelta(days=1)}}, [6]),
    ({"d": {"$gt": NEW_YEAR}}, []),
    ({"_id": {"$in": [6, 1, 99]}}, [1, 6]),
    ({"_id": {"$gt": 4}}, [5, 6]),
]


@pytest.mark.parametrize(("query", "expected"), QUERIES, ids=[str(query) for query, _ in QUERIES])
async def test_query(docs: Docs, query: dict[str, Any], expected: list[int]) -> None:
    await docs.insert_many(VARIED)
    assert sorted([each["_id"] async for each in docs.find(query)]) == expected
    assert await docs.count_documents(query) == len(expected)


async def test_a_regular_expression_object(docs: Docs) -> None:
    await docs.insert_many(VARIED)
    assert sorted([each["_id"] async for each in docs.find({"t": Regex("^AL", "i")})]) == [1, 5]


async def test_expressions_compare_fields(docs: Docs) -> None:
    await docs.insert_many([{"_id": 1, "a": 5, "b": 3}, {"_id": 2, "a": 1, "b": 3}])
    assert [each["_id"] async for each in docs.find({"$expr": {"$gt": ["$a", "$b"]}})] == [1]


async def test_null_is_below_no_date(docs: Docs) -> None:
    await docs.insert_many([{"_id": 1, "d": None}, {"_id": 2, "d": NEW_YEAR}, {"_id": 3}])
    assert [each["_id"] async for each in docs.find({"d": {"$lt": NEW_YEAR + timedelta(1)}})] == [2]
    assert [each["_id"] async for each in docs.find({"d": {"$lte": NEW_YEAR}})] == [2]


async def test_numbers_strings_and_booleans_do_not_compare(docs: Docs) -> None:
    await docs.insert_many([{"_id": 1, "v": 1}, {"_id": 2, "v": "1"}, {"_id": 3, "v": True}])
    assert [each["_id"] async for each in docs.find({"v": {"$gte": 0}})] == [1]
    assert [each["_id"] async for each in docs.find({"v": {"$gte": ""}})] == [2]
    assert [each["_id"] async for each in docs.find({"v": True})] == [3]
    assert [each["_id"] async for each in docs.find({"v": 1})] == [1]


async def test_types_sort_in_their_order(docs: Docs) -> None:
    values = [NEW_YEAR, True, "b", 2.5, None, "a", 1, False, {"x": 1}]
    await docs.insert_many([{"_id": place, "v": value} for place, value in enumerate(values)])
    assert [each["v"] async for each in docs.find().sort("v")] == [None, 1, 2.5, "a", "b", {"x": 1}, False, True, NEW_YEAR]


async def test_absent_sorts_with_null_before_values(docs: Docs) -> None:
    await docs.insert_many([{"_id": 1, "a": {"b": 2}}, {"_id": 2, "a": {"b": 1}}, {"_id": 3}])
    assert [each["_id"] async for each in docs.find().sort([("a.b", 1), ("_id", 1)])] == [3, 2, 1]
    assert [each["_id"] async for each in docs.find().sort([("a.b", -1), ("_id", 1)])] == [1, 2, 3]


async def test_arrays_sort_by_their_lowest_up_and_their_highest_down(docs: Docs) -> None:
    await docs.insert_many([{"_id": 1, "l": [2, 9]}, {"_id": 2, "l": [3, 4]}])
    assert [each["_id"] async for each in docs.find().sort("l", 1)] == [1, 2]
    assert [each["_id"] async for each in docs.find().sort("l", -1)] == [1, 2]


async def test_strings_sort_by_code_point(docs: Docs) -> None:
    await docs.insert_many([{"_id": each} for each in ["b", "A", "a", "İ", "ı", "Z"]])
    assert [each["_id"] async for each in docs.find().sort("_id")] == ["A", "Z", "a", "b", "İ", "ı"]


async def test_sort_skip_and_limit(docs: Docs) -> None:
    await docs.insert_many([{"_id": number, "n": number % 10} for number in range(40)])
    found = docs.find({"n": {"$gte": 5}}).sort([("n", -1), ("_id", 1)]).skip(3).limit(3)
    assert [each["_id"] async for each in found] == [39, 8, 18]


@pytest.mark.parametrize("indexed", [False, True])
async def test_keyset_pages_show_everything_once(docs: Docs, indexed: bool) -> None:  # noqa: FBT001  a parameter of the test
    if indexed:
        await docs.create_index([("status", 1), ("at", -1), ("_id", 1)])
    await docs.insert_many(
        [{"_id": f"id{n:03}", "status": "ON" if n % 5 else "OFF", "at": NEW_YEAR + timedelta(seconds=n // 3)} for n in range(60)]
    )
    seen: list[str] = []
    query: dict[str, Any] = {"status": "ON"}
    while page := await docs.find(query).sort([("at", -1), ("_id", 1)]).limit(7).to_list():
        seen += [each["_id"] for each in page]
        last = page[-1]
        later = [{"at": {"$lt": last["at"]}}, {"at": last["at"], "_id": {"$gt": last["_id"]}}]
        query = {"status": "ON", "$or": later}
    assert seen == sorted([f"id{n:03}" for n in range(60) if n % 5], key=lambda each: (-(int(each[2:]) // 3), each))


async def test_indexed_and_unindexed_answers_are_alike(docs: Docs) -> None:
    await docs.insert_many([{"_id": n, "s": n % 3, "t": [n % 2, n % 5], "d": None if n % 7 else n} for n in range(70)])
    queries = [{"s": 1, "t": 4}, {"t": {"$gte": 3}}, {"d": None, "s": {"$in": [0, 2]}}, {"s": {"$gt": 0}, "d": {"$gt": 7}}]
    before = [[each["_id"] async for each in docs.find(query).sort([("s", -1), ("_id", -1)])] for query in queries]
    await docs.create_index([("s", 1), ("t", 1)])
    await docs.create_index([("s", -1), ("d", 1), ("_id", -1)])
    await docs.create_index("t")
    after = [[each["_id"] async for each in docs.find(query).sort([("s", -1), ("_id", -1)])] for query in queries]
    assert after == before
    assert [len(each) for each in before] == [5, 28, 40, 5]


async def test_projection_keeps(docs: Docs) -> None:
    await docs.insert_one({"_id": 1, "a": {"b": 1, "c": 2}, "l": [{"x": 1, "y": 2}, {"y": 3}], "z": 1})
    assert await docs.find_one({}, {"a.b": 1, "l.x": 1}) == {"_id": 1, "a": {"b": 1}, "l": [{"x": 1}, {}]}
    assert await docs.find_one({}, {"z": 1, "_id": 0}) == {"z": 1}


async def test_projection_leaves_out(docs: Docs) -> None:
    await docs.insert_one({"_id": 1, "a": {"b": 1, "c": 2}, "z": 1})
    assert await docs.find_one({}, {"a.b": 0, "z": 0}) == {"_id": 1, "a": {"c": 2}}
    assert await docs.find_one({}, {"_id": 0, "a": 0}) == {"z": 1}


async def test_projection_of_a_matching_element(docs: Docs) -> None:
    await docs.insert_one({"_id": 1, "m": [{"k": 1}, {"k": 2, "v": 1}, {"k": 2}], "n": 1})
    assert await docs.find_one({}, {"m": {"$elemMatch": {"k": 2}}, "n": 1}) == {"_id": 1, "m": [{"k": 2, "v": 1}], "n": 1}
    assert await docs.find_one({}, {"m": {"$elemMatch": {"k": 9}}, "n": 1}) == {"_id": 1, "n": 1}


async def test_distinct_looks_into_arrays(docs: Docs) -> None:
    await docs.insert_many([{"a": 1}, {"a": [2, 1]}, {"a": 3}, {"b": 1}])
    assert sorted(await docs.distinct("a")) == [1, 2, 3]
    assert sorted(await docs.distinct("a", {"a": {"$gt": 2}})) == [3]


async def test_counts(docs: Docs) -> None:
    await docs.insert_many([{"_id": n, "s": n % 2} for n in range(9)])
    await docs.create_index("s")
    assert await docs.count_documents({}) == 9
    assert await docs.count_documents({"s": 1}) == 4
    assert await docs.count_documents({"s": {"$in": [0, 1]}}, skip=2, limit=5) == 5
    assert await docs.count_documents({"s": 7}) == 0
    assert await docs.estimated_document_count() == 9


async def test_cursors_bring_everything_in_batches(docs: Docs) -> None:
    await docs.insert_many([{"_id": n} for n in range(320)])
    assert [each["_id"] async for each in docs.find({}, batch_size=50)] == list(range(320))


async def test_a_cursor_shows_documents_as_they_were_or_are_but_each_once(docs: Docs) -> None:
    await docs.insert_many([{"_id": n, "v": 0} for n in range(30)])
    cursor = docs.find({}, batch_size=10)
    first = await cursor.next()
    await docs.update_many({}, {"$set": {"v": 1}})
    assert [first["_id"], *[each["_id"] async for each in cursor]] == list(range(30))


async def test_the_next_ids_are_read_exactly(docs: Docs) -> None:
    await docs.insert_many([{"_id": n} for n in range(1, 50)])
    found = await docs.find({"_id": {"$in": list(range(40, 104))}}).sort("_id").to_list()
    assert [each["_id"] for each in found] == list(range(40, 50))
