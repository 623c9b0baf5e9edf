"""The index check: what it records and what it calls served."""

from typing import Any

import pytest
from pymongo import AsyncMongoClient

from tests.store.shapes import DeclaredIndex, Shape, ShapeRecorder, unserved_shapes

INBOX = DeclaredIndex((("status", 1), ("due", 1), ("_id", 1)))
SPARSE = DeclaredIndex((("pending.id", 1),), sparse=True)
MIXED = DeclaredIndex((("space", 1), ("score", -1), ("_id", 1)))
DECLARED = {"cases": [INBOX, SPARSE, MIXED]}

SERVED: list[tuple[dict[str, Any], dict[str, int]]] = [
    ({}, {}),
    ({"_id": "case_1"}, {}),
    ({"_id": {"$in": [1, 2]}, "revision": 3}, {"due": 1}),
    ({"_id": {"$gt": 1}}, {"_id": 1}),
    ({}, {"_id": -1}),
    ({"status": "NEW"}, {}),
    ({"status": {"$eq": "NEW"}, "other": 1}, {}),
    ({"status": None}, {}),
    ({"status": {"$in": ["NEW", "OPEN"]}}, {"due": 1}),
    ({"status": {"$in": ["NEW", None]}}, {"due": 1, "_id": 1}),
    ({"status": "NEW"}, {"due": -1, "_id": -1}),
    ({"status": "NEW", "due": {"$lt": 5}}, {"due": 1}),
    ({"status": "NEW", "due": 5}, {"_id": 1}),
    ({"status": "NEW"}, {"status": 1, "due": 1}),
    ({"status": {"$gt": "A"}}, {}),
    ({"$and": [{"status": "NEW"}, {"x": 1}]}, {"due": 1}),
    ({"status": "NEW", "$or": [{"due": {"$gt": 1}}, {"due": 1, "_id": {"$gt": 2}}]}, {"due": 1, "_id": 1}),
    ({"$or": [{"_id": 1}, {"status": "NEW"}]}, {}),
    ({"pending.id": {"$exists": True}}, {}),
    ({"pending": {"$elemMatch": {"id": 1}}}, {}),
    ({"space": 1}, {"score": -1, "_id": 1}),
    ({"space": 1}, {"score": 1, "_id": -1}),
    ({"deleted": {"$ne": True}}, {"status": 1, "due": 1}),
]
UNSERVED: list[tuple[dict[str, Any], dict[str, int], str]] = [
    ({"customer": 1}, {}, "cases: customer equal"),
    ({"customer": {"$ne": 1}}, {}, "cases: customer other"),
    ({"due": {"$lt": 5}}, {}, "cases: due range"),
    ({"status": "NEW"}, {"created": 1}, "cases: status equal; sorted by created up"),
    ({"status": "NEW"}, {"due": 1, "_id": -1}, "cases: status equal; sorted by due up, _id down"),
    ({"status": {"$gt": 1}}, {"due": 1}, "cases: status range; sorted by due up"),
    ({"customer": 1}, {"status": 1}, "cases: customer equal; sorted by status up"),
    ({"pending.id": None}, {}, "cases: pending.id null"),
    ({"pending.id": {"$exists": False}}, {}, "cases: pending.id other"),
    ({}, {"pending.id": 1}, "cases: everything; sorted by pending.id up"),
    ({"$or": [{"status": "NEW"}, {"customer": 1}]}, {}, "cases: customer equal or status equal"),
    ({"tags": {"$elemMatch": {"$gt": 1}}}, {}, "cases: tags range"),
    ({"$expr": {"$gt": ["$a", "$b"]}}, {"created": 1}, "cases: everything; sorted by created up"),
]


@pytest.mark.parametrize(("filter_", "sort"), SERVED)
def test_served(filter_: dict[str, Any], sort: dict[str, int]) -> None:
    assert unserved_shapes([Shape.of("cases", filter_, sort)], DECLARED) == []


@pytest.mark.parametrize(("filter_", "sort", "line"), UNSERVED)
def test_unserved(filter_: dict[str, Any], sort: dict[str, int], line: str) -> None:
    shape = Shape.of("cases", filter_, sort)
    assert unserved_shapes([shape], DECLARED) == [line]
    assert unserved_shapes([shape], DECLARED, {"cases": "ten documents that never grow in number"}) == []
    assert unserved_shapes([shape], DECLARED, {"cases": ""}) == [line]


def test_a_collection_without_declared_indexes_has_its_ids() -> None:
    shapes = [Shape.of("other", {"_id": 1}), Shape.of("other", {"a": 1})]
    assert unserved_shapes(shapes, DECLARED) == ["other: a equal"]


async def test_the_recorder_sees_every_kind_of_command(embedded_url: str) -> None:
    recorder = ShapeRecorder()
    async with AsyncMongoClient[dict[str, Any]](embedded_url, event_listeners=[recorder]) as client:
        db = client.kopru_store_shapes
        await db.a.create_index([("f", 1)], sparse=True)
        await db.a.insert_one({"_id": 1})
        await db.a.find({"f": 1}).sort("s", -1).to_list()
        await db.a.update_one({"u": 1}, {"$set": {"x": 1}})
        await db.a.delete_many({"d": 1})
        await db.a.find_one_and_update({"m": 1}, {"$set": {"x": 1}}, sort=[("s", 1)])
        await db.a.count_documents({"c": 1})
        await db.a.distinct("x", {"q": 1})
        lookup = {"from": "b", "localField": "x", "foreignField": "j", "as": "o"}
        graph = {"from": "g", "startWith": "$x", "connectFromField": "x", "connectToField": "t", "as": "y"}
        nested = {"from": "n", "pipeline": [{"$match": {"p": 1}}], "as": "z"}
        await db.a.aggregate([{"$sort": {"k": 1}}, {"$lookup": lookup}, {"$graphLookup": graph}])
        await db.a.aggregate([{"$match": {"l": 1}}, {"$sort": {"k": 1}}, {"$facet": {"w": [{"$lookup": nested}]}}])
        await client.drop_database("kopru_store_shapes")
        with pytest.raises(Exception, match="no such command"):
            await db.command("nonsense")
    assert recorder.declared == {"a": {DeclaredIndex((("f", 1),), sparse=True)}}
    assert sorted(shape.describe() for shape in recorder.shapes) == [
        "a: c equal",
        "a: d equal",
        "a: everything; sorted by k up",
        "a: f equal; sorted by s down",
        "a: l equal; sorted by k up",
        "a: m equal; sorted by s up",
        "a: q equal",
        "a: u equal",
        "b: j equal",
        "g: t equal",
        "n: p equal",
    ]
