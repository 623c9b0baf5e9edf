"""Situations of procedures, policies and concerns."""

from coaching.practice.runs import RunDraft, end_practice, start_practice
from coaching.practice.scenarios import ScenarioDraft, create_scenario
from coaching.practice.scoring import DebriefDraft, debrief_practice
from community.procedures.concerns import ConcernDraft, raise_concern
from community.procedures.documents import REQUIRED_SECTIONS, Concern, Guideline, GuidelineKind
from community.procedures.guidelines import GuidelineDraft, create_guideline, publish_guideline
from community.procedures.templates import TemplateDraft, create_template
from core.idempotency import Once
from tests.journeys.story import MARK, Input, Story

_PROCEDURE = GuidelineKind.PROCEDURE
_SECTIONS = [{"key": key, "title": f"{MARK} {key}", "body": f"{MARK} Metin"} for key in REQUIRED_SECTIONS[_PROCEDURE]]


async def _guideline(story: Story, who: str = "manager") -> Guideline:
    given = {"kind": _PROCEDURE, "title": f"{MARK} Yatıştırma", "sections": _SECTIONS}
    signing = {"signatory_ids": [story.world.members[who]]} if who != "manager" and who in story.world.members else {}
    draft = GuidelineDraft.model_validate({**given, **signing})
    return await create_guideline(await story.actor("manager"), draft, once=Once())


async def _create(story: Story, who: str) -> Input:
    return {"kind": "PROCEDURE", "title": f"{MARK} Yatıştırma", "sections": _SECTIONS}


async def _update(story: Story, who: str) -> Input:
    guideline = await _guideline(story)
    return {"guidelineId": guideline.id, "title": f"{MARK} Başka başlık", "expectedVersion": guideline.version}


async def _sign(story: Story, who: str) -> Input:
    guideline = await _guideline(story, who if who != "manager" else "admin")
    return {"guidelineId": guideline.id, "expectedVersion": guideline.version}


async def _publish(story: Story, who: str) -> Input:
    guideline = await _guideline(story)
    return {"guidelineId": guideline.id, "expectedVersion": guideline.version}


async def _attest(story: Story, who: str) -> Input:
    guideline = await _guideline(story)
    held = await publish_guideline(await story.actor("manager"), guideline.id, expected_version=guideline.version)
    return {"guidelineId": held.id, "number": 1, "contract": f"{MARK} Ek 1"}


async def _promote(story: Story, who: str) -> Input:
    mentor = await story.actor("mentor")
    scenario = await create_scenario(
        mentor,
        ScenarioDraft.model_validate(
            {
                "title": f"{MARK} Kargo",
                "summary": f"{MARK} Gelmedi",
                "level": 1,
                "estimated_minutes": 20,
                "personas": [{"key": "ece", "name": f"{MARK} Ece", "handle": "@ece"}],
                "injects": [{"persona": "ece", "phase": "Spark", "texts": [f"{MARK} Kargom nerede?"]}],
            }
        ),
        once=Once(),
    )
    run = (await start_practice(mentor, RunDraft(scenario_id=scenario.id), once=Once())).run
    run = await end_practice(mentor, run.id, abandon=False, expected_version=run.version)
    said = DebriefDraft(went_well=f"{MARK} Ton", to_improve=f"{MARK} Hız")
    await debrief_practice(mentor, run.id, said, expected_version=run.version)
    return {"scenarioId": scenario.id, "title": f"{MARK} Kriz yanıtı", "sections": _SECTIONS}


async def _raise(story: Story, who: str) -> Input:
    return {"text": f"{MARK} Bir endişem var."}


async def _concern(story: Story) -> Concern:
    return await raise_concern(await story.actor("colleague"), ConcernDraft(text=f"{MARK} Bir endişem var."), once=Once())


async def _take(story: Story, who: str) -> Input:
    concern = await _concern(story)
    return {"concernId": concern.id, "expectedVersion": concern.version}


async def _settle(story: Story, who: str) -> Input:
    return {**await _take(story, who), "outcome": f"{MARK} Görüşüldü."}


def _template(number: int) -> Input:
    sections = [{"key": key, "title": key, "body": f"{MARK} {key}"} for key in REQUIRED_SECTIONS[GuidelineKind.POLICY]]
    named = {"kind": "POLICY", "locale": "tr", "title": f"{MARK} Politika {number}", "sections": sections}
    return {**named, "source": f"{MARK} Kaynak", "licence": "CC BY 4.0"}


async def _create_template(story: Story, who: str) -> Input:
    return _template(next(story.numbers))


async def _archive_template(story: Story, who: str) -> Input:
    draft = TemplateDraft.model_validate(_template(next(story.numbers)))
    found = await create_template(await story.actor("manager"), draft, once=Once())
    return {"templateId": found.id, "expectedVersion": found.version}


SITUATIONS = {
    "createGuidelineTemplate": _create_template,
    "archiveGuidelineTemplate": _archive_template,
    "createGuideline": _create,
    "updateGuideline": _update,
    "signGuideline": _sign,
    "publishGuideline": _publish,
    "attestGuideline": _attest,
    "promotePractice": _promote,
    "raiseConcern": _raise,
    "takeConcern": _take,
    "settleConcern": _settle,
}
