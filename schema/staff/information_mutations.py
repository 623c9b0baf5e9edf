"""Mutations of requests for information: an agency asks, the front office takes up and answers."""

from datetime import datetime
from typing import Annotated, ClassVar

import strawberry

from care.information import (
    InformationDraft,
    answer_information_request,
    request_information,
    take_information_request,
)
from schema.context import Info
from schema.errors import Payload, mutation, parse
from schema.inputs import INPUT, changed, expected_version, given, idempotency_key, once_for, required, values_of
from schema.staff.information import InformationRequest

_REQUEST = "The id of the request."


@strawberry.input(description="What to ask the company about which case.")
class RequestInformationInput:
    """What to ask the company about which case."""

    case_id: strawberry.ID = required("The id of the case.")
    question: str = required("What to ask, in Markdown.")
    due_at: datetime | None = given("When the information is needed; absent: in 20 minutes.")
    idempotency_key: str | None = idempotency_key()


@strawberry.type(description="The answer of `requestInformation`.")
class RequestInformationPayload(Payload):
    """The answer of `requestInformation`."""

    information_request: InformationRequest | None = changed("The request.")


@strawberry.input(description="Which request the viewer looks after.")
class TakeInformationRequestInput:
    """Which request the viewer looks after."""

    request_id: strawberry.ID = required(_REQUEST)
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `takeInformationRequest`.")
class TakeInformationRequestPayload(Payload):
    """The answer of `takeInformationRequest`."""

    written: ClassVar[str | None] = "information_request"

    information_request: InformationRequest | None = changed("The request as it is now.")


@strawberry.input(description="The information for which request.")
class AnswerInformationRequestInput:
    """The information for which request."""

    request_id: strawberry.ID = required(_REQUEST)
    answer: str = required("The information, in Markdown.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `answerInformationRequest`.")
class AnswerInformationRequestPayload(Payload):
    """The answer of `answerInformationRequest`."""

    written: ClassVar[str | None] = "information_request"

    information_request: InformationRequest | None = changed("The request as it is now.")


@strawberry.type
class InformationMutations:
    """What agencies and the front office do with requests for information."""

    @mutation(RequestInformationPayload, description="Asks the company about a case, for an agency; the front office is told.")
    async def request_information(self, info: Info, input: Annotated[RequestInformationInput, INPUT]) -> object:
        """Ask."""
        once = once_for(info, "requestInformation", input)
        request = await request_information(info.context.actor, parse(InformationDraft, **values_of(input)), once=once)
        return RequestInformationPayload(information_request=InformationRequest.from_document(request))

    @mutation(TakeInformationRequestPayload, description="Says that the viewer looks after a request for information.")
    async def take_information_request(self, info: Info, input: Annotated[TakeInformationRequestInput, INPUT]) -> object:
        """Take up."""
        request = await take_information_request(info.context.actor, input.request_id, expected_version=input.expected_version)
        return TakeInformationRequestPayload(information_request=InformationRequest.from_document(request))

    @mutation(AnswerInformationRequestPayload, description="Gives an agency the information that it asked for; it is told.")
    async def answer_information_request(self, info: Info, input: Annotated[AnswerInformationRequestInput, INPUT]) -> object:
        """Answer."""
        request = await answer_information_request(
            info.context.actor, input.request_id, input.answer, expected_version=input.expected_version
        )
        return AnswerInformationRequestPayload(information_request=InformationRequest.from_document(request))
