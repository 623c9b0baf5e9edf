"""Records: one guarded command for a change and its events, whoever else writes."""

import asyncio
from typing import Any

import pytest
from pymongo.errors import AutoReconnect, DuplicateKeyError

from core.database import Database
from core.errors import Conflict, NotFound
from core.records import Record, StaleRevision, by_ids, change, fresh, save, when_saved
from tests.core.thing import Colour, Part, Thing, ThingMade, ThingScored, make_thing


async def stored(store: Database, identifier: str = "thing_1") -> dict[str, Any]:
    document = await store["things"].find_one({"_id": identifier})
    assert document is not None
    return document


def score(thing: Thing) -> None:
    thing.score += 1
    thing.record(ThingScored(thing_id=thing.id, score=thing.score), actor="mem_1")


async def test_insert_stores_the_document_with_its_events(things: Database) -> None:
    thing = make_thing(parts=[Part(name="leg")])
    thing.record(ThingMade(thing_id=thing.id, colours=(Colour.RED,)), actor="mem_1")

    await save(thing)

    document = await stored(things)
    assert (document["revision"], document["version"], len(document["writes"])) == (1, 1, 1)
    assert "note" not in document
    assert "weight" not in document["parts"][0] or document["parts"][0]["weight"] is None
    (event,) = document["pending"]
    assert event["type"] == "ThingMade"
    assert event["payload"] == {"thing_id": "thing_1", "colours": ["RED"]}
    assert event["facts"] == {"room": "hall"}
    assert (event["actor"], event["subject"], event["node"], event["topics"]) == ("mem_1", "thing_1", "thing_1", ["THINGS"])
    assert (event["revision"], event["version"]) == (1, 1)


async def test_change_writes_only_what_changed(things: Database) -> None:
    await save(make_thing(note="old", labels={"a": 1}))
    thing = await fresh(make_thing())

    def rule(current: Thing) -> None:
        current.note = None
        current.labels = {"b": 2}

    await change(thing, rule)

    document = await stored(things)
    assert "note" not in document
    assert document["labels"] == {"b": 2}
    assert (document["revision"], document["version"], "pending" in document) == (2, 1, False)


async def test_change_that_changes_nothing_writes_nothing(things: Database) -> None:
    await save(make_thing())

    await change(await fresh(make_thing()), lambda _: None)

    assert (await stored(things))["revision"] == 1


async def test_version_counts_edits_only(things: Database) -> None:
    thing = make_thing()
    await save(thing)

    await change(thing, score)
    edited = await change(thing, score, expected_version=1)

    assert (edited.revision, edited.version) == (3, 2)
    assert [event["version"] for event in (await stored(things))["pending"]] == [1, 2]


async def test_expected_version_of_somebody_elses_edit_is_a_conflict(things: Database) -> None:
    thing = make_thing()
    await save(thing)
    await change(await fresh(thing), score, expected_version=1)

    with pytest.raises(Conflict) as refusal:
        await change(thing, score, expected_version=1)

    assert refusal.value.current.score == 1
    assert refusal.value.path == ("expectedVersion",)
    assert (await stored(things))["score"] == 1


async def test_stale_copy_is_read_again_before_a_conflict_is_claimed(things: Database) -> None:
    thing = make_thing()
    await save(thing)
    stale = await fresh(thing)
    await change(await fresh(thing), score, expected_version=1)

    assert (await change(stale, score, expected_version=2)).score == 2


async def test_save_of_a_stale_copy_is_refused(things: Database) -> None:
    thing = make_thing()
    await save(thing)
    first, second = await fresh(thing), await fresh(thing)
    score(first)
    await save(first)
    score(second)

    with pytest.raises(StaleRevision):
        await save(second)

    assert len((await stored(things))["pending"]) == 1


async def test_save_with_another_version_is_a_conflict(things: Database) -> None:
    thing = make_thing()
    await save(thing)
    score(thing)

    with pytest.raises(Conflict):
        await save(thing, expected_version=7)


async def test_racing_writers_lose_no_change_and_no_event(things: Database) -> None:
    thing = make_thing()
    await save(thing)

    copies = [await fresh(thing) for _ in range(50)]
    await asyncio.gather(*(change(copy, score) for copy in copies))

    document = await stored(things)
    assert document["score"] == 50
    assert [event["payload"]["score"] for event in document["pending"]] == list(range(1, 51))
    assert [event["revision"] for event in document["pending"]] == list(range(2, 52))
    assert len(document["writes"]) == 20


async def test_of_racing_edits_of_one_version_one_wins(things: Database) -> None:
    thing = make_thing()
    await save(thing)
    copies = [await fresh(thing) for _ in range(20)]

    outcomes = await asyncio.gather(*(change(copy, score, expected_version=1) for copy in copies), return_exceptions=True)

    assert sum(isinstance(outcome, Thing) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, Conflict) for outcome in outcomes) == 19


async def test_rule_that_refuses_leaves_no_trace(things: Database) -> None:
    thing = make_thing()
    await save(thing)

    def rule(current: Thing) -> None:
        score(current)
        raise NotFound("no")

    with pytest.raises(NotFound):
        await change(thing, rule)

    document = await stored(things)
    assert (document["score"], document["revision"], "pending" in document) == (0, 1, False)


async def test_taken_unique_key_is_reported(things: Database) -> None:
    await save(make_thing("thing_1", name="same"))

    with pytest.raises(DuplicateKeyError):
        await save(make_thing("thing_2", name="same"))


async def test_change_of_a_document_that_is_gone_is_not_found(things: Database) -> None:
    thing = make_thing()
    await save(thing)
    await things["things"].delete_one({"_id": thing.id})

    with pytest.raises(NotFound):
        await change(thing, score)


@pytest.mark.parametrize("kept", [True, False])
async def test_lost_answer_is_no_conflict(things: Database, monkeypatch: pytest.MonkeyPatch, *, kept: bool) -> None:
    thing = make_thing()
    await save(thing)
    collection = Thing.get_pymongo_collection()
    calls: list[int] = []

    class Losing:
        def __getattr__(self, name: str) -> Any:
            return getattr(collection, name)

        async def update_one(self, *arguments: Any) -> Any:
            calls.append(1)
            if len(calls) == 1:
                if kept:
                    await collection.update_one(*arguments)
                message = "connection reset"
                raise AutoReconnect(message)
            return await collection.update_one(*arguments)

    monkeypatch.setattr(Thing, "get_pymongo_collection", classmethod(lambda _: Losing()))
    changed = await change(thing, score)

    assert (changed.score, changed.revision) == (1, 2)
    assert len((await stored(things))["pending"]) == 1
    assert len(calls) == (1 if kept else 2)


async def test_listeners_hear_of_saves_with_events_only(things: Database) -> None:
    heard: list[tuple[str, str]] = []
    silence = when_saved(lambda collection, identifier: heard.append((collection, identifier)))
    thing = make_thing()
    await save(thing)
    await change(thing, score)
    silence()
    await change(thing, score)

    assert heard == [("things", "thing_1")]


async def test_nothing_else_writes_records(things: Database) -> None:
    thing = make_thing()
    for name in ("insert", "save", "replace", "delete", "set", "save_changes"):
        with pytest.raises(TypeError, match="only writer"):
            await getattr(thing, name)()
    assert issubclass(Thing, Record)


async def test_by_ids_reads_each_once(things: Database) -> None:
    await save(make_thing("thing_1"))
    await save(make_thing("thing_2"))

    found = await by_ids(Thing, ["thing_2", "thing_1", "thing_2", "thing_9"])

    assert sorted(found) == ["thing_1", "thing_2"]
    assert await by_ids(Thing, []) == {}
