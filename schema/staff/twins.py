"""Customers who may be the same: suggestions of merging, which a member accepts or dismisses."""

from datetime import datetime
from typing import Annotated, Self

import strawberry

from care.documents import customers, twins
from care.documents.twins import Likeness, SuggestionState
from care.policies import may_merge
from care.reading.customers import known_customers
from care.reading.twins import MOST_SHOWN, count_suggestions, list_suggestions, suggestions_of_customers
from core.paging import Window
from schema.connections import Connection, later
from schema.context import Info
from schema.directives import list_size
from schema.enums import told
from schema.nodes import Node
from schema.paging import paged, pages
from schema.staff.members import Member, member_of
from schema.staff.reach import require_staff

told(
    Likeness,
    "What two customers have in common; spelling, case and accents do not matter.",
    name="CustomerLikeness",
    SAME_EMAIL="An e-mail address.",
    SAME_PHONE="A telephone number.",
    SAME_HANDLE="The name on social networks.",
    SAME_NAME="The full name; alone it counts only for people known on different kinds of channel.",
)
told(
    SuggestionState,
    "What became of a suggestion.",
    name="MergeSuggestionState",
    OPEN="Nobody has decided.",
    MERGED="The two are read as one.",
    DISMISSED="The two are not the same; they are not suggested again.",
    OBSOLETE="The two have nothing in common any more.",
)


@strawberry.type(description="Two customers who may be one person. Nobody is merged by it.")
class MergeSuggestion(Node):
    """Two customers who may be one person."""

    document: strawberry.Private[twins.MergeSuggestion]
    reasons: list[Likeness] = strawberry.field(
        description="What they have in common, the strongest first.", directives=list_size(len(Likeness))
    )
    state: SuggestionState = strawberry.field(description="What became of it.")
    found_at: datetime = strawberry.field(description="When they were found alike.")
    decided_at: datetime | None = strawberry.field(description="When it was decided.")
    reason: str | None = strawberry.field(description="Why it was dismissed, as the member wrote.")
    version: int = strawberry.field(description="Rises with each decision; pass it as `expectedVersion`.")

    @classmethod
    def from_document(cls, document: twins.MergeSuggestion) -> Self:
        """Show a suggestion."""
        return cls(
            id=strawberry.ID(document.id),
            document=document,
            reasons=document.reasons,
            state=document.state,
            found_at=document.found_at,
            decided_at=document.decided_at,
            reason=document.reason,
            version=document.version,
        )

    @strawberry.field(
        description="The two, each as they are stored.",
        graphql_type=later("schema.staff.customers", "Customer", many=True),
        directives=list_size(2),
    )
    async def customers(self, info: Info) -> object:
        """Give the two."""
        found = await info.context.load_many(known_customers, self.document.customer_ids)
        return [info.context.present(one) for one in found if one is not None]

    @strawberry.field(description="Who decided; null while nobody has, and where the two were merged otherwise.")
    async def decided_by(self, info: Info) -> Member | None:
        """Give the member."""
        who = self.document.decided_by
        return await member_of(info, who)

    @strawberry.field(description="Whether the viewer can accept or dismiss it.")
    def viewer_can_decide(self, info: Info) -> bool:
        """Ask the policy."""
        return self.document.state is SuggestionState.OPEN and bool(may_merge(info.context.actor))


@strawberry.type
class CustomerTwins:
    """Who may be the same as a customer."""

    document: strawberry.Private[customers.Customer]

    @strawberry.field(
        description="The suggestions of merging that wait for a decision, the latest first; none are shown to who may not merge.",
        directives=list_size(MOST_SHOWN),
    )
    async def merge_suggestions(self, info: Info) -> list[MergeSuggestion]:
        """Give the suggestions."""
        found = await info.context.load(suggestions_of_customers, self.document.id)
        return [MergeSuggestion.from_document(one) for one in found or []]


@strawberry.type
class MergeSuggestionQueries:
    """Suggestions of merging."""

    @paged("Customers who may be the same, found last first; for who may merge.", graphql_type=Connection[MergeSuggestion])
    async def merge_suggestions(
        self,
        info: Info,
        window: Window,
        state: Annotated[SuggestionState, strawberry.argument(description="What became of them.")] = SuggestionState.OPEN,
    ) -> object:
        """Give a page of suggestions."""
        require_staff(info)
        actor = info.context.actor
        found = await list_suggestions(actor, window, state=state)
        return pages(info, found, count=lambda: count_suggestions(actor, state=state))
