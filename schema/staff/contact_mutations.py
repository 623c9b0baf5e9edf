"""Writing down calls, letters and talks."""

from datetime import datetime
from functools import partial
from typing import Annotated

import strawberry

from care.contacts import ContactDraft, log_contact
from care.reading.children import conversations_of_case
from schema.context import Info
from schema.errors import Payload, mutation, parse
from schema.inputs import INPUT, changed, given, idempotency_key, once_for, required, values_of
from schema.staff.authors import know_author
from schema.staff.cases import Case
from schema.staff.enums import ContactKind, Direction
from schema.staff.messages import Message


@strawberry.input(description="Somebody who was not found among the customers.")
class ContactPersonInput:
    """Somebody who was not found among the customers."""

    name: str = required("The name.")
    phone: str | None = given("The telephone number, by which a later call finds the same customer.")
    address: str | None = given("The postal address; with the name it finds the same customer again.")


@strawberry.input(description="A call, a letter or a talk: name the case, or the customer, or a person: one of the three.")
class LogContactInput:
    """A call, a letter or a talk."""

    kind: ContactKind = required("How the two spoke.")
    direction: Direction = required("Who began: INBOUND the customer, OUTBOUND the company.")
    body: str = required("What was said, in Markdown; the customer can see it in the portal.")
    occurred_at: datetime | None = given("When it took place; absent: now.")
    duration_seconds: int | None = given("How long it took, for calls and talks.")
    answered: bool | None = given("Whether the customer was answered within it; then it counts as the response.")
    subject: str | None = given("What a new case is about; absent: the beginning of what was said.")
    case_id: strawberry.ID | None = given("The case that it belongs to.")
    customer_id: strawberry.ID | None = given("The customer whose new case it is.")
    person: ContactPersonInput | None = given("Whose new case it is, where no customer was found.")
    channel_id: strawberry.ID | None = given("The channel; absent: the one for contacts of this kind, made when there is none.")
    idempotency_key: str | None = idempotency_key()


@strawberry.type(description="The answer of `logContact`.")
class LogContactPayload(Payload):
    """The answer of `logContact`."""

    case: Case | None = changed("The case, a new one unless one was named.")
    message: Message | None = changed("What was said, as a message of the case.")


@strawberry.type(description="What is done with contacts outside of any machine.")
class ContactMutations:
    """What is done with contacts outside of any machine."""

    @mutation(
        LogContactPayload,
        description="Writes down a call, a letter or a talk in person. What the customer began starts the clock at the "
        "time it took place; what the company began counts as a reply.",
    )
    async def log_contact(self, info: Info, input: Annotated[LogContactInput, INPUT]) -> LogContactPayload:
        """Write a contact down."""
        values = values_of(input)
        if input.person:
            values["person"] = values_of(input.person)
        draft = parse(ContactDraft, **values)
        once, knowing = once_for(info, "logContact", input), partial(know_author, info.context)
        logged = await log_contact(info.context.actor, draft, once=once, beside=knowing)
        if logged.conversation is not None:
            info.context.wrote(conversations_of_case, logged.conversation)
        return LogContactPayload(case=Case.from_document(logged.case), message=Message.from_document(logged.message))
