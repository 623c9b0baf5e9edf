"""What happens in the blog, as facts."""

from dataclasses import dataclass
from typing import ClassVar, Final

from core.events import Event

POSTS: Final = "POSTS"


@dataclass(frozen=True, slots=True, kw_only=True)
class BlogEvent(Event):
    """Something happened to a post of the blog."""

    topics: ClassVar[tuple[str, ...]] = (POSTS,)
    node_field: ClassVar[str | None] = "post_id"

    post_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BlogPostCreated(BlogEvent):
    """A draft was written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BlogPostEdited(BlogEvent):
    """What a post says, or who writes it, was changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BlogPostModerated(BlogEvent):
    """A post was hidden by a moderator, or shown again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BlogPostMoved(BlogEvent):
    """A post stands in another space, or in none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BlogPostScheduled(BlogEvent):
    """It was settled when a post appears."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BlogPostPublished(BlogEvent):
    """A post appeared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BlogPostWithdrawn(BlogEvent):
    """A post is a draft again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BlogPostDeleted(BlogEvent):
    """A post was taken out of the blog."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnouncementAcknowledged(BlogEvent):
    """A member acknowledged an announcement."""

    member_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnouncementOverdue(BlogEvent):
    """An announcement was to be acknowledged by now."""
