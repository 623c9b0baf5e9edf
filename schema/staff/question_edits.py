"""Mutations that change what a question or an answer says."""

from typing import Annotated, ClassVar

import strawberry

from community.answers import AnswerChanges, edit_answer
from community.questions import QuestionChanges, edit_question
from schema.context import Info
from schema.errors import Payload, mutation, parse
from schema.inputs import INPUT, changed, expected_version, given, required, values_of
from schema.staff.questions import Answer, Question


@strawberry.input(description="What to change of a question; absent stays as it is.")
class EditQuestionInput:
    """What to change of a question."""

    question_id: strawberry.ID = required("The id of the question.")
    title: str | None = given("The question in a line, 5 to 200 characters.")
    body: str | None = given("The text, in Markdown.")
    tag_slugs: list[str] | None = given("Its labels, at most 5; taken whole.")
    invited_expert_ids: list[strawberry.ID] | None = given(
        "The ids of members whose answer is asked for, at most 10; taken whole. Of a consultation they are changed there."
    )
    urgent: bool | None = given("Whether an answer is needed soon: unanswered it goes on after a quarter of the time.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `editQuestion`.")
class EditQuestionPayload(Payload):
    """The answer of `editQuestion`."""

    written: ClassVar[str | None] = "question"

    question: Question | None = changed()


@strawberry.input(description="What an answer says from now on.")
class EditAnswerInput:
    """What an answer says from now on."""

    answer_id: strawberry.ID = required("The id of the answer.")
    body: str = required("The text, in Markdown.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `editAnswer`.")
class EditAnswerPayload(Payload):
    """The answer of `editAnswer`."""

    written: ClassVar[str | None] = "answer"

    answer: Answer | None = changed()


@strawberry.type
class QuestionEdits:
    """Changing what was asked and answered."""

    @mutation(EditQuestionPayload, description="Changes a question; its author's, and that of who moderates.")
    async def edit_question(self, info: Info, input: Annotated[EditQuestionInput, INPUT]) -> object:
        """Change a question."""
        changes = parse(QuestionChanges, **values_of(input, "question_id"))
        question = await edit_question(info.context.actor, input.question_id, changes, expected_version=input.expected_version)
        return EditQuestionPayload(question=Question.from_document(question))

    @mutation(EditAnswerPayload, description="Changes what an answer says; its author's, and that of who moderates.")
    async def edit_answer(self, info: Info, input: Annotated[EditAnswerInput, INPUT]) -> object:
        """Change an answer."""
        changes = parse(AnswerChanges, body=input.body)
        answer = await edit_answer(info.context.actor, input.answer_id, changes, expected_version=input.expected_version)
        return EditAnswerPayload(answer=Answer.from_document(answer))
