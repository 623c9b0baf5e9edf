"""Print: a page and all below it as one PDF with contents, links between its pages, page numbers and images."""

import asyncio
import tempfile
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Final

import typst

from community.wiki.documents import WikiFile, WikiPage
from community.wiki.paths import PREFIX
from community.wiki.portable import FILES
from core.errors import LimitReached
from core.text import typeset
from core.text.typeset import Surroundings, quoted

MOST_CHARACTERS: Final = 400_000
"""So many take Typst half a gigabyte of memory and some ten seconds."""

_PRESS: Final = ThreadPoolExecutor(1, "kopru-print")
"""One print at a time, for what it takes; others wait their turn."""
_ENDINGS: Final = {"image/png": "png", "image/jpeg": "jpg", "image/gif": "gif", "image/webp": "webp"}
_FONTS: Final = Path(typeset.__file__).parent / "fonts"
_DEEPEST_TITLE: Final = 5
_LATIN: Final = "Libertinus Serif"
_PERSIAN: Final = "Vazirmatn"
_STYLE: Final = f"""\
#set page(paper: "a4", numbering: "1 / 1")
#set text(font: ("{_LATIN}", "{_PERSIAN}"), size: 11pt)
#show raw: set text(dir: ltr)
#show link: set text(fill: rgb("#1f4f8f"))
#set table(stroke: 0.5pt + luma(60%))
"""


async def pdf(pages: Sequence[WikiPage], files: Sequence[WikiFile], contents: Mapping[str, bytes]) -> bytes:
    """Print pages, given from the top down, with the images among `files`; `contents` are theirs by id.

    An image that can't be read is printed as its description. Made by Typst, see https://typst.app/docs. Raises LimitReached
    for more than 400,000 characters, and for pages that it refuses together.
    """
    if sum(len(page.body) for page in pages) > MOST_CHARACTERS:
        raise LimitReached(f"More than {MOST_CHARACTERS:,} characters are too many for one PDF; print parts, or export as HTML.")
    return await asyncio.get_running_loop().run_in_executor(_PRESS, _print, pages, files, contents)


def _print(pages: Sequence[WikiPage], files: Sequence[WikiFile], contents: Mapping[str, bytes]) -> bytes:
    with tempfile.TemporaryDirectory(prefix="kopru-print-") as folder:
        press = typst.Compiler(root=folder, font_paths=[str(_FONTS)])
        images = {}
        for number, file in enumerate(files):
            name = f"{number}.{_ENDINGS.get(file.content_type)}"
            (Path(folder) / name).write_bytes(contents[file.id] if file.content_type in _ENDINGS else b"")
            if _compiled(press, f"#image({quoted(name)})") is not None:
                images[FILES + file.id] = name
        return _printed(pages, images, partial(_compiled, press))


def _printed(pages: Sequence[WikiPage], images: Mapping[str, str], compiled: Callable[[str], bytes | None]) -> bytes:
    """Print pages; one that Typst refuses is printed as it was written."""
    whole = compiled(_source(pages, images, set()))
    if whole is not None:
        return whole
    refused = {page.id for page in pages if compiled(_source([page], images, set())) is None}
    whole = compiled(_source(pages, images, refused))
    if whole is None:
        raise LimitReached("These pages can't be printed together; export parts of them, or as HTML.")
    return whole


def _compiled(press: typst.Compiler, source: str) -> bytes | None:
    """Give the PDF of a source; None where Typst refuses it."""
    try:
        made = press.compile(source.encode(), format="pdf")
    except typst.TypstError:
        return None
    return made if isinstance(made, bytes) else None


def _source(pages: Sequence[WikiPage], images: Mapping[str, str], unset: Collection[str]) -> str:
    """Set pages one after the other; those among `unset`, by id, only quoted."""
    labels = {PREFIX + page.path: f"page-{number}" for number, page in enumerate(pages)}
    title = f"#set document(title: {quoted(pages[0].title)})\n"
    outline = "#outline(title: none)\n" if len(pages) > 1 else ""
    top, around = pages[0].path.count("/"), Surroundings(0, labels, images)
    return _STYLE + title + outline + "\n".join(_page(page, top, around, quoted_only=page.id in unset) for page in pages)


def _page(page: WikiPage, top: int, around: Surroundings, *, quoted_only: bool) -> str:
    level = min(page.path.count("/") - top + 1, _DEEPEST_TITLE)
    label = around.labels[PREFIX + page.path]
    head = f"[#heading(level: {level}, {quoted(page.title)})#label({quoted(label)})]"
    language = f"set text(lang: {quoted(page.locale)}); " if page.locale else ""
    body = quoted(page.body) if quoted_only else typeset.typeset(page.body, replace(around, level=level))
    return f"#{{{language}{head}; {body}}}"
