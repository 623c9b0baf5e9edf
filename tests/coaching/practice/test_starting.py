"""The beginning of a run: what is said at once is there when it is given, once, whatever is killed in between."""

import asyncio

import pytest

from auth.actor import Actor, Role
from care.documents.cases import Case
from care.documents.channels import Channel
from care.documents.conversations import Conversation, Message
from care.documents.customers import Customer
from care.reading.cases import cases_by_ids
from coaching.practice.documents import PracticeRun, PracticeScenario
from coaching.practice.handlers import subscribe
from coaching.practice.runs import RunDraft, Started, start_practice
from core.database import Database
from core.errors import IdempotencyMismatch
from core.idempotency import Once, once
from core.records import fresh
from tests.care.stored import event_types, handle_twice
from tests.dying import dying
from tests.factories import community
from tests.factories.practice import make_run, make_scenario
from tests.round_trips import measured

RUN, CHANNEL, CUSTOMER, CONVERSATION, CASE, MESSAGE = range(6)
KINDS = (PracticeRun, Channel, Customer, Conversation, Case, Message)


def keyed(actor: Actor, given: object = None) -> Once:
    return once(b"secret", actor=actor.id, operation="startPractice", key="bir", given=given)


async def start(actor: Actor, scenario: PracticeScenario) -> Started:
    return await start_practice(actor, RunDraft(scenario_id=scenario.id), once=keyed(actor))


@pytest.mark.parametrize("by_handler", [False, True])
@pytest.mark.parametrize(
    ("lost", "landing"),
    [
        (RUN, []),
        (RUN, [CHANNEL]),
        (CHANNEL, []),
        (CUSTOMER, []),
        (CUSTOMER, [CONVERSATION]),
        (CONVERSATION, []),
        (CASE, []),
        (CASE, [MESSAGE]),
        (MESSAGE, []),
    ],
)
async def test_start_survives_a_crash_between_any_two_writes(
    store: Database, lost: int, landing: list[int], *, by_handler: bool
) -> None:
    learner, scenario = await community.make_actor(Role.TRAINEE), await make_scenario()

    async with dying(lost, landing=landing):
        await start(learner, scenario)
    if by_handler:
        await handle_twice(subscribe, (PracticeRun,))
        assert await Message.count() == (lost != RUN)
    begun = [one.run for one in await asyncio.gather(*(start(learner, scenario) for _ in range(8)))]
    await handle_twice(subscribe, (PracticeRun,))
    await handle_twice()

    assert [await kind.count() for kind in KINDS] == [1] * len(KINDS)
    case, message, run = await Case.find_one({}), await Message.find_one({}), await fresh(begun[0])
    assert case is not None
    assert message is not None
    assert {one.id for one in begun} == {run.id}
    assert (run.case_id, run.case_ids, message.case_id) == (case.id, [case.id], case.id)
    assert (case.incoming, case.heard, case.participants, case.last_message_id) == ([], 1, [learner.member], message.id)
    assert (await event_types(Case)).count("CaseOpened") == 1


@pytest.mark.parametrize("cut_off", [False, True])
async def test_starts_and_handlers_at_once_say_everything_once(store: Database, *, cut_off: bool) -> None:
    learner, scenario = await community.make_actor(Role.TRAINEE), await make_scenario()
    if cut_off:
        async with dying(CUSTOMER):
            await start(learner, scenario)

    handlers = [handle_twice(subscribe, (PracticeRun,)) for _ in range(4)]
    begun = await asyncio.gather(*(start(learner, scenario) for _ in range(8)))
    await asyncio.gather(*(start(learner, scenario) for _ in range(4)), *handlers)

    assert len({one.run.id for one in begun}) == 1
    assert [await kind.count() for kind in KINDS] == [1] * len(KINDS)


async def test_start_takes_four_waves(store: Database) -> None:
    learner, scenario, runs = await community.make_actor(Role.TRAINEE), await make_scenario(), []
    for _ in range(5):  # reads of one wave can part when the machine is busy
        with measured() as trips:
            await make_run(learner, scenario)
        runs.append(trips)

    assert min(trips.waves for trips in runs) <= 4, [trips.names for trips in runs]
    assert [len(trips.names) for trips in runs] == [12, 11, 11, 11, 11]  # the first run of a kind makes its channel


async def test_what_is_said_at_the_start_is_there_at_once(store: Database) -> None:
    learner, friend = [await community.make_actor(Role.TRAINEE) for _ in range(2)]
    injects = [
        {"persona": "ece", "phase": "Spark", "texts": ["Kargom kırık geldi!"]},
        {"persona": "press", "phase": "Spark", "visibility": "PRIVATE", "texts": ["چه پاسخی دارید؟"]},
        {"persona": "ece", "phase": "Storm", "kind": "TWEETSTORM", "texts": ["Hâlâ bekliyorum", "Ben de!", "Me too"]},
    ]
    scenario = await make_scenario(injects=injects)

    run = await make_run(learner, scenario, member_ids=[friend.member])

    said = {message.body: message.case_id for message in await Message.find_all().to_list()}
    assert sorted(said) == sorted(text for inject in run.injects for text in inject.texts)
    assert said["Kargom kırık geldi!"] == said["Hâlâ bekliyorum"] == run.case_id
    assert sorted(run.case_ids) == sorted(set(said.values()))
    assert len(run.case_ids) == await Case.count() == len(await cases_by_ids(friend, run.case_ids)) == 4
    assert sorted(case.number for case in await Case.find_all().to_list()) == [1, 2, 3, 4]


async def test_first_message_is_shown_before_its_entry_is_taken_out_of_the_case(store: Database) -> None:
    run = await make_run()
    before = await Case.get(run.case_id)
    assert before is not None
    assert [entry.message_id for entry in before.incoming] == [before.last_message_id]

    await handle_twice()

    after = await fresh(before)
    assert (after.incoming, after.last_message_id) == ([], before.last_message_id)
    assert await event_types(Case) == ["CaseOpened", "MessageChanged"]


async def test_another_request_under_the_same_key_leaves_no_trace(store: Database) -> None:
    learner, scenario, other = await community.make_actor(Role.TRAINEE), await make_scenario(), await make_scenario()
    await start(learner, scenario)
    before = [await kind.count() for kind in KINDS]

    with pytest.raises(IdempotencyMismatch):
        await start_practice(learner, RunDraft(scenario_id=other.id), once=keyed(learner, "another"))

    assert [await kind.count() for kind in KINDS] == before
