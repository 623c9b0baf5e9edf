"""What a customer needs, in the words of who works with them."""

from datetime import datetime
from typing import Self

import strawberry

from care.documents import customers
from care.needs import KEPT_NEEDS
from schema.context import Info
from schema.directives import list_size
from schema.staff.authors import Author, author_of


@strawberry.type(description="What was written down of a customer's needs.")
class NeedsNote:
    """What was written down of a customer's needs."""

    author_id: strawberry.Private[str]
    text: str | None = strawberry.field(description="What the customer needs; null: what was written before was withdrawn.")
    written_at: datetime = strawberry.field(description="When it was written.")

    @classmethod
    def of(cls, note: customers.NeedsNote) -> Self:
        """Show a note."""
        return cls(author_id=note.by, text=note.text, written_at=note.at)

    @strawberry.field(description="Who wrote it; null when the viewer may not know.")
    async def author(self, info: Info) -> Author | None:
        """Give who wrote it."""
        author: Author | None = await author_of(info.context, self.author_id)
        return author


@strawberry.type
class CustomerNeeds:
    """What a customer needs."""

    document: strawberry.Private[customers.Customer]

    @strawberry.field(description="What the customer needs, as written last; null: nothing is, or it was withdrawn.")
    def needs(self) -> NeedsNote | None:
        """Give the note that holds."""
        last = self.document.needs[-1] if self.document.needs else None
        return NeedsNote.of(last) if last is not None and last.text is not None else None

    @strawberry.field(
        description="All that was written of it, the oldest first, with merged duplicates'; the last 50.",
        directives=list_size(KEPT_NEEDS),
    )
    def needs_history(self) -> list[NeedsNote]:
        """Give the notes."""
        return [NeedsNote.of(note) for note in self.document.needs[-KEPT_NEEDS:]]
