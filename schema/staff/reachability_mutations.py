"""Mutations about reaching customers."""

from typing import Annotated, ClassVar

import strawberry

from care.audience.reachability import AttemptDraft, record_attempt
from care.reading.customers import customers_by_ids
from schema.context import Info
from schema.errors import Payload, mutation, parse
from schema.inputs import INPUT, changed, values_of
from schema.staff.customers import Customer
from schema.staff.reachability import RecordContactAttemptInput


@strawberry.type(description="The answer of `recordContactAttempt`.")
class RecordContactAttemptPayload(Payload):
    """The answer of `recordContactAttempt`."""

    written: ClassVar[str | None] = "customer"

    customer: Customer | None = changed()


@strawberry.type
class ReachabilityMutations:
    """What is done about reaching customers."""

    @mutation(
        RecordContactAttemptPayload,
        description="Writes down that a member called or visited a customer in vain; who was spoken with is logged by "
        "`logContact`.",
    )
    async def record_contact_attempt(self, info: Info, input: Annotated[RecordContactAttemptInput, INPUT]) -> object:
        """Write an attempt down."""
        actor, draft = info.context.actor, parse(AttemptDraft, **values_of(input))
        tried = await record_attempt(actor, draft, expected_version=input.expected_version)
        shown = (await customers_by_ids(actor, [tried.id]))[tried.id]
        return RecordContactAttemptPayload(customer=Customer.from_document(shown))
