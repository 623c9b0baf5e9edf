"""What customers and the public can ask for."""

from datetime import datetime
from typing import Annotated, Any

import strawberry

from care.documents.customers import Customer
from care.experiences.engaging import own_engagement
from care.reading.requests import count_requests, list_requests, own_customers
from community.listing import Comparison, Where
from community.notices.notices import count_notices, count_unread, list_notices
from community.reading import count_questions, list_questions
from core.clock import now
from core.errors import InvalidInput
from core.ids import with_prefix
from core.paging import COUNT_LIMIT, MOST, Window
from notifications.letters.choosing import read_letter_preferences
from schema.connections import PageInfo, connection_of, page_info, write_cursor
from schema.context import Info
from schema.directives import list_size
from schema.nodes import Node
from schema.paging import no_pages, paged, pages
from schema.portal.experiences import ExperienceQueries, OwnEngagement
from schema.portal.ideas import IdeaQueries
from schema.portal.knowledge import HelpQueries, Highlight, PublicKnowledge, PublicKnowledgeEdge
from schema.portal.letters import LetterPreferences
from schema.portal.nodes import PortalCustomer, present
from schema.portal.outcomes import OutcomeQueries
from schema.portal.surveys import SurveyQueries
from search.querying import Found, Hit, find_public


@strawberry.type(description="A page of finds.")
class PublicKnowledgeConnection:
    """A page of finds."""

    edges: list[PublicKnowledgeEdge] = strawberry.field(description="The finds with their places.")
    page_info: PageInfo = strawberry.field(description="Where this page stands in the list.")
    total_count: int = strawberry.field(description="How many finds there are; counting stops at 10,000.")
    total_count_capped: bool = strawberry.field(description="Whether there are more finds than `totalCount` says.")

    @strawberry.field(description="The finds without their places.")
    def nodes(self) -> list[PublicKnowledge]:
        """Give the finds alone."""
        return [edge.node for edge in self.edges if edge.node is not None]


@strawberry.type(description="You, and what is yours.")
class PortalViewer:
    """Who is asking, and what is theirs."""

    @strawberry.field(description="The server's time, to reckon what is due by.")
    def server_time(self) -> datetime:
        """Tell the time."""
        return now()

    @strawberry.field(description="You as a customer; null for somebody who is not signed in.")
    async def customer(self, info: Info) -> PortalCustomer | None:
        """Show the customer who is signed in."""
        found: Customer | None = await info.context.load(own_customers, info.context.actor.customer_id or "")
        if found is None:
            return None
        return PortalCustomer(id=strawberry.ID(with_prefix("pcu", found.id)), display_name=found.display_name)

    @strawberry.field(
        description="What you did with interactive content by your consent; null for somebody who is not signed in."
    )
    async def engagement(self, info: Info) -> OwnEngagement | None:
        """Count what the customer did."""
        found = await own_engagement(info.context.actor)
        return OwnEngagement.of(found) if found is not None else None

    @paged("What you were told, the latest first.", graphql_type=connection_of("schema.portal.notices", "Notice"))
    async def notices(self, info: Info, window: Window) -> Any:
        """List what the customer was told."""
        actor = info.context.actor
        found = await list_notices(actor, window)
        return pages(info, found, count=lambda: count_notices(actor))

    @strawberry.field(description="How many notices you have not marked as read.")
    async def unread_notice_count(self, info: Info) -> int:
        """Count them."""
        return await count_unread(info.context.actor)

    @strawberry.field(description="Which e-mails you want; null for somebody who is not signed in.")
    async def letter_preferences(self, info: Info) -> LetterPreferences | None:
        """Give what the customer chose."""
        found = await read_letter_preferences(info.context.actor)
        return LetterPreferences.from_document(found) if found is not None else None

    @paged("Your public questions, the newest first.", graphql_type=connection_of("schema.portal.knowledge", "PublicQuestion"))
    async def questions(self, info: Info, window: Window) -> Any:
        """List the customer's own questions."""
        actor = info.context.actor
        if actor.customer_id is None:
            return no_pages(info)
        own = Where("author_id", Comparison.EQ, actor.customer_id)
        found = await list_questions(actor, condition=own, window=window)
        return pages(info, found, count=lambda: count_questions(actor, condition=own))

    @paged("Your requests, the newest first.", graphql_type=connection_of("schema.portal.requests", "Request"))
    async def requests(self, info: Info, window: Window) -> Any:
        """List the customer's own requests."""
        actor = info.context.actor
        return pages(info, await list_requests(actor, window), count=lambda: count_requests(actor))


@strawberry.type(description="What customers and the public can ask for.")
class Query(ExperienceQueries, HelpQueries, IdeaQueries, OutcomeQueries, SurveyQueries):
    """What customers and the public can ask for."""

    @strawberry.field(description="You, and what is yours.")
    def viewer(self) -> PortalViewer:
        """Tell who is asking."""
        return PortalViewer()

    @strawberry.field(description="Any object by its id; null for what does not exist or is not for you.")
    async def node(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="The global id.")]
    ) -> Node | None:
        """Read one object."""
        found: Node | None = (await info.context.reach_node(info.context, [id]))[0]
        return found

    @strawberry.field(
        description="Objects by their ids, in their order; null for what does not exist or is not for you.",
        directives=list_size(MOST),
    )
    async def nodes(
        self, info: Info, ids: Annotated[list[strawberry.ID], strawberry.argument(description="At most 100 global ids.")]
    ) -> list[Node | None]:
        """Read several objects."""
        if len(ids) > MOST:
            raise InvalidInput(f"Ask for at most {MOST} ids at once.", path=("ids",))
        return await info.context.reach_node(info.context, ids)

    @paged("Find what the company has answered and explained in public.", graphql_type=PublicKnowledgeConnection)
    async def search(
        self, info: Info, query: Annotated[str, strawberry.argument(description="Words to look for.")], window: Window
    ) -> Any:
        """Search the portal's own index."""
        context = info.context
        return _found(info, await find_public(context.actor, context.search, query, window=window))


def _found(info: Info, found: Found) -> PublicKnowledgeConnection:
    cursors = [write_cursor(info.context.keyring, place) for place in found.hits.positions]
    edges = [_edge(cursor, hit) for cursor, hit in zip(cursors, found.hits.items, strict=True)]
    return PublicKnowledgeConnection(
        edges=edges,
        page_info=page_info(found.hits, cursors),
        total_count=min(found.total, COUNT_LIMIT),
        total_count_capped=found.total > COUNT_LIMIT,
    )


def _edge(cursor: str, hit: Hit) -> PublicKnowledgeEdge:
    return PublicKnowledgeEdge(
        cursor=cursor,
        node=present(hit.document),
        score=hit.score,
        highlight=Highlight(title=hit.title_highlight, body=hit.body_highlight),
    )
