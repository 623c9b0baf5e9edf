"""What happens in the customers' help, as facts."""

from dataclasses import dataclass

from core.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class HelpArticleEvent(Event):
    """Something happened to an article."""

    article_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HelpArticlePublished(HelpArticleEvent):
    """What a page or an answer says now was published for customers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HelpArticleWithdrawn(HelpArticleEvent):
    """Customers read it no more: somebody withdrew it, or its source left their sight."""
