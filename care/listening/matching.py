"""Finding the phrases of all queries in a message, in one pass over its words."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Self

from care.documents.conversations import Message
from care.documents.listening import ListeningQuery
from core.text.words import spellings, words

Phrase = tuple[str, ...]


def phrase_of(text: str) -> Phrase:
    """Give the folded words of a phrase."""
    return tuple(word.folded for word in words(text))


@dataclass(frozen=True, slots=True)
class Matcher:
    """The phrases of some queries, to be looked up by their first word."""

    queries: tuple[ListeningQuery, ...]
    by_first_word: dict[str, tuple[Phrase, ...]]

    @classmethod
    def of(cls, queries: Sequence[ListeningQuery]) -> Self:
        """Compile queries."""
        phrases: dict[str, set[Phrase]] = {}
        for query in queries:
            for text in (*query.any_of, *query.all_of, *query.none_of):
                phrase = phrase_of(text)
                phrases.setdefault(phrase[0], set()).add(phrase)
        return cls(tuple(queries), {first: tuple(sorted(held)) for first, held in phrases.items()})

    def matches(self, message: Message) -> Iterator[tuple[ListeningQuery, list[str]]]:
        """Give each query that fits the message, with its phrases that are in it."""
        there = self.found_in(message.body)
        for query in self.queries:
            if _is_for(query, message):
                hits = _hits(query, there)
                if hits:
                    yield query, hits

    def found_in(self, text: str) -> set[Phrase]:
        """Give the phrases that are in a text, in either way of writing Persian endings."""
        found: set[Phrase] = set()
        for said in ([word.folded for word in words(text)], spellings(text)):
            for place, word in enumerate(said):
                for phrase in self.by_first_word.get(word, ()):
                    if tuple(said[place : place + len(phrase)]) == phrase:
                        found.add(phrase)
        return found


def _is_for(query: ListeningQuery, message: Message) -> bool:
    return (
        (not query.channel_ids or message.channel_id in query.channel_ids)
        and (not query.visibilities or message.visibility in query.visibilities)
        and (not query.languages or message.language in query.languages)
    )


def _hits(query: ListeningQuery, there: set[Phrase]) -> list[str]:
    """Give the phrases that make the query fit, none when it does not."""
    hits = [text for text in query.any_of if phrase_of(text) in there]
    musts = [text for text in query.all_of if phrase_of(text) in there]
    if len(musts) < len(query.all_of) or (query.any_of and not hits):
        return []
    if any(phrase_of(text) in there for text in query.none_of):
        return []
    return list(dict.fromkeys([*hits, *musts]))
