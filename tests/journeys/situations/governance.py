"""Situations of governance."""

from coaching.governance.documents import Dimension, Initiative
from coaching.governance.initiatives import InitiativeDraft, create_initiative
from coaching.governance.programme_documents import SocialProgramme
from coaching.governance.programmes import ProgrammeDraft, create_social_programme
from coaching.governance.risks import RiskDraft, create_risk
from coaching.governance.survey_documents import MotiveSurvey
from coaching.governance.surveys import SurveyDraft, create_survey
from core.idempotency import Once
from tests.journeys.story import MARK, Input, Story


async def _initiative(story: Story) -> Initiative:
    draft = InitiativeDraft.model_validate({"title": f"{MARK} Yayın", "goal": f"{MARK} Güven", "kind": "SERVICE"})
    return await create_initiative(await story.actor("manager"), draft, once=Once())


async def _create(story: Story, who: str) -> Input:
    kpis = [{"name": f"{MARK} Katılan", "target": 200}]
    return {"title": f"{MARK} Yayın", "goal": f"{MARK} Güven", "kind": "SERVICE", "kpis": kpis}


async def _update(story: Story, who: str) -> Input:
    initiative = await _initiative(story)
    return {"initiativeId": initiative.id, "goal": f"{MARK} Başka", "expectedVersion": initiative.version}


async def _move(story: Story, who: str) -> Input:
    initiative = await _initiative(story)
    return {"initiativeId": initiative.id, "stage": "ANALYSE", "expectedVersion": initiative.version}


async def _review(story: Story, who: str) -> Input:
    initiative = await _initiative(story)
    return {"initiativeId": initiative.id, "outcome": f"{MARK} Devam", "expectedVersion": initiative.version}


async def _create_risk(story: Story, who: str) -> Input:
    return {"title": f"{MARK} Sahte hesap", "likelihood": 2, "impact": 3}


async def _update_risk(story: Story, who: str) -> Input:
    draft = RiskDraft(title=f"{MARK} Sahte hesap", likelihood=2, impact=3)
    risk = await create_risk(await story.actor("manager"), draft, once=Once())
    return {"riskId": risk.id, "impact": 5, "expectedVersion": risk.version}


async def _assess(story: Story, who: str) -> Input:
    return {"findings": [{"dimension": one.value, "score": 2, "evidence": f"{MARK} Görüşme"} for one in Dimension]}


async def _programme(story: Story) -> SocialProgramme:
    draft = ProgrammeDraft(name=f"{MARK} Program", mission=f"{MARK} Güven")
    return await create_social_programme(await story.actor("manager"), draft, once=Once())


async def _create_programme(story: Story, who: str) -> Input:
    return {"name": f"{MARK} Program", "mission": f"{MARK} Güven"}


async def _update_programme(story: Story, who: str) -> Input:
    found = await _programme(story)
    return {"programmeId": found.id, "mission": f"{MARK} Başka", "expectedVersion": found.version}


async def _approve_programme(story: Story, who: str) -> Input:
    draft = ProgrammeDraft(name=f"{MARK} Program", mission=f"{MARK} Güven", owner_id=story.world.members["colleague"])
    found = await create_social_programme(await story.actor("manager"), draft, once=Once())
    return {"programmeId": found.id, "expectedVersion": found.version}


async def _survey(story: Story) -> MotiveSurvey:
    draft = SurveyDraft(question=f"{MARK} Neden?", motives=[f"{MARK} Öğrenmek", f"{MARK} Ödül"])
    return await create_survey(await story.actor("manager"), draft, once=Once())


async def _create_survey(story: Story, who: str) -> Input:
    return {"question": f"{MARK} Neden?", "motives": [f"{MARK} Öğrenmek", f"{MARK} Ödül"]}


async def _answer_survey(story: Story, who: str) -> Input:
    found = await _survey(story)
    return {"surveyId": found.id, "motiveIds": [found.motives[0].id]}


async def _close_survey(story: Story, who: str) -> Input:
    found = await _survey(story)
    return {"surveyId": found.id, "expectedVersion": found.version}


SITUATIONS = {
    "createInitiative": _create,
    "updateInitiative": _update,
    "moveInitiative": _move,
    "reviewInitiative": _review,
    "createRisk": _create_risk,
    "updateRisk": _update_risk,
    "assessReadiness": _assess,
    "createMotiveSurvey": _create_survey,
    "answerMotiveSurvey": _answer_survey,
    "closeMotiveSurvey": _close_survey,
    "createSocialProgramme": _create_programme,
    "updateSocialProgramme": _update_programme,
    "approveSocialProgramme": _approve_programme,
}
