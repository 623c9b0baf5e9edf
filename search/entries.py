"""What is put into an index, what is asked of it, and what comes back."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

MAX_OFFSET: Final = 10_000
MAX_LIMIT: Final = 100
MAX_FACET_VALUES: Final = 100

_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,200}")


class SearchKind(StrEnum):
    """What an entry is about."""

    CASE = "CASE"
    """A customer's matter with all its messages; staff only."""
    QUESTION = "QUESTION"
    """A question of the community, with its comments."""
    ANSWER = "ANSWER"
    """An answer to a question; its title is the question's."""
    WIKI_PAGE = "WIKI_PAGE"
    """The latest revision of a wiki page."""
    BLOG_POST = "BLOG_POST"
    """A published blog post."""
    IDEA = "IDEA"
    """What somebody would like to be; staff only."""
    INSIGHT = "INSIGHT"
    """What was learned of customers and the market; staff only."""
    MEMBER = "MEMBER"
    """A member, found by name, department and skills."""
    ANSWER_BANK_ENTRY = "ANSWER_BANK_ENTRY"
    """A reusable answer of the front office, with the ways customers ask for it."""
    HELP_ARTICLE = "HELP_ARTICLE"
    """A published revision of the customers' help centre; portal."""
    PUBLIC_QUESTION = "PUBLIC_QUESTION"
    """A customer's approved question with its public answers; portal."""


class SearchFacet(StrEnum):
    """What hits can be counted by."""

    KIND = "KIND"
    TAG = "TAG"


class SearchMode(StrEnum):
    """How many of the words an entry must have."""

    ALL = "ALL"
    """Every word, the last one perhaps only begun: what a person types. Filler words don't count, nor those after the tenth."""
    ANY = "ANY"
    """At least one of the telling words, the more the better: for a long text, such as a case, that looks for its like."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchEntry:
    """One thing that can be found.

    `readers` are opaque tokens of who may read it, rendered from its gate: a query finds it when one of the query's
    tokens is among them. `title` and `body` are plain text and come back in highlights; `keywords` (variants of a
    question, skills) and `tags` are searched too. `language` is the language of the text if known; `updated_at` is
    aware. Raises ValueError for an id
    other than 1-200 of A-Z a-z 0-9 _ -, an empty token or tag, or a naive time.
    """

    id: str
    kind: SearchKind
    title: str
    body: str
    updated_at: datetime
    readers: frozenset[str]
    tags: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    language: str | None = None

    def __post_init__(self) -> None:
        """Refuse what no engine could store."""
        if _ID.fullmatch(self.id) is None:
            raise ValueError(f"id {self.id!r} must be 1-200 of A-Z, a-z, 0-9, _ and -")
        _require_aware(self.updated_at, name="updated_at")
        _require_texts(self.readers, name="readers")
        _require_texts(self.tags, name="tags")


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchQuery:
    """What is asked, by whom.

    With an empty `text` everything readable is found, newest first; with one that holds no word, such as an emoji,
    nothing. `readers` are the viewer's tokens: without any, nothing is found. Entries must be of one of `kinds` (empty:
    any) and carry all `tags` (spelled as they are), with `updated_after <= updated_at < updated_before`. Hits are
    `offset` to `offset + limit`. `facets` says what to count over all hits. Raises ValueError for a limit
    not in 1-100, an offset not in 0-10,000, an empty token or tag, or a naive time.
    """

    text: str
    readers: frozenset[str]
    mode: SearchMode = SearchMode.ALL
    kinds: frozenset[SearchKind] = frozenset()
    tags: frozenset[str] = frozenset()
    updated_after: datetime | None = None
    updated_before: datetime | None = None
    offset: int = 0
    limit: int = 20
    facets: frozenset[SearchFacet] = frozenset()
    highlight: bool = True

    def __post_init__(self) -> None:
        """Refuse what no engine could answer."""
        if not 1 <= self.limit <= MAX_LIMIT:
            raise ValueError(f"limit must be from 1 to {MAX_LIMIT}, not {self.limit}")
        if not 0 <= self.offset <= MAX_OFFSET:
            raise ValueError(f"offset must be from 0 to {MAX_OFFSET}, not {self.offset}")
        _require_texts(self.readers, name="readers")
        _require_texts(self.tags, name="tags")
        for name, moment in (("updated_after", self.updated_after), ("updated_before", self.updated_before)):
            if moment is not None:
                _require_aware(moment, name=name)


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchHit:
    """One entry found.

    `score` orders the hits of one page; it means nothing across engines, indexes or queries. The highlights are HTML:
    the original text, escaped, with matched words in `<mark>` (only if the query asked for it); the body is cropped
    around the matches, with … where text was left out.
    """

    id: str
    kind: SearchKind
    score: float
    title_highlight: str
    body_highlight: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchPage:
    """The hits asked for; `total` counts all that match, or, if `total_capped`, at least so many.

    `facets` holds, for each facet asked for, up to 100 values and their counts among all hits, the most frequent first.
    """

    hits: tuple[SearchHit, ...] = ()
    total: int = 0
    total_capped: bool = False
    facets: Mapping[SearchFacet, Mapping[str, int]] = field(default_factory=dict)


def _require_texts(texts: Collection[str], *, name: str) -> None:
    if "" in texts:
        raise ValueError(f"{name} must not hold an empty text")


def _require_aware(moment: datetime, *, name: str) -> None:
    if moment.tzinfo is None:
        raise ValueError(f"{name} must have a time zone")
