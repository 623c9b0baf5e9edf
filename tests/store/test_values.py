"""Expressions, paths and stages at their edges, as MongoDB documents them."""

from datetime import UTC, datetime
from typing import Any

import pytest
from bson import Decimal128, Regex
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.asynchronous.database import AsyncDatabase

Docs = AsyncCollection[dict[str, Any]]
Database = AsyncDatabase[dict[str, Any]]
STORED: dict[str, Any] = {"_id": 1, "n": 1, "t": "text", "l": [1, 2], "o": {"a": 1}, "d": datetime(2026, 1, 1, tzinfo=UTC)}
VALUES: list[tuple[Any, Any]] = [
    ({"$add": []}, 0),
    ({"$subtract": ["$d", 86_400_000]}, datetime(2025, 12, 31, tzinfo=UTC)),
    ({"$subtract": [None, 1]}, None),
    ({"$subtract": [Decimal128("1.5"), 1]}, Decimal128("0.5")),
    ({"$multiply": [2, "$absent"]}, None),
    ({"$multiply": [Decimal128("1.5"), 2]}, Decimal128("3.0")),
    ({"$divide": [None, 1]}, None),
    ({"$divide": [Decimal128("3"), 2]}, Decimal128("1.5")),
    ({"$mod": [None, 1]}, None),
    ({"$mod": [-7, 3]}, -1),
    ({"$mod": [7.5, 2]}, 1.5),
    ({"$abs": -2.5}, 2.5),
    ({"$abs": None}, None),
    ({"$ceil": 3}, 3),
    ({"$round": [2.675, 2]}, 2.67),
    ({"$round": 2.5}, 2.0),
    ({"$round": 1234}, 1234),
    ({"$round": [Decimal128("2.75"), 1]}, Decimal128("2.8")),
    ({"$trunc": -2.7}, -2.0),
    ({"$round": None}, None),
    ({"$cmp": ["$n", 2]}, -1),
    ({"$eq": ["$absent", None]}, False),
    ({"$isArray": "$l"}, True),
    ({"$arrayElemAt": [None, 1]}, None),
    ({"$ifNull": [None, None]}, None),
    ({"$map": {"input": None, "in": 1}}, None),
    ({"$reduce": {"input": "$absent", "initialValue": 0, "in": 1}}, None),
    ({"$mergeObjects": [None, {"a": 1}]}, {"a": 1}),
    ({"$hour": {"date": "$d", "timezone": "+03:00"}}, 3),
    ({"$hour": {"date": "$d", "timezone": "Europe/Istanbul"}}, 3),
    ({"$hour": None}, None),
    ({"$dateToString": {"date": "$d"}}, "2026-01-01T00:00:00.000Z"),
    ({"$dateToString": {"date": None, "onNull": "never"}}, "never"),
    ({"$dateToString": {"date": "$d", "format": "%j %u %G-%V %L%%", "timezone": "-0130"}}, "365 3 2026-01 000%"),
    (["$n", "$absent"], [1, None]),
    ({"a": {"b": "$n", "c": "$absent"}}, {"a": {"b": 1}}),
    ({"$and": ["$n", {"$not": [0]}, {"$or": [False, "$t"]}]}, True),
]


@pytest.mark.parametrize(("expression", "expected"), VALUES, ids=[str(expression) for expression, _ in VALUES])
async def test_values(own: Docs, expression: Any, expected: Any) -> None:
    await own.insert_one(dict(STORED))
    found = await (await own.aggregate([{"$replaceRoot": {"newRoot": {"value": expression}}}])).to_list()
    assert found == [{"value": expected}]


async def test_accumulators_over_odd_values(own: Docs) -> None:
    await own.insert_many([{"v": None}, {"v": Decimal128("1.5")}, {"v": True}, {"v": 2}, {}])
    fields = {"s": {"$sum": "$v"}, "a": {"$avg": "$v"}, "lo": {"$min": "$v"}, "f": {"$first": "$v"}, "l": {"$last": "$v"}}
    found = await (
        await own.aggregate([{"$group": {"_id": None, **fields, "none": {"$avg": "$x"}, "p": {"$push": "$v"}}}])
    ).to_list()
    assert found == [
        {
            "_id": None,
            "s": Decimal128("3.5"),
            "a": 1.75,
            "lo": Decimal128("1.5"),
            "f": None,
            "l": None,
            "none": None,
            "p": [None, Decimal128("1.5"), True, 2],
        }
    ]


async def test_paths_through_arrays(own: Docs) -> None:
    await own.insert_one({"_id": 1, "l": [{"a": [{"b": 1}, {"b": 2}]}, {"a": 3}, 4], "m": [[1, 2], [3]]})
    counts: list[tuple[dict[str, Any], int]] = [
        ({"l.a.b": 2}, 1),
        ({"l.0.a.1.b": 2}, 1),
        ({"l.a": 3}, 1),
        ({"l.b": None}, 1),
        ({"l.2.x": None}, 1),
        ({"m": [3]}, 1),
        ({"m": 3}, 0),
        ({"m": {"$size": 2}}, 1),
        ({"l.a": {"$exists": True}}, 1),
        ({"l": {"$elemMatch": {"a": {"$elemMatch": {"b": 2}}}}}, 1),
        ({"l": {"$elemMatch": {"$or": [{"a": 3}]}}}, 1),
        ({"l.a": {"$all": [3, {"$elemMatch": {"b": 1}}]}}, 1),
        ({"m": {"$type": 4}}, 1),
        ({"m": {"$in": [Regex("x"), [3]]}}, 1),
        ({"l.a.b": {"$in": [Regex("x")]}}, 0),
        ({"_id": {"$not": Regex("x")}}, 1),
    ]
    for query, count in counts:
        assert await own.count_documents(query) == count, query


async def test_graph_lookup_with_its_options(own: Docs) -> None:
    await own.insert_many([{"_id": 1, "next": [2, 3]}, {"_id": 2, "next": 4}, {"_id": 3, "hidden": True}, {"_id": 4, "next": 1}])
    stage = {"from": "docs", "startWith": "$next", "connectFromField": "next", "connectToField": "_id", "as": "up"}
    options = {"maxDepth": 1, "depthField": "depth", "restrictSearchWithMatch": {"hidden": None}}
    found = await (await own.aggregate([{"$match": {"_id": 1}}, {"$graphLookup": {**stage, **options}}])).to_list()
    assert found[0]["up"] == [{"_id": 2, "next": 4, "depth": 0}, {"_id": 4, "next": 1, "depth": 1}]


async def test_lookup_of_absent_values_and_with_a_pipeline(embedded: Database) -> None:
    await embedded.a.insert_many([{"_id": 1}, {"_id": 2, "k": 5}])
    await embedded.b.insert_many([{"_id": 1, "k": None}, {"_id": 2, "k": 5, "v": 1}, {"_id": 3, "k": 5, "v": 2}])
    pipeline = [{"$match": {"v": {"$ne": 1}}}, {"$project": {"_id": 1}}]
    stage = {"from": "b", "localField": "k", "foreignField": "k", "pipeline": pipeline, "as": "deep.found"}
    found = await (await embedded.a.aggregate([{"$lookup": stage}])).to_list()
    assert [each["deep"]["found"] for each in found] == [[{"_id": 1}], [{"_id": 3}]]


async def test_merge_modes(embedded: Database) -> None:
    await embedded.a.insert_many([{"_id": 1, "k": "x", "n": 2}, {"_id": 2, "k": "y", "n": 5}])
    await embedded.b.insert_one({"_id": 1, "k": "x", "old": True})
    into = {"db": embedded.name, "coll": "b"}
    await embedded.a.aggregate([{"$merge": {"into": into, "whenMatched": "keepExisting", "whenNotMatched": "discard"}}])
    assert await embedded.b.find().to_list() == [{"_id": 1, "k": "x", "old": True}]
    await embedded.a.aggregate([{"$project": {"_id": 0}}, {"$merge": {"into": into, "on": "k", "whenMatched": "replace"}}])
    found = await embedded.b.find().sort("k").to_list()
    assert found[0] == {"_id": 1, "k": "x", "n": 2}
    assert {**found[1], "_id": 0} == {"_id": 0, "k": "y", "n": 5}
    await embedded.a.aggregate([{"$match": {"_id": 2}}, {"$project": {"_id": 0, "n": 1}}, {"$merge": "c"}])
    assert await embedded.c.count_documents({"n": 5}) == 1
