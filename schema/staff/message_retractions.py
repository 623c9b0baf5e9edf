"""That a reply which was sent is taken back, as colleagues see it."""

from datetime import datetime
from typing import Self

import strawberry

from care.documents import conversations
from care.documents.conversations import RetractionState
from care.retractions.asking import may_retract
from schema.context import Info
from schema.enums import told
from schema.staff.authors import Author, author_of

told(
    RetractionState,
    "How far the taking back of a sent reply has come.",
    RETRACTING="The channel is asked to delete it.",
    RETRACTED="It is gone where the customer read it, and answers nobody any more.",
    FAILED="It stays where it is; `error` says why, and it can be asked again.",
)


@strawberry.type(description="That somebody wants a reply back that was sent.")
class MessageRetraction:
    """That somebody wants a reply back that was sent."""

    asked_by_id: strawberry.Private[str]
    state: RetractionState = strawberry.field(description="How far it has come.")
    reason: str = strawberry.field(description="Why, for colleagues.")
    asked_at: datetime = strawberry.field(description="When it was asked, the last time.")
    ended_at: datetime | None = strawberry.field(description="When it was gone, or given up; null while the channel is asked.")
    error: str | None = strawberry.field(description="Why it stays; null unless the state is FAILED.")

    @classmethod
    def of(cls, stored: conversations.Retraction) -> Self:
        """Show a retraction."""
        return cls(
            asked_by_id=stored.asked_by,
            state=stored.state,
            reason=stored.reason,
            asked_at=stored.asked_at,
            ended_at=stored.ended_at,
            error=stored.error,
        )

    @strawberry.field(description="Who asked for it, the last time; null when the viewer may not know.")
    async def asked_by(self, info: Info) -> Author | None:
        """Give who asked."""
        author: Author | None = await author_of(info.context, self.asked_by_id)
        return author


@strawberry.type
class RetractedMessage:
    """What of a message says whether it was taken back."""

    document: strawberry.Private[conversations.Message]

    @strawberry.field(description="Rises when somebody takes it back; send it as `expectedVersion`.")
    def version(self) -> int:
        """Give the version."""
        return self.document.version

    @strawberry.field(description="That it is taken back after it was sent; null for any other message.")
    def retraction(self) -> MessageRetraction | None:
        """Show the retraction."""
        stored = self.document.retraction
        return MessageRetraction.of(stored) if stored is not None else None

    @strawberry.field(description="Whether the viewer can take it back after it was sent; whether the channel can is told then.")
    def viewer_can_retract(self, info: Info) -> bool:
        """Ask the policy."""
        return bool(may_retract(info.context.actor, self.document))
