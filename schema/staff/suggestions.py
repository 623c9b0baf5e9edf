"""Who could help and what is known already, as it is suggested for a case, a text or a title."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, Final, Self

import strawberry

from care.documents import cases
from core.paging import Position, Window, take_slice
from core.records import Record
from schema.connections import Connection, Edge, page_info, write_cursor
from schema.context import Info
from schema.directives import list_size
from schema.paging import fixed, paged
from schema.staff.answer_bank import AnswerBankEntry
from schema.staff.blog import BlogPost
from schema.staff.cases import Case, SuggestionsFor
from schema.staff.ideas import Idea
from schema.staff.insights import Insight
from schema.staff.members import ExpertEvidence, Member
from schema.staff.questions import Question
from schema.staff.wiki import WikiPage
from search.experts.finding import Suggestion
from search.suggestions import answers_for_case, community_for_case, experts_for_case, knowledge_for_case

MOST_SUGGESTED: Final = 10
DEFAULT_SUGGESTED: Final = 5
_MOST_REASONS: Final = 5
_SCORE = "How well it fits; orders this list and means nothing across lists."

SearchHit = Annotated[
    Case | Question | WikiPage | BlogPost | Idea | Insight | Member | AnswerBankEntry,
    strawberry.union("SearchHit", description="What can be found."),
]


@strawberry.type(description="A member worth asking.")
class ExpertSuggestionEdge(Edge[Member]):
    """A member worth asking."""

    score: float = strawberry.field(description=_SCORE)
    reasons: list[ExpertEvidence] = strawberry.field(
        description="Why, the strongest reason first.", directives=list_size(_MOST_REASONS)
    )


@strawberry.type(description="Members worth asking, the best first.")
class ExpertSuggestionConnection(Connection[Member]):
    """Members worth asking, the best first."""

    edges: list[ExpertSuggestionEdge] = strawberry.field(  # type: ignore[assignment]  # the edges of this list, which hold more
        description="The members with their reasons."
    )


@strawberry.type(description="An entry of the answer bank that may fit.")
class AnswerSuggestionEdge(Edge[AnswerBankEntry]):
    """An entry of the answer bank that may fit."""

    score: float = strawberry.field(description=_SCORE)


@strawberry.type(description="Entries of the answer bank that may fit, the best first.")
class AnswerSuggestionConnection(Connection[AnswerBankEntry]):
    """Entries of the answer bank that may fit, the best first."""

    edges: list[AnswerSuggestionEdge] = strawberry.field(  # type: ignore[assignment]  # the edges of this list, which hold more
        description="The entries with how well they fit."
    )


@strawberry.type(description="Something that may help.")
class KnowledgeSuggestionEdge(Edge[SearchHit]):
    """Something that may help."""

    score: float = strawberry.field(description=_SCORE)


@strawberry.type(description="Questions, pages, posts and earlier cases that may help, the best first.")
class KnowledgeSuggestionConnection(Connection[SearchHit]):
    """Questions, pages, posts and earlier cases that may help, the best first."""

    edges: list[KnowledgeSuggestionEdge] = strawberry.field(  # type: ignore[assignment]  # the edges of this list, which hold more
        description="What may help, with how well it fits."
    )


@strawberry.type(description="A question like the one about to be asked.")
class SimilarQuestionEdge(Edge[Question]):
    """A question like the one about to be asked."""

    score: float = strawberry.field(description=_SCORE)


@strawberry.type(description="Questions like the one about to be asked, the most alike first.")
class SimilarQuestionConnection(Connection[Question]):
    """Questions like the one about to be asked, the most alike first."""

    edges: list[SimilarQuestionEdge] = strawberry.field(  # type: ignore[assignment]  # the edges of this list, which hold more
        description="The questions with how alike they are."
    )


@dataclass(frozen=True, slots=True)
class Scored:
    """One thing suggested, and what its edge tells besides the score."""

    document: Record
    score: float
    more: dict[str, Any] = field(default_factory=dict)


def suggested_members(found: Sequence[Suggestion]) -> list[Scored]:
    """Turn what the expert finder gives into rows with reasons."""
    return [
        Scored(
            suggestion.member,
            suggestion.score,
            {"reasons": [ExpertEvidence.from_document(reason) for reason in suggestion.reasons[:_MOST_REASONS]]},
        )
        for suggestion in found
    ]


def suggested(info: Info, rows: Sequence[Scored], window: Window, kinds: tuple[type, type]) -> Any:
    """Make a page of a short ranked list; `kinds` are its connection and its edge."""
    connection, edge = kinds
    page = take_slice(list(rows), [Position((row.document.id,)) for row in rows], window)
    cursors = [write_cursor(info.context.keyring, place) for place in page.positions]
    edges = [
        edge(cursor=cursor, node=info.context.present(row.document), score=row.score, **row.more)
        for cursor, row in zip(cursors, page.items, strict=True)
    ]
    return connection(edges=edges, page_info=page_info(page, cursors), counter=fixed(len(rows)))


def suggestions_field(description: str, connection: type) -> Any:
    """Declare a list of suggestions: 5 unless told, 10 at most."""
    return paged(description, graphql_type=connection, default=DEFAULT_SUGGESTED, most=MOST_SUGGESTED, forward_only=True)


@strawberry.type(description="Who could help with a case, and what is known already.")
class CaseSuggestions:
    """Who could help with a case, and what is known already."""

    case: strawberry.Private[cases.Case]

    @classmethod
    def of(cls, wanted: SuggestionsFor) -> Self:
        """Offer suggestions for a case."""
        return cls(case=wanted.document)

    @suggestions_field("Members worth asking, the best first.", ExpertSuggestionConnection)
    async def experts(self, info: Info, window: Window) -> object:
        """Suggest experts."""
        found = await experts_for_case(
            info.context.actor, info.context.search, self.case, limit=MOST_SUGGESTED, rows=info.context.rows
        )
        return suggested(info, suggested_members(found), window, (ExpertSuggestionConnection, ExpertSuggestionEdge))

    @suggestions_field("Entries of the answer bank that may fit, the best first.", AnswerSuggestionConnection)
    async def answer_bank_entries(self, info: Info, window: Window) -> object:
        """Suggest answers."""
        found = await answers_for_case(
            info.context.actor, info.context.search, self.case, limit=MOST_SUGGESTED, rows=info.context.rows
        )
        rows = [Scored(entry, score) for entry, score in found]
        return suggested(info, rows, window, (AnswerSuggestionConnection, AnswerSuggestionEdge))

    @suggestions_field("Solved questions and earlier cases that may help, the best first.", KnowledgeSuggestionConnection)
    async def knowledge(self, info: Info, window: Window) -> object:
        """Suggest what was solved before."""
        found = await knowledge_for_case(
            info.context.actor, info.context.search, self.case, limit=MOST_SUGGESTED, rows=info.context.rows
        )
        rows = [Scored(document, score) for document, score in found]
        return suggested(info, rows, window, (KnowledgeSuggestionConnection, KnowledgeSuggestionEdge))

    @suggestions_field(
        "Published questions and ideas of others like the case, the best first, to lead the customer to: `linkToCommunity`.",
        KnowledgeSuggestionConnection,
    )
    async def community(self, info: Info, window: Window) -> object:
        """Suggest what others talk about."""
        found = await community_for_case(
            info.context.actor, info.context.search, self.case, limit=MOST_SUGGESTED, rows=info.context.rows
        )
        rows = [Scored(document, score) for document, score in found]
        return suggested(info, rows, window, (KnowledgeSuggestionConnection, KnowledgeSuggestionEdge))
