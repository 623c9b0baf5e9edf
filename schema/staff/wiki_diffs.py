"""What changed in a text of the wiki, line by line."""

import asyncio
from typing import Self

import strawberry

from community.wiki.revisions import compare
from schema.directives import list_size
from schema.staff.enums import HunkKind

_MOST_HUNKS = 60_000


@strawberry.type(description="A run of whole lines of a text that was changed.")
class DiffHunk:
    """A run of whole lines of a text that was changed."""

    kind: HunkKind = strawberry.field(description="What became of them.")
    text: str = strawberry.field(description="The lines, with their ends.")


@strawberry.type(description="What changed in a text. Hunks SAME and ADDED are the text after, SAME and REMOVED the text before.")
class WikiDiff:
    """What changed in a text."""

    hunks: list[DiffHunk] = strawberry.field(description="The runs of lines, in their order.", directives=list_size(_MOST_HUNKS))

    @classmethod
    async def between(cls, before: str, after: str) -> Self:
        """Compare two texts."""
        hunks = await asyncio.to_thread(compare, before, after)
        return cls(hunks=[DiffHunk(kind=hunk.kind, text=hunk.text) for hunk in hunks])
