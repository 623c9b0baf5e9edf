"""What happens in the wiki, as facts."""

from dataclasses import dataclass
from typing import ClassVar

from core.events import Event

WIKI = "WIKI"


@dataclass(frozen=True, slots=True, kw_only=True)
class WikiEvent(Event):
    """Something happened to a page of the wiki."""

    topics: ClassVar[tuple[str, ...]] = (WIKI,)

    page_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WikiPageCreated(WikiEvent):
    """A page was written."""

    author_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WikiPageEdited(WikiEvent):
    """What a page says was changed; `number` is that of the new revision."""

    number: int
    author_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WikiPageModerated(WikiEvent):
    """A page was hidden by a moderator, or shown again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WikiPageMoved(WikiEvent):
    """A page stands elsewhere, and with it what is below it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WikiPageVerified(WikiEvent):
    """Who vouches for a page, or until when, was set."""

    owner_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WikiPageDeleted(WikiEvent):
    """A page was taken out of the wiki."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WikiEditProposed(WikiEvent):
    """An edit was written that must be approved before it is published; `number` is that of its revision."""

    number: int
    author_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WikiReviewRequested(WikiEvent):
    """People were asked to look at a proposed edit."""

    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WikiEditApproved(WikiEvent):
    """Somebody approved a proposed edit; with enough of them it is published, which is an edit of its own."""

    number: int
    approver_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WikiEditRejected(WikiEvent):
    """Somebody refused a proposed edit, with a reason."""

    number: int
    author_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WikiEditWithdrawn(WikiEvent):
    """A proposed edit was taken back."""

    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WikiApprovalSet(WikiEvent):
    """How many must approve the edits of a page and of those below was set."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WikiDraftPublished(WikiEvent):
    """A page says, or shall say, what a draft said at a version of the draft."""

    topics: ClassVar[tuple[str, ...]] = ()

    number: int
    draft_id: str
    draft_version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WikiReviewDue(WikiEvent):
    """A page can be relied on for two more weeks only."""

    owner_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WikiPageOutdated(WikiEvent):
    """Nobody vouches for a page any more."""

    owner_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WikiTemplateChanged(Event):
    """A template of pages was written, changed or taken away."""

    template_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WikiCommentAdded(WikiEvent):
    """Somebody remarked on a page, or answered in a thread."""

    comment_id: str
    author_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WikiCommentChanged(WikiEvent):
    """A remark on a page was written anew or taken away, or its thread was resolved or opened again."""

    comment_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WikiFileAttached(WikiEvent):
    """A file was attached to a page."""

    file_id: str
    staged_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WikiFileRemoved(WikiEvent):
    """A file of a page was taken away."""

    content_id: str
