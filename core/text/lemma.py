"""Dictionary forms of words: what makes «siparişlerimiz» found by «sipariş», by simplemma's dictionaries."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Final

import simplemma

from core.text.fold import ZERO_WIDTH_NON_JOINER, fold
from core.text.language import LANGUAGES, Language
from core.text.words import MAX_WORD_LENGTH, Word, words

MAX_LEMMATISED_CHARACTERS: Final = 20_000

_MIN_PERSIAN_STEM: Final = 3
# Longest first: «هایشان» must not lose only «شان».
_PERSIAN_ENDINGS: Final = ("هایشان", "هایتان", "هایمان", "هایش", "هایت", "هایم", "هایی", "ترین", "های", "ها", "ای", "تر")


def lemmatise(text: str, language: Language | None) -> str:
    """Return the dictionary forms of the words of `text`, folded, in order, joined by single spaces.

    A word the dictionary lacks stays as it is; with `language` None all do. Only the first 20,000 characters are read.
    The first call in a language loads its dictionary (Turkish: over a second, 100 MB): call `prepare_lemmas` off the
    event loop before.
    """
    return " ".join(lemma for _, lemma in _lemmas(text, language))


def words_with_forms(text: str) -> Iterator[tuple[Word, tuple[str, ...]]]:
    """Yield each word of `text` with its dictionary forms in all our languages, for text of unknown language."""
    for word in words(text[:MAX_LEMMATISED_CHARACTERS]):
        yield word, _all_forms(_original(text, start=word.start, end=word.end))


def lemma_forms(text: str) -> list[tuple[str, tuple[str, ...]]]:
    """Return each folded word of `text` with its dictionary forms in all our languages, for text of unknown language."""
    return [(word.folded, forms) for word, forms in words_with_forms(text)]


def prepare_lemmas() -> None:
    """Load the three dictionaries now rather than at the first text; blocks for about two seconds, once per process."""
    for language in LANGUAGES:
        simplemma.lemmatize("a", lang=language)


def _lemmas(text: str, language: Language | None) -> Iterator[tuple[str, str]]:
    for word in words(text[:MAX_LEMMATISED_CHARACTERS]):
        if language is None:
            yield word.folded, word.folded
        else:
            yield word.folded, _lemma(_original(text, start=word.start, end=word.end), language)


def _original(text: str, *, start: int, end: int) -> str:
    return text[start : min(end, start + MAX_WORD_LENGTH)]


@lru_cache(maxsize=50_000)
def _all_forms(word: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_lemma(word, language) for language in _possible_languages(word)))


def _possible_languages(word: str) -> tuple[Language, ...]:
    return ("tr", "en") if word[0] < "\u0590" else ("fa",)


@lru_cache(maxsize=50_000)
def _lemma(word: str, language: Language) -> str:
    if language == "fa":
        return _persian_lemma(word)
    lowered = _turkish_lower(word) if language == "tr" else word.lower()
    return _searchable(simplemma.lemmatize(lowered, lang=language))


def _turkish_lower(word: str) -> str:
    """Lower the case, «I» to «ı»; but to «i» where only that is a word, for «IADE» is what many keyboards write."""
    lowered = word.replace("I", "ı").replace("İ", "i").lower()
    if "I" in word and not simplemma.is_known(lowered, lang="tr"):
        return word.replace("İ", "i").lower()
    return lowered


def _persian_lemma(word: str) -> str:
    """Strip the plural and ezafe endings first: the dictionary has «شکایت» but not «شکایت‌ها»."""
    letters = _persian_letters(word)
    stem, joiner, ending = letters.rpartition(ZERO_WIDTH_NON_JOINER)
    if joiner and ending in _PERSIAN_ENDINGS:
        letters = stem
    elif not simplemma.is_known(letters, lang="fa"):
        letters = _without_joined_ending(letters)
    return _searchable(simplemma.lemmatize(letters, lang="fa"))


def _without_joined_ending(word: str) -> str:
    for ending in _PERSIAN_ENDINGS:
        stem = word.removesuffix(ending)
        if stem != word and len(stem) >= _MIN_PERSIAN_STEM and simplemma.is_known(stem, lang="fa"):
            return stem
    return word


def _persian_letters(word: str) -> str:
    """Return the dictionary's spelling: Persian letters, no harakat, but آ and the zero-width non-joiner kept."""
    return "".join(letter if letter in "آأئؤء" else fold(letter) for letter in word).replace("\u200d", "")


def _searchable(lemma: str) -> str:
    """Lemmas are compared like all words: folded, as one word (a few dictionary forms have two)."""
    return "".join(word.folded for word in words(lemma))
