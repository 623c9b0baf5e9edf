"""Telling Turkish, Persian and English apart, offline, by py3langid's model."""

import threading
import unicodedata
from functools import cache
from typing import Final, Literal

from py3langid.langid import MODEL_FILE, LanguageIdentifier

Language = Literal["tr", "fa", "en"]

LANGUAGES: Final[tuple[Language, ...]] = ("tr", "fa", "en")

_EXAMINED_CHARACTERS: Final = 2_000
_MIN_LETTERS: Final = 3
# The model's own confidences: a single clear word reaches .75; a sentence in German or in two languages stays below .9.
_SHORT_TEXT_LETTERS: Final = 20
_MIN_CONFIDENCE_SHORT: Final = 0.75
_MIN_CONFIDENCE: Final = 0.9
_SCRIPTS: Final = ("LATIN", "ARABIC")
_LOADING: Final = threading.Lock()


def detect_language(text: str) -> Language | None:
    """Return the language of `text`, or None where it is too short, in another script, or not clear.

    Reads the first 2,000 characters. The model knows these three only, so a neighbour in the same script (Arabic,
    Kurdish, Azeri) may be taken for one of them. The first call loads the model (about a second): call
    `prepare_languages` off the event loop before.
    """
    examined = text[:_EXAMINED_CHARACTERS]
    letters = [character for character in examined if character.isalpha()]
    if len(letters) < _MIN_LETTERS or not _is_in_known_script(letters):
        return None
    label, confidence = _identifier().classify(examined)
    required = _MIN_CONFIDENCE_SHORT if len(letters) < _SHORT_TEXT_LETTERS else _MIN_CONFIDENCE
    if confidence < required:
        return None
    return next(language for language in LANGUAGES if language == label)


def prepare_languages() -> None:
    """Load the model now rather than at the first text; blocks for about a second, once per process."""
    _identifier()


def _is_in_known_script(letters: list[str]) -> bool:
    known = sum(unicodedata.name(letter, "").startswith(_SCRIPTS) for letter in letters)
    return known * 2 > len(letters)


def _identifier() -> LanguageIdentifier:
    with _LOADING:
        return _load()


@cache
def _load() -> LanguageIdentifier:
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(list(LANGUAGES))
    return identifier
