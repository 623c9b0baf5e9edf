"""Round trips of what people do daily besides the contract: none takes more waves than it is deep and one, and the actor's."""

import asyncio
from dataclasses import dataclass
from typing import Any

import pytest

from tests.journeys.conftest import World
from tests.journeys.situations import SITUATIONS
from tests.journeys.story import Story, begin
from tests.journeys.test_round_trips import FOR_THE_ACTOR, TRIES
from tests.round_trips import Trips, depth_of, measured

ERRORS = "userErrors { code message path }"
CASE = "case { id version status updatedAt assignee { id displayName } }"
MESSAGE = "message { id body deliveryStatus scheduledFor author { __typename ... on Member { id displayName } } }"
REMARK = "comment { id version body author { id displayName } }"
SHIFT = "shift { id version member { id displayName } } coverageGaps { startsAt endsAt reason }"
TARGET = "target { __typename }"
CONNECTIONS = 16
MEETING = 1
"""Two reads of one collection may meet, and then are one."""


@dataclass(frozen=True, slots=True)
class Row:
    """What is shown of a mutation, who does it, and how many waves and commands it may take, the actor's read among them."""

    shown: str
    who: str
    waves: int
    commands: int


DAILY = {
    "snoozeCase": Row(CASE, "agent", 3, 3),
    "unsnoozeCase": Row(CASE, "agent", 3, 3),
    "reopenCase": Row(CASE, "agent", 3, 4),
    "setCaseTags": Row("case { id version tags { slug name } }", "agent", 5, 5),
    "setCasePriority": Row(CASE, "agent", 4, 6),
    "setCaseIntent": Row(CASE, "agent", 3, 3),
    "handOverCase": Row("case { id version department { id name } }", "agent", 5, 5),
    "saveDraft": Row("draft { version body savedAt }", "agent", 3, 4),
    "undoReply": Row("body case { id version status }", "colleague", 4, 5),
    "rescheduleReply": Row(f"{MESSAGE} case {{ id version status }}", "colleague", 5, 8),
    "takeOverShift": Row(SHIFT, "manager", 5, 15),
    "react": Row(TARGET, "agent", 4, 6),
    "removeReaction": Row(TARGET, "agent", 4, 6),
    "editComment": Row(REMARK, "manager", 5, 5),
    "resolveThread": Row(REMARK, "manager", 5, 5),
    "voteInPoll": Row("poll { id version title isOpen options { key text votes } viewerVote }", "agent", 5, 7),
    "addWikiComment": Row(REMARK, "agent", 4, 5),
    "editQuestion": Row("question { id version title body author { id displayName } }", "manager", 4, 4),
    "setAvailability": Row("member { id version availability }", "agent", 2, 2),
}


def document(name: str, row: Row) -> str:
    """Write a mutation as a client would."""
    kind = name[0].upper() + name[1:]
    return f"mutation($input: {kind}Input!) {{ {name}(input: $input) {{ {row.shown} {ERRORS} }} }}"


async def taken(story: Story, name: str) -> list[Trips]:
    """Do something as often as it is tried, each time in a situation of its own."""
    row, runs = DAILY[name], list[Trips]()
    for _ in range(TRIES):
        given: dict[str, Any] = await SITUATIONS[name](story, row.who)
        await story.settle()
        await asyncio.gather(*(story.world.platform.database.command("ping") for _ in range(CONNECTIONS)))
        with measured() as trips:
            await story.client(row.who).do(document(name, row), given)
        runs.append(trips)
    return runs


def test_nothing_that_is_done_daily_takes_more_waves_than_its_depth_and_one() -> None:
    more = {name: row.waves - FOR_THE_ACTOR - depth_of(document(name, row)) - 1 for name, row in DAILY.items()}
    assert {name: waves for name, waves in more.items() if waves > 0} == {}


@pytest.mark.slow
async def test_what_is_done_daily_asks_the_store_as_often_as_the_table_says(world: World) -> None:
    world.clocks = False
    story = await begin(world)
    runs = {name: await taken(story, name) for name in DAILY}

    found = {name: (min(one.waves for one in tries), min(len(one.names) for one in tries)) for name, tries in runs.items()}
    over = {name: tries[0].names for name, tries in runs.items() if found[name][0] > DAILY[name].waves}
    assert over == {}
    told = {name: (commands, DAILY[name].commands) for name, (_, commands) in found.items()}
    assert {name: numbers for name, numbers in told.items() if not 0 <= numbers[1] - numbers[0] <= MEETING} == {}
