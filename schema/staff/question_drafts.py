"""What the viewer has begun to ask: kept on the server, and read by nobody else."""

from datetime import datetime
from typing import Annotated, ClassVar, Final, Self

import strawberry

from community.drafts import MOST_INVITED
from community.prompts.reading import campaigns_by_ids
from community.sketches import documents
from community.sketches.sketches import (
    SketchWords,
    ask_sketch,
    begin_sketch,
    count_sketches,
    discard_sketch,
    edit_sketch,
    list_sketches,
)
from community.spaces.reading import spaces_by_ids
from core.paging import Window
from core.text.markdown import render
from schema.connections import Connection
from schema.context import Info
from schema.directives import list_size
from schema.errors import Payload, mutation, parse
from schema.inputs import INPUT, changed, expected_version, given, idempotency_key, once_for, required, values_of
from schema.nodes import Node
from schema.paging import paged, pages
from schema.staff.members import Member, members_of
from schema.staff.prompts import QuestionCampaign
from schema.staff.questions import Question
from schema.staff.reach import require_staff
from schema.staff.spaces import Space
from search.alike import similar_questions

MOST_SIMILAR: Final = 5
_DRAFT_ID: Final = "The id of the draft."
_AS_IT_IS: Final = "The draft as it is now."
_SIMILAR: Final = "Questions like the title so far, the most alike first."


@strawberry.type(description="A question that the viewer has begun to write; nobody else sees it.")
class QuestionDraft(Node):
    """A question that the viewer has begun to write."""

    document: strawberry.Private[documents.QuestionSketch]
    title: str = strawberry.field(description="The title so far.")
    body: str = strawberry.field(description="The text so far, in Markdown.")
    tag_slugs: list[str] = strawberry.field(description="The labels so far.", directives=list_size(10))
    anonymous: bool = strawberry.field(description="Whether nobody is to learn who asks.")
    created_at: datetime = strawberry.field(description="When it was begun.")
    updated_at: datetime = strawberry.field(description="When it was last saved.")
    version: int = strawberry.field(description="Rises with each save; pass it as `expectedVersion`.")

    @classmethod
    def from_document(cls, document: documents.QuestionSketch) -> Self:
        """Show a draft."""
        return cls(
            id=strawberry.ID(document.id),
            document=document,
            title=document.title,
            body=document.body,
            tag_slugs=document.tag_slugs,
            anonymous=document.anonymous,
            created_at=document.created_at,
            updated_at=document.updated_at,
            version=document.version,
        )

    @strawberry.field(description="The text as HTML that is safe to show.")
    def body_html(self) -> str:
        """Render the text."""
        return render(self.body)

    @strawberry.field(description="The members whose answer will be asked for.", directives=list_size(MOST_INVITED))
    async def invited_experts(self, info: Info) -> list[Member]:
        """Give who will be invited."""
        return await members_of(info, self.document.invited_expert_ids)

    @strawberry.field(description="The space that it will stand in; null: none, or one that the viewer can't see any more.")
    async def space(self, info: Info) -> Space | None:
        """Give the space."""
        space_id = self.document.space_id
        found = await info.context.load(spaces_by_ids, space_id) if space_id is not None else None
        return Space.from_document(found) if found is not None else None

    @strawberry.field(description="The campaign that it will belong to; null: none.")
    async def campaign(self, info: Info) -> QuestionCampaign | None:
        """Give the campaign."""
        campaign_id = self.document.campaign_id
        found = await info.context.load(campaigns_by_ids, campaign_id) if campaign_id is not None else None
        return QuestionCampaign.from_document(found) if found is not None else None


@strawberry.input(description="What is written so far; all of it may still be missing.")
class CreateQuestionDraftInput:
    """What is written so far."""

    title: str | None = given("The question in a line, at most 200 characters.")
    body: str | None = given("The text, in Markdown.")
    tag_slugs: list[str] | None = given("Its labels, at most 5.")
    invited_expert_ids: list[strawberry.ID] | None = given("The ids of members whose answer is to be asked for, at most 10.")
    space_id: strawberry.ID | None = given("The id of the space to ask in.")
    anonymous: bool | None = given("Whether nobody is to learn who asks.")
    campaign_id: strawberry.ID | None = given("The campaign that it is to belong to.")
    idempotency_key: str | None = idempotency_key()


@strawberry.type(description="The answer of `createQuestionDraft`.")
class CreateQuestionDraftPayload(Payload):
    """The answer of `createQuestionDraft`."""

    draft: QuestionDraft | None = changed("The draft.")
    similar_questions: list[Question] = strawberry.field(
        default_factory=list, description=_SIMILAR, directives=list_size(MOST_SIMILAR)
    )


@strawberry.input(description="What is written by now; a field that is not given stays.")
class EditQuestionDraftInput:
    """What is written by now."""

    draft_id: strawberry.ID = required(_DRAFT_ID)
    title: str | None = given("The question in a line, at most 200 characters.")
    body: str | None = given("The text, in Markdown.")
    tag_slugs: list[str] | None = given("All its labels, at most 5.")
    invited_expert_ids: list[strawberry.ID] | None = given("All members whose answer is to be asked for, at most 10.")
    space_id: strawberry.ID | None = given("The id of the space to ask in.")
    anonymous: bool | None = given("Whether nobody is to learn who asks.")
    campaign_id: strawberry.ID | None = given("The campaign that it is to belong to.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `editQuestionDraft`.")
class EditQuestionDraftPayload(Payload):
    """The answer of `editQuestionDraft`."""

    written: ClassVar[str | None] = "draft"

    draft: QuestionDraft | None = changed(_AS_IT_IS)
    similar_questions: list[Question] = strawberry.field(
        default_factory=list, description=_SIMILAR, directives=list_size(MOST_SIMILAR)
    )


@strawberry.input(description="Which draft to throw away.")
class DiscardQuestionDraftInput:
    """Which draft to throw away."""

    draft_id: strawberry.ID = required(_DRAFT_ID)
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `discardQuestionDraft`.")
class DiscardQuestionDraftPayload(Payload):
    """The answer of `discardQuestionDraft`."""

    written: ClassVar[str | None] = "draft"

    draft: QuestionDraft | None = changed("The draft as it is now, where it was changed meanwhile.")
    discarded: bool | None = changed("Whether it is gone.")


@strawberry.input(description="Which draft to ask.")
class AskQuestionDraftInput:
    """Which draft to ask."""

    draft_id: strawberry.ID = required(_DRAFT_ID)
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `askQuestionDraft`.")
class AskQuestionDraftPayload(Payload):
    """The answer of `askQuestionDraft`."""

    written: ClassVar[str | None] = "draft"

    question: Question | None = changed("The question; the draft is gone.")
    draft: QuestionDraft | None = changed("The draft as it is now, where it was changed meanwhile.")


@strawberry.type
class QuestionDraftQueries:
    """What can be asked of the viewer's drafts."""

    @paged("What the viewer has begun to ask, the last written first.", graphql_type=Connection[QuestionDraft])
    async def question_drafts(self, info: Info, window: Window) -> object:
        """Give a page of the viewer's drafts."""
        require_staff(info)
        actor = info.context.actor
        return pages(info, await list_sketches(actor, window), count=lambda: count_sketches(actor))


@strawberry.type
class QuestionDraftMutations:
    """What is done with drafts of questions."""

    @mutation(CreateQuestionDraftPayload, description="Keeps what the viewer begins to ask; nobody else sees it.")
    async def create_question_draft(self, info: Info, input: Annotated[CreateQuestionDraftInput, INPUT]) -> object:
        """Begin."""
        words = parse(SketchWords, **values_of(input))
        draft = await begin_sketch(info.context.actor, words, once=once_for(info, "createQuestionDraft", input))
        return CreateQuestionDraftPayload(
            draft=QuestionDraft.from_document(draft), similar_questions=await _similar(info, draft.title)
        )

    @mutation(EditQuestionDraftPayload, description="Keeps what the viewer has written of a question by now.")
    async def edit_question_draft(self, info: Info, input: Annotated[EditQuestionDraftInput, INPUT]) -> object:
        """Go on."""
        words = parse(SketchWords, **values_of(input, "draft_id"))
        draft = await edit_sketch(info.context.actor, input.draft_id, words, expected_version=input.expected_version)
        return EditQuestionDraftPayload(
            draft=QuestionDraft.from_document(draft), similar_questions=await _similar(info, draft.title)
        )

    @mutation(DiscardQuestionDraftPayload, description="Throws a draft of a question away.")
    async def discard_question_draft(self, info: Info, input: Annotated[DiscardQuestionDraftInput, INPUT]) -> object:
        """Discard."""
        await discard_sketch(info.context.actor, input.draft_id, expected_version=input.expected_version)
        return DiscardQuestionDraftPayload(discarded=True)

    @mutation(AskQuestionDraftPayload, description="Asks what the viewer has written; the draft is gone by it.")
    async def ask_question_draft(self, info: Info, input: Annotated[AskQuestionDraftInput, INPUT]) -> object:
        """Ask."""
        question = await ask_sketch(info.context.actor, input.draft_id, expected_version=input.expected_version)
        return AskQuestionDraftPayload(question=Question.from_document(question))


async def _similar(info: Info, title: str) -> list[Question]:
    if not title:
        return []
    found = await similar_questions(info.context.actor, info.context.search, title, limit=MOST_SIMILAR)
    return [Question.from_document(question) for question, _ in found]
