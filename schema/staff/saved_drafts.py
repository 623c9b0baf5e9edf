"""Replies that the viewer is still writing."""

from datetime import datetime
from typing import Self

import strawberry

from care.documents import drafts


@strawberry.type(description="What the viewer has begun to write and not sent; nobody else sees it.")
class SavedDraft:
    """What the viewer has begun to write and not sent."""

    body: str = strawberry.field(description="The words so far, in Markdown.")
    saved_at: datetime = strawberry.field(description="When they were last saved.")
    version: int = strawberry.field(description="Rises with each save; pass it as `seenVersion` to notice another window's.")
    conversation_id: strawberry.ID = strawberry.field(description="The id of the conversation it is written in.")

    @classmethod
    def from_document(cls, draft: drafts.SavedDraft | None) -> Self | None:
        """Show a draft, where there is one."""
        if draft is None:
            return None
        return cls(
            body=draft.body,
            saved_at=draft.saved_at,
            version=draft.version,
            conversation_id=strawberry.ID(draft.conversation_id),
        )
