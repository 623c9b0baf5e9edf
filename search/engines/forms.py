"""The form in which engines keep an entry: originals to show, folded words and lemmas to search, tokens to filter by."""

import re
from datetime import UTC, datetime, timedelta
from typing import Final, TypedDict
from urllib.parse import quote, unquote

from core.text.fold import ZERO_WIDTH_NON_JOINER
from core.text.lemma import MAX_LEMMATISED_CHARACTERS, lemma_forms
from core.text.words import spellings
from search.entries import SearchEntry

# Raised when what follows changes: engines then begin with an empty index, whose `count` of 0 asks for a rebuild.
FORM_VERSION: Final = 1
MAX_TITLE_CHARACTERS: Final = 500
MAX_BODY_CHARACTERS: Final = 200_000

_UNSTORABLE: Final = re.compile("[\x00\ud800-\udfff]")
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class Form(TypedDict):
    """An entry as the engines store it; every value is JSON."""

    id: str
    kind: str
    title: str
    body: str
    title_words: str
    keyword_words: str
    body_words: str
    lemma_words: str
    readers: list[str]
    tags: list[str]
    updated_at: int


def form_of(entry: SearchEntry) -> Form:
    """Return what engines store of `entry`. A title is cut after 500, a body after 200,000 characters."""
    title, body = storable(entry.title)[:MAX_TITLE_CHARACTERS], storable(entry.body)[:MAX_BODY_CHARACTERS]
    keywords = " \n ".join([*entry.keywords, *entry.tags])
    return Form(
        id=entry.id,
        kind=entry.kind.value,
        title=title,
        body=body,
        title_words=" ".join(spellings(title)),
        keyword_words=" ".join(spellings(keywords)),
        body_words=" ".join(spellings(body)),
        lemma_words=" ".join(_lemmas(f"{title}\n{keywords}\n{body}")),
        readers=sorted(token_of(reader) for reader in entry.readers),
        tags=[token_of(tag) for tag in dict.fromkeys(entry.tags)],
        updated_at=microseconds(entry.updated_at),
    )


def token_of(text: str) -> str:
    """Return `text` in ASCII without any character that could end a quoted filter value; `text_of` takes it back."""
    return quote(text, safe=":", errors="replace")


def text_of(token: str) -> str:
    """Return the text `token_of` was given."""
    return unquote(token)


def microseconds(moment: datetime) -> int:
    """Return the microseconds from 1970 to `moment`, exactly."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


def storable(text: str) -> str:
    """Return `text` with U+FFFD for each character that JSON, UTF-8 or HTML can't carry; the length stays."""
    return _UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", text)


def _lemmas(text: str) -> list[str]:
    """Return the dictionary forms that differ from the words themselves, in order: what the other fields don't hold already.

    Persian words written with a non-joiner also have those of their joined spelling, which the dictionary may list elsewhere.
    """
    forms = lemma_forms(text)
    spelled = spellings(text[:MAX_LEMMATISED_CHARACTERS])
    if ZERO_WIDTH_NON_JOINER in text or spelled != [folded for folded, _ in forms]:
        forms += lemma_forms(" ".join(spelled))
    return [lemma for folded, lemmas in forms for lemma in lemmas if lemma != folded]
