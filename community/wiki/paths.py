"""Paths of wiki pages: slugs joined by slashes, spelled alike however they are written."""

import re
from typing import Annotated, Final
from urllib.parse import unquote, urlsplit

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

from community.drafts import slug_of
from core.text.markdown import link_targets

DEEPEST: Final = 10
LONGEST_SLUG: Final = 80
MOST_LINKS: Final = 200
PREFIX: Final = "/wiki/"
"""What links within the wiki begin with: `[Returns](/wiki/returns/abroad)`."""

_LONGEST: Final = 5_000
_SLUG: Final = re.compile(r"[^\W_]+(-[^\W_]+)*")


def spelled(path: str) -> str | None:
    """Spell a path as it is stored (`/İade/Yurt Dışı/` → `iade/yurt-disi`); None for what can be no path."""
    if len(path) > _LONGEST or any(letter == "\0" or "\ud800" <= letter <= "\udfff" for letter in path):
        return None
    slugs = [slug_of(part) for part in path.strip().strip("/").split("/")]
    return "/".join(slugs) if all(len(slug) <= LONGEST_SLUG and _SLUG.fullmatch(slug) for slug in slugs) else None


def _path(given: str) -> str:
    path = spelled(given)
    if path is None or path.count("/") >= DEEPEST:
        raise PydanticCustomError(
            "path",
            "A path has 1 to {deepest} parts joined by slashes, each of at most {longest} letters, digits and hyphens",
            {"deepest": DEEPEST, "longest": LONGEST_SLUG},
        )
    return path


Path = Annotated[str, AfterValidator(_path)]


def split(path: str) -> tuple[str, str]:
    """Give the path above, `""` for the top, and the page's own slug."""
    above, _, slug = path.rpartition("/")
    return above, slug


def links_in(body: str) -> list[str]:
    """List the paths of the wiki that a text links to, each once, at most 200."""
    found = (_linked(target) for target in link_targets(body))
    return list(dict.fromkeys(path for path in found if path is not None))[:MOST_LINKS]


def _linked(target: str) -> str | None:
    try:
        parts = urlsplit(target)
    except ValueError:
        return None
    if parts.scheme or parts.netloc or not parts.path.startswith(PREFIX):
        return None
    return spelled(unquote(parts.path.removeprefix(PREFIX)))
