"""What customers can do: make a request, write to it, judge it, ask in public."""

from typing import Annotated, ClassVar

import strawberry

from care.requests import (
    RequestDraft,
    RequestMessageDraft,
    RequestVerdictDraft,
    add_message,
    record_verdict,
    submit_request,
)
from community.public_questions import PublicQuestionDraft, ask_public_question
from schema.context import Info
from schema.errors import Payload, mutation, parse
from schema.inputs import INPUT, changed, expected_version, given, idempotency_key, once_for, required, values_of
from schema.portal.enums import Verdict
from schema.portal.experiences import ExperienceMutations
from schema.portal.ideas import IdeaMutations
from schema.portal.knowledge import PublicQuestion
from schema.portal.letters import LetterMutations
from schema.portal.notices import NoticeMutations
from schema.portal.peer_answers import PeerAnswerMutations
from schema.portal.requests import Request, RequestMessage
from schema.portal.surveys import SurveyMutations


@strawberry.input(description="How you can be answered when you have no account.")
class ContactInput:
    """How somebody without an account can be answered."""

    name: str | None = given("What to call you.")
    email: str | None = given("Your e-mail address.")
    phone: str | None = given("Your telephone number.")


@strawberry.input(description="What you want.")
class SubmitRequestInput:
    """What a customer wants."""

    subject: str = required("What it is about, in a line of up to 200 characters.")
    body: str = required("All of it, in Markdown, up to 20,000 characters.")
    contact: ContactInput | None = given("How you can be answered; needed only without an account.")
    idempotency_key: str | None = idempotency_key()


@strawberry.type(description="The answer of `submitRequest`.")
class SubmitRequestPayload(Payload):
    """The answer of `submitRequest`."""

    request: Request | None = changed("The request; without an account it can't be read again.")


@strawberry.input(description="What to add to a request.")
class AddRequestMessageInput:
    """What to add to a request."""

    request_id: strawberry.ID = required("The id of the request.")
    body: str = required("The text, in Markdown, up to 20,000 characters.")
    idempotency_key: str | None = idempotency_key()


@strawberry.type(description="The answer of `addRequestMessage`.")
class AddRequestMessagePayload(Payload):
    """The answer of `addRequestMessage`."""

    written: ClassVar[str | None] = "request"

    message: RequestMessage | None = changed("What you said.")
    request: Request | None = changed("The request as it is now.")


@strawberry.input(description="Whether it helped.")
class RecordVerdictInput:
    """Whether it helped."""

    request_id: strawberry.ID = required("The id of the request.")
    verdict: Verdict = required("Whether it helped.")
    comment: str | None = given("Why, in your words.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `recordVerdict`.")
class RecordVerdictPayload(Payload):
    """The answer of `recordVerdict`."""

    written: ClassVar[str | None] = "request"

    request: Request | None = changed("The request as it is now.")


@strawberry.input(description="What to ask in public.")
class AskPublicQuestionInput:
    """What to ask in public."""

    title: str = required("The question in a line of 5 to 200 characters.")
    body: str = required("All of it, in Markdown, up to 20,000 characters.")
    idempotency_key: str | None = idempotency_key()


@strawberry.type(description="The answer of `askPublicQuestion`.")
class AskPublicQuestionPayload(Payload):
    """The answer of `askPublicQuestion`."""

    question: PublicQuestion | None = changed("The question; it waits until the company publishes it.")


@strawberry.type(description="What customers can do.")
class Mutation(ExperienceMutations, IdeaMutations, SurveyMutations, PeerAnswerMutations, NoticeMutations, LetterMutations):
    """What customers can do."""

    @mutation(SubmitRequestPayload, description="Ask the company for something, in private.")
    async def submit_request(self, info: Info, input: Annotated[SubmitRequestInput, INPUT]) -> SubmitRequestPayload:
        """Make a request."""
        values = values_of(input, "contact")
        contact = values_of(input.contact) if input.contact else None
        draft = parse(RequestDraft, **values, contact=contact)
        case = await submit_request(info.context.actor, draft, once=once_for(info, "submitRequest", input))
        return SubmitRequestPayload(request=Request.from_document(case))

    @mutation(AddRequestMessagePayload, description="Write to one of your requests.")
    async def add_request_message(self, info: Info, input: Annotated[AddRequestMessageInput, INPUT]) -> AddRequestMessagePayload:
        """Add to a request."""
        draft = parse(RequestMessageDraft, **values_of(input))
        added = await add_message(info.context.actor, draft, once=once_for(info, "addRequestMessage", input))
        return AddRequestMessagePayload(
            message=RequestMessage.from_document(added.message), request=Request.from_document(added.case)
        )

    @mutation(RecordVerdictPayload, description="Say whether it helped; UNSATISFIED makes the company start again.")
    async def record_verdict(self, info: Info, input: Annotated[RecordVerdictInput, INPUT]) -> RecordVerdictPayload:
        """Judge a request."""
        draft = parse(RequestVerdictDraft, **{**values_of(input), "verdict": input.verdict.outcome})
        case = await record_verdict(info.context.actor, draft, expected_version=input.expected_version)
        return RecordVerdictPayload(request=Request.from_document(case))

    @mutation(AskPublicQuestionPayload, description="Ask a question that everybody may read once the company publishes it.")
    async def ask_public_question(self, info: Info, input: Annotated[AskPublicQuestionInput, INPUT]) -> AskPublicQuestionPayload:
        """Ask in public."""
        draft = parse(PublicQuestionDraft, **values_of(input))
        question = await ask_public_question(info.context.actor, draft, once=once_for(info, "askPublicQuestion", input))
        return AskPublicQuestionPayload(question=PublicQuestion.from_document(question))
