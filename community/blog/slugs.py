"""The place of a post in addresses."""

import re
from typing import Final

from community.drafts import slug_of
from community.spaces.documents import Space, SpaceVisibility

_GAPS: Final = re.compile(r"[\W_]+")


def post_slug(title: str) -> str:
    """Give the words of a title, folded and joined by hyphens; empty when it has neither letters nor digits."""
    return _GAPS.sub("-", slug_of(title)).strip("-")


def slug_for(title: str, post_id: str, space: Space | None) -> str:
    """Give the slug of a new post.

    In a closed space it ends like the id, always: a slug that is taken would tell those outside of the post that has it.
    """
    slug, remainder = post_slug(title), post_id.partition("_")[2]
    if space is None or space.visibility is SpaceVisibility.OPEN:
        return slug or remainder
    return f"{slug}-{remainder[-6:]}" if slug else remainder
