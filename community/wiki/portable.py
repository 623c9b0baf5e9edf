"""Links of pages as files have them: relative ones between Markdown files, and `/wiki/` and `/files/` within the wiki."""

import posixpath
import re
from collections.abc import Callable
from typing import Final
from urllib.parse import quote, unquote

from community.wiki.paths import PREFIX, spelled

FILES: Final = "/files/"
ENDING: Final = ".md"

_TARGET: Final = re.compile(r"(\]\(\s*<?|^ {0,3}\[[^\]\n]+\]:\s*<?)([^)\s>\"#:]+)(?=[)\s>\"#]|$)", re.MULTILINE)


def rewritten(text: str, target_of: Callable[[str], str | None]) -> str:
    """Give a text with the targets of its links and images as `target_of` says; None: as it is."""
    return _TARGET.sub(lambda found: found[1] + (target_of(found[2]) or found[2]), text)


def file_of(path: str) -> str:
    """Give the name of a page's file."""
    return path + ENDING


def for_files(text: str, path: str, *, pages: set[str], files: dict[str, str]) -> str:
    """Let links lead from file to file: to pages that are written too, and to the files of them; others stay."""

    def target(given: str) -> str | None:
        wanted = spelled(unquote(given.removeprefix(PREFIX))) if given.startswith(PREFIX) else None
        if wanted in pages and wanted is not None:
            return _relative(file_of(wanted), path)
        name = files.get(given.removeprefix(FILES)) if given.startswith(FILES) else None
        return _relative(name, path) if name is not None else None

    return rewritten(text, target)


def for_wiki(text: str, name: str, *, pages: dict[str, str], files: dict[str, str]) -> str:
    """Let links lead within the wiki: `pages` are paths and `files` ids, both by the names of files."""

    def target(given: str) -> str | None:
        wanted = posixpath.normpath(posixpath.join(posixpath.dirname(name), unquote(given)))
        if wanted in pages:
            return PREFIX + pages[wanted]
        return FILES + files[wanted] if wanted in files else None

    return rewritten(text, target)


def targets_in(text: str, name: str) -> set[str]:
    """Give the names of files that a text links to or shows, as seen from the root."""
    folder = posixpath.dirname(name)
    return {posixpath.normpath(posixpath.join(folder, unquote(found[2]))) for found in _TARGET.finditer(text)}


def _relative(name: str, path: str) -> str:
    return quote(posixpath.relpath(name, posixpath.dirname(path) or "."), safe="/-_.~")
