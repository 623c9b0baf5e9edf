"""What the embedded store refuses because it would not do it faithfully, and what it mends so that nothing differs silently."""

from datetime import UTC, datetime
from typing import Any

import pytest
from bson import MinKey
from pymongo import CursorType
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import OperationFailure

Docs = AsyncCollection[dict[str, Any]]
Database = AsyncDatabase[dict[str, Any]]


def named(caught: pytest.ExceptionInfo[OperationFailure], operator: str) -> None:
    assert caught.value.code == 238
    assert operator in str(caught.value)
    assert "not supported by the embedded store" in str(caught.value)


@pytest.mark.parametrize(
    ("query", "operator"),
    [
        ({"$text": {"$search": "x"}}, "$text"),
        ({"$where": "true"}, "$where"),
        ({"$jsonSchema": {}}, "$jsonSchema"),
        ({"at": {"$near": [1, 2]}}, "$near"),
        ({"at": {"$geoWithin": {"$box": [[0, 0], [1, 1]]}}}, "$geoWithin"),
        ({"n": {"$mod": [2, 0]}}, "$mod"),
        ({"n": {"$bitsAllSet": 1}}, "$bitsAllSet"),
        ({"n": {"$gt": MinKey()}}, "$gt with a MinKey"),
        ({"t": {"$regex": "\\w+", "$options": "i"}}, "$regex"),
        ({"$expr": {"$gt": ["$d", "$$NOW"]}}, "$$NOW"),
        ({"$expr": {"$function": {}}}, "$function"),
    ],
)
async def test_queries_are_refused_by_name(own: Docs, query: dict[str, Any], operator: str) -> None:
    with pytest.raises(OperationFailure) as caught:
        await own.find(query).to_list()
    named(caught, operator)


@pytest.mark.parametrize(
    ("update", "operator"),
    [
        ([{"$set": {"a": 1}}], "an update pipeline"),
        ({"$mul": {"a": 2}}, "$mul"),
        ({"$bit": {"a": {"and": 1}}}, "$bit"),
        ({"$pullAll": {"a": [1]}}, "$pullAll"),
        ({"$push": {"a": {"$each": [1], "$position": 0}}}, "$position"),
        ({"$currentDate": {"a": {"$type": "timestamp"}}}, "$currentDate"),
    ],
)
async def test_updates_are_refused_by_name(own: Docs, update: Any, operator: str) -> None:
    await own.insert_one({"_id": 1})
    with pytest.raises(OperationFailure) as caught:
        await own.update_one({"_id": 1}, update)
    named(caught, operator)
    assert await own.find().to_list() == [{"_id": 1}]


@pytest.mark.parametrize(
    ("stage", "operator"),
    [
        ({"$set": {"a": 1}}, "$set"),
        ({"$unset": "a"}, "$unset"),
        ({"$unionWith": "b"}, "$unionWith"),
        ({"$replaceWith": "$a"}, "$replaceWith"),
        ({"$out": "b"}, "$out"),
        ({"$setWindowFields": {}}, "$setWindowFields"),
        ({"$geoNear": {}}, "$geoNear"),
        ({"$sample": {"size": 1}}, "$sample"),
        ({"$group": {"_id": None, "p": {"$percentile": {}}}}, "$percentile"),
        ({"$group": {"_id": None, "p": {"$topN": {}}}}, "$topN"),
        ({"$project": {"a": {"$switch": {}}}}, "$switch"),
        ({"$project": {"a": {"$dateTrunc": {}}}}, "$dateTrunc"),
        ({"$project": {"a": {"$dateAdd": {}}}}, "$dateAdd"),
        ({"$addFields": {"a": "$$NOW"}}, "$$NOW"),
        ({"$project": {"a": {"$dateToString": {"date": "$d", "format": "%B"}}}}, "%B"),
        ({"$merge": {"into": "b", "whenMatched": [{"$set": {"a": 1}}]}}, "$merge"),
        ({"$merge": {"into": "b", "let": {}}}, "$merge"),
    ],
)
async def test_stages_are_refused_by_name(own: Docs, stage: dict[str, Any], operator: str) -> None:
    await own.insert_one({"_id": 1, "d": datetime(2026, 1, 1, tzinfo=UTC)})
    with pytest.raises(OperationFailure) as caught:
        await own.aggregate([stage])
    named(caught, operator)


@pytest.mark.parametrize(
    ("keys", "options", "operator"),
    [
        ("a", {"partialFilterExpression": {"a": 1}}, "partialFilterExpression"),
        ("a", {"expireAfterSeconds": 1}, "expireAfterSeconds"),
        ("a", {"collation": {"locale": "tr"}}, "collation"),
        ("a", {"hidden": True}, "hidden"),
        ("a", {"storageEngine": {}}, "storageEngine"),
        ([("a", "text")], {}, "text"),
        ([("a", "2dsphere")], {}, "2dsphere"),
        ([("a", "hashed")], {}, "hashed"),
        ([("$**", 1)], {}, "wildcard"),
    ],
)
async def test_indexes_are_refused_by_name(own: Docs, keys: Any, options: dict[str, Any], operator: str) -> None:
    with pytest.raises(OperationFailure) as caught:
        await own.create_index(keys, **options)
    named(caught, operator)
    assert await own.index_information() == {}


@pytest.mark.parametrize(
    ("projection", "operator"),
    [
        ({"l": {"$slice": 1}}, "$slice"),
        ({"n": {"$size": "$l"}}, "$size"),
        ({"l.$": 1}, "positional"),
        ({"n": "$a"}, "expression"),
    ],
)
async def test_projections_are_refused_by_name(own: Docs, projection: dict[str, Any], operator: str) -> None:
    with pytest.raises(OperationFailure) as caught:
        await own.find_one({}, projection)
    named(caught, operator)


async def test_transactions_are_refused(own: Docs) -> None:
    async with own.database.client.start_session() as session:
        await session.start_transaction()
        with pytest.raises(OperationFailure) as caught:
            await own.insert_one({"_id": 1}, session=session)
        named(caught, "transaction")
        await session.abort_transaction()
    assert await own.count_documents({}) == 0


async def test_change_streams_are_refused(own: Docs) -> None:
    with pytest.raises(OperationFailure) as caught:
        await own.watch()
    named(caught, "$changeStream")
    with pytest.raises(OperationFailure) as caught:
        await own.database.watch()
    named(caught, "$changeStream")


async def test_collation_and_tailing_are_refused(own: Docs) -> None:
    with pytest.raises(OperationFailure) as caught:
        await own.find({}).collation({"locale": "tr"}).to_list()
    named(caught, "collation")
    with pytest.raises(OperationFailure) as caught:
        await own.find({}, cursor_type=CursorType.TAILABLE).to_list()
    named(caught, "tailable")
    with pytest.raises(OperationFailure) as caught:
        await own.update_one({}, {"$set": {"a": 1}}, collation={"locale": "tr"})
    named(caught, "collation")
    with pytest.raises(OperationFailure) as caught:
        await own.delete_one({}, collation={"locale": "tr"})
    named(caught, "collation")


@pytest.mark.parametrize("options", [{"capped": True, "size": 1000}, {"validator": {"a": 1}}, {"viewOn": "x", "pipeline": []}])
async def test_special_collections_are_refused(embedded: Database, options: dict[str, Any]) -> None:
    with pytest.raises(OperationFailure) as caught:
        await embedded.create_collection("special", **options)
    named(caught, next(iter(options)))
    assert await embedded.list_collection_names() == []


async def test_snapshot_reads_and_unknown_commands_are_refused(embedded: Database) -> None:
    with pytest.raises(OperationFailure) as caught:
        await embedded.command("find", "docs", readConcern={"level": "snapshot"})
    named(caught, "snapshot")
    with pytest.raises(OperationFailure) as caught:
        await embedded.command("mapReduce", "docs")
    assert (caught.value.code, "mapReduce" in str(caught.value)) == (59, True)


async def test_an_unknown_hint_is_refused_and_a_known_one_taken(own: Docs) -> None:
    await own.create_index("a")
    await own.insert_one({"_id": 1, "a": 1})
    assert await own.find({"a": 1}, hint="a_1").to_list() == [{"_id": 1, "a": 1}]
    assert await own.count_documents({"a": 1}, hint=[("a", 1)]) == 1
    with pytest.raises(OperationFailure) as caught:
        await own.find({"a": 1}, hint="b_1").to_list()
    assert caught.value.code == 2
