"""What is malformed gets MongoDB's error code, and nothing is changed by it."""

from datetime import UTC, datetime
from typing import Any

import pytest
from bson import Decimal128, Int64, Regex
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import OperationFailure

Docs = AsyncCollection[dict[str, Any]]
Database = AsyncDatabase[dict[str, Any]]
STORED: dict[str, Any] = {"_id": 1, "n": 1, "t": "text", "l": [1, 2], "o": {"a": 1}, "d": datetime(2026, 1, 1, tzinfo=UTC)}


async def refused(db: Database, command: dict[str, Any], code: int) -> None:
    await db.docs.insert_one(dict(STORED))
    with pytest.raises(OperationFailure) as caught:
        await db.command(command)
    assert caught.value.code == code
    assert await db.docs.find().to_list() == [{**STORED, "d": datetime(2026, 1, 1, tzinfo=UTC)}]


@pytest.mark.parametrize(
    ("filter_", "code"),
    [
        ({"$or": []}, 2),
        ({"$and": {}}, 2),
        ({"n": {"$in": 1}}, 2),
        ({"n": {"$nin": 1}}, 2),
        ({"n": {"$all": 1}}, 2),
        ({"n": {"$not": 1}}, 2),
        ({"n": {"$elemMatch": 1}}, 2),
        ({"n": {"$size": -1}}, 2),
        ({"n": {"$size": "x"}}, 2),
        ({"n": {"$type": "nothing"}}, 2),
        ({"n": {"$type": 99}}, 2),
        ({"t": {"$regex": "("}}, 51091),
        ({"t": {"$regex": 1}}, 2),
        ({"t": {"$regex": "a", "$options": "q"}}, 2),
    ],
)
async def test_filters(embedded: Database, filter_: dict[str, Any], code: int) -> None:
    await refused(embedded, {"find": "docs", "filter": filter_}, code)


@pytest.mark.parametrize(
    ("command", "code"),
    [
        ({"find": "docs", "filter": [1]}, 14),
        ({"find": "docs", "sort": {"n": 0}}, 2),
        ({"find": "docs", "skip": -1}, 2),
        ({"find": "docs", "projection": {"n": 1, "t": 0}}, 31254),
        ({"find": "docs", "projection": {"o": 1, "o.a": 1}}, 31249),
        ({"find": "docs", "projection": {"o.a": 1, "o": 1}}, 31250),
        ({"find": "docs", "projection": {"l.m": {"$elemMatch": {"a": 1}}}}, 31275),
        ({"distinct": "docs", "key": ""}, 14),
        ({"distinct": "docs", "key": 1, "query": {"n": 1}}, 14),
        ({"getMore": Int64(99), "collection": "docs"}, 43),
        ({"insert": "docs"}, 9),
        ({"count": "docs", "query": {"t": {"$in": [1]}}, "limit": "x"}, 9),
        ({"create": "docs"}, 48),
        ({"create": "a$b"}, 73),
        ({"dropIndexes": "docs", "index": "nothing"}, 27),
        ({"dropIndexes": "docs", "index": {"n": 1}}, 27),
        ({"dropIndexes": "docs", "index": "_id_"}, 72),
        ({"dropIndexes": "nowhere", "index": "*"}, 26),
        ({"listIndexes": "nowhere"}, 26),
    ],
    ids=str,
)
async def test_commands(embedded: Database, command: dict[str, Any], code: int) -> None:
    await refused(embedded, command, code)


@pytest.mark.parametrize(
    ("update", "code"),
    [
        ({"$set": 1}, 9),
        ({"$set": {"n": 2}, "t": 1}, 9),
        ({"$set": {"o..a": 1}}, 56),
        ({"$set": {"o.$a": 1}}, 52),
        ({"$set": {"o.$.a": 1}}, 2),
        ({"$set": {"t.x": 1}}, 28),
        ({"$set": {"l.x": 1}}, 28),
        ({"$set": {"l.x.y": 1}}, 28),
        ({"$set": {"l.2000000": 1}}, 2),
        ({"$set": {"x": {"$y": 1}}}, 52),
        ({"$set": {"l.$[e]": 1}}, 2),
        ({"$set": {"absent.$[]": 1}}, 2),
        ({"$set": {"t.$[]": 1}}, 2),
        ({"$inc": {"n": "x"}}, 14),
        ({"$push": {"l": {"$slice": 1}}}, 2),
        ({"$push": {"l": {"$each": [1], "$slice": 1.5}}}, 2),
        ({"$push": {"l": {"$each": [1], "$sort": 2}}}, 2),
        ({"$addToSet": {"t": 1}}, 2),
        ({"$pull": {"t": 1}}, 2),
        ({"$pop": {"l": 2}}, 9),
        ({"$rename": {"n": 1}}, 2),
        ({"$rename": {"l.0": "x"}}, 2),
    ],
)
async def test_updates(embedded: Database, update: dict[str, Any], code: int) -> None:
    await embedded.docs.insert_one(dict(STORED))
    answer = await embedded.command({"update": "docs", "updates": [{"q": {"_id": 1}, "u": update}]})
    assert [error["code"] for error in answer["writeErrors"]] == [code]
    assert answer["n"] == 0
    assert await embedded.docs.find_one() == STORED


@pytest.mark.parametrize(
    ("filters", "code"),
    [([{"e.k": 1, "f.k": 1}], 9), ([{"e": 1}, {"e": 2}], 9), ([{"e": 1}, {"f": 1}], 9), ([{"$or": [{"e": 1}, {"e": 2}]}], None)],
)
async def test_array_filters(embedded: Database, filters: list[dict[str, Any]], code: int | None) -> None:
    await embedded.docs.insert_one(dict(STORED))
    statement = {"q": {}, "u": {"$inc": {"l.$[e]": 10}}, "arrayFilters": filters}
    answer = await embedded.command({"update": "docs", "updates": [statement]})
    assert [error["code"] for error in answer.get("writeErrors", [])] == ([] if code is None else [code])
    found = await embedded.docs.find_one()
    assert found is not None
    assert found["l"] == ([11, 12] if code is None else [1, 2])


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ({"q": {}, "u": {"a": 1}, "multi": True}, 9),
        ({"q": {"n": 7, "$and": [{"n": 8}]}, "u": {"$set": {"a": 1}}, "upsert": True}, 40),
        ({"q": {"_id": 1}, "u": {"_id": 2, "a": 1}}, 66),
        ({"q": {"l": 9, "l.0": {"$gt": 5}}, "u": {"$set": {"l.$": 1}}, "upsert": True}, 2),
        ({"q": {"l": 2, "$and": [{"l": 1}]}, "u": {"$set": {"l.$": 1}}}, 2),
        ({"q": {}, "u": {"$set": {"a": 1}}, "c": {"x": 1}}, 238),
    ],
)
async def test_statements(embedded: Database, statement: dict[str, Any], code: int) -> None:
    await embedded.docs.insert_one(dict(STORED))
    for ordered in (True, False):
        answer = await embedded.command({"update": "docs", "updates": [statement], "ordered": ordered})
        assert [error["code"] for error in answer["writeErrors"]] == [code]
    assert await embedded.docs.find().to_list() == [STORED]


async def test_deletes_go_on_or_stop(embedded: Database) -> None:
    await embedded.docs.insert_many([{"_id": 1}, {"_id": 2}])
    wrong, right = {"q": {"$or": []}, "limit": 0}, {"q": {"_id": 1}, "limit": 0}
    stopped = await embedded.command({"delete": "docs", "deletes": [wrong, right]})
    assert (stopped["n"], stopped["writeErrors"][0]["index"]) == (0, 0)
    went_on = await embedded.command({"delete": "docs", "deletes": [wrong, right], "ordered": False})
    assert (went_on["n"], went_on["writeErrors"][0]["index"]) == (1, 0)


@pytest.mark.parametrize(
    ("stage", "code"),
    [
        ({"$match": {}, "$sort": {"n": 1}}, 40323),
        ({"$limit": 0}, 15958),
        ({"$skip": -1}, 2),
        ({"$count": "a.b"}, 40156),
        ({"$group": {"n": {"$sum": 1}}}, 15955),
        ({"$group": {"_id": 1, "n": 1}}, 40234),
        ({"$bucket": {"groupBy": "$n"}}, 40198),
        ({"$bucket": {"groupBy": "$n", "boundaries": [1]}}, 40194),
        ({"$bucket": {"groupBy": "$n", "boundaries": [5, 6]}}, 7158302),
        ({"$replaceRoot": "$o"}, 40231),
        ({"$replaceRoot": {"newRoot": "$n"}}, 40228),
        ({"$unwind": "l"}, 28818),
        ({"$unwind": {"path": "$l", "x": 1}}, 28811),
        ({"$addFields": {}}, 40272),
        ({"$addFields": {"$x": 1}}, 16410),
        ({"$project": {}}, 40177),
        ({"$project": {"n": 1, "t": 0}}, 31254),
        ({"$project": {"x": "$n", "t": 0}}, 31254),
        ({"$lookup": {"from": "b"}}, 9),
        ({"$lookup": {"from": 1, "as": "x", "pipeline": []}}, 9),
        ({"$graphLookup": {"from": "b"}}, 40327),
        ({"$facet": {"a": [{"$merge": "b"}]}}, 40601),
        ({"$merge": {"into": "b", "whenNotMatched": "fail"}}, 13113),
        ({"$merge": {"into": "docs", "whenMatched": "fail"}}, 11000),
        ({"$merge": {"into": "b", "on": ["nowhere"]}}, 51132),
        ({"$merge": {"into": "docs", "on": "t", "whenMatched": "replace", "whenNotMatched": "discard"}}, None),
        ({"$project": {"x": {"$add": ["$n"], "$size": "$l"}}}, 15983),
        ({"$project": {"x": "$$unknown"}}, 17276),
        ({"$project": {"x": {"$eq": [1]}}}, 16020),
        ({"$project": {"x": {"$size": "$n"}}}, 17124),
        ({"$project": {"x": {"$in": [1, "$n"]}}}, 17124),
        ({"$project": {"x": {"$arrayElemAt": ["$l", 0.5]}}}, 28691),
        ({"$project": {"x": {"$cond": [1, 2]}}}, 16020),
        ({"$project": {"x": {"$ifNull": [1]}}}, 1257300),
        ({"$project": {"x": {"$filter": {"input": "$l"}}}}, 16878),
        ({"$project": {"x": {"$mergeObjects": ["$n"]}}}, 40400),
        ({"$project": {"x": {"$add": ["$t", 1]}}}, 14),
        ({"$project": {"x": {"$add": ["$d", "$d"]}}}, 16612),
        ({"$project": {"x": {"$divide": [1, 0]}}}, 2),
        ({"$project": {"x": {"$mod": [1, 0]}}}, 16610),
        ({"$project": {"x": {"$abs": Decimal128("1")}}}, 238),
        ({"$project": {"x": {"$multiply": [Int64(2**62), 4]}}}, 2),
        ({"$project": {"x": {"$hour": "$n"}}}, 16006),
        ({"$project": {"x": {"$hour": {"date": "$d", "timezone": 1}}}}, 40517),
        ({"$project": {"x": {"$hour": {"date": "$d", "timezone": "No/Where"}}}}, 40485),
        ({"$project": {"x": {"$hour": {"date": "$d", "format": "x"}}}}, 40535),
    ],
    ids=str,
)
async def test_stages(embedded: Database, stage: dict[str, Any], code: int | None) -> None:
    command = {"aggregate": "docs", "pipeline": [stage], "cursor": {}}
    if code is None:
        await embedded.docs.insert_one(dict(STORED))
        assert (await embedded.command(command))["ok"] == 1.0
        assert await embedded.docs.find().to_list() == [STORED]
    else:
        await refused(embedded, command, code)


async def test_whole_databases_are_not_aggregated(embedded: Database) -> None:
    pipelines: list[list[dict[str, Any]]] = [[{"$currentOp": {}}], []]
    for pipeline in pipelines:
        with pytest.raises(OperationFailure) as caught:
            await embedded.command({"aggregate": 1, "pipeline": pipeline, "cursor": {}})
        assert caught.value.code == 238


async def test_indexes_that_cannot_be(own: Docs) -> None:
    await own.create_index([("a", 1), ("b", 1)], name="ab")
    with pytest.raises(OperationFailure) as caught:
        await own.insert_one({"a": [1], "b": [2]})
    assert caught.value.code == 171
    for keys, name in (([("c", 1)], "ab"), ([("a", 1), ("b", 1)], "other")):
        with pytest.raises(OperationFailure) as caught:
            await own.create_index(keys, name=name)
        assert caught.value.code == 85
    await own.create_index([("_id", 1)])
    assert sorted(await own.index_information()) == ["_id_", "ab"]


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
