"""What MongoDB keeps of the wiki: pages, and what each revision of them said."""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar, Final

from pydantic import BaseModel, Field
from pymongo import ASCENDING, DESCENDING, IndexModel
from typing_extensions import override

from community.calm import Calm
from community.documents import SpaceContent, Tag, Threaded
from community.wiki.events import WikiCommentChanged
from core.events import Event
from core.records import PENDING_EVENTS, CreatedOnce, Record
from core.text.language import Language

ROOT: Final = "root"
"""The parent of pages that stand at the top."""


class ProposalState(StrEnum):
    """Where a proposed edit stands; WRITTEN: nobody was asked to look at it yet."""

    WRITTEN = "WRITTEN"
    REVIEW_REQUESTED = "REVIEW_REQUESTED"
    REJECTED = "REJECTED"


class Approval(BaseModel):
    """Somebody said that an edit may be published."""

    member_id: str
    at: datetime


class Proposal(BaseModel):
    """What a page shall say once enough people approved it."""

    number: int
    """The page's `version` after the edit, and the number of its revision."""
    title: str
    body: str
    tags: list[Tag] = Field(default_factory=list)
    summary: str | None = None
    author_ids: list[str]
    """Who wrote it, the latest last; none of them can approve it."""
    at: datetime
    state: ProposalState = ProposalState.WRITTEN
    needed: int
    """How many approvals it took when it was last touched."""
    approvals: list[Approval] = Field(default_factory=list)
    reviewer_ids: list[str] = Field(default_factory=list)
    rejected_by: str | None = None
    reason: str | None = None
    restored_from: int | None = None
    merged_from: int | None = None


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
    merged_from: int | None = None
    """The version on which the edit began, when it was merged with what was written meanwhile."""
    proposed: bool | None = None
    """True for what was not published by this edit; readers who may not edit don't see it."""
    approved_by: list[str] = Field(default_factory=list)


class StrategyMark(BaseModel):
    """That a page is a strategy: whose, who writes it together, and of a fork where it comes from."""

    department_id: str | None = None
    co_author_ids: list[str] = Field(default_factory=list)
    origin_id: str | None = None
    origin_number: int | None = None
    """The revision of the origin that it began with."""
    forked_at: datetime | None = None


class WikiPage(SpaceContent):
    """A page as it is now; its latest revision says the same.

    Where it stands is `parent_id` and `slug`; `path` spells that out and follows when a page above it moves.
    """

    gate_fields: ClassVar[tuple[str, ...]] = ("unpublished", "kept_for")

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
    missing: list[str] = Field(default_factory=list)
    """Those of them where no page is."""
    broken: bool | None = None
    """True while there are any."""
    author_id: str
    edited_by: str
    source_answer_id: str | None = None
    """The answer to a question that it was made of."""
    owner_id: str | None = None
    verified_until: datetime | None = None
    verified_by: str | None = None
    """Who said so; told of it while nobody owns the page."""
    reminded_at: datetime | None = None
    outdated_at: datetime | None = None
    """When it was told that nobody vouches for the page any more."""
    next_act_at: datetime | None = None
    updated_at: datetime
    entries: list[RevisionEntry] = Field(default_factory=list)
    calm: Calm | None = None
    approvals_required: int | None = None
    """How many must approve an edit of this page and of those below; None: as many as above, 0: nobody."""
    proposal: Proposal | None = None
    withdrawn: int | None = None
    """The `version` that taking back the last such edit gave the page: what was proposed before counts no more."""
    unpublished: bool | None = None
    """True while nothing of a new page was approved; it then says what is proposed."""
    strategy: StrategyMark | None = None
    is_strategy: bool | None = None
    """True while there is one, to list them by."""

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
            IndexModel([("space_id", ASCENDING), ("updated_at", DESCENDING), ("_id", DESCENDING)]),
            IndexModel([("missing", ASCENDING)]),
            IndexModel([("broken", ASCENDING), ("sort_title", ASCENDING), ("_id", ASCENDING)]),
            IndexModel([("verified_until", ASCENDING), ("_id", ASCENDING)]),
            IndexModel([("next_act_at", ASCENDING)], sparse=True),
            IndexModel([("updated_at", DESCENDING), ("_id", DESCENDING)]),
            IndexModel([("is_strategy", ASCENDING), ("updated_at", DESCENDING), ("_id", DESCENDING)], sparse=True),
            IndexModel([("strategy.department_id", ASCENDING), ("updated_at", DESCENDING), ("_id", DESCENDING)]),
            IndexModel([("strategy.origin_id", ASCENDING), ("sort_title", ASCENDING), ("_id", ASCENDING)]),
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
    merged_from: int | None = None
    proposed: bool | None = None
    approved_by: list[str] = Field(default_factory=list)

    class Settings:
        name = "wiki_revisions"
        indexes: ClassVar = [IndexModel([("page_id", ASCENDING), ("number", DESCENDING), ("_id", DESCENDING)]), PENDING_EVENTS]


class WikiDraft(CreatedOnce):
    """What a member has begun to write, of a new page or for one that is there; nobody else sees it."""

    author_id: str
    page_id: str | None = None
    base_version: int | None = None
    """The `version` of the page on which the edit began."""
    path: str = ""
    """Where a new page shall stand."""
    title: str = ""
    body: str = ""
    summary: str | None = None
    tag_slugs: list[str] = Field(default_factory=list)
    updated_at: datetime

    class Settings:
        name = "wiki_drafts"
        indexes: ClassVar = [
            IndexModel([("author_id", ASCENDING), ("updated_at", DESCENDING), ("_id", DESCENDING)]),
            PENDING_EVENTS,
        ]


class TemplateVariable(BaseModel):
    """A gap in a template: `{{name}}`."""

    name: str
    label: str
    default: str | None = None
    """What stands there when nothing is given; None: something must be."""


class WikiTemplate(CreatedOnce):
    """What new pages of a kind begin with."""

    name: str
    sort_name: str
    description: str | None = None
    title: str
    body: str
    tag_slugs: list[str] = Field(default_factory=list)
    variables: list[TemplateVariable] = Field(default_factory=list)
    author_id: str
    updated_at: datetime

    class Settings:
        name = "wiki_templates"
        indexes: ClassVar = [IndexModel([("sort_name", ASCENDING), ("_id", ASCENDING)]), PENDING_EVENTS]


class Anchor(BaseModel):
    """Which words of a page a thread is about."""

    quote: str
    """What was quoted when the thread began."""
    exact: str
    """What stands there now; what stood there last, once it is gone."""
    prefix: str
    suffix: str
    start: int
    """Where it begins in the page's text without marks."""
    orphaned: bool = False
    """The words are gone from the page."""


class WikiComment(Threaded):
    """A remark on a page, which begins a thread, or an answer in a thread."""

    page_id: str
    body: str
    anchor: Anchor | None = None
    updated_at: datetime

    @override
    def change(self) -> Event:
        return WikiCommentChanged(page_id=self.page_id, comment_id=self.id)

    class Settings:
        name = "wiki_comments"
        indexes: ClassVar = [
            IndexModel([("root", ASCENDING), ("page_id", ASCENDING), ("created_at", ASCENDING), ("_id", ASCENDING)]),
            IndexModel([("thread_id", ASCENDING), ("created_at", ASCENDING), ("_id", ASCENDING)]),
            IndexModel([("created_at", ASCENDING), ("_id", ASCENDING)]),
            PENDING_EVENTS,
        ]


class WikiFile(Record):
    """A file of a page; the id is derived from the place that it was sent to, so that it is attached once."""

    page_id: str
    name: str
    content_type: str
    size: int
    content_id: str
    staged_id: str
    uploaded_by: str

    class Settings:
        name = "wiki_files"
        indexes: ClassVar = [IndexModel([("page_id", ASCENDING), ("created_at", ASCENDING), ("_id", ASCENDING)]), PENDING_EVENTS]
