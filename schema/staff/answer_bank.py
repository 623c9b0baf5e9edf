"""The answer bank: answers that were good once, ready to be good again."""

from datetime import datetime
from typing import Annotated, Self

import strawberry

from care.documents import answer_bank
from care.policies import may_edit_entry
from care.reading.answer_bank import EntrySelection, count_entries, list_entries
from care.reading.misses import uses_of_entries
from core.paging import Slice, Window
from core.text.markdown import render
from schema.connections import Connection
from schema.context import Info
from schema.directives import list_size
from schema.nodes import Node
from schema.paging import paged, pages
from schema.staff.enums import AnswerBankStatus
from schema.staff.members import Member, member_of
from schema.staff.messages import Message


@strawberry.type(description="A likely question in its variants and the answer to it.")
class AnswerBankEntry(Node):
    """A likely question in its variants and the answer to it."""

    document: strawberry.Private[answer_bank.AnswerBankEntry]
    title: str = strawberry.field(description="The question in a line.")
    body: str = strawberry.field(description="The answer, in Markdown.")
    question_variants: list[str] = strawberry.field(description="Other ways in which customers ask it.", directives=list_size(20))
    status: AnswerBankStatus = strawberry.field(description="Whether it can be relied on.")
    review_by: datetime | None = strawberry.field(description="When it must have been reviewed; it expires then.")
    locale: str | None = strawberry.field(description="The language of the answer; null when it is not clear.")
    use_count: int = strawberry.field(description="In how many replies it was sent.")
    updated_at: datetime = strawberry.field(description="When it was last changed.")
    version: int = strawberry.field(description="Rises with each edit by a person; pass it as `expectedVersion`.")

    @classmethod
    def from_document(cls, document: answer_bank.AnswerBankEntry) -> Self:
        """Show an entry."""
        return cls(
            id=strawberry.ID(document.id),
            document=document,
            title=document.title,
            body=document.body,
            question_variants=document.question_variants,
            status=document.status,
            review_by=document.review_by,
            locale=document.locale,
            use_count=document.use_count,
            updated_at=document.updated_at,
            version=document.version,
        )

    @strawberry.field(description="Who looks after it; null when the viewer may not know.")
    async def owner(self, info: Info) -> Member | None:
        """Give the owner."""
        return await member_of(info, self.document.owner_id)

    @paged("The replies it was sent in, the newest first; for who may read all cases.", graphql_type=Connection[Message])
    async def uses(self, info: Info, window: Window) -> object:
        """Give a page of the replies."""

        async def count() -> int:
            return self.document.use_count

        return pages(info, await info.context.load(uses_of_entries, self.document.id, window) or Slice([], []), count=count)

    @strawberry.field(description="The answer as HTML that is safe to show.")
    def body_html(self) -> str:
        """Render the answer."""
        return render(self.body)

    @strawberry.field(description="Whether the viewer can change it.")
    def viewer_can_edit(self, info: Info) -> bool:
        """Ask the policy."""
        return bool(may_edit_entry(info.context.actor, self.document))


@strawberry.type
class AnswerBankQueries:
    """The answer bank as a list."""

    @paged(
        "The entries of the answer bank, those changed last first; drafts only for who may edit. Needs `answer_bank:read`.",
        graphql_type=Connection[AnswerBankEntry],
    )
    async def answer_bank_entries(
        self,
        info: Info,
        window: Window,
        status: Annotated[
            AnswerBankStatus | None, strawberry.argument(description="Where they stand; absent: all but archived ones.")
        ] = None,
        owner_id: Annotated[strawberry.ID | None, strawberry.argument(description="Whose; absent: everybody's.")] = None,
    ) -> object:
        """Give a page of the entries."""
        actor, selection = info.context.actor, EntrySelection(status, owner_id)
        return pages(info, await list_entries(actor, window, selection), count=lambda: count_entries(actor, selection))
