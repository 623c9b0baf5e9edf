"""What a text wants, by word lists of ours in Turkish, Persian and English: offline, in a fraction of a millisecond."""

from collections import defaultdict
from collections.abc import Iterator
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Final

from core.text.language import LANGUAGES
from core.text.sentiment import sentiment_of
from core.text.words import words

_LISTS: Final = Path(__file__).parent / "intents"
_EXAMINED_CHARACTERS: Final = 5_000
_ASKED: Final = 2.0
"""What a question mark weighs."""
_FEELING: Final = 3.0
"""What the strongest feeling weighs, for a complaint or for praise."""
_PLAIN: Final = 2.0
"""A complaint of this weight is one, though most who complain also ask for something."""
_LEAST: Final = 1.0
"""With less than this a text wants nothing that we know of."""

_Entry = tuple[tuple[str, ...], bool, "Intent", float]


class Intent(StrEnum):
    """What somebody wants by a text; of those that weigh alike the first counts."""

    COMPLAINT = "COMPLAINT"
    IDEA = "IDEA"
    REQUEST = "REQUEST"
    QUESTION = "QUESTION"
    PRAISE = "PRAISE"
    OTHER = "OTHER"


def intent_of(text: str) -> Intent | None:
    """Tell what a text wants; OTHER where no word says so, None where there are no words.

    Words of all three languages count, whatever the language of the text. Reads the first 5,000 characters.
    """
    examined = text[:_EXAMINED_CHARACTERS]
    spoken = [word.folded for word in words(examined)]
    if not spoken:
        return None
    weights: defaultdict[Intent, float] = defaultdict(float)
    for intent, weight in _found(spoken):
        weights[intent] += weight
    if "?" in examined or "؟" in examined:
        weights[Intent.QUESTION] += _ASKED
    feeling = sentiment_of(examined) or 0.0
    weights[Intent.COMPLAINT if feeling < 0 else Intent.PRAISE] += abs(feeling) * _FEELING
    if weights[Intent.COMPLAINT] >= _PLAIN:
        for asked in (Intent.QUESTION, Intent.REQUEST):
            weights[asked] /= 2
    best = max(Intent, key=lambda intent: weights[intent])
    return best if weights[best] >= _LEAST else Intent.OTHER


def _found(spoken: list[str]) -> Iterator[tuple[Intent, float]]:
    """Find the entries of the lists; at one place the longest counts."""
    place = 0
    lists = _lexicon()
    while place < len(spoken):
        entry = next((one for one in lists.get(spoken[place][:2], ()) if _stands(one, spoken[place : place + len(one[0])])), None)
        if entry is not None:
            yield entry[2], entry[3]
        place += len(entry[0]) if entry is not None else 1


def _stands(entry: _Entry, spoken: list[str]) -> bool:
    parts, open_ended, _, _ = entry
    if len(spoken) < len(parts) or spoken[: len(parts) - 1] != list(parts[:-1]):
        return False
    return spoken[-1].startswith(parts[-1]) if open_ended else spoken[-1] == parts[-1]


@cache
def _lexicon() -> dict[str, list[_Entry]]:
    """Read the lists, by the first two letters of an entry, the longest first."""
    lexicon: defaultdict[str, list[_Entry]] = defaultdict(list)
    for entry in _entries():
        lexicon[entry[0][0][:2]].append(entry)
    return {start: sorted(entries, key=_length, reverse=True) for start, entries in lexicon.items()}


def _length(entry: _Entry) -> tuple[int, int]:
    return len(entry[0]), sum(len(part) for part in entry[0])


def _entries() -> Iterator[_Entry]:
    for language in LANGUAGES:
        for line in (_LISTS / f"{language}.txt").read_text("utf-8").splitlines():
            if line.startswith("#"):
                continue
            told, _, listed = line.partition(":")
            name, weight = told.split()
            for entry in listed.split():
                parts = tuple(word.folded for word in words(entry.rstrip("*").replace("_", " ")))
                yield parts, entry.endswith("*"), Intent(name), float(weight)
