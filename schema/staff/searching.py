"""Searching: everything the viewer may read, members, and questions like one about to be asked."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Annotated, Any, Final

import strawberry

from care.reading.cases import require_case
from community.directory import count_members, list_members
from core.errors import InvalidInput
from core.paging import COUNT_LIMIT, Slice, Window
from schema.connections import Connection, Edge, page_info, write_cursor
from schema.context import Info
from schema.directives import list_size
from schema.inputs import set_fields
from schema.paging import fixed, paged, pages
from schema.staff.directory import members_meant
from schema.staff.filters import ExpertFilter, SearchFilter
from schema.staff.members import Member
from schema.staff.reach import require_staff
from schema.staff.suggestions import (
    MOST_SUGGESTED,
    AnswerSuggestionConnection,
    AnswerSuggestionEdge,
    ExpertSuggestionConnection,
    ExpertSuggestionEdge,
    Scored,
    SearchHit,
    SimilarQuestionConnection,
    SimilarQuestionEdge,
    suggested,
    suggested_members,
    suggestions_field,
)
from search.alike import similar_questions
from search.entries import SearchKind
from search.experts.finding import suggest
from search.experts.members import search_members
from search.querying import Facet, Found, Hit, find
from search.suggestions import answers_while_replying

_MOST_FACETS: Final = 2
_MOST_BUCKETS: Final = 100
_AN_INSTANT: Final = timedelta(milliseconds=1)


@strawberry.type(description="The words found, in what they stand in: HTML that is safe to show, with matches in `<mark>`.")
class Highlight:
    """The words found, in what they stand in."""

    title: str | None = strawberry.field(description="The title.")
    body: str | None = strawberry.field(description="The part of the text around the matches.")


@strawberry.type(description="How many hits have a value.")
class FacetBucket:
    """How many hits have a value."""

    value: str = strawberry.field(description="The value.")
    count: int = strawberry.field(description="How many hits have it.")


@strawberry.type(description="What all hits can be narrowed by.")
class SearchFacet:
    """What all hits can be narrowed by."""

    name: str = strawberry.field(description="`kind` or `tag`: the field of the filter.")
    buckets: list[FacetBucket] = strawberry.field(
        description="Its values, the most frequent first.", directives=list_size(_MOST_BUCKETS)
    )

    @classmethod
    def of(cls, facet: Facet) -> "SearchFacet":
        """Show a facet."""
        return cls(name=facet.name, buckets=[FacetBucket(value=value, count=count) for value, count in facet.buckets])


@strawberry.type(description="Something found.")
class SearchEdge(Edge[SearchHit]):
    """Something found."""

    score: float = strawberry.field(description="How well it fits; orders this page and means nothing across searches.")
    highlight: Highlight | None = strawberry.field(description="The words found, in what they stand in.")


@strawberry.type(description="What was found, the best first; with an empty query the newest.")
class SearchConnection(Connection[SearchHit]):
    """What was found."""

    edges: list[SearchEdge] = strawberry.field(  # type: ignore[assignment]  # the edges of this list, which hold more
        description="The hits with how well they fit."
    )
    facets: list[SearchFacet] = strawberry.field(
        default_factory=list, description="What all hits can be narrowed by.", directives=list_size(_MOST_FACETS)
    )


@dataclass(slots=True)
class Narrowing:
    """What a search filter comes down to; no `kinds`: all of them, an empty set: none."""

    kinds: frozenset[SearchKind] | None = None
    tags: set[str] = field(default_factory=set)
    after: datetime | None = None
    before: datetime | None = None

    def take(self, asked: SearchFilter) -> None:
        """Narrow by a filter, too; InvalidInput for what a search can't do."""
        for name, value in _parts(asked):
            if name == "kind":
                self._take_kinds(value)
            elif name == "tag":
                self._take_tag(value)
            else:
                self._take_time(value)

    def _take_kinds(self, comparator: Any) -> None:
        for _, value in set_fields(comparator):
            named = frozenset(SearchKind(kind.value) for kind in (value if isinstance(value, list) else [value]))
            self.kinds = named if self.kinds is None else self.kinds & named

    def _take_tag(self, comparator: Any) -> None:
        for name, value in set_fields(comparator):
            if name != "eq":
                raise InvalidInput("Tags can only be searched by `eq`; use `and` for several.", path=("filter", "tag"))
            self.tags.add(value)

    def _take_time(self, comparator: Any) -> None:
        for name, value in set_fields(comparator):
            if name == "is_null":
                raise InvalidInput(
                    "Everything has been changed at some time; use `before` and `after`.", path=("filter", "updatedAt")
                )
            if name == "after":  # strictly later, where the engines take it in
                self.after = max(self.after or value, value + _AN_INSTANT)
            else:
                self.before = min(self.before or value, value)


def _parts(asked: SearchFilter) -> Iterator[tuple[str, Any]]:
    for name, value in set_fields(asked):
        if name == "and_":
            for part in value:
                yield from _parts(part)
        elif name in {"or_", "not_"}:
            message = "A search can't use `or` and `not`; use `in` for several kinds, or search more than once."
            raise InvalidInput(message, path=("filter", name.rstrip("_")))
        else:
            yield name, value


_Text = strawberry.argument(description="The words; the last one may be only begun. At most 1,000 characters.")


@strawberry.type
class SearchQueries:
    """What can be searched."""

    @paged(
        "Everything that the viewer may read and that has all the words, the best first; for an empty query the newest, "
        "for one without any word nothing.",
        graphql_type=SearchConnection,
    )
    async def search(
        self,
        info: Info,
        window: Window,
        query: Annotated[str, _Text],
        filter: Annotated[
            SearchFilter | None, strawberry.argument(description="What to search; absent: everything.")
        ] = strawberry.UNSET,
    ) -> object:
        """Search."""
        require_staff(info)
        narrowing = Narrowing()
        if filter:
            narrowing.take(filter)
        if narrowing.kinds is not None and not narrowing.kinds:
            return _shown(info, Found(Slice([], []), 0, []))
        found = await find(
            info.context.actor,
            info.context.search,
            query,
            kinds=narrowing.kinds or (),
            tags=narrowing.tags,
            updated_after=narrowing.after,
            updated_before=narrowing.before,
            window=window,
        )
        return _shown(info, found)

    @paged("Members; with words the best first, else by name.", graphql_type=Connection[Member])
    async def experts(
        self,
        info: Info,
        window: Window,
        query: Annotated[str | None, _Text] = strawberry.UNSET,
        filter: Annotated[
            ExpertFilter | None, strawberry.argument(description="Which ones; absent: all that the viewer may see.")
        ] = strawberry.UNSET,
    ) -> object:
        """Give a page of members."""
        require_staff(info)
        actor, condition = info.context.actor, await members_meant(info, filter or None)
        if query and query.strip():
            found = await search_members(actor, info.context.search, query, condition=condition, window=window)
            return pages(info, found.members, count=fixed(found.total))
        page = await list_members(actor, condition=condition, window=window)
        return pages(info, page, count=lambda: count_members(actor, condition=condition))

    @suggestions_field("Members who are likely to know something, the best first, with reasons.", ExpertSuggestionConnection)
    async def expert_suggestions(
        self,
        info: Info,
        window: Window,
        text: Annotated[str, strawberry.argument(description="What it is about, at any length.")],
    ) -> object:
        """Suggest experts."""
        require_staff(info)
        found = await suggest(info.context.actor, info.context.search, text, limit=MOST_SUGGESTED, rows=info.context.rows)
        return suggested(info, suggested_members(found), window, (ExpertSuggestionConnection, ExpertSuggestionEdge))

    @suggestions_field("Approved answers that fit a reply being written, the best first.", AnswerSuggestionConnection)
    async def answer_suggestions(
        self,
        info: Info,
        window: Window,
        case_id: Annotated[strawberry.ID, strawberry.argument(description="The id of the case.")],
        text: Annotated[str, strawberry.argument(description="What was written so far; empty: by what the customer said.")] = "",
    ) -> object:
        """Suggest answers."""
        require_staff(info)
        case = await require_case(info.context.actor, case_id)
        found = await answers_while_replying(info.context.actor, info.context.search, case, text, limit=MOST_SUGGESTED)
        rows = [Scored(entry, score) for entry, score in found]
        return suggested(info, rows, window, (AnswerSuggestionConnection, AnswerSuggestionEdge))

    @suggestions_field("Questions like one about to be asked, the most alike first.", SimilarQuestionConnection)
    async def similar_questions(
        self, info: Info, window: Window, title: Annotated[str, strawberry.argument(description="The question in a line.")]
    ) -> object:
        """Give similar questions."""
        require_staff(info)
        found = await similar_questions(info.context.actor, info.context.search, title, limit=MOST_SUGGESTED)
        rows = [Scored(question, score) for question, score in found]
        return suggested(info, rows, window, (SimilarQuestionConnection, SimilarQuestionEdge))


def _shown(info: Info, found: Found) -> SearchConnection:
    cursors = [write_cursor(info.context.keyring, place) for place in found.hits.positions]
    edges = [_edge(info, cursor, hit) for cursor, hit in zip(cursors, found.hits.items, strict=True)]
    return SearchConnection(
        edges=edges,
        page_info=page_info(found.hits, cursors),
        counter=fixed(COUNT_LIMIT + 1 if found.total_capped else found.total),
        facets=[SearchFacet.of(facet) for facet in found.facets],
    )


def _edge(info: Info, cursor: str, hit: Hit) -> SearchEdge:
    highlight = Highlight(title=hit.title_highlight, body=hit.body_highlight)
    return SearchEdge(cursor=cursor, node=info.context.present(hit.document), score=hit.score, highlight=highlight)
