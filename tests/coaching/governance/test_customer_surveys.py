"""Surveys of customers: by consent, once each, counted apart from who they are, and looked at with an initiative."""

import itertools

import pytest

from auth.actor import Actor, Role
from care.documents.customers import Customer
from coaching.governance.customer_surveys import (
    CustomerAnswerDraft,
    answer_as_customer,
    answered_surveys,
    list_customer_surveys,
)
from coaching.governance.documents import Initiative, InitiativeWarning
from coaching.governance.initiatives import InitiativeDraft, ReviewDraft, create_initiative, review_initiative, warnings_of
from coaching.governance.survey_documents import MotiveSurvey, PropositionFit, SurveyAudience
from coaching.governance.surveys import AnswerDraft, SurveyDraft, answer_survey, close_survey, create_survey, shown_answers
from core.clock import now
from core.database import Database
from core.errors import AlreadyDone, Forbidden, InvalidInput, NotFound
from core.idempotency import Once
from core.ids import new_id
from core.paging import Window
from core.records import change, fresh, save
from tests.care.stored import everything
from tests.factories.care import make_actor, make_customer
from tests.factories.community import customer_actor
from tests.factories.community import make_actor as make_member

MANAGER = make_actor(Role.MANAGER)
F = PropositionFit


async def make_initiative() -> Initiative:
    told = {"title": "Canlı yayın", "goal": "Güven", "kind": "SERVICE", "value_proposition": "Sorular birlikte yanıtlanır."}
    return await create_initiative(await make_member(Role.MANAGER), InitiativeDraft.model_validate(told), once=Once())


async def make_survey(initiative: Initiative | None = None) -> MotiveSurvey:
    draft = SurveyDraft(
        question="Neden yazıyorsunuz?",
        motives=["Öğrenmek", "Yardım"],
        audience=SurveyAudience.CUSTOMERS,
        initiative_id=initiative.id if initiative is not None else None,
    )
    return await create_survey(MANAGER, draft, once=Once())


async def answer(survey: MotiveSurvey, who: Actor, fit: PropositionFit | None = None, *, consents: bool = True) -> MotiveSurvey:
    draft = CustomerAnswerDraft(motive_ids=[survey.motives[0].id], fit=fit, consents=consents)
    return await answer_as_customer(who, survey.id, draft)


async def test_customers_say_once_whether_the_value_proposition_fits_and_a_review_names_it(store: Database) -> None:
    initiative = await make_initiative()
    survey = await make_survey(initiative)
    assert survey.value_proposition == "Sorular birlikte yanıtlanır."
    review = ReviewDraft(outcome="Sürsün", survey_id=survey.id)
    fits = (F.FITS, F.FITS, F.PARTLY, None, F.NOT)
    for fit in fits[:4]:
        survey = await answer(survey, customer_actor(), fit)
        assert (shown_answers(survey), {one.shown for one in survey.motives}) == (0, {0})
        assert {one.shown for one in survey.fits} == {0}
    with pytest.raises(InvalidInput):
        await review_initiative(MANAGER, initiative.id, review, expected_version=initiative.version)
    survey = await answer(survey, customer_actor(), fits[4])
    assert [one.shown for one in survey.motives] == [5, 0]
    assert {one.fit: one.shown for one in survey.fits} == {F.FITS: 2, F.PARTLY: 1, F.NOT: 1}
    assert (await answer(survey, customer_actor(), F.NOT)).fits == [
        one.model_copy(update={"named": one.named + (one.fit is F.NOT)}) for one in survey.fits
    ]
    seen = await review_initiative(MANAGER, initiative.id, review, expected_version=initiative.version)
    assert [(one.with_customers, one.survey_id) for one in seen.reviews] == [(True, survey.id)]
    assert InitiativeWarning.NO_CUSTOMER_REVIEW not in warnings_of(seen, now())


async def test_an_answer_needs_consent_and_names_nobody(store: Database) -> None:
    survey, customer = await make_survey(), await make_customer()
    who = customer_actor(customer.id)
    with pytest.raises(InvalidInput):
        await answer(survey, who, consents=False)
    with pytest.raises(InvalidInput):
        await answer(survey, who, F.FITS)
    assert await answered_surveys(who, [survey.id]) == {survey.id: False}
    await answer(survey, who)
    assert await answered_surveys(who, [survey.id]) == {survey.id: True}
    (row,) = (await everything(MotiveSurvey))["motive_surveys"]
    assert customer.id not in str(row)
    first, later = [Customer(id=new_id("cus"), created_at=now(), display_name="Ayşe", merged_into=customer.id) for _ in range(2)]
    another = await make_survey()
    for part in (first, later):
        await save(part)
    await answer(another, customer_actor(first.id))

    def absorb(current: Customer) -> None:
        current.absorbed = [first.id, later.id]

    await change(customer, absorb)
    for asked, again in itertools.product((survey, another), (who, customer_actor(first.id), customer_actor(later.id))):
        with pytest.raises(AlreadyDone):
            await answer(asked, again)


async def test_each_side_answers_its_own_surveys_while_they_are_open(store: Database) -> None:
    survey, who = await make_survey(), customer_actor()
    members = await create_survey(MANAGER, SurveyDraft(question="Neden buradasınız?", motives=["a1", "b1"]), once=Once())
    assert [one.id for one in (await list_customer_surveys(who, Window())).items] == [survey.id]
    assert (await list_customer_surveys(MANAGER, Window())).items == []
    named = AnswerDraft(motive_ids=[survey.motives[0].id])
    with pytest.raises(Forbidden):
        await answer_survey(make_actor(), survey.id, named)
    with pytest.raises(Forbidden):
        await answer_as_customer(MANAGER, survey.id, CustomerAnswerDraft(motive_ids=named.motive_ids, consents=True))
    with pytest.raises(NotFound):
        await answer(members, who)
    about = SurveyDraft(question="Neden yazıyorsunuz?", motives=["a1", "b1"], initiative_id=(await make_initiative()).id)
    with pytest.raises(InvalidInput):
        await create_survey(MANAGER, about, once=Once())
    await close_survey(MANAGER, survey.id, expected_version=survey.version)
    assert (await list_customer_surveys(who, Window())).items == []
    with pytest.raises(AlreadyDone):
        await answer(await fresh(survey), who)
