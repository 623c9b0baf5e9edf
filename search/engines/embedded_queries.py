"""Turning a query into one of tantivy's: words and filters in one query, so that counts and facets never tell more than hits."""

from typing import Final

from tantivy import FieldType, Occur, Query, Schema, SchemaBuilder

from search.engines.forms import microseconds, token_of
from search.engines.wording import Wanted, joined_spellings
from search.entries import SearchMode, SearchQuery

WORDS_TOKENIZER: Final = "words"
FACET_FIELDS: Final = ("kind", "tags")

# A word in the title is worth three in the body; a dictionary form a little less than the word itself.
_BOOSTS: Final = {"title_words": 3.0, "keyword_words": 2.0, "body_words": 1.0, "lemma_words": 0.8}
_WRITTEN_FIELDS: Final = ("title_words", "keyword_words", "body_words")
# Exact matches score their field's boost on top of BM25, which alone may be near 0 for a frequent word: they always come first.
_BEGUN_SCORE: Final = 0.1
_TYPO_SCORE: Final = 0.02


def build_schema() -> Schema:
    """Return the fields of an index; `source` is what hits are shown from."""
    builder = SchemaBuilder()
    builder.add_text_field("id", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("readers", tokenizer_name="raw", index_option="basic")
    for name in FACET_FIELDS:
        builder.add_text_field(name, fast=True, tokenizer_name="raw", index_option="basic")
    for name in _BOOSTS:
        builder.add_text_field(name, tokenizer_name=WORDS_TOKENIZER, index_option="freq")
    builder.add_integer_field("updated_at", indexed=True, fast=True)
    builder.add_bytes_field("source", stored=True)
    return builder.build()


SCHEMA: Final = build_schema()


def query_of(query: SearchQuery, wanted: list[Wanted]) -> Query:
    """Return the tantivy query for `query`, whose words are `wanted`."""
    matching = _any_of(wanted) if query.mode is SearchMode.ANY else _all_of(wanted)
    filters = [(Occur.Must, Query.boost_query(each, 0.0)) for each in _filters(query)]
    return Query.boolean_query([(Occur.Must, matching), *filters])


def _filters(query: SearchQuery) -> list[Query]:
    filters = [Query.term_set_query(SCHEMA, "readers", [token_of(reader) for reader in query.readers])]
    if query.kinds:
        filters.append(Query.term_set_query(SCHEMA, "kind", [kind.value for kind in query.kinds]))
    filters.extend(Query.term_query(SCHEMA, "tags", token_of(tag), index_option="basic") for tag in query.tags)
    if query.updated_after or query.updated_before:
        filters.append(_updated_between(query))
    return filters


def _updated_between(query: SearchQuery) -> Query:
    return Query.range_query(
        SCHEMA,
        "updated_at",
        FieldType.Integer,
        lower_bound=microseconds(query.updated_after) if query.updated_after else None,
        upper_bound=microseconds(query.updated_before) - 1 if query.updated_before else None,
    )


def _any_of(wanted: list[Wanted]) -> Query:
    if not wanted:
        return Query.empty_query()
    return Query.boolean_query([(Occur.Should, _exact(word.spellings)) for word in wanted])


def _all_of(wanted: list[Wanted]) -> Query:
    if not wanted:
        return Query.all_query()
    clauses = zip(wanted, joined_spellings(wanted), strict=True)
    return Query.boolean_query([(Occur.Must, _forgiving(word, joined)) for word, joined in clauses])


def _forgiving(word: Wanted, joined: frozenset[str]) -> Query:
    """Return what matches `word`, written alone or with a neighbour, begun where it may be, or with typing errors."""
    spellings = word.spellings | joined
    alternatives = [_exact(spellings), _in_field(spellings)]
    for field in _WRITTEN_FIELDS:
        if word.is_begun:
            begun = Query.fuzzy_term_query(SCHEMA, field, word.folded, distance=0, prefix=True)
            alternatives.append(Query.const_score_query(begun, _BEGUN_SCORE * _BOOSTS[field]))
        if word.typos:
            close = Query.fuzzy_term_query(SCHEMA, field, word.folded, distance=word.typos, prefix=word.is_begun)
            alternatives.append(Query.const_score_query(close, _TYPO_SCORE * _BOOSTS[field]))
    return Query.boolean_query([(Occur.Should, alternative) for alternative in alternatives])


def _in_field(spellings: frozenset[str]) -> Query:
    fields = [
        Query.const_score_query(Query.term_set_query(SCHEMA, field, list(spellings)), boost) for field, boost in _BOOSTS.items()
    ]
    return Query.disjunction_max_query(fields)


def _exact(spellings: frozenset[str]) -> Query:
    terms = [
        Query.boost_query(Query.term_query(SCHEMA, field, spelling, index_option="freq"), boost)
        for field, boost in _BOOSTS.items()
        for spelling in sorted(spellings)
    ]
    return Query.disjunction_max_query(terms, tie_breaker=0.1)
