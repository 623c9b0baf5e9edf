"""The relay: every event once, in one gap-free order, however many move them and wherever they die."""

import asyncio
from datetime import timedelta
from typing import Any

from core.clock import clock
from core.database import Database
from core.records import change, fresh, save
from core.relay import Relay, following, highest, trim, trimmed
from tests.core.thing import Thing, ThingScored, make_thing


def scored(times: int) -> Any:
    def rule(thing: Thing) -> None:
        for _ in range(times):
            thing.score += 1
            thing.record(ThingScored(thing_id=thing.id, score=thing.score))

    return rule


async def thing_with_events(number: int, events: int) -> Thing:
    thing = make_thing(f"thing_{number}")
    await save(thing)
    return await change(thing, scored(events))


async def told(store: Database) -> list[tuple[int, str, int]]:
    rows = await store["events"].find().sort("_id", 1).to_list()
    return [(row["_id"], row["subject"], row["payload"]["score"]) for row in rows]


async def test_events_get_numbers_in_the_order_of_their_document(things: Database) -> None:
    await thing_with_events(1, 3)

    await Relay(things, ["things"]).sweep()

    assert await told(things) == [(1, "thing_1", 1), (2, "thing_1", 2), (3, "thing_1", 3)]
    assert "pending" not in (await things["things"].find_one({"_id": "thing_1"}) or {})


async def test_sweep_of_nothing_moves_nothing(things: Database) -> None:
    await save(make_thing())

    assert await Relay(things, ["things"]).sweep() == 0


async def test_racing_relays_move_each_event_once_and_leave_no_gap(things: Database) -> None:
    for number in range(12):
        await thing_with_events(number, 4)

    relays = [Relay(things, ["things"]) for _ in range(5)]
    await asyncio.gather(*(relay.sweep() for relay in relays))

    rows = await told(things)
    assert [number for number, _, _ in rows] == list(range(1, 49))
    for number in range(12):
        assert [score for _, subject, score in rows if subject == f"thing_{number}"] == [1, 2, 3, 4]


async def test_event_that_stands_already_is_not_moved_again(things: Database) -> None:
    thing = await thing_with_events(1, 2)
    before = await things["things"].find_one({"_id": thing.id})
    await Relay(things, ["things"]).sweep()
    assert before is not None
    await things["things"].update_one({"_id": thing.id}, {"$set": {"pending": before["pending"]}})

    await Relay(things, ["things"]).sweep()

    assert len(await told(things)) == 2
    assert "pending" not in (await things["things"].find_one({"_id": thing.id}) or {})


async def test_event_pushed_meanwhile_stays(things: Database) -> None:
    thing = await thing_with_events(1, 1)
    relay = Relay(things, ["things"])
    first = await things["things"].find_one({"_id": thing.id})
    await change(await fresh(thing), scored(1))
    assert first is not None

    await relay._append(first["pending"])
    await relay._forget("things", thing.id, [event["id"] for event in first["pending"]])

    left = await things["things"].find_one({"_id": thing.id})
    assert left is not None
    assert [event["payload"]["score"] for event in left["pending"]] == [2]
    await relay.sweep()
    assert [score for _, _, score in await told(things)] == [1, 2]


async def test_reading_stops_at_the_first_hole(things: Database) -> None:
    await things["events"].insert_many([{"_id": number, "event_id": str(number)} for number in (1, 2, 4)])

    assert [row["_id"] for row in await following(things, 0)] == [1, 2]
    assert await highest(things) == 2


async def test_hurried_document_is_moved_and_the_tail_woken(things: Database) -> None:
    woken = asyncio.Event()
    relay = Relay(things, ["things"], moved=woken.set)
    await thing_with_events(1, 1)
    running = asyncio.create_task(relay.run())
    relay.hurry("things", "thing_1")

    await asyncio.wait_for(woken.wait(), 30)

    running.cancel()
    assert len(await told(things)) == 1


async def test_old_events_go_once_every_handler_has_passed(things: Database) -> None:
    await thing_with_events(1, 3)
    await Relay(things, ["things"]).sweep()

    assert await trim(things, passed=3) == 0
    clock.shift(timedelta(days=31))
    assert await trim(things, passed=3) == 2

    assert [number for number, _, _ in await told(things)] == [3]
    assert await trimmed(things) == 2
    assert await highest(things) == 3
