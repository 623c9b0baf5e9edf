"""What the public can find: published questions with the company's answers, and help articles."""

from datetime import datetime
from typing import Annotated, Any, Final, Self, Union

import strawberry

from community import documents
from community.help import documents as articles
from community.help.documents import ArticleStatus
from community.help.reading import article_at, count_articles, list_articles
from community.peer_answers.helping import helped_viewer
from community.peer_answers.policies import may_answer_publicly, may_find_helpful, peer_status
from community.reading import PublicQuestionStatus, answer_counts, answers_of_questions, public_status
from core.ids import with_prefix
from core.paging import Slice, Window
from schema.connections import connection_of
from schema.context import Info
from schema.nodes import Node
from schema.paging import paged, pages
from schema.peer_answer_status import PeerAnswerStatus
from schema.public_html import html


@strawberry.type(description="An article of the company's help.")
class HelpArticle(Node):
    """An article of the company's help; nobody learns who wrote it, or what of."""

    document: strawberry.Private[articles.HelpArticle]
    title: str = strawberry.field(description="What it is about.")
    locale: str = strawberry.field(description="Its language: `tr`, `fa` or `en`.")
    slug: str = strawberry.field(description="Its place in addresses, unique in its language.")
    published_at: datetime = strawberry.field(description="When it was published as it is.")

    @classmethod
    def from_document(cls, article: articles.HelpArticle) -> Self:
        """Show an article without its source."""
        return cls(
            id=strawberry.ID(with_prefix("pha", article.id)),
            document=article,
            title=article.title,
            locale=article.locale,
            slug=article.slug,
            published_at=article.published_at,
        )

    @strawberry.field(description="The text as HTML that is safe to show.")
    def body_html(self, info: Info) -> str:
        """Render the text."""
        return html(info, self.document.body)


@strawberry.type(description="An answer of the company's, or of another customer's, to a question asked in public.")
class PublicAnswer(Node):
    """An answer to a question asked in public; nobody learns who wrote it."""

    document: strawberry.Private[documents.Answer]
    body: strawberry.Private[str]
    from_company: bool = strawberry.field(description="Whether the company gave it; if not, a customer did.")
    accepted: bool = strawberry.field(description="Whether it was accepted as solving the question.")
    created_at: datetime = strawberry.field(description="When it was given.")
    status: PeerAnswerStatus = strawberry.field(description="Whether everybody reads it.")
    helped_count: int = strawberry.field(description="How many customers said that it helped.")

    @classmethod
    def from_document(cls, answer: documents.Answer, question: documents.Question) -> Self:
        """Show an answer without its author."""
        return cls(
            id=strawberry.ID(with_prefix("pan", answer.id)),
            document=answer,
            body=answer.body,
            from_company=answer.author_id.startswith("mem_"),
            accepted=answer.id in question.accepted_answer_ids,
            created_at=answer.created_at,
            status=peer_status(answer) or PeerAnswerStatus.PUBLISHED,
            helped_count=answer.helped_count,
        )

    @strawberry.field(description="The text as HTML that is safe to show.")
    def body_html(self, info: Info) -> str:
        """Render the text."""
        return html(info, self.body)

    @strawberry.field(description="Why your answer was not published; null: it was, it waits, or it is not yours.")
    def declined_because(self, info: Info) -> str | None:
        """Tell the author."""
        is_own = self.document.author_id == info.context.actor.customer_id
        return self.document.peer.declined_because if is_own and self.document.peer is not None else None

    @strawberry.field(description="Whether you wrote it.")
    def is_yours(self, info: Info) -> bool:
        """Compare."""
        return info.context.actor.customer_id is not None and self.document.author_id == info.context.actor.customer_id

    @strawberry.field(description="Whether you said that it helped.")
    async def helped_viewer(self, info: Info) -> bool:
        """Look it up."""
        return bool(await info.context.load(helped_viewer, self.document.id))

    @strawberry.field(description="Whether you can say that it helped.")
    def viewer_can_say_it_helped(self, info: Info) -> bool:
        """Ask the policy."""
        return bool(may_find_helpful(info.context.actor, self.document))


@strawberry.type(description="A question that a customer asked in public.")
class PublicQuestion(Node):
    """A question that a customer asked in public; nobody learns who."""

    document: strawberry.Private[documents.Question]
    title: str = strawberry.field(description="The question in a line.")
    status: PublicQuestionStatus = strawberry.field(description="Where it stands.")

    @classmethod
    def from_document(cls, question: documents.Question) -> Self:
        """Show a question without its author."""
        return cls(
            id=strawberry.ID(with_prefix("pqs", question.id)),
            document=question,
            title=question.title,
            status=public_status(question),
        )

    @strawberry.field(description="The question as HTML that is safe to show.")
    def body_html(self, info: Info) -> str:
        """Render the text."""
        return html(info, self.document.body)

    @paged("The answers, the oldest first.", graphql_type=connection_of("schema.portal.knowledge", "PublicAnswer"))
    async def answers(self, info: Info, window: Window) -> Any:
        """Read the company's answers."""
        page: Slice[documents.Answer] = await info.context.load(answers_of_questions, self.document.id, window)
        rows = [PublicAnswer.from_document(answer, self.document) for answer in page.items]
        return pages(info, page, count=lambda: self._count(info), rows=rows)

    @strawberry.field(description="Whether you can answer it.")
    def viewer_can_answer(self, info: Info) -> bool:
        """Ask the policy."""
        return bool(may_answer_publicly(info.context.actor, self.document))

    @strawberry.field(description="Whether you asked it.")
    def is_yours(self, info: Info) -> bool:
        """Compare."""
        return info.context.actor.customer_id is not None and self.document.author_id == info.context.actor.customer_id

    async def _count(self, info: Info) -> int:
        return int(await info.context.load(answer_counts, self.document.id) or 0)


PublicKnowledge = Annotated[
    Union[HelpArticle, PublicQuestion],  # noqa: UP007 - strawberry names a union made of types, not of `|`
    strawberry.union("PublicKnowledge", description="What the public can find."),
]


@strawberry.type(description="Where the words were found; `<mark>` surrounds them, all else is escaped.")
class Highlight:
    """Where the words were found."""

    title: str | None = strawberry.field(description="The title with the words marked.")
    body: str | None = strawberry.field(description="A passage with the words marked.")


@strawberry.type(description="A find with its place.")
class PublicKnowledgeEdge:
    """A find with its place."""

    cursor: str = strawberry.field(description="The row's place: pass it as `after` or `before`.")
    node: PublicKnowledge | None = strawberry.field(description="What was found.")
    score: float = strawberry.field(description="How well it fits, from 0 to 1.")
    highlight: Highlight | None = strawberry.field(description="Where the words were found.")


_ARTICLES: Final = connection_of("schema.portal.knowledge", "HelpArticle")
_SLUG: Final = strawberry.argument(description="Its place in addresses.")
_LOCALE: Final = strawberry.argument(description="The language: `tr`, `fa` or `en`; absent: whichever there is.")
_OF_LOCALE: Final = strawberry.argument(description="Only those in this language: `tr`, `fa` or `en`; absent: all.")


@strawberry.type
class HelpQueries:
    """What can be asked of the company's help."""

    @strawberry.field(description="The article with a slug; null when there is none.")
    async def help_article(
        self, info: Info, slug: Annotated[str, _SLUG], locale: Annotated[str | None, _LOCALE] = None
    ) -> HelpArticle | None:
        """Read an article."""
        found = await article_at(info.context.actor, slug, locale)
        return HelpArticle.from_document(found) if found is not None else None

    @paged("The articles of the company's help, the latest first.", graphql_type=_ARTICLES)
    async def help_articles(self, info: Info, window: Window, locale: Annotated[str | None, _OF_LOCALE] = None) -> Any:
        """List articles."""
        actor, status = info.context.actor, ArticleStatus.PUBLISHED
        found = await list_articles(actor, status, locale, window)
        return pages(info, found, count=lambda: count_articles(actor, status, locale))
