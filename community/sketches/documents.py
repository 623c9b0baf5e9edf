"""What MongoDB keeps of questions that are not asked yet."""

from datetime import datetime
from typing import ClassVar

from pydantic import Field
from pymongo import ASCENDING, DESCENDING, IndexModel

from core.records import PENDING_EVENTS, CreatedOnce


class QuestionSketch(CreatedOnce):
    """A question that a member has begun to write; nobody else ever reads it, and no event tells of it.

    Nothing in it names the question that it became: who asks anonymously stays so.
    """

    owner_id: str
    title: str = ""
    body: str = ""
    tag_slugs: list[str] = Field(default_factory=list)
    invited_expert_ids: list[str] = Field(default_factory=list)
    space_id: str | None = None
    anonymous: bool = False
    campaign_id: str | None = None
    updated_at: datetime

    class Settings:
        name = "question_sketches"
        indexes: ClassVar = [
            IndexModel([("owner_id", ASCENDING), ("updated_at", DESCENDING), ("_id", DESCENDING)]),
            PENDING_EVENTS,
        ]
