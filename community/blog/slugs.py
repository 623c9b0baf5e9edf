"""The place of a post in addresses."""

import re
from typing import Final

from community.drafts import slug_of

_GAPS: Final = re.compile(r"[\W_]+")


def post_slug(title: str) -> str:
    """Give the words of a title, folded and joined by hyphens; empty when it has neither letters nor digits."""
    return _GAPS.sub("-", slug_of(title)).strip("-")
