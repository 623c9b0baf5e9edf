"""Situations of customers in the portal."""

from coaching.governance.survey_documents import SurveyAudience
from coaching.governance.surveys import SurveyDraft, create_survey
from core.idempotency import Once
from core.ids import with_prefix
from tests.factories.experiences import make_experience
from tests.journeys.situations.ideas import public_idea
from tests.journeys.situations.peer_answers import company_answer, held_answer, published_question
from tests.journeys.story import Input, Situation, Story


async def _submit(story: Story, who: str) -> Input:
    return {"subject": "Makinem bozuk", "body": "Üç gündür.", "contact": {"name": "Ayşe", "email": "ayse@example.com"}}


async def _add_message(story: Story, who: str) -> Input:
    return {"requestId": with_prefix("req", (await story.request()).id), "body": "Hâlâ bekliyorum."}


async def _judge(story: Story, who: str) -> Input:
    case = await story.answered_request()
    return {
        "requestId": with_prefix("req", case.id),
        "verdict": "SATISFIED",
        "comment": "Oldu.",
        "expectedVersion": case.request_version,
    }


async def _ask_public(story: Story, who: str) -> Input:
    return {"title": "Kargo kaç günde gelir?", "body": "Merak ediyorum."}


async def _answer_public(story: Story, who: str) -> Input:
    question = await published_question(story)
    return {"questionId": with_prefix("pqs", question.id), "body": "Bende iki gün sürdü."}


async def _withdraw_answer(story: Story, who: str) -> Input:
    return {"answerId": with_prefix("pan", (await held_answer(story, story.customers["ayse"])).id)}


async def _helped(story: Story, who: str) -> Input:
    answer = await company_answer(story)
    return {"answerId": with_prefix("pan", answer.id), "helped": True}


async def _report(story: Story, who: str) -> Input:
    answer = await company_answer(story)
    return {"contentId": with_prefix("pan", answer.id), "reason": "SPAM", "note": "Reklam."}


async def _read_notices(story: Story, who: str) -> Input:
    return {"noticeIds": ["pnt_none"]}


async def _choose_letters(story: Story, who: str) -> Input:
    return {"requests": False, "expectedVersion": 0}


async def _submit_idea(story: Story, who: str) -> Input:
    return {"title": "Kargo takip bildirimi", "body": "Yola çıkınca haber verin."}


async def _vote(story: Story, who: str) -> Input:
    return {"ideaId": with_prefix("pid", (await public_idea(story)).id), "voted": True}


async def _answer_survey(story: Story, who: str) -> Input:
    draft = SurveyDraft(question="Neden yazıyorsunuz?", motives=["Öğrenmek", "Yardım"], audience=SurveyAudience.CUSTOMERS)
    survey = await create_survey(await story.actor("manager"), draft, once=Once())
    motive = with_prefix("pmo", survey.motives[0].id)
    return {"surveyId": with_prefix("psv", survey.id), "motiveIds": [motive], "consents": True}


async def _engage(story: Story, who: str) -> Input:
    found = await make_experience(await story.actor("manager"))
    key = f"f81d4fae-7dec-11d0-a765-{next(story.numbers):012d}"
    return {"experienceId": with_prefix("pex", found.id), "clientKey": key, "kind": "OPENED"}


async def _forget(story: Story, who: str) -> Input:
    return {"confirmed": True}


SITUATIONS: dict[str, Situation] = {
    "submitRequest": _submit,
    "addRequestMessage": _add_message,
    "recordVerdict": _judge,
    "askPublicQuestion": _ask_public,
    "answerPublicQuestion": _answer_public,
    "withdrawPublicAnswer": _withdraw_answer,
    "sayAnswerHelped": _helped,
    "reportPublicContent": _report,
    "markNoticesRead": _read_notices,
    "updateLetterPreferences": _choose_letters,
    "submitIdea": _submit_idea,
    "voteIdea": _vote,
    "answerSurvey": _answer_survey,
    "recordEngagement": _engage,
    "forgetEngagement": _forget,
}
