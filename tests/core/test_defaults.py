"""Documents with a default: read before anybody wrote them, begun once, then changed under the version that was seen."""

import asyncio

import pytest
from pymongo.errors import DuplicateKeyError

from core.database import Database
from core.defaults import change_or_insert, stored_or
from core.errors import Conflict, Forbidden
from core.records import insert_or_read, save
from tests.core.thing import Thing, ThingMade, ThingScored, make_thing


def score(thing: Thing) -> None:
    thing.score += 1
    thing.record(ThingScored(thing_id=thing.id, score=thing.score), actor="mem_1")


async def told(store: Database) -> list[tuple[int, int]]:
    """Give version and score of every event of the thing, in their order."""
    row = await store["things"].find_one({"_id": "thing_1"})
    return [(event["version"], event["payload"]["score"]) for event in (row or {}).get("pending", [])]


async def test_default_holds_until_something_is_stored(things: Database) -> None:
    default = make_thing(note="as delivered")

    assert await stored_or(default) is default
    assert (default.revision, default.version) == (0, 0)
    assert await things["things"].count_documents({}) == 0

    await save(make_thing(note="as we want it"))

    read = await stored_or(default)
    assert (read.note, read.version) == ("as we want it", 1)


async def test_first_write_inserts_default_rule_and_event(things: Database) -> None:
    written = await change_or_insert(await stored_or(make_thing(score=10)), score, expected_version=0)

    assert (written.score, written.revision, written.version) == (11, 1, 1)
    assert (await stored_or(make_thing())).score == 11
    assert await told(things) == [(1, 11)]


async def test_later_writes_change_what_is_stored(things: Database) -> None:
    await change_or_insert(make_thing(), score, expected_version=0)

    by_person = await change_or_insert(await stored_or(make_thing()), score, expected_version=1)
    by_itself = await change_or_insert(await stored_or(make_thing()), score)

    assert (by_person.score, by_person.version) == (2, 2)
    assert (by_itself.score, by_itself.version) == (3, 2)
    assert await told(things) == [(1, 1), (2, 2), (2, 3)]


@pytest.mark.parametrize("is_shown", [True, False])
async def test_version_of_what_nobody_wrote_is_a_conflict(things: Database, *, is_shown: bool) -> None:
    default = make_thing()

    with pytest.raises(Conflict) as refused:
        await change_or_insert(default, score, expected_version=3, is_shown=is_shown)

    assert refused.value.message == "Nothing was said of this yet; name the version 0."
    assert refused.value.path == ("expectedVersion",)
    assert refused.value.current is (default if is_shown else None)
    assert default.score == 0
    assert await things["things"].count_documents({}) == 0


@pytest.mark.parametrize("seen", [0, 2])
async def test_other_version_than_the_stored_one_is_a_conflict(things: Database, seen: int) -> None:
    await change_or_insert(make_thing(), score, expected_version=0)

    with pytest.raises(Conflict) as refused:
        await change_or_insert(await stored_or(make_thing()), score, expected_version=seen)

    assert refused.value.message == Conflict.CHANGED
    assert (refused.value.current.score, refused.value.current.version) == (1, 1)
    assert await told(things) == [(1, 1)]


async def test_of_two_first_writers_one_wins_and_the_other_sees_what_was_written(things: Database) -> None:
    outcomes = await asyncio.gather(
        *(change_or_insert(make_thing(), score, expected_version=0) for _ in range(2)), return_exceptions=True
    )

    (won,) = [one for one in outcomes if isinstance(one, Thing)]
    (lost,) = [one for one in outcomes if isinstance(one, Conflict)]
    assert (won.score, won.version) == (1, 1)
    assert (lost.current.score, lost.current.version) == (1, 1)
    assert await told(things) == [(1, 1)]


async def test_first_writers_who_expect_nothing_all_count(things: Database) -> None:
    await asyncio.gather(*(change_or_insert(make_thing(), score) for _ in range(5)))

    assert (await stored_or(make_thing())).score == 5
    assert [points for _, points in await told(things)] == [1, 2, 3, 4, 5]


async def test_rule_that_refuses_stores_nothing(things: Database) -> None:
    def refuse(thing: Thing) -> None:
        thing.score = 5
        raise Forbidden("You may not do this.")

    with pytest.raises(Forbidden):
        await change_or_insert(make_thing(), refuse, expected_version=0)

    assert await things["things"].count_documents({}) == 0


async def test_another_unique_key_is_no_race(things: Database) -> None:
    await save(make_thing("thing_2", name="thing_1"))

    with pytest.raises(DuplicateKeyError):
        await change_or_insert(make_thing(), score, expected_version=0)
    with pytest.raises(DuplicateKeyError):
        await insert_or_read(make_thing())


async def test_insert_or_read_gives_what_was_there_first_and_tells_once(things: Database) -> None:
    copies = [make_thing(score=number) for number in range(3)]
    for copy in copies:
        copy.record(ThingMade(thing_id=copy.id), actor="mem_1")

    given = await asyncio.gather(*(insert_or_read(copy) for copy in copies))

    row = await things["things"].find_one({"_id": "thing_1"})
    assert row is not None
    assert {one.score for one in given} == {row["score"]}
    assert [one is copy for one, copy in zip(given, copies, strict=True)].count(True) == 1
    assert len(row["pending"]) == 1
