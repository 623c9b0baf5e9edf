"""Taking a reply back that was sent."""

from typing import Annotated, ClassVar

import strawberry

from care.retractions.asking import RetractionDraft, retract_message
from schema.context import Info
from schema.errors import Payload, mutation, parse
from schema.inputs import INPUT, changed, expected_version, required, values_of
from schema.staff.cases import Case
from schema.staff.messages import Message


@strawberry.input(description="Which sent reply is to go, and why.")
class RetractMessageInput:
    """Which sent reply is to go, and why."""

    message_id: strawberry.ID = required("The id of the message.")
    reason: str = required("Why, in a line, for colleagues; the customer never sees it.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `retractMessage`.")
class RetractMessagePayload(Payload):
    """The answer of `retractMessage`."""

    written: ClassVar[str | None] = "message"

    message: Message | None = changed("The message as it is now; `retraction` says how far it has come.")
    case: Case | None = changed("The case as it is now.")


@strawberry.type
class RetractionMutations:
    """What can be done to replies after they were sent."""

    @mutation(
        RetractMessagePayload,
        description="Takes a reply back after it was sent: comments on Facebook and Instagram, posts on X, messages on Telegram, "
        "what a generic channel deletes, and what was said in the portal alone. INVALID_INPUT says where a channel can't.",
    )
    async def retract_message(self, info: Info, input: Annotated[RetractMessageInput, INPUT]) -> object:
        """Take a sent reply back."""
        draft = parse(RetractionDraft, **values_of(input))
        done = await retract_message(info.context.actor, draft, expected_version=input.expected_version)
        return RetractMessagePayload(message=Message.from_document(done.message), case=Case.from_document(done.case))
