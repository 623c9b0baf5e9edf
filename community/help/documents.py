"""What MongoDB keeps of the customers' help: what was published of pages and answers, as it was published."""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from pymongo import ASCENDING, DESCENDING, IndexModel

from community.documents import SpaceContent
from core.records import PENDING_EVENTS
from core.text.language import Language


class ArticleStatus(StrEnum):
    """PUBLISHED: customers and the public read it; WITHDRAWN: they do not, or not any more."""

    PUBLISHED = "PUBLISHED"
    WITHDRAWN = "WITHDRAWN"


class HelpArticle(SpaceContent):
    """What customers read of a page or an answer: a copy of its words, so that later edits wait until they are published.

    The id is derived from the source, so that there is one for each. The fields of spaces and moderation follow the source,
    which stands in no closed space while it is published.
    """

    gate_fields: ClassVar[tuple[str, ...]] = ("status", "closed_space_id", "kept_for")

    source_id: str
    root_id: str
    """The page, or the question of the answer."""
    source_version: int
    """The `version` of the page or the answer that was published."""
    address: str
    """Language and slug, unique."""
    locale: Language
    slug: str
    title: str
    body: str
    status: ArticleStatus = ArticleStatus.PUBLISHED
    published_at: datetime
    published_by: str
    withdrawn_at: datetime | None = None

    class Settings:
        name = "help_articles"
        indexes: ClassVar = [
            IndexModel([("address", ASCENDING)], unique=True),
            IndexModel([("status", ASCENDING), ("published_at", DESCENDING), ("_id", DESCENDING)]),
            IndexModel([("status", ASCENDING), ("locale", ASCENDING), ("published_at", DESCENDING), ("_id", DESCENDING)]),
            IndexModel([("status", ASCENDING), ("slug", ASCENDING)]),
            IndexModel([("root_id", ASCENDING)]),
            PENDING_EVENTS,
        ]
