"""What customers say to each other: answering, saying that it helped, reporting."""

from typing import Annotated

import strawberry

from auth.actor import Actor
from community.documents import Answer
from community.moderation.reports import ReportDraft, report_content
from community.peer_answers.answers import PublicAnswerDraft, answer_public_question, withdraw_own_answer
from community.peer_answers.helping import say_answer_helped
from community.reading import require_question
from core.ids import prefix_of, with_prefix
from schema.context import Info
from schema.errors import Payload, mutation, parse
from schema.inputs import INPUT, changed, given, idempotency_key, once_for, required, values_of
from schema.portal.knowledge import PublicAnswer, PublicQuestion
from schema.report_reasons import ReportReason

_ANSWER = "The id of the answer."
_REPORTED = {"pan": "ans", "pqs": "qst", "pid": "ide"}


@strawberry.input(description="What you answer.")
class AnswerPublicQuestionInput:
    """What a customer answers."""

    question_id: strawberry.ID = required("The id of the question.")
    body: str = required("Your answer, in Markdown, up to 20,000 characters; everybody can read it once it is published.")
    idempotency_key: str | None = idempotency_key()


@strawberry.type(description="The answer of `answerPublicQuestion`.")
class AnswerPublicQuestionPayload(Payload):
    """The answer of `answerPublicQuestion`."""

    answer: PublicAnswer | None = changed("What you answered; it waits until the company publishes it.")
    question: PublicQuestion | None = changed("The question.")


@strawberry.input(description="Which of your answers you take back.")
class WithdrawPublicAnswerInput:
    """Which of a customer's answers is taken back."""

    answer_id: strawberry.ID = required(_ANSWER)


@strawberry.type(description="The answer of `withdrawPublicAnswer`.")
class WithdrawPublicAnswerPayload(Payload):
    """The answer of `withdrawPublicAnswer`."""

    question: PublicQuestion | None = changed("The question, without it.")


@strawberry.input(description="Whether an answer helped you.")
class SayAnswerHelpedInput:
    """Whether an answer helped."""

    answer_id: strawberry.ID = required(_ANSWER)
    helped: bool = required("Whether it did; false takes it back.")


@strawberry.type(description="The answer of `sayAnswerHelped`.")
class SayAnswerHelpedPayload(Payload):
    """The answer of `sayAnswerHelped`."""

    answer: PublicAnswer | None = changed()


@strawberry.input(description="What should not stand there.")
class ReportPublicContentInput:
    """What should not stand there."""

    content_id: strawberry.ID = required("The id of the answer, the question or the idea.")
    reason: ReportReason = required("What is wrong.")
    note: str | None = given("In your words, at most 1,000 characters.")


@strawberry.type(description="The answer of `reportPublicContent`.")
class ReportPublicContentPayload(Payload):
    """The answer of `reportPublicContent`."""

    reported: bool | None = strawberry.field(default=None, description="Whether the company will look at it.")


@strawberry.type
class PeerAnswerMutations:
    """What customers say to each other."""

    @mutation(
        AnswerPublicQuestionPayload,
        description="Answer another customer. Everybody reads it once the company publishes it; nobody learns your name.",
    )
    async def answer_public_question(
        self, info: Info, input: Annotated[AnswerPublicQuestionInput, INPUT]
    ) -> AnswerPublicQuestionPayload:
        """Answer a question."""
        once = once_for(info, "answerPublicQuestion", input)
        draft = parse(PublicAnswerDraft, question_id=_inside(input.question_id, "pqs", "qst"), body=input.body)
        answer = await answer_public_question(info.context.actor, draft, once=once)
        shown, question = await _shown(info.context.actor, answer)
        return AnswerPublicQuestionPayload(answer=shown, question=question)

    @mutation(WithdrawPublicAnswerPayload, description="Take an answer of yours back.")
    async def withdraw_public_answer(
        self, info: Info, input: Annotated[WithdrawPublicAnswerInput, INPUT]
    ) -> WithdrawPublicAnswerPayload:
        """Take an answer back."""
        answer = await withdraw_own_answer(info.context.actor, _inside(input.answer_id, "pan", "ans"))
        _, question = await _shown(info.context.actor, answer)
        return WithdrawPublicAnswerPayload(question=question)

    @mutation(SayAnswerHelpedPayload, description="Say that an answer helped you; it is set, never toggled.")
    async def say_answer_helped(self, info: Info, input: Annotated[SayAnswerHelpedInput, INPUT]) -> SayAnswerHelpedPayload:
        """Say that it helped."""
        identifier = _inside(input.answer_id, "pan", "ans")
        answer = await say_answer_helped(info.context.actor, identifier, helped=input.helped)
        info.context.forget()
        shown, _ = await _shown(info.context.actor, answer)
        return SayAnswerHelpedPayload(answer=shown)

    @mutation(ReportPublicContentPayload, description="Tell the company what should not stand there.")
    async def report_public_content(
        self, info: Info, input: Annotated[ReportPublicContentInput, INPUT]
    ) -> ReportPublicContentPayload:
        """Report something."""
        prefix = prefix_of(input.content_id)
        identifier = _inside(input.content_id, prefix, _REPORTED[prefix]) if prefix in _REPORTED else ""
        draft = parse(ReportDraft, **{**values_of(input), "content_id": identifier})
        await report_content(info.context.actor, draft)
        return ReportPublicContentPayload(reported=True)


def _inside(identifier: str, portal: str, staff: str) -> str:
    """Give the staff's spelling of a portal's id; nobody's for any other."""
    return with_prefix(staff, identifier) if identifier.startswith(f"{portal}_") else ""


async def _shown(actor: Actor, answer: Answer) -> tuple[PublicAnswer, PublicQuestion]:
    question = await require_question(actor, answer.question_id)
    return PublicAnswer.from_document(answer, question), PublicQuestion.from_document(question)
