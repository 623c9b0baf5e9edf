"""What the words of a query ask for, the same for every engine: fillers left out, dictionary forms, typing errors allowed."""

import re
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from core.text.lemma import lemma_forms
from core.text.words import spellings
from search.entries import SearchMode, SearchQuery

# Meilisearch reads no more; the embedded engine keeps to it so that both find the same.
MAX_WORDS_OF_ALL: Final = 10
MAX_WORDS_OF_ANY: Final = 16

_MIN_TELLING_LENGTH: Final = 3
_ONE_TYPO_FROM_LENGTH: Final = 5
_TWO_TYPOS_FROM_LENGTH: Final = 9
# Words that tell nothing of what is looked for, in English, Turkish and Persian; folded.
_FILLERS: Final = frozenset(
    re.findall(
        r"\w+",
        """
        a an and are as at be but by could dear did do does for from had has have he hello her hi his how
        i if in into is it its me my no not of on or our please she so thank thanks that the their them then
        there these they this to was we were what when where which who why will with would you your
        acaba ama ancak bana bazi ben beni benim bir biri biz bize bu bunu cok da daha de diye en gibi gunler
        hem her hic icin ile ise iyi ki kim lutfen merhaba mi mu nasil ne neden nerede niye o olan olarak oldu
        onu selam sen siz tesekkurler var ve veya ya yani yok
        از است اما ان انها ای این با باید بر برای به بود تا تر ترین خود دارد دارم در را سلام شد شده شما لطفا
        ما ممنون من می نمی نیز نیست ها های هایی هر هست هم همه و ولی چرا چطور چه چون که یا یک
        """,
    ),
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A word of the query: as written (folded), its other `forms`, and whether it may only be the beginning of a word."""

    folded: str
    forms: tuple[str, ...]
    is_begun: bool = False

    @property
    def spellings(self) -> frozenset[str]:
        """All that stands for this word without a typing error."""
        return frozenset({self.folded, *self.forms})

    @property
    def lemma(self) -> str:
        """The dictionary form, where there is one other than the word itself."""
        return next((form for form in self.forms if form != self.folded), self.folded)

    @property
    def typos(self) -> int:
        """How many typing errors are forgiven: 1 from five letters, 2 from nine, none in numbers."""
        if any(character.isdigit() for character in self.folded) or len(self.folded) < _ONE_TYPO_FROM_LENGTH:
            return 0
        return 1 if len(self.folded) < _TWO_TYPOS_FROM_LENGTH else 2


def wanted_words(query: SearchQuery) -> list[Wanted]:
    """Return what `query` looks for, in its order. None: no words to look for."""
    words = lemma_forms(query.text)
    return _any_of(words) if query.mode is SearchMode.ANY else _all_of(words)


def finds_nothing(query: SearchQuery) -> bool:
    """Tell whether no entry can be meant: nobody asks, or for something that holds no word, such as an emoji."""
    return not query.readers or (bool(query.text.strip()) and not spellings(query.text))


def joined_spellings(words: list[Wanted]) -> list[frozenset[str]]:
    """Return, for each word, how it is written together with a neighbour: «e mail» also stands for «email»."""
    joins = [first.folded + second.folded for first, second in pairwise(words)]
    return [frozenset(joins[max(0, place - 1) : place + 1]) for place in range(len(words))]


def _all_of(words: list[tuple[str, tuple[str, ...]]]) -> list[Wanted]:
    telling = [word for word in words if word[0] not in _FILLERS] or words
    kept = telling[:MAX_WORDS_OF_ALL]
    return [Wanted(folded, forms, is_begun=place == len(telling) - 1) for place, (folded, forms) in enumerate(kept)]


def _any_of(words: list[tuple[str, tuple[str, ...]]]) -> list[Wanted]:
    """Return the most telling words: used often or, where that does not decide, long."""
    forms = {folded: lemmas for folded, lemmas in words if folded not in _FILLERS and len(folded) >= _MIN_TELLING_LENGTH}
    times = Counter(folded for folded, _ in words)
    ranked = sorted(forms, key=lambda folded: (-times[folded], -len(folded), folded))
    return [Wanted(folded, forms[folded]) for folded in ranked[:MAX_WORDS_OF_ANY]]
