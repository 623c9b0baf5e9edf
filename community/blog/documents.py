"""What MongoDB keeps of the blog: posts, what each revision of them said, and who acknowledged what."""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from pydantic import BaseModel, Field
from pymongo import ASCENDING, DESCENDING, IndexModel

from auth.actor import Role
from community.calm import Calm
from community.documents import SpaceContent, Tag
from core.records import PENDING_EVENTS, Record
from core.text.language import Language


class PostStatus(StrEnum):
    """DRAFT: its authors write; SCHEDULED: appears at a set time; PUBLISHED: all members read it."""

    DRAFT = "DRAFT"
    SCHEDULED = "SCHEDULED"
    PUBLISHED = "PUBLISHED"


class PostEntry(BaseModel):
    """What a post said after an edit, kept in the post until it is a revision of its own."""

    number: int
    """The post's `version` after the edit."""
    title: str
    body: str
    author_id: str
    at: datetime


class Announcement(BaseModel):
    """What members have to acknowledge: all of them, or those who hold one of the roles."""

    roles: list[Role] = Field(default_factory=list)
    due_at: datetime | None = None
    reminded_at: datetime | None = None
    """When those who had not acknowledged by `due_at` were reminded."""


class BlogPost(SpaceContent):
    """A post as it is now, in a space or in none; `author_ids` are its author and the co-authors, the author first."""

    gate_fields: ClassVar[tuple[str, ...]] = ("status", "author_ids", "closed_space_id", "kept_for")

    slug: str
    title: str
    body: str
    summary: str | None = None
    """What the author wrote to be shown in lists; without one, the post's beginning is."""
    author_ids: list[str]
    status: PostStatus = PostStatus.DRAFT
    publish_at: datetime | None = None
    published_at: datetime | None = None
    updated_at: datetime
    locale: Language | None = None
    reading_minutes: int
    tags: list[Tag] = Field(default_factory=list)
    series: Tag | None = None
    announcement: Announcement | None = None
    next_act_at: datetime | None = None
    """When the clocks look at it next: it is to appear, or its readers are to be reminded."""
    entries: list[PostEntry] = Field(default_factory=list)
    calm: Calm | None = None
    prompt_id: str | None = None
    """The prompt that it came from."""

    class Settings:
        name = "blog_posts"
        indexes: ClassVar = [
            IndexModel([("slug", ASCENDING)], unique=True),
            IndexModel([("status", ASCENDING), ("published_at", DESCENDING), ("_id", DESCENDING)]),
            IndexModel([("tags.slug", ASCENDING), ("published_at", DESCENDING), ("_id", DESCENDING)]),
            IndexModel([("series.slug", ASCENDING), ("published_at", DESCENDING), ("_id", DESCENDING)]),
            IndexModel([("space_id", ASCENDING), ("published_at", DESCENDING), ("_id", DESCENDING)]),
            IndexModel([("author_ids", ASCENDING), ("published_at", DESCENDING), ("_id", DESCENDING)]),
            IndexModel([("author_ids", ASCENDING), ("updated_at", DESCENDING), ("_id", DESCENDING)]),
            IndexModel([("next_act_at", ASCENDING)]),
            PENDING_EVENTS,
        ]


class BlogRevision(Record):
    """What a post said after one edit; the id is derived from post and number, and nothing in it ever changes."""

    post_id: str
    number: int
    title: str
    body: str
    author_id: str

    class Settings:
        name = "blog_revisions"
        indexes: ClassVar = [IndexModel([("post_id", ASCENDING), ("number", DESCENDING), ("_id", DESCENDING)]), PENDING_EVENTS]


class Acknowledgement(Record):
    """One member acknowledged one announcement; the id is derived from the two, so that it happens once."""

    post_id: str
    member_id: str

    class Settings:
        name = "acknowledgements"
        indexes: ClassVar = [
            IndexModel([("post_id", ASCENDING), ("created_at", ASCENDING), ("_id", ASCENDING)]),
            IndexModel([("post_id", ASCENDING), ("member_id", ASCENDING)]),
            PENDING_EVENTS,
        ]
