"""Small values embedded in other objects: tags, clocks, moods."""

from datetime import datetime
from typing import Self

import strawberry

from care.cases import clocks
from care.documents import clocks as clock_documents
from care.documents import conversations
from care.service_levels.drafts import MOST_ESCALATIONS
from community import documents
from community.watching import WatchLevel, tag_id
from schema.context import Info
from schema.directives import list_size
from schema.staff.enums import ClockStatus, SentimentLabel
from schema.staff.service_level_enums import Halt, Renewal
from schema.staff.watching import viewer_level


@strawberry.type(description="A label.")
class Tag:
    """A label."""

    id: strawberry.ID = strawberry.field(description="`tag_` and the slug.")
    slug: str = strawberry.field(description="The spelling to filter by.")
    name: str = strawberry.field(description="The spelling to show.")

    @classmethod
    def from_document(cls, tag: documents.Tag) -> Self:
        """Show a tag."""
        return cls(id=strawberry.ID(tag_id(tag)), slug=tag.slug, name=tag.name)

    @strawberry.field(description="How much of what happens to the questions, pages and posts with it the viewer is told.")
    async def viewer_watch_level(self, info: Info) -> WatchLevel:
        """Give what the viewer set."""
        return await viewer_level(info, [[self.id]], concerned=False)


@strawberry.type(description="The mood of a message.")
class Sentiment:
    """The mood of a message."""

    label: SentimentLabel = strawberry.field(description="The mood in a word.")
    score: float = strawberry.field(description="From -1, bad, to 1, good.")

    @classmethod
    def from_document(cls, sentiment: conversations.Sentiment | None) -> Self | None:
        """Show a mood, where there is one."""
        return cls(label=sentiment.label, score=sentiment.score) if sentiment is not None else None


@strawberry.type(description="A step of escalation that was taken, for a clock had run out and nobody had acted.")
class ClockEscalation:
    """A step of escalation that was taken."""

    step: int = strawberry.field(description="Its place among the steps of the policy, from 1.")
    at: datetime = strawberry.field(description="When people were told.")


@strawberry.type(description="A promise to a customer with a due time.")
class ResponseClock:
    """A promise to a customer with a due time."""

    status: ClockStatus = strawberry.field(description="How the clock stands.")
    due_at: datetime | None = strawberry.field(description="When it runs out; null when nothing is awaited.")
    met_at: datetime | None = strawberry.field(description="When it was met.")
    breached_at: datetime | None = strawberry.field(description="When it ran out.")
    paused_at: datetime | None = strawberry.field(description="Since when it stands.")
    paused_for: Halt | None = strawberry.field(description="While what it stands.")
    target_seconds: int | None = strawberry.field(description="How long it may take, in its hours.")
    warned_at: datetime | None = strawberry.field(description="When people were warned of it last.")
    renewed_at: datetime | None = strawberry.field(description="When it started anew.")
    renewed_upon: Renewal | None = strawberry.field(description="Upon what it started anew.")
    escalations: list[ClockEscalation] = strawberry.field(
        description="The steps of escalation that were taken, in order.", directives=list_size(MOST_ESCALATIONS)
    )

    @classmethod
    def from_document(cls, clock: clock_documents.ResponseClock, at: datetime) -> Self:
        """Show a clock as it stands at an instant."""
        return cls(
            status=clocks.status(clock, at),
            due_at=clock.due_at,
            met_at=clock.met_at,
            breached_at=clock.breached_at,
            paused_at=clock.paused_at,
            paused_for=clock.paused_for,
            target_seconds=clock.target_seconds,
            warned_at=clock.warned_at,
            renewed_at=clock.renewed_at,
            renewed_upon=clock.renewed_upon,
            escalations=[ClockEscalation(step=one.step + 1, at=one.at) for one in clock.escalations],
        )
