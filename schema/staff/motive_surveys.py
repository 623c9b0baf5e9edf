"""Surveys of motives: why members and customers engage, asked anonymously."""

from datetime import datetime
from typing import Annotated, ClassVar, Self

import strawberry

from coaching.governance import survey_documents as documents
from coaching.governance.reading import initiatives_by_ids
from coaching.governance.survey_documents import SurveyAudience
from coaching.governance.surveys import (
    FEWEST,
    MOST_MOTIVES,
    AnswerDraft,
    SurveyDraft,
    answer_survey,
    close_survey,
    count_surveys,
    create_survey,
    list_surveys,
    shown_answers,
)
from core.paging import Window
from schema.connections import Connection
from schema.context import Info
from schema.directives import list_size
from schema.enums import told
from schema.errors import Payload, mutation, parse
from schema.fits import PropositionFit
from schema.inputs import INPUT, changed, expected_version, given, idempotency_key, once_for, required, values_of
from schema.nodes import Node
from schema.paging import paged, pages
from schema.staff.governance import Initiative

_SURVEY = "The id of the survey."


told(
    SurveyAudience,
    "Who is asked.",
    MEMBERS="Members of the company, in the staff schema.",
    CUSTOMERS="Customers, in the portal.",
)


@strawberry.type(description="How often customers said one thing of the value proposition.")
class PropositionFitCount:
    """How often customers said one thing of the value proposition."""

    fit: PropositionFit = strawberry.field(description="What was said.")
    named: int | None = strawberry.field(
        description=f"How often, in the answers that the results are of; null before {FEWEST} answers."
    )


@strawberry.type(description="Why somebody may engage.")
class SurveyMotive:
    """Why somebody may engage."""

    motive_id: strawberry.ID = strawberry.field(description="What `answerMotiveSurvey` knows it by.")
    text: str = strawberry.field(description="The motive.")
    named: int | None = strawberry.field(
        description=f"How often it was named, in the answers that the results are of; null before {FEWEST} answers."
    )


@strawberry.type(description="Why people engage. Nobody learns who named what.")
class MotiveSurvey(Node):
    """Why people engage."""

    document: strawberry.Private[documents.MotiveSurvey]
    question: str = strawberry.field(description="What is asked.")
    value_proposition: str | None = strawberry.field(description="What the company thinks they have of it; null where not said.")
    motives: list[SurveyMotive] = strawberry.field(description="What can be named.", directives=list_size(MOST_MOTIVES))
    audience: SurveyAudience = strawberry.field(description="Who is asked.")
    fits: list[PropositionFitCount] = strawberry.field(
        description="What customers say of the value proposition; empty where members are asked.",
        directives=list_size(len(PropositionFit)),
    )
    shown_answer_count: int = strawberry.field(
        description=f"How many answers the results are of; they are counted anew after each {FEWEST}."
    )
    closed: bool = strawberry.field(description="Whether it takes no more answers.")
    created_at: datetime = strawberry.field(description="Since when it is asked.")
    version: int = strawberry.field(description="Rises with each edit by a person; pass it as `expectedVersion`.")

    @classmethod
    def from_document(cls, document: documents.MotiveSurvey) -> Self:
        """Show a survey."""
        shown = shown_answers(document)
        motives = [
            SurveyMotive(motive_id=strawberry.ID(one.id), text=one.text, named=one.shown if shown else None)
            for one in document.motives
        ]
        return cls(
            id=strawberry.ID(document.id),
            document=document,
            question=document.question,
            value_proposition=document.value_proposition,
            motives=motives,
            audience=document.audience,
            fits=[PropositionFitCount(fit=one.fit, named=one.shown if shown else None) for one in document.fits],
            shown_answer_count=shown,
            closed=document.closed,
            created_at=document.created_at,
            version=document.version,
        )

    @strawberry.field(description="The initiative whose value proposition is looked at with customers; null for none.")
    async def initiative(self, info: Info) -> Initiative | None:
        """Give the initiative."""
        identifier = self.document.initiative_id
        found = await info.context.load(initiatives_by_ids, identifier) if identifier else None
        return Initiative.from_document(found) if found is not None else None

    @strawberry.field(description="Whether the viewer answered it.")
    def viewer_has_answered(self, info: Info) -> bool:
        """Tell."""
        return info.context.actor.member_id in self.document.took_part


@strawberry.type
class MotiveSurveyQueries:
    """Why members engage."""

    @paged("Surveys of motives, the newest first.", graphql_type=Connection[MotiveSurvey])
    async def motive_surveys(self, info: Info, window: Window) -> object:
        """Give a page of them."""
        actor = info.context.actor
        return pages(info, await list_surveys(actor, window), count=lambda: count_surveys(actor))


@strawberry.input(description="What is to be asked.")
class CreateMotiveSurveyInput:
    """What is to be asked."""

    question: str = required("What is asked, 5 to 200 characters.")
    motives: list[str] = required("What can be named, 2 to 20.")
    value_proposition: str | None = given("What the company thinks they have of it; customers say whether it fits.")
    audience: SurveyAudience | None = given("Who is asked; absent: members.")
    initiative_id: strawberry.ID | None = given("The initiative that customers are asked about, with its value proposition.")
    idempotency_key: str | None = idempotency_key()


@strawberry.type(description="The answer of `createMotiveSurvey`.")
class CreateMotiveSurveyPayload(Payload):
    """The answer of `createMotiveSurvey`."""

    survey: MotiveSurvey | None = changed("The survey.")


@strawberry.input(description="Why the viewer engages.")
class AnswerMotiveSurveyInput:
    """Why the viewer engages."""

    survey_id: strawberry.ID = required(_SURVEY)
    motive_ids: list[strawberry.ID] = required("The motives, one or more.")


@strawberry.type(description="The answer of `answerMotiveSurvey`.")
class AnswerMotiveSurveyPayload(Payload):
    """The answer of `answerMotiveSurvey`."""

    survey: MotiveSurvey | None = changed("The survey, with the results as they are shown now.")


@strawberry.input(description="Which survey takes no more answers.")
class CloseMotiveSurveyInput:
    """Which survey takes no more answers."""

    survey_id: strawberry.ID = required(_SURVEY)
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `closeMotiveSurvey`.")
class CloseMotiveSurveyPayload(Payload):
    """The answer of `closeMotiveSurvey`."""

    written: ClassVar[str | None] = "survey"

    survey: MotiveSurvey | None = changed()


@strawberry.type
class MotiveSurveyMutations:
    """What can be done with surveys."""

    @mutation(
        CreateMotiveSurveyPayload,
        description="Asks members, or customers in the portal, why they engage; needs `governance:manage`.",
    )
    async def create_motive_survey(self, info: Info, input: Annotated[CreateMotiveSurveyInput, INPUT]) -> object:
        """Ask."""
        draft = parse(SurveyDraft, **values_of(input))
        made = await create_survey(info.context.actor, draft, once=once_for(info, "createMotiveSurvey", input))
        return CreateMotiveSurveyPayload(survey=MotiveSurvey.from_document(made))

    @mutation(AnswerMotiveSurveyPayload, description="Says why the viewer engages, once and anonymously.")
    async def answer_motive_survey(self, info: Info, input: Annotated[AnswerMotiveSurveyInput, INPUT]) -> object:
        """Answer."""
        draft = parse(AnswerDraft, motive_ids=list(input.motive_ids))
        found = await answer_survey(info.context.actor, input.survey_id, draft)
        return AnswerMotiveSurveyPayload(survey=MotiveSurvey.from_document(found))

    @mutation(CloseMotiveSurveyPayload, description="Takes no more answers; needs `governance:manage`.")
    async def close_motive_survey(self, info: Info, input: Annotated[CloseMotiveSurveyInput, INPUT]) -> object:
        """Close."""
        found = await close_survey(info.context.actor, input.survey_id, expected_version=input.expected_version)
        return CloseMotiveSurveyPayload(survey=MotiveSurvey.from_document(found))
