"""Turning a query into searches of Meilisearch, and their answers into a page."""

import json
import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from search.engines.forms import microseconds, text_of, token_of
from search.engines.wording import Wanted
from search.entries import MAX_FACET_VALUES, MAX_LIMIT, MAX_OFFSET, SearchFacet, SearchQuery

SETTINGS: Final[Mapping[str, Any]] = {
    "searchableAttributes": ["title_words", "keyword_words", "body_words", "lemma_words"],
    "displayedAttributes": ["id", "kind", "title", "body", "tags"],
    "filterableAttributes": ["id", "kind", "readers", "tags", "updated_at"],
    "sortableAttributes": ["updated_at"],
    "rankingRules": ["words", "typo", "attribute", "proximity", "sort", "exactness", "updated_at:desc"],
    "typoTolerance": {"disableOnNumbers": True, "minWordSizeForTypos": {"oneTypo": 5, "twoTypos": 9}},
    "pagination": {"maxTotalHits": MAX_OFFSET + MAX_LIMIT},
    "faceting": {"maxValuesPerFacet": MAX_FACET_VALUES, "sortFacetValuesBy": {"*": "count"}},
}
SHOWN: Final = ["id", "kind", "title", "body"]
HITS_PER_WORD: Final = 250

_FACET_FIELDS: Final = {SearchFacet.KIND: "kind", SearchFacet.TAG: "tags"}


@dataclass(frozen=True, slots=True)
class Ranked:
    """Entries that have any of the words, the best first, as (id, score); `is_partial` if a word had more hits than were read."""

    hits: list[tuple[str, float]]
    facets: dict[SearchFacet, dict[str, int]]
    is_partial: bool


def filter_of(query: SearchQuery) -> str:
    """Return the filter expression. Values are tokens, which can't hold a quote or a backslash."""
    parts = [f"readers IN [{_quoted(token_of(reader) for reader in query.readers)}]"]
    if query.kinds:
        parts.append(f"kind IN [{_quoted(kind.value for kind in query.kinds)}]")
    parts.extend(f'tags = "{token_of(tag)}"' for tag in sorted(query.tags))
    if query.updated_after:
        parts.append(f"updated_at >= {microseconds(query.updated_after)}")
    if query.updated_before:
        parts.append(f"updated_at < {microseconds(query.updated_before)}")
    return " AND ".join(parts)


def search_for_all(query: SearchQuery, wanted: list[Wanted]) -> tuple[str, dict[str, Any]]:
    """Return text and options of the search for entries that have all words; with an empty text, for the newest."""
    options: dict[str, Any] = {
        "filter": filter_of(query),
        "offset": query.offset,
        "limit": query.limit,
        "matchingStrategy": "all",
        "attributesToRetrieve": SHOWN,
        "showRankingScore": True,
        "facets": [_FACET_FIELDS[facet] for facet in sorted(query.facets)],
    }
    if not wanted:
        options["sort"] = ["updated_at:desc"]
    return " ".join(word.lemma for word in wanted), options


def searches_for_any(index: str, query: SearchQuery, wanted: list[Wanted]) -> list[dict[str, Any]]:
    """Return one search per word: Meilisearch would drop words from the end of a long query rather than weigh them."""
    return [
        {
            "indexUid": index,
            "q": f'"{word.lemma}"',
            "filter": filter_of(query),
            "limit": HITS_PER_WORD,
            "attributesToRetrieve": ["id", "kind", "tags"],
            "showRankingScore": True,
        }
        for word in wanted
    ]


def ranked(query: SearchQuery, answers: Sequence[Mapping[str, Any]], *, size: int) -> Ranked:
    """Merge the answers per word; a word counts for more the fewer of the `size` entries have it.

    The weight is the inverse document frequency of BM25 (Robertson and Spärck Jones), which Meilisearch itself lacks.
    """
    scores: dict[str, float] = defaultdict(float)
    documents: dict[str, Mapping[str, Any]] = {}
    for answer in answers:
        frequency = int(answer["estimatedTotalHits"])
        weight = math.log(1 + (max(size, frequency) - frequency + 0.5) / (frequency + 0.5))
        for hit in answer["hits"]:
            scores[hit["id"]] += weight * float(hit["_rankingScore"])
            documents[hit["id"]] = hit
    return Ranked(
        hits=sorted(scores.items(), key=lambda pair: (-pair[1], pair[0])),
        facets={facet: _counted(documents.values(), facet) for facet in sorted(query.facets)},
        is_partial=any(int(answer["estimatedTotalHits"]) > HITS_PER_WORD for answer in answers),
    )


def facets_of(query: SearchQuery, distribution: Mapping[str, Mapping[str, int]]) -> dict[SearchFacet, dict[str, int]]:
    """Return the counts of Meilisearch's answer, only those asked for."""
    return {facet: _first(Counter(distribution.get(_FACET_FIELDS[facet], {}))) for facet in sorted(query.facets)}


def _counted(documents: Any, facet: SearchFacet) -> dict[str, int]:
    counts: Counter[str] = Counter()
    for document in documents:
        values = document[_FACET_FIELDS[facet]]
        counts.update([values] if isinstance(values, str) else values)
    return _first(counts)


def _first(counts: Counter[str]) -> dict[str, int]:
    ordered = sorted((-count, text_of(token)) for token, count in counts.items())
    return {value: -count for count, value in ordered[:MAX_FACET_VALUES]}


def _quoted(values: Any) -> str:
    return ", ".join(json.dumps(value) for value in sorted(values))
