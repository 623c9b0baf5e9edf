"""Mutations that end questions: closing, reopening, merging."""

from typing import Annotated, ClassVar

import strawberry

from community.closing import ClosingDraft, close_question, reopen_question
from community.merging import merge_question
from schema.context import Info
from schema.errors import Payload, mutation, parse
from schema.inputs import INPUT, changed, expected_version, given, required, values_of
from schema.staff.enums import CloseReason
from schema.staff.questions import Question

_QUESTION = "The id of the question."


@strawberry.input(description="Which question takes no more answers, and why.")
class CloseQuestionInput:
    """Which question takes no more answers, and why."""

    question_id: strawberry.ID = required(_QUESTION)
    reason: CloseReason = required("Why it takes no more answers.")
    note: str | None = given("What to say about that, up to 1,000 characters.")
    duplicate_of_id: strawberry.ID | None = given("For DUPLICATE, and only for that, the id of the question that is the same.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `closeQuestion`.")
class CloseQuestionPayload(Payload):
    """The answer of `closeQuestion`."""

    written: ClassVar[str | None] = "question"

    question: Question | None = changed("The question as it is now.")


@strawberry.input(description="Which question takes answers again.")
class ReopenQuestionInput:
    """Which question takes answers again."""

    question_id: strawberry.ID = required(_QUESTION)
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `reopenQuestion`.")
class ReopenQuestionPayload(Payload):
    """The answer of `reopenQuestion`."""

    written: ClassVar[str | None] = "question"

    question: Question | None = changed("The question as it is now.")


@strawberry.input(description="Which question is the same as which other one.")
class MergeQuestionInput:
    """Which question is the same as which other one."""

    question_id: strawberry.ID = required("The id of the question to close.")
    into_id: strawberry.ID = required("The id of the question that gets its answers and followers.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `mergeQuestion`.")
class MergeQuestionPayload(Payload):
    """The answer of `mergeQuestion`."""

    written: ClassVar[str | None] = "question"

    question: Question | None = changed("The closed question, whose `closing.duplicateOf` is the other one.")


@strawberry.type
class ClosingMutations:
    """How questions end."""

    @mutation(CloseQuestionPayload, description="Closes a question with a reason; for who asked, and for who moderates.")
    async def close_question(self, info: Info, input: Annotated[CloseQuestionInput, INPUT]) -> object:
        """Close."""
        draft = parse(ClosingDraft, **values_of(input, "question_id"))
        question = await close_question(info.context.actor, input.question_id, draft, expected_version=input.expected_version)
        return CloseQuestionPayload(question=Question.from_document(question))

    @mutation(
        ReopenQuestionPayload,
        description="Lets a closed question take answers again; for moderators, and who closed their own.",
    )
    async def reopen_question(self, info: Info, input: Annotated[ReopenQuestionInput, INPUT]) -> object:
        """Reopen."""
        question = await reopen_question(info.context.actor, input.question_id, expected_version=input.expected_version)
        return ReopenQuestionPayload(question=Question.from_document(question))

    @mutation(MergeQuestionPayload, description="Merges a question into the same one; for who moderates both.")
    async def merge_question(self, info: Info, input: Annotated[MergeQuestionInput, INPUT]) -> object:
        """Merge."""
        question = await merge_question(
            info.context.actor, input.question_id, into_id=input.into_id, expected_version=input.expected_version
        )
        return MergeQuestionPayload(question=Question.from_document(question))
