"""Cutting a text into words, each in its folded spelling and with its place in the original."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from core.text.fold import DROPPED, ZERO_WIDTH_NON_JOINER, fold

MAX_WORD_LENGTH: Final = 64

_INVISIBLE: Final = f"{DROPPED}{ZERO_WIDTH_NON_JOINER}"
_WORD: Final = re.compile(rf"[^\W_](?:[{_INVISIBLE}]*[^\W_])*{DROPPED}*")
# Verb prefixes and endings that some write joined, some with a space and some with a zero-width non-joiner.
_PERSIAN_PREFIXES: Final = frozenset({"می", "نمی"})
_PERSIAN_ENDINGS: Final = frozenset(
    {"ها", "های", "هایی", "ای", "تر", "ترین", "هایم", "هایت", "هایش", "هایمان", "هایتان", "هایشان"},
)


@dataclass(frozen=True, slots=True)
class Word:
    """A word: its `folded` spelling, cut at `MAX_WORD_LENGTH`, and where it stood: `text[start:end]`."""

    folded: str
    start: int
    end: int


def words(text: str) -> Iterator[Word]:
    """Yield the words of `text` in order: runs of letters and digits; a zero-width non-joiner joins, all else separates."""
    for match in _WORD.finditer(fold(text)):
        yield Word(_visible(match.group())[:MAX_WORD_LENGTH], match.start(), match.end())


def spellings(text: str) -> list[str]:
    """Return the folded words of `text`, Persian affixes both joined and separated, so that each spelling finds the other."""
    found: list[str] = []
    previous = ""
    for match in _WORD.finditer(fold(text)):
        parts = [part[:MAX_WORD_LENGTH] for part in match.group().replace(DROPPED, "").split(ZERO_WIDTH_NON_JOINER) if part]
        joined = "".join(parts)[:MAX_WORD_LENGTH]
        found.append(joined)
        if len(parts) > 1:
            found.extend(parts)
        elif previous and (previous in _PERSIAN_PREFIXES or joined in _PERSIAN_ENDINGS):
            found.append((previous + joined)[:MAX_WORD_LENGTH])
        previous = joined
    return found


def _visible(folded: str) -> str:
    return folded.replace(DROPPED, "").replace(ZERO_WIDTH_NON_JOINER, "")
