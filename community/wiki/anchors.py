"""Anchors of comments: a quote with the words around it (TextQuoteSelector of W3C Web Annotation), found again after edits."""

import difflib
from dataclasses import dataclass
from typing import Final

from core.text.markdown import plain

CONTEXT: Final = 32
"""So many letters before and after a quote tell it from its like."""
LONGEST_QUOTE: Final = 1_000
_LIKE_ENOUGH: Final = 0.5
_AROUND: Final = (CONTEXT, 16, 8)
_MOST_PLACES: Final = 500


@dataclass(frozen=True, slots=True)
class Selector:
    """A quote, what stands right before it and right after it, and where it was found last."""

    exact: str
    prefix: str = ""
    suffix: str = ""
    start: int = 0


def readable(markdown: str) -> str:
    """Give the text of a page as people see and quote it: without marks, every run of blanks and breaks as one blank."""
    return normal(plain(markdown))


def normal(text: str) -> str:
    """Spell a text with one blank for every run of blanks and breaks."""
    return " ".join(text.split())


def locate(text: str, wanted: Selector) -> Selector | None:
    """Find a quote in a readable text and give its selector there; None when it is gone.

    Of several places the one with the most of the same words around it, then the nearest to the last one. A quote that
    was changed itself is still found between the same words before and after it, while half of it is the same.
    """
    places = _places(text, wanted.exact)
    if places:
        start = max(places, key=lambda place: (_context(text, place, wanted), -abs(place - wanted.start)))
        return _selector(text, start, start + len(wanted.exact))
    return _changed(text, wanted)


def _places(text: str, exact: str) -> list[int]:
    places: list[int] = []
    start = text.find(exact)
    while start >= 0 and len(places) < _MOST_PLACES:
        places.append(start)
        start = text.find(exact, start + 1)
    return places


def _context(text: str, start: int, wanted: Selector) -> int:
    """Count the letters around a place that are as they were around the quote."""
    before, after = text[max(0, start - 2 * CONTEXT) : start], text[start + len(wanted.exact) :][: 2 * CONTEXT]
    return _same_end(before.rstrip(), wanted.prefix.rstrip()) + _same_start(after.lstrip(), wanted.suffix.lstrip())


def _same_start(one: str, other: str) -> int:
    return next((index for index, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _same_end(one: str, other: str) -> int:
    return _same_start(one[::-1], other[::-1])


def _changed(text: str, wanted: Selector) -> Selector | None:
    """Look for changed words between the same ones; of what is around them fewer and fewer must be the same."""
    for length in _AROUND:
        prefix, suffix = wanted.prefix[-length:], wanted.suffix[:length]
        if found := _between(text, wanted, prefix, suffix):
            return found
    return None


def _between(text: str, wanted: Selector, prefix: str, suffix: str) -> Selector | None:
    if not prefix and not suffix:
        return None
    starts = [place + len(prefix) for place in _places(text, prefix)] if prefix else [0]
    found = []
    for start in starts:
        end = text.find(suffix, start) if suffix else len(text)
        if start < end <= start + 2 * len(wanted.exact) + CONTEXT:
            likeness = difflib.SequenceMatcher(None, wanted.exact, text[start:end]).ratio()
            found.append((likeness, -abs(start - wanted.start), start, end))
    if not found or max(found)[0] < _LIKE_ENOUGH:
        return None
    _, _, start, end = max(found)
    return _selector(text, start, end)


def _selector(text: str, start: int, end: int) -> Selector:
    return Selector(text[start:end], text[max(0, start - CONTEXT) : start], text[end : end + CONTEXT], start)
