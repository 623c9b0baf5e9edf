"""What MongoDB keeps of the wiki: pages, and what each revision of them said."""

from datetime import datetime
from typing import ClassVar, Final

from pydantic import BaseModel, Field
from pymongo import ASCENDING, DESCENDING, IndexModel

from community.documents import Tag
from core.records import PENDING_EVENTS, CreatedOnce, Record
from core.text.language import Language

ROOT: Final = "root"
"""The parent of pages that stand at the top."""


class RevisionEntry(BaseModel):
    """What a page said after an edit, kept in the page until it is a revision of its own."""

    number: int
    """The page's `version` after the edit."""
    title: str
    body: str
    summary: str | None = None
    author_id: str
    at: datetime
    restored_from: int | None = None


class WikiPage(CreatedOnce):
    """A page as it is now; its latest revision says the same.

    Where it stands is `parent_id` and `slug`; `path` spells that out and follows when a page above it moves.
    """

    parent_id: str
    slug: str
    place: str | None = None
    """Parent and slug in one, unique; a deleted page gives its place up."""
    path: str
    former_paths: list[str] = Field(default_factory=list)
    """Where it stood before, the latest last: links to there still arrive."""
    title: str
    sort_title: str
    body: str
    locale: Language | None = None
    tags: list[Tag] = Field(default_factory=list)
    links: list[str] = Field(default_factory=list)
    """The paths that the text links to."""
    author_id: str
    edited_by: str
    owner_id: str | None = None
    verified_until: datetime | None = None
    updated_at: datetime
    entries: list[RevisionEntry] = Field(default_factory=list)

    class Settings:
        name = "wiki_pages"
        indexes: ClassVar = [
            IndexModel([("place", ASCENDING)], unique=True, sparse=True),
            IndexModel([("path", ASCENDING)]),
            IndexModel([("former_paths", ASCENDING)]),
            IndexModel([("links", ASCENDING), ("sort_title", ASCENDING), ("_id", ASCENDING)]),
            IndexModel([("parent_id", ASCENDING), ("sort_title", ASCENDING), ("_id", ASCENDING)]),
            IndexModel([("tags.slug", ASCENDING), ("updated_at", DESCENDING), ("_id", DESCENDING)]),
            IndexModel([("owner_id", ASCENDING), ("updated_at", DESCENDING), ("_id", DESCENDING)]),
            IndexModel([("owner_id", ASCENDING), ("verified_until", ASCENDING), ("_id", ASCENDING)]),
            IndexModel([("updated_at", DESCENDING), ("_id", DESCENDING)]),
            PENDING_EVENTS,
        ]


class WikiRevision(Record):
    """What a page said after one edit; the id is derived from page and number, and nothing in it ever changes."""

    page_id: str
    number: int
    title: str
    body: str
    summary: str | None = None
    author_id: str
    restored_from: int | None = None

    class Settings:
        name = "wiki_revisions"
        indexes: ClassVar = [IndexModel([("page_id", ASCENDING), ("number", DESCENDING), ("_id", DESCENDING)]), PENDING_EVENTS]
