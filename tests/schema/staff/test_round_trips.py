"""Round trips to the store: no document takes more waves than its depth and one, nor more commands than are written down."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from strawberry.types import ExecutionResult
from typing_extensions import override

from auth.actor import Actor
from tests.contract.documents import documents
from tests.round_trips import Trips, depth_of, measured
from tests.schema.staff.crowd import Crowd, found
from tests.schema.staff.runs.registry import RUNS
from tests.schema.staff.staff import Staff
from tests.schema.staff.test_contract import NOT_YET
from tests.schema.staff.world import make_world

CONTRACT = documents("staff")
SUBSCRIPTIONS = {name for name, document in CONTRACT.items() if document.startswith("subscription")}
QUERIES = {name for name, document in CONTRACT.items() if document.startswith("query")}
TABLE = Path(__file__).with_name("round_trips.txt")
TRIES = 5
"""Reads of one wave can part when the machine is busy: the best of some runs counts."""

PARTED = 2
"""So many reads more may part in a mutation, which is done once: there is no better run of it to count."""

CONNECTIONS = 16
"""So many are open before something is measured: the driver opens two at a time, and what waits for one parts from its wave."""

MEETING = 1
"""Two reads of one collection from different depths may meet, and then are one."""


def expected() -> dict[str, tuple[int, int]]:
    """Read the table: waves and commands by document."""
    rows = [line.split() for line in TABLE.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    return {name: (int(waves), int(commands)) for name, waves, commands in rows}


def best(runs: list[Trips]) -> tuple[int, int]:
    return min(trips.waves for trips in runs), min(len(trips.names) for trips in runs)


class Watched(Staff):
    """The staff schema, measuring one document."""

    watched: str
    seen: list[Trips]

    @classmethod
    def over(cls, staff: Staff, name: str) -> "Watched":
        watched = cls.__new__(cls)
        watched.__dict__.update(staff.__dict__)
        watched.watched, watched.seen = name, []
        return watched

    @override
    async def execute(self, actor: Actor, document: str, variables: Mapping[str, Any] | None = None) -> ExecutionResult:
        if document != self.watched or self.seen:
            return await super().execute(actor, document, variables)
        for _ in range(TRIES - 1 if document in QUERIES else 0):
            await self._measured(actor, document, variables)
        return await self._measured(actor, document, variables)

    async def _measured(self, actor: Actor, document: str, variables: Mapping[str, Any] | None) -> ExecutionResult:
        await asyncio.gather(*(self._database.command("ping") for _ in range(CONNECTIONS)))
        with measured() as trips:
            result = await super().execute(actor, document, variables)
        self.seen.append(trips)
        return result


def test_every_served_document_is_in_the_table() -> None:
    assert sorted(expected()) == sorted(set(CONTRACT) - NOT_YET - SUBSCRIPTIONS)


def test_no_document_takes_more_waves_than_its_depth_and_one_with_its_writes() -> None:
    more = {name: waves - depth_of(CONTRACT[name]) - 1 for name, (waves, _) in expected().items()}
    assert {name: waves for name, waves in more.items() if waves > 0} == {}


@pytest.mark.parametrize("name", sorted(set(RUNS) - SUBSCRIPTIONS))
async def test_document_asks_the_store_as_often_as_the_table_says(name: str, staff: Staff) -> None:
    watched = Watched.over(staff, name)

    await RUNS[name](watched, await make_world())

    waves, commands = best(watched.seen)
    allowed_waves, allowed_commands = expected()[name]
    assert allowed_commands - MEETING <= commands <= allowed_commands, [trips.names for trips in watched.seen]
    assert waves <= allowed_waves + (0 if name in QUERIES else PARTED), [trips.names for trips in watched.seen]


def _objects(data: Any) -> int:
    """Count the objects of an answer."""
    parts = data.values() if isinstance(data, dict) else data if isinstance(data, list) else ()
    return isinstance(data, dict) + sum(_objects(part) for part in parts)


async def _asked(crowd: Crowd) -> dict[str, tuple[int, int, int]]:
    """Ask for every list: waves, commands and objects by document."""
    asked = {}
    for name, (actor, variables) in crowd.lists().items():
        runs, data = [], None
        for _ in range(TRIES):
            with measured() as trips:
                data = await crowd.staff.ask(actor, name, **variables)
            runs.append(trips)
        asked[name] = (*best(runs), _objects(data))
    return asked


async def test_lists_of_one_and_of_a_hundred_rows_ask_alike(staff: Staff) -> None:
    crowd = await found(staff)
    assert sorted(crowd.lists()) == sorted(QUERIES - NOT_YET)
    await crowd.grow(1)
    one = await _asked(crowd)
    await crowd.grow(99)
    hundred = await _asked(crowd)

    for name, (waves, commands, objects) in hundred.items():
        assert abs(commands - one[name][1]) <= MEETING, (name, one[name], hundred[name])
        assert (name, waves <= depth_of(CONTRACT[name]) + 1, objects > one[name][2]) == (name, True, True)
