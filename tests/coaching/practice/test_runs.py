import asyncio

import pytest

from auth.actor import Role
from care.documents.cases import Case
from care.documents.channels import Environment
from care.documents.conversations import Message, Visibility
from care.ingest.messages import receive_message
from care.reading.cases import cases_by_ids
from coaching.practice import runs
from coaching.practice.documents import PracticeRun, PracticeRunStatus
from coaching.practice.handlers import subscribe
from coaching.practice.playing import act, act_on_practice, play
from coaching.practice.reading import count_runs, runs_by_ids
from coaching.practice.runs import InjectNow, end_practice, inject_now, pause_practice, resume_practice
from coaching.practice.scenarios import ScenarioChange, update_scenario
from core.database import Database
from core.errors import AlreadyDone, Conflict, Forbidden, InvalidInput, LimitReached, NotFound
from core.records import change, fresh, save
from tests.care.stored import handle_twice
from tests.factories import community
from tests.factories.care import later, make_actor, make_channel
from tests.factories.practice import make_run, make_scenario

MENTOR = make_actor(Role.MENTOR)


async def said() -> list[str]:
    return [message.body for message in await Message.find_all().sort("created_at", "_id").to_list()]


async def test_run_begins_with_a_practice_case_that_only_who_takes_part_sees(store: Database) -> None:
    learner, other = [await community.make_actor(Role.TRAINEE) for _ in range(2)]
    run = await make_run(learner, member_ids=[other.member])

    case = await Case.get(run.case_id)
    assert case is not None
    assert (case.environment, case.subject) == (Environment.PRACTICE, "Kargom kırık geldi, kimse yanıt vermiyor!")
    assert sorted(case.participants) == sorted([learner.member, other.member])
    assert (case.reach, run.case_ids, await said()) == (900, [case.id], ["Kargom kırık geldi, kimse yanıt vermiyor!"])
    for actor, sees in ((learner, True), (other, True), (MENTOR, True), (make_actor(), False), (make_actor(Role.TRAINEE), False)):
        assert bool(await cases_by_ids(actor, [case.id])) is sees
        assert bool(await runs_by_ids(actor, [run.id])) is sees
    assert [await count_runs(actor) for actor in (learner, MENTOR, make_actor())] == [1, 1, 0]


async def test_injects_are_played_when_due_each_once(store: Database) -> None:
    run = await make_run()
    assert await act_on_practice(10) == 0

    later(minutes=10)
    await asyncio.gather(act_on_practice(10), act_on_practice(10))
    assert await act_on_practice(10) == 0
    storm = await said()
    later(minutes=20)
    assert await act_on_practice(10) == 1

    assert sorted(storm[1:]) == sorted(["Ben de bekliyorum!", "Same here, two weeks!", "من هم منتظرم!"])
    assert (await said())[-1] == "برای گزارش امشب چه پاسخی دارید؟"
    run = await fresh(run)
    assert len(run.case_ids) == await Case.count() == 4  # Ece's own, two more voices, the journalist's
    journalist = await Message.find_one({"visibility": Visibility.PRIVATE.value})
    assert journalist is not None
    assert {case.environment for case in await Case.find_all().to_list()} == {Environment.PRACTICE}
    assert all(case.participants == run.participants for case in await Case.find_all().to_list())


async def test_what_a_dead_process_marked_is_said_by_the_handler_once(store: Database) -> None:
    run = await make_run()
    later(minutes=10)
    await change(await fresh(run), act)  # and then the process dies
    assert len(await said()) == 1

    await handle_twice(subscribe, (PracticeRun,))
    await play(await fresh(run))

    assert len(await said()) == 4


async def test_process_that_dies_between_two_voices_goes_on(store: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    run, spoken = await make_run(), 0

    async def dies(*given: object) -> None:
        nonlocal spoken
        spoken += 1
        if spoken == 2:
            raise OSError
        await receive_message(*given)  # type: ignore[arg-type]

    monkeypatch.setattr("coaching.practice.playing.receive_message", dies)
    later(minutes=10)
    with pytest.raises(OSError, match=r"^$"):
        await act_on_practice(10)
    monkeypatch.undo()
    await handle_twice(subscribe, (PracticeRun,))

    assert len(await said()) == 4
    assert all(case.participants == run.participants for case in await Case.find_all().to_list())


async def test_paused_run_says_nothing_and_goes_on_where_it_stood(store: Database) -> None:
    run = await make_run()
    later(minutes=4)
    paused = await pause_practice(MENTOR, run.id, expected_version=run.version)
    later(minutes=60)
    assert await act_on_practice(10) == 0
    with pytest.raises(AlreadyDone):
        await pause_practice(MENTOR, run.id, expected_version=paused.version)

    resumed = await resume_practice(MENTOR, run.id, expected_version=paused.version)
    later(minutes=5, seconds=59)
    assert (await act_on_practice(10), len(await said())) == (0, 1)
    later(seconds=1)
    assert (await act_on_practice(10), len(await said())) == (1, 4)
    assert resumed.facilitators == [MENTOR.member]
    with pytest.raises(AlreadyDone):
        await resume_practice(MENTOR, run.id, expected_version=resumed.version)


async def test_facilitator_lets_a_persona_speak_in_their_open_case(store: Database) -> None:
    run = await make_run()
    told = InjectNow(persona="ece", texts=["Hâlâ bekliyorum…"])

    changed = await inject_now(MENTOR, run.id, told, expected_version=run.version)

    assert (await said())[-1] == "Hâlâ bekliyorum…"
    assert (changed.case_ids, changed.injects[-1].injected_by) == ([run.case_id], MENTOR.member)
    with pytest.raises(InvalidInput) as refused:
        await inject_now(MENTOR, run.id, InjectNow(persona="kim", texts=["?"]), expected_version=changed.version)
    assert refused.value.path == ("persona",)
    with pytest.raises(Conflict):
        await inject_now(MENTOR, run.id, told, expected_version=run.version)


async def test_ended_run_says_nothing_more_and_its_cases_stay(store: Database) -> None:
    learner = await community.make_actor(Role.TRAINEE)
    run = await make_run(learner)
    ended = await end_practice(learner, run.id, abandon=False, expected_version=run.version)
    later(hours=30)

    assert (ended.status, ended.ended_by, ended.next_act_at) == (PracticeRunStatus.FINISHED, learner.member, None)
    assert (await act_on_practice(10), len(await said())) == (0, 1)
    assert (await cases_by_ids(learner, [run.case_id])).keys() == {run.case_id}
    with pytest.raises(AlreadyDone):
        await inject_now(MENTOR, run.id, InjectNow(persona="ece", texts=["?"]), expected_version=ended.version)
    with pytest.raises(AlreadyDone):
        await end_practice(learner, run.id, abandon=True, expected_version=ended.version)


async def test_run_that_is_left_alone_is_given_up_after_a_day(store: Database) -> None:
    run = await make_run()
    paused = await pause_practice(MENTOR, run.id, expected_version=run.version)
    later(hours=24)

    assert await act_on_practice(10) == 1
    assert (await fresh(paused)).status is PracticeRunStatus.ABANDONED
    assert len(await said()) == 1


async def test_run_keeps_the_scenario_that_it_began_with(store: Database) -> None:
    scenario = await make_scenario(MENTOR)
    run = await make_run(scenario=scenario)
    one = [{"persona": "ece", "phase": "Spark", "texts": ["Başka bir söz"]}]
    changes = ScenarioChange.model_validate({"injects": one, "archived": True})

    await update_scenario(MENTOR, scenario.id, changes, expected_version=1)

    assert len((await fresh(run)).injects) == 3
    with pytest.raises(AlreadyDone):
        await make_run(scenario=scenario)


async def test_who_only_takes_part_steers_nothing(store: Database) -> None:
    learner, friend = [await community.make_actor(Role.TRAINEE) for _ in range(2)]
    run = await make_run(learner, member_ids=[friend.member])
    before = (await fresh(run)).revision

    for refused in (
        pause_practice(learner, run.id, expected_version=1),
        inject_now(learner, run.id, InjectNow(persona="ece", texts=["?"]), expected_version=1),
        end_practice(friend, run.id, abandon=False, expected_version=1),
    ):
        with pytest.raises(Forbidden):
            await refused
    with pytest.raises(NotFound):
        await end_practice(make_actor(), run.id, abandon=False, expected_version=1)
    with pytest.raises(NotFound):
        await make_run(learner, member_ids=["mem_nobody"])
    with pytest.raises(NotFound):
        await make_run(make_actor(Role.EXPERT))
    assert ((await fresh(run)).revision, await PracticeRun.count()) == (before, 1)


async def test_a_run_holds_so_many_injects(store: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    run = await make_run()
    monkeypatch.setattr(runs, "MOST_INJECTS", len(run.injects) + 1)
    told = InjectNow(persona="ece", texts=["Hâlâ bekliyorum…"])
    full = await inject_now(MENTOR, run.id, told, expected_version=run.version)
    with pytest.raises(LimitReached) as refused:
        await inject_now(MENTOR, run.id, told, expected_version=full.version)
    assert refused.value.path == ("run_id",)
    assert await said() == ["Kargom kırık geldi, kimse yanıt vermiyor!", "Hâlâ bekliyorum…"]


async def test_a_run_says_nothing_on_a_channel_that_is_not_for_practice(store: Database) -> None:
    run = await make_run()
    run.channel_id = (await make_channel()).id
    await save(run)
    later(minutes=10)
    assert await act_on_practice(10) == 1
    assert await said() == ["Kargom kırık geldi, kimse yanıt vermiyor!"]
    assert [one.environment for one in await Case.find_all().to_list()] == [Environment.PRACTICE]
