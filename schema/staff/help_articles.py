"""The customers' help as the staff sees it: what was published of which page or answer, and publishing it."""

from datetime import datetime
from typing import Annotated, ClassVar, Final, Self

import strawberry

from community.help import documents
from community.help.articles import ArticleDraft, publish_article, withdraw_article
from community.help.documents import ArticleStatus
from community.help.policies import may_publish, may_withdraw
from community.help.reading import count_articles, list_articles
from core.paging import Window
from core.text.markdown import render
from schema.connections import Connection
from schema.context import Info
from schema.enums import told
from schema.errors import Payload, mutation, parse
from schema.inputs import INPUT, changed, expected_version, given, required, values_of
from schema.nodes import Node
from schema.paging import paged, pages
from schema.staff.members import Member, member_of
from schema.staff.reach import reach, require_staff

told(
    ArticleStatus,
    "Whether customers read an article.",
    name="HelpArticleStatus",
    PUBLISHED="They do.",
    WITHDRAWN="They do not, or not any more.",
)

_STATUS: Final = strawberry.argument(description="Which ones; absent: those that customers read.")
_LOCALE: Final = strawberry.argument(description="Only those in this language: `tr`, `fa` or `en`; absent: all.")
_AS_IT_IS: Final = "The article as it is now."


@strawberry.type(description="What customers read of a page or an answer, as it was published.")
class HelpArticle(Node):
    """What customers read of a page or an answer."""

    document: strawberry.Private[documents.HelpArticle]
    title: str = strawberry.field(description="Its title.")
    body: str = strawberry.field(description="The text as it was published, in Markdown.")
    locale: str = strawberry.field(description="Its language: `tr`, `fa` or `en`.")
    slug: str = strawberry.field(description="Its place in addresses, unique in its language.")
    status: ArticleStatus = strawberry.field(description="Whether customers read it.")
    published_at: datetime = strawberry.field(description="When it was published last.")
    withdrawn_at: datetime | None = strawberry.field(description="When it was withdrawn; null: it is published.")
    version: int = strawberry.field(description="Rises with each edit by a person; pass it as `expectedVersion`.")

    @classmethod
    def from_document(cls, document: documents.HelpArticle) -> Self:
        """Show an article."""
        return cls(
            id=strawberry.ID(document.id),
            document=document,
            title=document.title,
            body=document.body,
            locale=document.locale,
            slug=document.slug,
            status=document.status,
            published_at=document.published_at,
            withdrawn_at=document.withdrawn_at,
            version=document.version,
        )

    @strawberry.field(description="The text as HTML that is safe to show; in the portal without links that lead inside.")
    def body_html(self) -> str:
        """Render the text."""
        return render(self.body)

    @strawberry.field(description="The page or the answer; null for who may not read it, and once it is gone.")
    async def source(self, info: Info) -> Node | None:
        """Give what it is made of."""
        found = await reach(info.context, self.document.source_id)
        shown: Node | None = info.context.present(found) if found is not None else None
        return shown

    @strawberry.field(description="Whether the page or the answer says something else now; null where the viewer can't tell.")
    async def is_outdated(self, info: Info) -> bool | None:
        """Compare the words."""
        found = await reach(info.context, self.document.source_id)
        return bool(found.body != self.body) if found is not None else None

    @strawberry.field(description="Who published it last.")
    async def published_by(self, info: Info) -> Member | None:
        """Give the member."""
        return await member_of(info, self.document.published_by)

    @strawberry.field(description="Whether the viewer can publish it anew.")
    def viewer_can_publish(self, info: Info) -> bool:
        """Ask the policy."""
        return bool(may_publish(info.context.actor))

    @strawberry.field(description="Whether the viewer can withdraw it.")
    def viewer_can_withdraw(self, info: Info) -> bool:
        """Ask the policy."""
        return bool(may_withdraw(info.context.actor, self.document))


@strawberry.input(description="What to publish for customers.")
class PublishHelpArticleInput:
    """What to publish for customers."""

    source_id: strawberry.ID = required("The id of a wiki page or an answer; customers read what it says now.")
    locale: str | None = given("Its language: `tr`, `fa` or `en`; absent: as it was, else that of the text.")
    slug: str | None = given("Its place in addresses, at most 100 characters; absent: as it was, else made of the title.")
    title: str | None = given("Its title, 5 to 200 characters; absent: that of the page or the question.")
    expected_version: int = required("The article's `version`; 0 when nothing of it was published yet.")


@strawberry.type(description="The answer of `publishHelpArticle`.")
class PublishHelpArticlePayload(Payload):
    """The answer of `publishHelpArticle`."""

    written: ClassVar[str | None] = "article"

    article: HelpArticle | None = changed(_AS_IT_IS)


@strawberry.input(description="Which article to withdraw.")
class WithdrawHelpArticleInput:
    """Which article to withdraw."""

    article_id: strawberry.ID = required("The id of the article.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `withdrawHelpArticle`.")
class WithdrawHelpArticlePayload(Payload):
    """The answer of `withdrawHelpArticle`."""

    written: ClassVar[str | None] = "article"

    article: HelpArticle | None = changed(_AS_IT_IS)


@strawberry.type
class HelpArticleMutations:
    """What is done in the customers' help."""

    @mutation(PublishHelpArticlePayload, description="Lets customers read what a page or an answer says now.")
    async def publish_help_article(self, info: Info, input: Annotated[PublishHelpArticleInput, INPUT]) -> object:
        """Publish."""
        draft = parse(ArticleDraft, **values_of(input))
        article = await publish_article(info.context.actor, draft, expected_version=input.expected_version)
        info.context.forget()
        return PublishHelpArticlePayload(article=HelpArticle.from_document(article))

    @mutation(WithdrawHelpArticlePayload, description="Takes an article out of the customers' help.")
    async def withdraw_help_article(self, info: Info, input: Annotated[WithdrawHelpArticleInput, INPUT]) -> object:
        """Withdraw."""
        article = await withdraw_article(info.context.actor, input.article_id, expected_version=input.expected_version)
        return WithdrawHelpArticlePayload(article=HelpArticle.from_document(article))


@strawberry.type
class HelpArticleQueries:
    """What can be asked of the customers' help."""

    @paged("The articles of the customers' help, what was published last first.", graphql_type=Connection[HelpArticle])
    async def help_articles(
        self,
        info: Info,
        window: Window,
        status: Annotated[ArticleStatus, _STATUS] = ArticleStatus.PUBLISHED,
        locale: Annotated[str | None, _LOCALE] = None,
    ) -> object:
        """Give a page of articles."""
        require_staff(info)
        actor = info.context.actor
        found = await list_articles(actor, status, locale, window)
        return pages(info, found, count=lambda: count_articles(actor, status, locale))
