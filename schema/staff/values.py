"""Small values embedded in other objects: tags, clocks, moods."""

from datetime import datetime
from typing import Self

import strawberry

from care.cases import clocks
from care.documents import cases, conversations
from community import documents
from schema.staff.enums import ClockStatus, SentimentLabel


@strawberry.type(description="A label.")
class Tag:
    """A label."""

    id: strawberry.ID = strawberry.field(description="`tag_` and the slug.")
    slug: str = strawberry.field(description="The spelling to filter by.")
    name: str = strawberry.field(description="The spelling to show.")

    @classmethod
    def from_document(cls, tag: documents.Tag) -> Self:
        """Show a tag."""
        return cls(id=strawberry.ID(f"tag_{tag.slug}"), slug=tag.slug, name=tag.name)


@strawberry.type(description="The mood of a message.")
class Sentiment:
    """The mood of a message."""

    label: SentimentLabel = strawberry.field(description="The mood in a word.")
    score: float = strawberry.field(description="From -1, bad, to 1, good.")

    @classmethod
    def from_document(cls, sentiment: conversations.Sentiment | None) -> Self | None:
        """Show a mood, where there is one."""
        return cls(label=sentiment.label, score=sentiment.score) if sentiment is not None else None


@strawberry.type(description="A promise to a customer with a due time.")
class ResponseClock:
    """A promise to a customer with a due time."""

    status: ClockStatus = strawberry.field(description="How the clock stands.")
    due_at: datetime | None = strawberry.field(description="When it runs out; null when nothing is awaited.")
    met_at: datetime | None = strawberry.field(description="When it was met.")
    breached_at: datetime | None = strawberry.field(description="When it ran out.")
    paused_at: datetime | None = strawberry.field(description="Since when it stands.")

    @classmethod
    def from_document(cls, clock: cases.ResponseClock, at: datetime) -> Self:
        """Show a clock as it stands at an instant."""
        return cls(
            status=clocks.status(clock, at),
            due_at=clock.due_at,
            met_at=clock.met_at,
            breached_at=clock.breached_at,
            paused_at=clock.paused_at,
        )
