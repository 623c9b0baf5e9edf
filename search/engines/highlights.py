"""Showing in the original text which words were found."""

import html
from dataclasses import dataclass, field
from typing import Final

from core.text.lemma import words_with_forms
from core.text.words import Word
from search.engines.forms import Form
from search.engines.wording import Wanted, joined_spellings
from search.entries import SearchHit, SearchKind

BODY_CHARACTERS: Final = 240

_CONTEXT_CHARACTERS: Final = 50
_ELLIPSIS: Final = "…"


@dataclass(frozen=True, slots=True)
class Highlighter:
    """Marks the words of one query in the texts of its hits."""

    exact: frozenset[str]
    begun: tuple[str, ...]
    forgiven: tuple["_Forgiven", ...]
    # The same words come again and again in the hits of one query.
    seen: dict[str, bool] = field(default_factory=dict)

    @staticmethod
    def of(wanted: list[Wanted]) -> "Highlighter":
        """Return the highlighter for these words; for none, it only crops and escapes."""
        spelled = [word.spellings for word in wanted]
        return Highlighter(
            exact=frozenset[str]().union(*spelled, *joined_spellings(wanted)),
            begun=tuple(word.folded for word in wanted if word.is_begun),
            forgiven=tuple(
                _Forgiven(word.folded, word.typos, word.is_begun, frozenset(word.folded)) for word in wanted if word.typos
            ),
        )

    def hit(self, form: Form, score: float) -> SearchHit:
        """Return `form` as a hit, its title whole and its body cropped to about 240 characters."""
        title, body = form["title"], form["body"]
        return SearchHit(
            id=form["id"],
            kind=SearchKind(form["kind"]),
            score=score,
            title_highlight=_marked(title, self._found(title), start=0, end=len(title)),
            body_highlight=_cropped(body, self._found(body)),
        )

    def _found(self, text: str) -> list[Word]:
        if not self.exact:
            return []
        return [word for word, lemmas in words_with_forms(text) if self._is_wanted(word.folded, lemmas)]

    def _is_wanted(self, folded: str, lemmas: tuple[str, ...]) -> bool:
        if folded not in self.seen:
            exact = folded in self.exact or not self.exact.isdisjoint(lemmas)
            self.seen[folded] = exact or folded.startswith(self.begun) or any(word.stands_for(folded) for word in self.forgiven)
        return self.seen[folded]


@dataclass(frozen=True, slots=True)
class _Forgiven:
    """A word that is found although `typos` of its letters are wrong."""

    folded: str
    typos: int
    is_begun: bool
    letters: frozenset[str]

    def stands_for(self, folded: str) -> bool:
        """Whether `folded`, or its beginning if this word is only begun, is this word with typing errors."""
        if len(self.letters.difference(folded)) > self.typos:
            return False
        lengths = {len(folded), len(self.folded)} if self.is_begun else {len(folded)}
        return any(distance(self.folded, folded[:length], limit=self.typos) <= self.typos for length in lengths)


def distance(first: str, second: str, *, limit: int) -> int:
    """Return how many letters were changed, left out, added or swapped with a neighbour, or `limit + 1` if more than `limit`.

    The optimal string alignment distance (Damerau 1964), as search engines count typing errors.
    """
    if abs(len(first) - len(second)) > limit:
        return limit + 1
    before: list[int] = []
    row = list(range(len(second) + 1))
    for place in range(1, len(first) + 1):
        before, row = row, _next_row(first, second, place=place, rows=(before, row))
        if min(row) > limit:
            return limit + 1
    return row[-1]


def _next_row(first: str, second: str, *, place: int, rows: tuple[list[int], list[int]]) -> list[int]:
    earlier, above = rows
    row = [place]
    for column, letter in enumerate(second, start=1):
        changed = above[column - 1] + (first[place - 1] != letter)
        cost = min(changed, above[column] + 1, row[-1] + 1)
        if place > 1 and column > 1 and first[place - 2 : place] == letter + second[column - 2]:
            cost = min(cost, earlier[column - 2] + 1)
        row.append(cost)
    return row


def _cropped(text: str, found: list[Word]) -> str:
    if len(text) <= BODY_CHARACTERS:
        return _marked(text, found, start=0, end=len(text))
    first = _best_start(found)
    start = _word_start(text, max(0, min(first - _CONTEXT_CHARACTERS, len(text) - BODY_CHARACTERS)))
    end = min(len(text), start + BODY_CHARACTERS)
    if end < len(text):
        space = text.rfind(" ", start + BODY_CHARACTERS // 2, end + 1)
        end = end if space < 0 else space
    marked = _marked(text, found, start=start, end=end).strip()
    return f"{_ELLIPSIS if start else ''}{marked}{_ELLIPSIS if end < len(text) else ''}"


def _best_start(found: list[Word]) -> int:
    """Return where the window begins that shows the most different words; the first of equals."""
    best, most = 0, 0
    for place, word in enumerate(found):
        seen = {
            other.folded for other in found[place : place + 20] if other.end <= word.start + BODY_CHARACTERS - _CONTEXT_CHARACTERS
        }
        if len(seen) > most:
            best, most = word.start, len(seen)
    return best


def _word_start(text: str, place: int) -> int:
    """Return the beginning of the next word, so that none is shown by half; `place` itself where there is no space near."""
    if place == 0:
        return 0
    space = text.find(" ", place, place + _CONTEXT_CHARACTERS - 1)
    return place if space < 0 else space + 1


def _marked(text: str, found: list[Word], *, start: int, end: int) -> str:
    pieces: list[str] = []
    place = start
    for word in found:
        if start <= word.start and word.end <= end:
            pieces.append(html.escape(text[place : word.start]))
            pieces.append(f"<mark>{html.escape(text[word.start : word.end])}</mark>")
            place = word.end
    return "".join([*pieces, html.escape(text[place:end])])
