"""Surveys of motives: nobody learns who named what, and nothing is shown before five have answered."""

import asyncio

import pytest

from auth.actor import Role
from coaching.governance import surveys
from coaching.governance.survey_documents import MotiveSurvey
from coaching.governance.surveys import AnswerDraft, SurveyDraft, answer_survey, close_survey, create_survey, shown_answers
from core.database import Database
from core.errors import AlreadyDone, Forbidden, InvalidInput, LimitReached, NotFound
from core.idempotency import Once
from core.records import fresh
from tests.care.stored import everything
from tests.factories.care import make_actor

MANAGER, AGENT = make_actor(Role.MANAGER), make_actor()
DRAFT = SurveyDraft(question="Neden yardım ediyorsunuz?", motives=["Öğrenmek", "Tanınmak", "Ödül"])


async def make_survey() -> MotiveSurvey:
    return await create_survey(MANAGER, DRAFT, once=Once())


async def answer(survey: MotiveSurvey, *places: int) -> MotiveSurvey:
    named = AnswerDraft(motive_ids=[survey.motives[place].id for place in places])
    return await answer_survey(make_actor(), survey.id, named)


async def test_results_are_shown_from_five_answers_on_and_anew_after_each_five(store: Database) -> None:
    survey = await make_survey()
    for _ in range(4):
        survey = await answer(survey, 0)
        assert (shown_answers(survey), [one.shown for one in survey.motives]) == (0, [0, 0, 0])
    survey = await answer(survey, 0, 1)
    assert (shown_answers(survey), [one.shown for one in survey.motives]) == (5, [5, 1, 0])
    survey = await answer(survey, 2)
    assert (shown_answers(survey), [one.shown for one in survey.motives]) == (5, [5, 1, 0])
    await asyncio.gather(*(answer(survey, 2) for _ in range(4)))
    survey = await fresh(survey)
    assert (shown_answers(survey), [one.shown for one in survey.motives]) == (10, [5, 1, 5])


async def test_who_answered_is_kept_apart_from_what_was_named(store: Database) -> None:
    survey = await make_survey()
    await answer_survey(AGENT, survey.id, AnswerDraft(motive_ids=[survey.motives[1].id]))
    with pytest.raises(AlreadyDone):
        await answer_survey(AGENT, survey.id, AnswerDraft(motive_ids=[survey.motives[0].id]))
    (row,) = (await everything(MotiveSurvey))["motive_surveys"]
    assert row["took_part"] == [AGENT.member]
    assert AGENT.member not in str([row["motives"], row["pending"]])


async def test_a_survey_is_made_and_closed_by_who_governs(store: Database) -> None:
    with pytest.raises(Forbidden):
        await create_survey(AGENT, DRAFT, once=Once())
    with pytest.raises(InvalidInput):
        await create_survey(MANAGER, DRAFT.model_copy(update={"motives": ["Ödül", "Ödül"]}), once=Once())
    survey = await make_survey()
    with pytest.raises(Forbidden):
        await close_survey(AGENT, survey.id, expected_version=survey.version)
    with pytest.raises(NotFound):
        await answer_survey(AGENT, survey.id, AnswerDraft(motive_ids=["mot_none"]))
    await close_survey(MANAGER, survey.id, expected_version=survey.version)
    with pytest.raises(AlreadyDone):
        await answer_survey(AGENT, survey.id, AnswerDraft(motive_ids=[survey.motives[0].id]))


async def test_a_survey_takes_no_more_answers_than_it_can_hold(store: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(surveys, "_MOST_ANSWERS", 2)
    survey = await make_survey()
    for _ in range(2):
        await answer(survey, 0)
    with pytest.raises(LimitReached) as refused:
        await answer(survey, 1)
    assert refused.value.path == ("survey_id",)
    assert [one.named for one in (await fresh(survey)).motives] == [2, 0, 0]
