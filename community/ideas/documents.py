"""What MongoDB keeps of ideas and of the votes for them."""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from pydantic import BaseModel, Field
from pymongo import ASCENDING, DESCENDING, IndexModel

from community.documents import Audience, SpaceContent
from community.marks import Mark
from core.records import PENDING_EVENTS


class IdeaStatus(StrEnum):
    """What the company makes of an idea."""

    OPEN = "OPEN"
    UNDER_REVIEW = "UNDER_REVIEW"
    PLANNED = "PLANNED"
    STARTED = "STARTED"
    DONE = "DONE"
    DECLINED = "DECLINED"


class IdeaStep(BaseModel):
    """What the company said of an idea, and when."""

    status: IdeaStatus
    answer: str | None = None
    by: str
    at: datetime


class Idea(SpaceContent):
    """What somebody would like to be: a customer's is PUBLIC, a member's only when they want it to be.

    A member's may stand in a space; one that is PUBLIC stands in no closed one.
    """

    gate_fields: ClassVar[tuple[str, ...]] = ("audience", "merged_into", "closed_space_id", "kept_for")

    title: str
    body: str
    author_id: str
    """A member, or a customer."""
    audience: Audience
    status: IdeaStatus = IdeaStatus.OPEN
    steps: list[IdeaStep] = Field(default_factory=list)
    """What the company said, the latest last."""
    vote_count: int = 0
    """How many voted for it or for one of the ideas that were merged into it; follows the votes."""
    updated_at: datetime
    message_ids: list[str] = Field(default_factory=list)
    """The customers' messages that it comes from."""
    merged_into: str | None = None
    absorbed: list[str] = Field(default_factory=list)

    class Settings:
        name = "ideas"
        indexes: ClassVar = [
            *(IndexModel([(field, DESCENDING), ("_id", DESCENDING)]) for field in ("created_at", "vote_count")),
            *(
                IndexModel([(by, ASCENDING), (field, DESCENDING), ("_id", DESCENDING)])
                for by in ("status", "author_id", "audience", "space_id")
                for field in ("created_at", "vote_count")
            ),
            PENDING_EVENTS,
        ]


class IdeaVote(Mark):
    """One voter's vote for one idea."""

    idea_id: str
    voter_id: str
    """A member, or a customer."""

    class Settings:
        name = "idea_votes"
        indexes: ClassVar = [IndexModel([("idea_id", ASCENDING), ("voter_id", ASCENDING)]), PENDING_EVENTS]
