"""Strategies: wiki pages that are written together, forked by other departments, and offered back."""

from datetime import datetime
from typing import Annotated, Any, Self

import strawberry

from community.directory import departments_by_ids
from community.strategies import documents
from community.strategies.documents import OfferState
from community.strategies.offers import merged_with
from community.strategies.policies import may_decide_offer, may_fork, may_lead, may_offer
from community.strategies.reading import (
    count_forks,
    count_offers_to,
    count_strategies,
    forks_of,
    list_strategies,
    offers_to,
    revision_at,
)
from community.strategies.strategies import MOST_CO_AUTHORS, MOST_SECTIONS, sections_of
from community.wiki import documents as wiki
from community.wiki.reading import pages_by_ids
from core.paging import Window
from schema.connections import Connection, connection_of, later
from schema.context import Info
from schema.directives import list_size
from schema.enums import told
from schema.nodes import Node
from schema.paging import paged, pages
from schema.staff.members import Department, Member, member_of, members_of
from schema.staff.reach import require_staff
from schema.staff.wiki_diffs import WikiDiff

_PAGES = connection_of("schema.staff.wiki", "WikiPage")
_PAGE = later("schema.staff.wiki", "WikiPage", optional=True)

told(
    OfferState,
    "What became of an offer.",
    name="StrategyOfferState",
    OPEN="Nobody decided yet.",
    TAKEN="What the fork came from took it.",
    DECLINED="It was declined.",
)


@strawberry.type(description="A part of a strategy.")
class StrategySection:
    """A part of a strategy."""

    level: int = strawberry.field(description="How wide it is: 1 the widest, 6 the narrowest.")
    title: str = strawberry.field(description="Its heading.")


@strawberry.type(description="What a fork offers back to what it came from.")
class StrategyOffer(Node):
    """What a fork offers back."""

    document: strawberry.Private[documents.StrategyOffer]
    title: str = strawberry.field(description="The title that it had then.")
    body: str = strawberry.field(description="What it said then, in Markdown.")
    note: str = strawberry.field(description="What is offered, in words.")
    state: OfferState = strawberry.field(description="What became of it.")
    reason: str | None = strawberry.field(description="Why it was declined; null otherwise.")
    offered_at: datetime = strawberry.field(description="When it was offered.")
    decided_at: datetime | None = strawberry.field(description="When it was decided; null while it is open.")
    taken_version: int | None = strawberry.field(description="The `version` that taking it gave the page; null otherwise.")
    version: int = strawberry.field(description="Rises with each edit by a person; pass it as `expectedVersion` to decline.")

    @classmethod
    def from_document(cls, document: documents.StrategyOffer) -> Self:
        """Show an offer."""
        return cls(
            id=strawberry.ID(document.id),
            document=document,
            title=document.title,
            body=document.body,
            note=document.note,
            state=document.state,
            reason=document.reason,
            offered_at=document.created_at,
            decided_at=document.decided_at,
            taken_version=document.taken_number,
            version=document.version,
        )

    @strawberry.field(description="The fork; null when the viewer may not read it.", graphql_type=_PAGE)
    async def fork(self, info: Info) -> object:
        """Give the page."""
        return await _page(info, self.document.fork_id)

    @strawberry.field(description="What the fork came from.", graphql_type=_PAGE)
    async def origin(self, info: Info) -> object:
        """Give the page."""
        return await _page(info, self.document.origin_id)

    @strawberry.field(description="Who offered it; null once they have left.")
    async def offered_by(self, info: Info) -> Member | None:
        """Give the member."""
        return await member_of(info, self.document.offered_by)

    @strawberry.field(description="Who decided; null while it is open.")
    async def decided_by(self, info: Info) -> Member | None:
        """Give the member."""
        return await member_of(info, self.document.decided_by)

    @strawberry.field(description="What the fork had changed since it began, line by line.")
    async def diff(self) -> WikiDiff:
        """Compare with the revision that it began with."""
        base = await revision_at(self.document.origin_id, self.document.base_number)
        return await WikiDiff.between(base.body if base is not None else "", self.body)

    @strawberry.field(description="How it merges with what the page says now; conflicts are marked.")
    async def merged_body(self, info: Info) -> str | None:
        """Merge the two."""
        origin = await info.context.load(pages_by_ids, self.document.origin_id)
        return (await merged_with(self.document, origin)).text if origin is not None else None

    @strawberry.field(description="In how many places both changed something, each in another way.")
    async def conflict_count(self, info: Info) -> int | None:
        """Count the conflicts."""
        origin = await info.context.load(pages_by_ids, self.document.origin_id)
        return (await merged_with(self.document, origin)).conflicts if origin is not None else None

    @strawberry.field(description="Whether the viewer can take or decline it.")
    async def viewer_can_decide(self, info: Info) -> bool:
        """Ask the policy."""
        origin = await info.context.load(pages_by_ids, self.document.origin_id)
        return origin is not None and bool(may_decide_offer(info.context.actor, origin, self.document))


@strawberry.type(description="That a page is a strategy: whose, by whom, and where it comes from.")
class Strategy:
    """That a page is a strategy."""

    page: strawberry.Private[wiki.WikiPage]
    mark: strawberry.Private[wiki.StrategyMark]
    forked_at: datetime | None = strawberry.field(description="When it was forked; null for one that began by itself.")
    origin_version: int | None = strawberry.field(description="The `version` of the origin that it began with; null likewise.")

    @classmethod
    def of(cls, page: wiki.WikiPage) -> Self | None:
        """Show it; None for a page that is none."""
        mark = page.strategy
        if mark is None:
            return None
        return cls(page=page, mark=mark, forked_at=mark.forked_at, origin_version=mark.origin_number)

    @strawberry.field(description="Whose it is; null where that is not said.")
    async def department(self, info: Info) -> Department | None:
        """Give the department."""
        if self.mark.department_id is None:
            return None
        found = await info.context.load(departments_by_ids, self.mark.department_id)
        return Department.from_document(found) if found is not None else None

    @strawberry.field(description="Who writes it together with its owner and author.", directives=list_size(MOST_CO_AUTHORS))
    async def co_authors(self, info: Info) -> list[Member]:
        """Give the members."""
        return await members_of(info, self.mark.co_author_ids)

    @strawberry.field(description="Its parts, by their headings.", directives=list_size(MOST_SECTIONS))
    def sections(self) -> list[StrategySection]:
        """List the headings."""
        return [StrategySection(level=one.level, title=one.title) for one in sections_of(self.page.body)]

    @strawberry.field(
        description="What it was forked from; null for one that began by itself, and when the viewer may not read that.",
        graphql_type=_PAGE,
    )
    async def origin(self, info: Info) -> object:
        """Give the page."""
        return await _page(info, self.mark.origin_id)

    @strawberry.field(description="What a fork changed since it began; null for no fork, and when the origin may not be read.")
    async def changes(self, info: Info) -> WikiDiff | None:
        """Compare with the revision that it began with."""
        if await _document(info, self.mark.origin_id) is None:
            return None
        base = await revision_at(self.mark.origin_id or "", self.mark.origin_number or 0)
        return await WikiDiff.between(base.body if base is not None else "", self.page.body)

    @strawberry.field(description="How it differs from what the origin says now; null likewise.")
    async def diff_to_origin(self, info: Info) -> WikiDiff | None:
        """Compare with the origin."""
        origin = await _document(info, self.mark.origin_id)
        return await WikiDiff.between(origin.body, self.page.body) if origin is not None else None

    @paged("What was forked from it, as far as the viewer may read it, by title.", graphql_type=_PAGES)
    async def forks(self, info: Info, window: Window) -> object:
        """Give a page of the forks."""
        actor = info.context.actor
        found = await forks_of(actor, self.page.id, window)
        return pages(info, found, count=lambda: count_forks(actor, self.page.id))

    @paged("What forks offered to it, the newest first.", graphql_type=Connection[StrategyOffer])
    async def offers(self, info: Info, window: Window) -> object:
        """Give a page of the offers."""
        return pages(info, await offers_to(self.page.id, window), count=lambda: count_offers_to(self.page.id))

    @strawberry.field(description="Whether the viewer can say whose it is and who writes it.")
    def viewer_can_lead(self, info: Info) -> bool:
        """Ask the policy."""
        return bool(may_lead(info.context.actor, self.page))

    @strawberry.field(description="Whether the viewer can fork it.")
    def viewer_can_fork(self, info: Info) -> bool:
        """Ask the policy."""
        return bool(may_fork(info.context.actor, self.page))

    @strawberry.field(description="Whether the viewer can offer it back to what it came from.")
    def viewer_can_offer(self, info: Info) -> bool:
        """Ask the policy."""
        return bool(may_offer(info.context.actor, self.page))


@strawberry.type
class StrategyQueries:
    """What can be asked of strategies."""

    @paged("Wiki pages that are strategies, those changed last first.", graphql_type=_PAGES)
    async def strategies(
        self,
        info: Info,
        window: Window,
        department_id: Annotated[
            strawberry.ID | None, strawberry.argument(description="Only those of this department; absent: of all.")
        ] = None,
    ) -> object:
        """Give a page of strategies."""
        require_staff(info)
        actor = info.context.actor
        found = await list_strategies(actor, department_id, window)
        return pages(info, found, count=lambda: count_strategies(actor, department_id))


async def _document(info: Info, page_id: str | None) -> Any:
    return await info.context.load(pages_by_ids, page_id) if page_id is not None else None


async def _page(info: Info, page_id: str | None) -> object:
    found = await _document(info, page_id)
    return info.context.present(found) if found is not None else None
