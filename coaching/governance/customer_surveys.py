"""Surveys that customers answer in the portal: by consent, once, and without anybody in the company learning who said what."""

from collections.abc import Sequence
from typing import Annotated, Any, Final

from pydantic import BaseModel, Field

from auth.actor import Actor
from care.documents.customers import Customer
from coaching.governance.survey_documents import MotiveSurvey, PropositionFit, SurveyAudience
from coaching.governance.surveys import MOST_MOTIVES, NEWEST_FIRST, take_part
from community.drafts import ids, may_be_id
from core.errors import AlreadyDone, Forbidden, InvalidInput, NotFound
from core.ids import derived_id
from core.paging import Slice, Window, count, read_slice
from core.records import by_ids, change

_ASKED: Final[dict[str, Any]] = {"audience": SurveyAudience.CUSTOMERS.value, "closed": False}


class CustomerAnswerDraft(BaseModel):
    """Which motives a customer names, and whether the value proposition fits; counted by consent alone."""

    motive_ids: Annotated[list[str], ids(MOST_MOTIVES, "motives"), Field(min_length=1)]
    fit: PropositionFit | None = None
    consents: bool


async def answer_as_customer(actor: Actor, survey_id: str, draft: CustomerAnswerDraft) -> MotiveSurvey:
    """Say why one engages, once a customer; parts of a customer who were merged are one.

    Raises Forbidden for who is no customer, InvalidInput without consent and for a fit of a survey that proposes nothing,
    NotFound, also for a motive, AlreadyDone for the second answer and for a closed survey, LimitReached.
    """
    if actor.customer_id is None:
        raise Forbidden("Sign in as a customer for this.")
    survey = (await customer_surveys_by_ids(actor, [survey_id])).get(survey_id)
    if survey is None:
        raise NotFound("There is no such survey.", path=("survey_id",))
    if not draft.consents:
        raise InvalidInput("Your answer is counted only if you agree.", path=("consents",))
    if draft.fit is not None and survey.value_proposition is None:
        raise InvalidInput("This survey proposes nothing that could fit.", path=("fit",))
    selves = await _selves(survey.id, actor.customer_id)

    def rule(current: MotiveSurvey) -> None:
        if not selves.isdisjoint(current.took_part):
            raise AlreadyDone("You answered this survey already.", path=("survey_id",))
        take_part(current, who=min(selves), motive_ids=draft.motive_ids, fit=draft.fit)

    return await change(survey, rule)


async def answered_surveys(actor: Actor, survey_ids: Sequence[str]) -> dict[str, bool]:
    """Tell which of the surveys the customer answered."""
    found = await customer_surveys_by_ids(actor, survey_ids)
    customer_id = actor.customer_id or ""
    return {key: not (await _selves(key, customer_id)).isdisjoint(survey.took_part) for key, survey in found.items()}


async def customer_surveys_by_ids(actor: Actor, survey_ids: Sequence[str]) -> dict[str, MotiveSurvey]:
    """Give those of the surveys that ask customers, to customers."""
    if actor.customer_id is None:
        return {}
    found = await by_ids(MotiveSurvey, [one for one in survey_ids if may_be_id(one, "mtv")])
    return {key: one for key, one in found.items() if one.audience is SurveyAudience.CUSTOMERS}


async def list_customer_surveys(actor: Actor, window: Window) -> Slice[MotiveSurvey]:
    """List what customers are asked now, the newest first; nothing for who is no customer."""
    return await read_slice(MotiveSurvey, _ASKED, NEWEST_FIRST, window) if actor.customer_id is not None else Slice([], [])


async def count_customer_surveys(actor: Actor) -> int:
    """Count the same surveys."""
    return await count(MotiveSurvey, _ASKED) if actor.customer_id is not None else 0


async def _selves(survey_id: str, customer_id: str) -> frozenset[str]:
    """Give what a customer is called in this survey, under each of the ids that were merged."""
    customer = await Customer.get(customer_id)
    survivor = await Customer.get(customer.merged_into) if customer is not None and customer.merged_into is not None else customer
    everybody = {customer_id, *([survivor.id, *survivor.absorbed] if survivor is not None else [])}
    return frozenset(derived_id("svp", survey_id, one) for one in everybody)
