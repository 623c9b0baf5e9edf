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
class WikiPageMoved(WikiEvent):
    """A page stands elsewhere, and with it what is below it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WikiPageVerified(WikiEvent):
    """Who vouches for a page, or until when, was set."""

    owner_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WikiPageDeleted(WikiEvent):
    """A page was taken out of the wiki."""
