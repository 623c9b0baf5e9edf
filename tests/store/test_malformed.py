"""What is malformed gets MongoDB's error code, and nothing is changed by it."""

from datetime import UTC, datetime
from typing import Any

import pytest
from bson import Decimal128, Int64
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
        ({"getMore": Int64(2**62), "collection": "docs"}, 43),
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
