"""What all that members write has in common: who is mentioned in it, and how others react."""

from typing import Annotated

import strawberry

from community.directory import members_by_ids
from community.documents import Moderated
from community.handles import MOST_MENTIONS, addresses_in
from community.mentions import members_by_handles, mentions_in
from community.reactions import ReactionKind, ReactionTotal, reacted_by, reactions_to
from core.paging import Window
from core.text.markdown import render
from schema.connections import connection_of, later
from schema.context import Info
from schema.directives import list_size
from schema.enums import told
from schema.nodes import Node
from schema.paging import paged, pages_of_ids

_MEMBERS = connection_of("schema.staff.members", "Member")
_MOST = len(ReactionKind)
_KIND = strawberry.argument(description="Only who gave this one; absent: whoever gave any.")

told(
    ReactionKind,
    "The signs by which members react.",
    THUMBS_UP="👍 Agreed.",
    THUMBS_DOWN="👎 Not agreed.",
    LAUGH="😄 Amused.",
    HOORAY="🎉 Celebrating.",
    CONFUSED="😕 Not understood.",
    HEART="❤️ Thankful.",
    ROCKET="🚀 Under way, or well done.",
    EYES="👀 Being looked at.",
)


@strawberry.type(description="How many gave one reaction.")
class ReactionCount:
    """How many gave one reaction."""

    kind: ReactionKind = strawberry.field(description="Which one.")
    count: int = strawberry.field(description="How many members gave it.")
    viewer_reacted: bool = strawberry.field(description="Whether the viewer is among them.")


@strawberry.interface(description="What somebody wrote: a question, answer, remark, wiki page, comment on one, post or idea.")
class Contribution(Node):
    """What somebody wrote."""

    document: strawberry.Private[Moderated]
    body: str = strawberry.field(description="The text, in Markdown.")

    @strawberry.field(
        description="Whom the text mentions by `@handle`, in its order; what customers write mentions nobody.",
        graphql_type=later("schema.staff.members", "Member", many=True),
        directives=list_size(MOST_MENTIONS),
    )
    async def mentions(self, info: Info) -> list[object]:
        """Give the members who are mentioned."""
        found = await info.context.load_many(members_by_handles, mentions_in(self.document, self.body))
        return [info.context.present(member) for member in found]

    @strawberry.field(description="The text as HTML that is safe to show; mentions lead to `/members/` and the handle.")
    async def body_html(self, info: Info) -> str:
        """Render the text."""
        return await linked_html(info, self.body, mentions_in(self.document, self.body))

    @strawberry.field(
        description="The reactions that somebody gave, always in the same order; those that nobody gave are left out.",
        directives=list_size(_MOST),
    )
    async def reactions(self, info: Info) -> list[ReactionCount]:
        """Count them."""
        return [
            ReactionCount(kind=one.kind, count=one.total, viewer_reacted=one.viewer_reacted) for one in await self._totals(info)
        ]

    @strawberry.field(description="What the viewer gave.", directives=list_size(_MOST))
    async def viewer_reactions(self, info: Info) -> list[ReactionKind]:
        """Give the viewer's."""
        return [one.kind for one in await self._totals(info) if one.viewer_reacted]

    @paged(
        "Who reacted, the first one first; who asked the question anonymously is counted and never listed.",
        graphql_type=_MEMBERS,
    )
    async def reacted_by(self, info: Info, window: Window, kind: Annotated[ReactionKind | None, _KIND] = None) -> object:
        """Give a page of who reacted."""
        return await pages_of_ids(info, await info.context.load(reacted_by, self.id, kind), members_by_ids, window)

    async def _totals(self, info: Info) -> list[ReactionTotal]:
        found: list[ReactionTotal] = await info.context.load(reactions_to, self.id)
        return found


async def linked_html(info: Info, body: str, handles: list[str]) -> str:
    """Render a text in which mentions of those of the handles that somebody has are links."""
    found = await info.context.load_many(members_by_handles, handles) if handles else []
    return render(body, mentions=addresses_in(body, {member.handle for member in found}))
