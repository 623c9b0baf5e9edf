"""Surveys that customers are asked to answer: why they engage, and whether they have of it what the company thinks."""

from typing import Annotated, Any, Self

import strawberry

from coaching.governance import survey_documents as documents
from coaching.governance.customer_surveys import (
    CustomerAnswerDraft,
    answer_as_customer,
    answered_surveys,
    count_customer_surveys,
    list_customer_surveys,
)
from coaching.governance.surveys import MOST_MOTIVES
from core.errors import NotFound
from core.ids import with_prefix
from core.paging import Window
from schema.connections import connection_of
from schema.context import Info
from schema.directives import list_size
from schema.errors import Payload, mutation, parse
from schema.fits import PropositionFit
from schema.inputs import INPUT, changed, given, required
from schema.nodes import Node
from schema.paging import paged, pages


@strawberry.type(description="Why you may engage.")
class Motive:
    """Why a customer may engage."""

    motive_id: strawberry.ID = strawberry.field(description="What `answerSurvey` knows it by.")
    text: str = strawberry.field(description="The motive.")


@strawberry.type(description="A survey that you can answer once. Nobody in the company learns what you said; it is only counted.")
class Survey(Node):
    """A survey that a customer can answer once, without any result."""

    document: strawberry.Private[documents.MotiveSurvey]
    question: str = strawberry.field(description="What is asked.")
    value_proposition: str | None = strawberry.field(description="What the company thinks you have of it; null where not said.")
    motives: list[Motive] = strawberry.field(description="What can be named.", directives=list_size(MOST_MOTIVES))
    closed: bool = strawberry.field(description="Whether it takes no more answers.")

    @classmethod
    def from_document(cls, document: documents.MotiveSurvey) -> Self:
        """Show a survey without its results."""
        motives = [Motive(motive_id=strawberry.ID(with_prefix("pmo", one.id)), text=one.text) for one in document.motives]
        return cls(
            id=strawberry.ID(with_prefix("psv", document.id)),
            document=document,
            question=document.question,
            value_proposition=document.value_proposition,
            motives=motives,
            closed=document.closed,
        )

    @strawberry.field(description="Whether you answered it.")
    async def viewer_has_answered(self, info: Info) -> bool:
        """Tell."""
        return bool(await info.context.load(answered_surveys, self.document.id))


@strawberry.type
class SurveyQueries:
    """What customers are asked."""

    @paged(
        "What you are asked now, the newest first; nothing for who is not signed in.",
        graphql_type=connection_of("schema.portal.surveys", "Survey"),
    )
    async def surveys(self, info: Info, window: Window) -> Any:
        """List surveys."""
        actor = info.context.actor
        return pages(info, await list_customer_surveys(actor, window), count=lambda: count_customer_surveys(actor))


@strawberry.input(description="Why you engage.")
class AnswerSurveyInput:
    """Why a customer engages."""

    survey_id: strawberry.ID = required("The id of the survey.")
    motive_ids: list[strawberry.ID] = required("The motives, one or more.")
    fit: PropositionFit | None = given("Whether you have of it what the company thinks.")
    consents: bool = required("That you agree that your answer is counted, without your name; nothing is kept otherwise.")


@strawberry.type(description="The answer of `answerSurvey`.")
class AnswerSurveyPayload(Payload):
    """The answer of `answerSurvey`."""

    survey: Survey | None = changed("The survey.")


@strawberry.type
class SurveyMutations:
    """What customers can do with surveys."""

    @mutation(AnswerSurveyPayload, description="Say why you engage, once and without your name.")
    async def answer_survey(self, info: Info, input: Annotated[AnswerSurveyInput, INPUT]) -> AnswerSurveyPayload:
        """Answer."""
        if not input.survey_id.startswith("psv_"):
            raise NotFound("There is no such survey.", path=("survey_id",))
        if any(not one.startswith("pmo_") for one in input.motive_ids):
            raise NotFound("There is no such motive in this survey.", path=("motive_ids",))
        motive_ids = [with_prefix("mot", one) for one in input.motive_ids]
        draft = parse(CustomerAnswerDraft, motive_ids=motive_ids, fit=input.fit, consents=input.consents)
        found = await answer_as_customer(info.context.actor, with_prefix("mtv", input.survey_id), draft)
        info.context.forget()
        return AnswerSurveyPayload(survey=Survey.from_document(found))
