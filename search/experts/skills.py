"""Which skills a text names, in any of the languages that people write."""

from collections.abc import Iterable

from community.documents import Skill
from core.text.lemma import lemma_forms

Spellings = frozenset[str]


def named_skills(text: str, skills: Iterable[Skill]) -> list[Skill]:
    """List the skills of which the text has a name, or a keyword, in whatever form: all its words, in any order."""
    heard = frozenset(spelling for word in _words(text) for spelling in word)
    return [skill for skill in skills if any(_is_heard(phrase, heard) for phrase in skill.words)]


def _is_heard(phrase: str, heard: Spellings) -> bool:
    words = _words(phrase)
    return bool(words) and all(word & heard for word in words)


def _words(text: str) -> list[Spellings]:
    return [frozenset({folded, *forms}) for folded, forms in lemma_forms(text)]
