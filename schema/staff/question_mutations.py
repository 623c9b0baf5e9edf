"""Mutations of the community: asking, answering, accepting, voting, publishing."""

from typing import Annotated, ClassVar

import strawberry

from community.answers import AnswerDraft, accept_answer, answer_question, unaccept_answer
from community.directory import members_by_ids
from community.public_questions import publish_question
from community.questions import QuestionDraft, ask_question
from community.reading import answers_below, questions_by_ids
from community.votes import cast_vote
from schema.context import Info
from schema.errors import Payload, mutation, parse
from schema.inputs import INPUT, changed, expected_version, given, idempotency_key, once_for, required, values_of
from schema.staff.enums import VoteValue
from schema.staff.questions import Answer, Question, Votable

_ANSWER = "The id of the answer."


@strawberry.input(description="What to ask.")
class AskQuestionInput:
    """What to ask."""

    title: str = required("The question in a line, 5 to 200 characters.")
    body: str = required("The text, in Markdown.")
    tag_slugs: list[str] | None = given("Its labels, at most 5.")
    invited_expert_ids: list[strawberry.ID] | None = given("The ids of members whose answer is asked for, at most 10.")
    space_id: strawberry.ID | None = given("The id of the space to ask in; absent: all staff read it.")
    anonymous: bool | None = given("Whether nobody is to learn who asks, moderators neither; it stays so for good.")
    campaign_id: strawberry.ID | None = given("The campaign that it belongs to.")
    urgent: bool | None = given("Whether an answer is needed soon: unanswered it goes on after a quarter of the time.")
    idempotency_key: str | None = idempotency_key()


@strawberry.type(description="The answer of `askQuestion`.")
class AskQuestionPayload(Payload):
    """The answer of `askQuestion`."""

    question: Question | None = changed("The question.")


@strawberry.input(description="What to answer a question.")
class AnswerQuestionInput:
    """What to answer a question."""

    question_id: strawberry.ID = required("The id of the question.")
    body: str = required("The answer, in Markdown.")
    idempotency_key: str | None = idempotency_key()


@strawberry.type(description="The answer of `answerQuestion`.")
class AnswerQuestionPayload(Payload):
    """The answer of `answerQuestion`."""

    answer: Answer | None = changed("The answer.")


@strawberry.input(description="Which answer solves its question.")
class AcceptAnswerInput:
    """Which answer solves its question."""

    answer_id: strawberry.ID = required(_ANSWER)
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `acceptAnswer`.")
class AcceptAnswerPayload(Payload):
    """The answer of `acceptAnswer`."""

    written: ClassVar[str | None] = "question"

    question: Question | None = changed("The question as it is now.")


@strawberry.input(description="Which answer does not solve its question after all.")
class UnacceptAnswerInput:
    """Which answer does not solve its question after all."""

    answer_id: strawberry.ID = required(_ANSWER)
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `unacceptAnswer`.")
class UnacceptAnswerPayload(Payload):
    """The answer of `unacceptAnswer`."""

    written: ClassVar[str | None] = "question"

    question: Question | None = changed("The question as it is now.")


@strawberry.input(description="What the viewer thinks of a question or an answer.")
class CastVoteInput:
    """What the viewer thinks of a question or an answer."""

    target_id: strawberry.ID = required("The id of the question or the answer.")
    value: VoteValue = required("The vote; it is set, never toggled.")


@strawberry.type(description="The answer of `castVote`.")
class CastVotePayload(Payload):
    """The answer of `castVote`."""

    target: Votable | None = changed("What was voted on.")


@strawberry.input(description="Which customer's question to publish.")
class PublishQuestionInput:
    """Which customer's question to publish."""

    question_id: strawberry.ID = required("The id of the question.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `publishQuestion`.")
class PublishQuestionPayload(Payload):
    """The answer of `publishQuestion`."""

    written: ClassVar[str | None] = "question"

    question: Question | None = changed("The question as it is now.")


@strawberry.type
class QuestionMutations:
    """What members do with questions."""

    @mutation(AskQuestionPayload, description="Asks the community; the invited are told.")
    async def ask_question(self, info: Info, input: Annotated[AskQuestionInput, INPUT]) -> object:
        """Ask."""
        draft = parse(QuestionDraft, **values_of(input))
        question = await ask_question(info.context.actor, draft, once=once_for(info, "askQuestion", input))
        return AskQuestionPayload(question=Question.from_document(question))

    @mutation(
        AnswerQuestionPayload, description="Answers a question; of a consultation, this is what the front office waits for."
    )
    async def answer_question(self, info: Info, input: Annotated[AnswerQuestionInput, INPUT]) -> object:
        """Answer."""
        draft = parse(AnswerDraft, **values_of(input))
        actor = info.context.actor
        answering = answer_question(actor, draft, once=once_for(info, "answerQuestion", input))
        answer, question = await info.context.beside(answering, members_by_ids, actor.member_id)
        if question is not None:
            info.context.wrote(questions_by_ids, question)
        return AnswerQuestionPayload(answer=Answer.from_document(answer))

    @mutation(AcceptAnswerPayload, description="Accepts an answer as solving its question; `expectedVersion` is the question's.")
    async def accept_answer(self, info: Info, input: Annotated[AcceptAnswerInput, INPUT]) -> object:
        """Accept."""
        accepting = accept_answer(info.context.actor, input.answer_id, expected_version=input.expected_version)
        question = await info.context.beside(accepting, answers_below, input.answer_id)
        info.context.wrote(questions_by_ids, question)
        return AcceptAnswerPayload(question=Question.from_document(question))

    @mutation(UnacceptAnswerPayload, description="Takes an acceptance back; `expectedVersion` is the question's.")
    async def unaccept_answer(self, info: Info, input: Annotated[UnacceptAnswerInput, INPUT]) -> object:
        """Take an acceptance back."""
        question = await unaccept_answer(info.context.actor, input.answer_id, expected_version=input.expected_version)
        info.context.wrote(questions_by_ids, question)
        return UnacceptAnswerPayload(question=Question.from_document(question))

    @mutation(CastVotePayload, description="Sets the viewer's vote on a question or an answer.")
    async def cast_vote(self, info: Info, input: Annotated[CastVoteInput, INPUT]) -> object:
        """Vote."""
        target = await cast_vote(info.context.actor, input.target_id, input.value)
        return CastVotePayload(target=info.context.present(target))

    @mutation(PublishQuestionPayload, description="Lets the public see a customer's question and the members' answers to it.")
    async def publish_question(self, info: Info, input: Annotated[PublishQuestionInput, INPUT]) -> object:
        """Publish."""
        question = await publish_question(info.context.actor, input.question_id, expected_version=input.expected_version)
        return PublishQuestionPayload(question=Question.from_document(question))
