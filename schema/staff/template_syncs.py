"""That a channel's message templates are read from its provider."""

from datetime import datetime
from typing import Self

import strawberry

from care.documents import channels
from schema.context import Info
from schema.staff.authors import Author, author_of


@strawberry.type(description="That the templates of a channel are read from its provider, and what came of it.")
class TemplateSync:
    """That the templates of a channel are read from its provider."""

    asked_by_id: strawberry.Private[str]
    asked_at: datetime = strawberry.field(description="When it was asked, the last time.")
    ended_at: datetime | None = strawberry.field(description="When it ended; null while it goes on.")
    found: int | None = strawberry.field(description="How many templates the provider told of; null unless it ended well.")
    error: str | None = strawberry.field(description="Why it failed; null where it did not.")

    @classmethod
    def of(cls, sync: channels.TemplateSync | None) -> Self | None:
        """Show the last one; None where there was none."""
        if sync is None:
            return None
        return cls(asked_by_id=sync.asked_by, asked_at=sync.asked_at, ended_at=sync.ended_at, found=sync.found, error=sync.error)

    @strawberry.field(description="Who asked for it; null for the system.")
    async def asked_by(self, info: Info) -> Author | None:
        """Give who asked."""
        author: Author | None = await author_of(info.context, self.asked_by_id)
        return author
