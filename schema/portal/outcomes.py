"""“You said, we did”: what the company did upon what customers said."""

from datetime import datetime
from typing import Any, Self

import strawberry

from community.ideas.reading import ideas_by_ids
from community.outcomes import documents
from community.outcomes.outcomes import MOST_SOURCES, count_outcomes, list_outcomes
from community.reading import questions_by_ids
from core.ids import with_prefix
from core.paging import Window
from schema.connections import connection_of
from schema.context import Info
from schema.directives import list_size
from schema.nodes import Node
from schema.paging import paged, pages
from schema.public_html import html


@strawberry.type(description="What customers said, and what the company did.")
class Outcome(Node):
    """What customers said, and what the company did."""

    document: strawberry.Private[documents.Outcome]
    title: str = strawberry.field(description="What it is about.")
    published_at: datetime | None = strawberry.field(description="When it was published.")
    voice_count: int = strawberry.field(description="How many ideas, questions and messages of customers it comes from.")

    @classmethod
    def from_document(cls, document: documents.Outcome) -> Self:
        """Show an outcome without who wrote it and without messages."""
        return cls(
            id=strawberry.ID(with_prefix("pou", document.id)),
            document=document,
            title=document.title,
            published_at=document.published_at,
            voice_count=len(document.idea_ids) + len(document.question_ids) + len(document.message_ids),
        )

    @strawberry.field(description="What customers said, as HTML that is safe to show.")
    def you_said_html(self, info: Info) -> str:
        """Render what was heard."""
        return html(info, self.document.heard)

    @strawberry.field(description="What the company did, as HTML that is safe to show.")
    def we_did_html(self, info: Info) -> str:
        """Render what was done."""
        return html(info, self.document.done)

    @strawberry.field(description="The public ideas and questions that it comes from.", directives=list_size(2 * MOST_SOURCES))
    async def sources(self, info: Info) -> list[Node]:
        """Give what was said in public."""
        context, document = info.context, self.document
        found = [
            *await context.load_many(ideas_by_ids, document.idea_ids),
            *await context.load_many(questions_by_ids, document.question_ids),
        ]
        return [context.present(one) for one in found]


@strawberry.type
class OutcomeQueries:
    """What can be asked of outcomes."""

    @paged(
        "What the company did upon what customers said, the latest first.",
        graphql_type=connection_of("schema.portal.outcomes", "Outcome"),
    )
    async def outcomes(self, info: Info, window: Window) -> Any:
        """List outcomes."""
        actor = info.context.actor
        return pages(info, await list_outcomes(actor, window), count=lambda: count_outcomes(actor))
