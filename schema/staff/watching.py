"""How much of what happens to something the viewer is told."""

import asyncio

import strawberry

from community.watching import FOLLOWING, Followed, Scopes, WatchLevel, level_in, scopes_of, watch_levels
from schema.context import Info
from schema.enums import told

told(
    WatchLevel,
    "How much of what happens to something a member is told; of mentions and invitations always. What is set of a page holds for "
    "the pages below it, what is set of a space or a tag for all that stands in it, unless something nearer is set.",
    WATCHING="Of everything: what is new, remarks and edits too.",
    TRACKING="Of what matters: answers, edits of pages, what is closed, and what becomes of an idea.",
    NORMAL="Of what concerns them: what they wrote, and threads that they take part in.",
    MUTED="Of nothing.",
)


async def viewer_level(info: Info, scopes: Scopes, *, concerned: bool) -> WatchLevel:
    """Tell how the viewer watches something; what is their own they watch unless they want it otherwise."""
    ids = [one for scope in scopes for one in scope]
    found = await asyncio.gather(*(info.context.load(watch_levels, one) for one in ids))
    chosen = {one: level for one, level in zip(ids, found, strict=True) if level is not None}
    return level_in(scopes, chosen, concerned=concerned)


@strawberry.type
class Watched:
    """What can be watched, and is more or less by what it stands under."""

    document: strawberry.Private[Followed]

    @strawberry.field(description="Whether the viewer is told of what happens to it: who watches or tracks it.")
    async def viewer_is_following(self, info: Info) -> bool:
        """Tell whether the viewer follows it."""
        return await self._level(info) in FOLLOWING

    @strawberry.field(description="How much of what happens to it the viewer is told.")
    async def viewer_watch_level(self, info: Info) -> WatchLevel:
        """Give what the viewer set of it or of what it stands under, or what holds without."""
        return await self._level(info)

    async def _level(self, info: Info) -> WatchLevel:
        return await viewer_level(info, await self._scopes(info), concerned=await self._concerned(info))

    async def _scopes(self, info: Info) -> Scopes:
        """Give by what it is watched."""
        return scopes_of(self.document)

    async def _concerned(self, info: Info) -> bool:
        """Tell whether it is the viewer's own."""
        raise NotImplementedError
