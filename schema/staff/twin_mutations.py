"""Mutations about customers who may be the same."""

from typing import Annotated, ClassVar

import strawberry

from care.reading.customers import customers_by_ids
from care.twins.deciding import Acceptance, Dismissal, accept_suggestion, dismiss_suggestion
from schema.context import Info
from schema.errors import Payload, mutation, parse
from schema.inputs import INPUT, changed, expected_version, given, required, values_of
from schema.staff.customers import Customer, CustomerMerge
from schema.staff.twins import MergeSuggestion

_SUGGESTION = "The id of the suggestion."


@strawberry.input(description="Which suggestion is right, and who of the two is kept.")
class AcceptMergeSuggestionInput:
    """Which suggestion is right."""

    suggestion_id: strawberry.ID = required(_SUGGESTION)
    survivor_id: strawberry.ID = required("The id of the customer to keep; the other is read as part of them.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `acceptMergeSuggestion`.")
class AcceptMergeSuggestionPayload(Payload):
    """The answer of `acceptMergeSuggestion`."""

    written: ClassVar[str | None] = "merge_suggestion"

    merge_suggestion: MergeSuggestion | None = changed()
    customer: Customer | None = changed("The survivor, with the identities of both.")
    merge: CustomerMerge | None = changed("The merge, by which it can be undone.")


@strawberry.input(description="Which suggestion is wrong.")
class DismissMergeSuggestionInput:
    """Which suggestion is wrong."""

    suggestion_id: strawberry.ID = required(_SUGGESTION)
    reason: str | None = given("Why, in a line.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `dismissMergeSuggestion`.")
class DismissMergeSuggestionPayload(Payload):
    """The answer of `dismissMergeSuggestion`."""

    written: ClassVar[str | None] = "merge_suggestion"

    merge_suggestion: MergeSuggestion | None = changed()


@strawberry.type
class MergeSuggestionMutations:
    """What is decided about customers who may be the same."""

    @mutation(
        AcceptMergeSuggestionPayload,
        description="Merges two customers who are the same, as `mergeCustomers` does; can be undone likewise, and then they are "
        "not suggested again.",
    )
    async def accept_merge_suggestion(self, info: Info, input: Annotated[AcceptMergeSuggestionInput, INPUT]) -> object:
        """Accept a suggestion."""
        actor, draft = info.context.actor, parse(Acceptance, **values_of(input))
        suggestion, duplicate = await accept_suggestion(actor, draft, expected_version=input.expected_version)
        survivor = (await customers_by_ids(actor, [duplicate.id]))[duplicate.id]
        return AcceptMergeSuggestionPayload(
            merge_suggestion=MergeSuggestion.from_document(suggestion),
            customer=Customer.from_document(survivor),
            merge=CustomerMerge.of(duplicate),
        )

    @mutation(
        DismissMergeSuggestionPayload, description="Says that two customers are not the same; they are not suggested again."
    )
    async def dismiss_merge_suggestion(self, info: Info, input: Annotated[DismissMergeSuggestionInput, INPUT]) -> object:
        """Dismiss a suggestion."""
        actor, draft = info.context.actor, parse(Dismissal, **values_of(input))
        suggestion = await dismiss_suggestion(actor, draft, expected_version=input.expected_version)
        return DismissMergeSuggestionPayload(merge_suggestion=MergeSuggestion.from_document(suggestion))
