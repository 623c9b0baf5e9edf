"""The contract of aggregation stages and expressions, on every store alike."""

from datetime import UTC, datetime
from typing import Any

import pytest
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.asynchronous.database import AsyncDatabase

Docs = AsyncCollection[dict[str, Any]]
Pipeline = list[dict[str, Any]]
MOMENT = datetime(2026, 1, 2, 3, 44, 5, 678000, tzinfo=UTC)


async def results(docs: Docs, pipeline: Pipeline) -> list[dict[str, Any]]:
    return await (await docs.aggregate(pipeline)).to_list()


async def test_group_with_every_accumulator(docs: Docs) -> None:
    await docs.insert_many([{"k": "a", "v": 1}, {"k": "a", "v": 3}, {"k": "a", "v": 3}, {"k": "b", "v": 5}])
    fields = {"n": {"$sum": 1}, "s": {"$sum": "$v"}, "av": {"$avg": "$v"}, "lo": {"$min": "$v"}, "hi": {"$max": "$v"}}
    lists = {"p": {"$push": "$v"}, "set": {"$addToSet": "$v"}, "f": {"$first": "$v"}, "l": {"$last": "$v"}}
    found = await results(docs, [{"$group": {"_id": "$k", **fields, **lists}}, {"$sort": {"_id": 1}}])
    assert sorted(found[0].pop("set")) == [1, 3]
    assert found[0] == {"_id": "a", "n": 3, "s": 7, "av": 7 / 3, "lo": 1, "hi": 3, "p": [1, 3, 3], "f": 1, "l": 3}
    assert found[1]["_id"] == "b"


async def test_group_of_everything_and_by_two_fields(docs: Docs) -> None:
    await docs.insert_many([{"a": 1, "b": 1, "v": 1}, {"a": 1, "b": 2, "v": 2}, {"a": 1, "b": 2, "v": 3}])
    assert await results(docs, [{"$group": {"_id": None, "n": {"$sum": "$v"}}}]) == [{"_id": None, "n": 6}]
    found = await results(docs, [{"$group": {"_id": {"a": "$a", "b": "$b"}, "n": {"$sum": 1}}}, {"$sort": {"n": 1}}])
    assert found == [{"_id": {"a": 1, "b": 1}, "n": 1}, {"_id": {"a": 1, "b": 2}, "n": 2}]


async def test_group_puts_absent_and_null_together(docs: Docs) -> None:
    await docs.insert_many([{"k": None}, {}, {"k": 1}])
    found = await results(docs, [{"$group": {"_id": "$k", "n": {"$sum": 1}}}, {"$sort": {"n": 1}}])
    assert found == [{"_id": 1, "n": 1}, {"_id": None, "n": 2}]


async def test_counting_by_condition(docs: Docs) -> None:
    await docs.insert_many([{"_id": n, "s": ["OPEN", "DONE"][n % 2], "w": n} for n in range(6)])
    open_ones = {"$sum": {"$cond": [{"$eq": ["$s", "OPEN"]}, 1, 0]}}
    found = await results(docs, [{"$match": {"w": {"$gt": 0}}}, {"$group": {"_id": None, "o": open_ones, "t": {"$sum": 1}}}])
    assert found == [{"_id": None, "o": 2, "t": 5}]


async def test_match_sort_skip_limit(docs: Docs) -> None:
    await docs.insert_many([{"_id": n} for n in range(10)])
    found = await results(docs, [{"$match": {"_id": {"$gt": 1}}}, {"$sort": {"_id": -1}}, {"$skip": 2}, {"$limit": 3}])
    assert [each["_id"] for each in found] == [7, 6, 5]
    cut_first = await results(docs, [{"$limit": 5}, {"$match": {"_id": {"$gte": 3}}}, {"$sort": {"_id": -1}}])
    assert [each["_id"] for each in cut_first] == [4, 3]


async def test_project_keeps_computes_and_leaves_out(docs: Docs) -> None:
    await docs.insert_one({"_id": 1, "a": 2, "b": {"c": 3, "d": 4}})
    assert await results(docs, [{"$project": {"b.c": 1, "twice": {"$multiply": ["$a", 2]}}}]) == [
        {"_id": 1, "b": {"c": 3}, "twice": 4}
    ]
    assert await results(docs, [{"$project": {"_id": 0, "x": "$b.d"}}]) == [{"x": 4}]
    assert await results(docs, [{"$project": {"a": 0, "b.d": 0}}]) == [{"_id": 1, "b": {"c": 3}}]
    assert await results(docs, [{"$project": {"_id": 0}}]) == [{"a": 2, "b": {"c": 3, "d": 4}}]


async def test_add_fields(docs: Docs) -> None:
    await docs.insert_one({"_id": 1, "a": 2, "b": {"c": 3}})
    found = await results(docs, [{"$addFields": {"e": {"$add": ["$a", "$b.c"]}, "f": "$nowhere"}}])
    assert found == [{"_id": 1, "a": 2, "b": {"c": 3}, "e": 5}]


async def test_unwind(docs: Docs) -> None:
    await docs.insert_many([{"_id": 1, "l": ["x", "y"]}, {"_id": 2}, {"_id": 3, "l": []}])
    assert await results(docs, [{"$unwind": "$l"}]) == [{"_id": 1, "l": "x"}, {"_id": 1, "l": "y"}]
    stage = {"path": "$l", "preserveNullAndEmptyArrays": True, "includeArrayIndex": "i"}
    found = await results(docs, [{"$unwind": stage}, {"$sort": {"_id": 1, "i": 1}}])
    assert [(each["_id"], each["i"]) for each in found] == [(1, 0), (1, 1), (2, None), (3, None)]


async def test_lookup_by_fields(db: AsyncDatabase[dict[str, Any]]) -> None:
    await db.a.insert_many([{"_id": 1, "c": 7}, {"_id": 2, "c": [7, 8]}, {"_id": 3, "c": 9}])
    await db.b.insert_many([{"_id": 7, "n": "x"}, {"_id": 8, "n": "y"}])
    found = await results(
        db.a, [{"$lookup": {"from": "b", "localField": "c", "foreignField": "_id", "as": "cs"}}, {"$sort": {"_id": 1}}]
    )
    assert [sorted(each["n"] for each in row["cs"]) for row in found] == [["x"], ["x", "y"], []]


async def test_lookup_by_pipeline(db: AsyncDatabase[dict[str, Any]]) -> None:
    await db.a.insert_many([{"_id": 1, "c": 7}])
    await db.b.insert_many([{"_id": 7, "n": "x"}, {"_id": 8}])
    inner = [{"$match": {"$expr": {"$eq": ["$_id", "$$wanted"]}}}, {"$project": {"n": 1}}]
    found = await results(db.a, [{"$lookup": {"from": "b", "let": {"wanted": "$c"}, "pipeline": inner, "as": "cs"}}])
    assert found == [{"_id": 1, "c": 7, "cs": [{"_id": 7, "n": "x"}]}]


async def test_facet(docs: Docs) -> None:
    await docs.insert_many([{"_id": n, "v": n} for n in range(6)])
    found = await results(docs, [{"$facet": {"n": [{"$count": "c"}], "top": [{"$sort": {"v": -1}}, {"$limit": 1}]}}])
    assert found == [{"n": [{"c": 6}], "top": [{"_id": 5, "v": 5}]}]


async def test_bucket(docs: Docs) -> None:
    await docs.insert_many([{"v": n} for n in range(12)])
    stage = {"groupBy": "$v", "boundaries": [0, 5, 10], "default": "more", "output": {"n": {"$sum": 1}}}
    found = await results(docs, [{"$bucket": stage}])
    assert found == [{"_id": 0, "n": 5}, {"_id": 5, "n": 5}, {"_id": "more", "n": 2}]


async def test_count_and_sort_by_count(docs: Docs) -> None:
    await docs.insert_many([{"k": "a"}, {"k": "b"}, {"k": "a"}])
    assert await results(docs, [{"$match": {"k": "a"}}, {"$count": "n"}]) == [{"n": 2}]
    assert await results(docs, [{"$match": {"k": "z"}}, {"$count": "n"}]) == []
    assert await results(docs, [{"$sortByCount": "$k"}]) == [{"_id": "a", "count": 2}, {"_id": "b", "count": 1}]


async def test_replace_root(docs: Docs) -> None:
    await docs.insert_one({"a": {"b": 1}})
    assert await results(docs, [{"$replaceRoot": {"newRoot": "$a"}}]) == [{"b": 1}]
    assert await results(docs, [{"$replaceRoot": {"newRoot": {"$mergeObjects": ["$a", {"c": 2}]}}}]) == [{"b": 1, "c": 2}]


async def test_graph_lookup(docs: Docs) -> None:
    await docs.insert_many([{"_id": 1, "p": None}, {"_id": 2, "p": 1}, {"_id": 3, "p": 2}])
    stage = {"from": "docs", "startWith": "$p", "connectFromField": "p", "connectToField": "_id", "as": "up"}
    found = await results(docs, [{"$match": {"_id": 3}}, {"$graphLookup": stage}])
    assert sorted(each["_id"] for each in found[0]["up"]) == [1, 2]


async def test_merge_stores_the_results(db: AsyncDatabase[dict[str, Any]]) -> None:
    await db.a.insert_many([{"_id": 1, "n": 2}, {"_id": 2, "n": 5}])
    await db.b.insert_one({"_id": 1, "n": 1, "z": 1})
    assert await results(db.a, [{"$merge": {"into": "b", "on": "_id", "whenMatched": "merge"}}]) == []
    assert await db.b.find().sort("_id").to_list() == [{"_id": 1, "n": 2, "z": 1}, {"_id": 2, "n": 5}]


DOCUMENT = {"_id": 1, "l": [1, 2, 3], "s": "AbC", "n": None, "x": 7, "y": 2, "o": [{"k": 1}, {"k": 2}], "d": MOMENT}
EXPRESSIONS: list[tuple[Any, Any]] = [
    ({"$filter": {"input": "$l", "as": "e", "cond": {"$gt": ["$$e", 1]}}}, [2, 3]),
    ({"$map": {"input": "$l", "as": "e", "in": {"$multiply": ["$$e", 2]}}}, [2, 4, 6]),
    ({"$map": {"input": "$o", "as": "e", "in": "$$e.k"}}, [1, 2]),
    ({"$reduce": {"input": "$l", "initialValue": 0, "in": {"$add": ["$$value", "$$this"]}}}, 6),
    ({"$cond": [{"$gt": ["$x", 5]}, "much", "little"]}, "much"),
    ({"$cond": {"if": {"$eq": ["$n", None]}, "then": 1, "else": 2}}, 1),
    ({"$ifNull": ["$n", "z"]}, "z"),
    ({"$ifNull": ["$nowhere", "$x"]}, 7),
    ({"$in": [2, "$l"]}, True),
    ({"$size": "$l"}, 3),
    ({"$arrayElemAt": ["$l", -1]}, 3),
    ({"$mergeObjects": [{"a": 1}, {"b": "$x"}]}, {"a": 1, "b": 7}),
    ("$o.k", [1, 2]),
    ({"$add": ["$x", "$y", 1]}, 10),
    ({"$subtract": ["$x", "$y"]}, 5),
    ({"$multiply": ["$x", 1.5]}, 10.5),
    ({"$divide": ["$x", "$y"]}, 3.5),
    ({"$mod": ["$x", "$y"]}, 1),
    ({"$abs": {"$subtract": ["$y", "$x"]}}, 5),
    ({"$floor": 2.7}, 2),
    ({"$ceil": 2.1}, 3),
    ({"$add": ["$x", "$n"]}, None),
    ({"$and": [{"$gt": ["$x", 1]}, {"$lt": ["$y", 1]}]}, False),
    ({"$or": [{"$gte": ["$x", 7]}, {"$ne": ["$y", 2]}]}, True),
    ({"$not": [{"$lte": ["$x", 7]}]}, False),
    ({"$hour": "$d"}, 3),
    ({"$dateToString": {"format": "%Y-%m-%dT%H:%M:%S", "date": "$d"}}, "2026-01-02T03:44:05"),
    ({"$subtract": ["$d", datetime(2026, 1, 2, tzinfo=UTC)]}, 13_445_678),
    ({"$add": ["$d", 1000]}, datetime(2026, 1, 2, 3, 44, 6, 678000, tzinfo=UTC)),
    ({"$literal": "$x"}, "$x"),
]


@pytest.mark.parametrize(("expression", "expected"), EXPRESSIONS, ids=[str(expression) for expression, _ in EXPRESSIONS])
async def test_expression(docs: Docs, expression: Any, expected: Any) -> None:
    await docs.insert_one(DOCUMENT)
    assert await results(docs, [{"$project": {"_id": 0, "value": expression}}]) == [{"value": expected}]
