"""Situations of practice."""

from care.documents.channels import ChannelKind
from coaching.practice.channels import practice_channel
from coaching.practice.documents import PracticeRun, PracticeScenario
from coaching.practice.runs import RunDraft, end_practice, pause_practice, start_practice
from coaching.practice.scenarios import ScenarioDraft, create_scenario
from core.idempotency import Once
from core.records import save
from tests.journeys.story import MARK, Input, Story

_PERSONA = {"key": "ece", "name": f"{MARK} Ece", "handle": "@ece"}
_INJECT = {"persona": "ece", "phase": "Spark", "texts": [f"{MARK} Kargom nerede?"]}
_CRITERIA = [{"key": "tone", "label": f"{MARK} Ton"}]
_GIVEN = {"title": f"{MARK} Kargo", "summary": f"{MARK} Bir şikâyet", "level": 1, "personas": [_PERSONA], "injects": [_INJECT]}


async def _scenario(story: Story) -> PracticeScenario:
    draft = ScenarioDraft.model_validate({**_GIVEN, "estimated_minutes": 20, "criteria": _CRITERIA})
    return await create_scenario(await story.actor("mentor"), draft, once=Once())


async def _run(story: Story, who: str) -> PracticeRun:
    draft = RunDraft(scenario_id=(await _scenario(story)).id)
    run = (await start_practice(await story.actor("colleague"), draft, once=Once())).run
    if member := story.world.members.get(who):
        run.participants = [member, *run.participants]  # whoever asks here takes part
        await save(run)
    return run


async def _create(story: Story, who: str) -> Input:
    return {**_GIVEN, "estimatedMinutes": 20}


async def _update(story: Story, who: str) -> Input:
    scenario = await _scenario(story)
    return {"scenarioId": scenario.id, "title": f"{MARK} Başka", "expectedVersion": scenario.version}


async def _start(story: Story, who: str) -> Input:
    await practice_channel(ChannelKind.X)
    return {"scenarioId": (await _scenario(story)).id}


async def _pause(story: Story, who: str) -> Input:
    run = await _run(story, who)
    return {"runId": run.id, "expectedVersion": run.version}


async def _resume(story: Story, who: str) -> Input:
    run = await _run(story, who)
    paused = await pause_practice(await story.actor("mentor"), run.id, expected_version=run.version)
    return {"runId": run.id, "expectedVersion": paused.version}


async def _inject(story: Story, who: str) -> Input:
    run = await _run(story, who)
    return {"runId": run.id, "persona": "ece", "texts": [f"{MARK} Hâlâ yok!"], "expectedVersion": run.version}


async def _from_case(story: Story, who: str) -> Input:
    return {
        "caseId": (await story.case()).id,
        "title": f"{MARK} Kargo",
        "summary": f"{MARK} Gelmedi",
        "level": 1,
        "estimatedMinutes": 20,
    }


async def _over(story: Story, who: str) -> PracticeRun:
    run = await _run(story, who)
    return await end_practice(await story.actor("colleague"), run.id, abandon=False, expected_version=run.version)


async def _score(story: Story, who: str) -> Input:
    run = await _over(story, who)
    mark = {"criterion": "tone", "mark": 4, "remark": f"{MARK} Sakin"}
    return {"runId": run.id, "memberId": story.world.members["colleague"], "marks": [mark], "expectedVersion": 0}


async def _debrief(story: Story, who: str) -> Input:
    run = await _over(story, who)
    return {"runId": run.id, "wentWell": f"{MARK} Ton", "toImprove": f"{MARK} Hız", "expectedVersion": run.version}


SITUATIONS = {
    "createPracticeScenarioFromCase": _from_case,
    "scorePractice": _score,
    "debriefPractice": _debrief,
    "createPracticeScenario": _create,
    "updatePracticeScenario": _update,
    "startPractice": _start,
    "pausePractice": _pause,
    "resumePractice": _resume,
    "injectIntoPractice": _inject,
    "endPractice": _pause,
}
