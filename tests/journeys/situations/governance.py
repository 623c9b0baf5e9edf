"""Situations of governance."""

from coaching.governance.benchmark_documents import BenchmarkUnit
from coaching.governance.benchmarks import BenchmarkDraft, create_benchmark
from coaching.governance.documents import Dimension, Initiative
from coaching.governance.initiatives import InitiativeDraft, create_initiative
from coaching.governance.programme_documents import SocialProgramme
from coaching.governance.programmes import ProgrammeDraft, create_social_programme
from coaching.governance.risks import RiskDraft, create_risk
from coaching.governance.survey_documents import MotiveSurvey
from coaching.governance.surveys import SurveyDraft, create_survey
from coaching.recognition.documents import CompanyValue
from coaching.recognition.values import ValueDraft, create_value
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


async def _create_benchmark(story: Story, who: str) -> Input:
    return {"title": f"{MARK} İlk yanıt", "unit": "MINUTES", "low": 30, "source": f"{MARK} Kaynak"}


async def _archive_benchmark(story: Story, who: str) -> Input:
    draft = BenchmarkDraft(title=f"{MARK} İlk yanıt", unit=BenchmarkUnit.MINUTES, low=30, source=f"{MARK} Kaynak")
    found = await create_benchmark(await story.actor("manager"), draft, once=Once())
    return {"benchmarkId": found.id, "expectedVersion": found.version}


async def _adopt(story: Story, who: str) -> Input:
    return {"confirmed": True}


async def mapped_value(story: Story) -> CompanyValue:
    """Let a manager put a value down."""
    draft = ValueDraft(name=f"{MARK} Birlikte", description=f"{MARK} Kimse yalnız değil.")
    return await create_value(await story.actor("manager"), draft, once=Once())


async def _map_value(story: Story, who: str) -> Input:
    found, initiative = await mapped_value(story), await _initiative(story)
    anchors = [{"subjectId": initiative.id, "how": f"{MARK} Birlikte yapılır."}]
    return {"valueId": found.id, "anchors": anchors, "expectedVersion": found.version}


SITUATIONS = {
    "createInitiative": _create,
    "updateInitiative": _update,
    "moveInitiative": _move,
    "reviewInitiative": _review,
    "createRisk": _create_risk,
    "updateRisk": _update_risk,
    "assessReadiness": _assess,
    "createBenchmark": _create_benchmark,
    "archiveBenchmark": _archive_benchmark,
    "adoptReferences": _adopt,
    "mapCompanyValue": _map_value,
    "createMotiveSurvey": _create_survey,
    "answerMotiveSurvey": _answer_survey,
    "closeMotiveSurvey": _close_survey,
    "createSocialProgramme": _create_programme,
    "updateSocialProgramme": _update_programme,
    "approveSocialProgramme": _approve_programme,
}
