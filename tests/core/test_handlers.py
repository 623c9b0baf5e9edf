"""Handlers: each event reaches each handler, outages are waited out, what can't be handled is parked and can be replayed."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from core.database import Database
from core.errors import Unavailable
from core.events import Recorded
from core.handlers import HandlerRunner, Handlers, replay_parked
from core.records import change, save
from core.relay import Relay
from core.tail import EventTail
from tests.core.thing import Colour, Thing, ThingMade, ThingScored, make_thing


async def tell(store: Database, *, scores: int = 1) -> None:
    thing = make_thing()
    thing.record(ThingMade(thing_id=thing.id, colours=(Colour.BLUE,)), actor="mem_1")
    await save(thing)
    for _ in range(scores):
        await change(thing, _score)
    await Relay(store, ["things"]).sweep()


def _score(thing: Thing) -> None:
    thing.score += 1
    thing.record(ThingScored(thing_id=thing.id, score=thing.score))


def runner(store: Database, tail: EventTail, react: Callable[[Recorded[ThingScored]], Awaitable[None]]) -> HandlerRunner:
    handlers = Handlers()
    handlers.group("tests.things", start="first").on(ThingScored, react)
    return HandlerRunner(store, tail, handlers.all())


async def test_handler_gets_typed_facts_in_order_and_once(things: Database) -> None:
    await tell(things, scores=3)
    seen: list[Recorded[ThingScored]] = []

    async def react(event: Recorded[ThingScored]) -> None:
        seen.append(event)

    await runner(things, EventTail(things), react).drain()
    await runner(things, EventTail(things), react).drain()

    assert [event.fact for event in seen] == [ThingScored(thing_id="thing_1", score=score) for score in (1, 2, 3)]
    assert [event.number for event in seen] == [2, 3, 4]
    assert {(event.actor, event.subject) for event in seen} == {("system", "thing_1")}


async def test_enums_and_tuples_come_back_as_they_were(things: Database) -> None:
    await tell(things)
    seen: list[ThingMade] = []
    handlers = Handlers()

    async def react(event: Recorded[ThingMade]) -> None:
        seen.append(event.fact)

    handlers.group("tests.made", start="first").on(ThingMade, react)
    await HandlerRunner(things, EventTail(things), handlers.all()).drain()

    assert seen == [ThingMade(thing_id="thing_1", colours=(Colour.BLUE,))]


async def test_new_handler_that_starts_at_the_head_hears_only_what_comes(things: Database) -> None:
    await tell(things, scores=2)
    tail = EventTail(things)
    await tail.start()
    seen: list[int] = []
    handlers = Handlers()

    async def react(event: Recorded[ThingScored]) -> None:
        seen.append(event.fact.score)

    handlers.group("tests.head", start="head").on(ThingScored, react)
    head = HandlerRunner(things, tail, handlers.all())
    await head.drain()
    thing = await Thing.get("thing_1")
    assert thing is not None
    await change(thing, _score)
    await Relay(things, ["things"]).sweep()
    await head.drain()

    assert seen == [3]
    assert await head.passed() == 4


async def test_outage_is_waited_out(things: Database) -> None:
    await tell(things)
    calls: list[int] = []

    async def react(event: Recorded[ThingScored]) -> None:
        calls.append(event.fact.score)
        if len(calls) < 5:
            raise Unavailable("search")

    await runner(things, EventTail(things), react).drain()

    assert calls == [1] * 5
    assert await things["parked"].count_documents({}) == 0


async def test_what_cannot_be_handled_is_parked_and_the_rest_goes_on(things: Database) -> None:
    await tell(things, scores=3)
    seen: list[int] = []

    async def react(event: Recorded[ThingScored]) -> None:
        if event.fact.score == 2:
            message = "no twos"
            raise ValueError(message)
        seen.append(event.fact.score)

    await runner(things, EventTail(things), react).drain()

    assert seen == [1, 3]
    (parked,) = await things["parked"].find().to_list()
    assert parked["_id"] == "tests.things:3"
    assert (parked["type"], parked["error"], parked["parkings"]) == ("ThingScored", "ValueError('no twos')", 1)


async def test_parked_event_can_be_replayed(things: Database) -> None:
    await tell(things, scores=1)
    broken, seen = [True], []

    async def react(event: Recorded[ThingScored]) -> None:
        if broken:
            raise ValueError
        seen.append(event.fact.score)

    handlers = Handlers()
    handlers.group("tests.things", start="first").on(ThingScored, react)
    await HandlerRunner(things, EventTail(things), handlers.all()).drain()
    broken.clear()

    assert await replay_parked(things, handlers.all(), "tests.things:2") is True
    assert await replay_parked(things, handlers.all(), "tests.things:2") is False
    assert seen == [1]
    assert await things["parked"].count_documents({}) == 0


async def test_running_handlers_react_to_what_comes(things: Database) -> None:
    tail = EventTail(things)
    await tail.start()
    arrived: asyncio.Queue[int] = asyncio.Queue()

    async def react(event: Recorded[ThingScored]) -> None:
        arrived.put_nowait(event.fact.score)

    running = [asyncio.create_task(tail.run()), asyncio.create_task(runner(things, tail, react).run())]
    await tell(things, scores=2)
    tail.wake()

    assert [await asyncio.wait_for(arrived.get(), 30) for _ in range(2)] == [1, 2]
    for task in running:
        task.cancel()


async def test_two_handlers_of_one_name_are_refused() -> None:
    handlers = Handlers()
    handlers.group("tests.twice", start="first")

    with pytest.raises(ValueError, match="there already"):
        handlers.group("tests.twice", start="first")


async def test_listening_begins_at_the_cursor_and_misses_nothing(things: Database) -> None:
    await tell(things, scores=2)
    tail = EventTail(things)
    await tail.start()
    running = asyncio.create_task(tail.run())
    numbers = []

    async def listen() -> None:
        async for event in tail.listen(1):
            numbers.append(event.number)
            if len(numbers) == 4:
                return

    listening = asyncio.create_task(listen())
    thing = await Thing.get("thing_1")
    assert thing is not None
    await change(thing, _score)
    await change(thing, _score)
    await Relay(things, ["things"], moved=tail.wake).sweep()
    await asyncio.wait_for(listening, 30)
    running.cancel()

    assert numbers == [2, 3, 4, 5]
