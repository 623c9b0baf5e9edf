"""Export: a page and all below it, as Markdown files with front matter in a zip, as one HTML file without others, or as a PDF."""

import asyncio
import base64
import html
import io
import re
import zipfile
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from auth.actor import Actor
from community.wiki.attachments import content_of
from community.wiki.documents import WikiFile, WikiPage
from community.wiki.front_matter import written
from community.wiki.paths import PREFIX
from community.wiki.portable import FILES, file_of, for_files
from community.wiki.printing import pdf
from community.wiki.reading import pages_by_ids, visible_pages
from core.errors import LimitReached
from core.gates import to_mongo
from core.ids import prefix_of, with_prefix
from core.text.markdown import render

MOST_PAGES: Final = 1_000
MOST_BYTES: Final = 64 * 2**20
_SHOWN: Final = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp", "image/avif"})
_RIGHT_TO_LEFT: Final = frozenset({"fa"})
_SOURCE: Final = re.compile(r'src="/files/([A-Za-z0-9_-]+)"')
_LINK: Final = re.compile(r'href="' + PREFIX + r'([^"#]+)')
_STYLE: Final = (
    "body{font-family:system-ui,sans-serif;line-height:1.6;max-width:46rem;margin:2rem auto;padding:0 1rem}"
    "article{border-top:1px solid #ccc;margin-top:2rem}img{max-width:100%}table{border-collapse:collapse}"
    "td,th{border:1px solid #ccc;padding:.25rem .5rem}pre{overflow:auto;background:#f5f5f5;padding:.75rem}"
)


class ExportFormat(StrEnum):
    """How a part of the wiki is written into a file."""

    MARKDOWN = "MARKDOWN"
    HTML = "HTML"
    PDF = "PDF"


_PREFIXES: Final = {ExportFormat.MARKDOWN: "wmd", ExportFormat.HTML: "wht", ExportFormat.PDF: "wpd"}
PREFIXES: Final = frozenset(_PREFIXES.values())


@dataclass(frozen=True, slots=True)
class Export:
    """A file made of pages."""

    name: str
    content_type: str
    content: bytes


@dataclass(slots=True)
class _Part:
    """What is exported: pages by path from the top down, and their files with what is in them."""

    pages: list[WikiPage]
    files: list[WikiFile] = field(default_factory=list)
    contents: dict[str, bytes] = field(default_factory=dict)


def export_id(page_id: str, kind: ExportFormat) -> str:
    """Give the id under which `/files/` hands out the export of a page and those below it."""
    return with_prefix(_PREFIXES[kind], page_id)


async def export(actor: Actor, identifier: str) -> Export | None:
    """Write a page and all below it that the actor may read, as they are published; None when there is no such page.

    Raises LimitReached for more than 1,000 pages or 64 MB of files, and for a PDF of more than 400,000 characters.
    """
    page_id = with_prefix("wik", identifier)
    root = (await pages_by_ids(actor, [page_id])).get(page_id)
    if root is None or root.unpublished:
        return None
    part = await _collected(actor, root)
    name, prefix = root.path.replace("/", "-"), prefix_of(identifier)
    if prefix == _PREFIXES[ExportFormat.MARKDOWN]:
        return Export(f"{name}.zip", "application/zip", await asyncio.to_thread(_zip, part))
    if prefix == _PREFIXES[ExportFormat.PDF]:
        return Export(f"{name}.pdf", "application/pdf", await pdf(part.pages, part.files, part.contents))
    return Export(f"{name}.html", "text/html; charset=utf-8", await asyncio.to_thread(_html, part))


async def _collected(actor: Actor, root: WikiPage) -> _Part:
    same_space = {"space_id": root.space_id if root.space_id is not None else {"$exists": False}}
    below = {"path": {"$gte": f"{root.path}/", "$lt": f"{root.path}0"}, **same_space, **to_mongo(visible_pages(actor))}
    found = await WikiPage.find(below).sort("path").limit(MOST_PAGES + 1).to_list()
    pages = [root, *(page for page in found if not page.unpublished)]
    if len(pages) > MOST_PAGES:
        raise LimitReached(f"More than {MOST_PAGES:,} pages are too many for one file; export parts of them.")
    wanted = {"page_id": {"$in": [page.id for page in pages]}, "deleted_at": {"$exists": False}}
    files = await WikiFile.find(wanted).to_list()
    if sum(file.size for file in files) > MOST_BYTES:
        raise LimitReached(f"More than {MOST_BYTES // 2**20} MB of files are too many for one file; export parts of them.")
    part = _Part(pages)
    for file in files:
        content = await content_of(file)
        if content is not None:
            part.files.append(file)
            part.contents[file.id] = content
    return part


def _zip(part: _Part) -> bytes:
    paths = {page.path for page in part.pages}
    names = {file.id: file_name(file) for file in part.files}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for page in part.pages:
            archive.writestr(*page_file(page, pages=paths, files=names))
        for file in part.files:
            archive.writestr(names[file.id], part.contents[file.id])
    return buffer.getvalue()


def page_file(page: WikiPage, *, pages: set[str], files: dict[str, str]) -> tuple[str, str]:
    """Give name and text of the Markdown file of a page; links lead to those of the pages and files that are written, too."""
    text = for_files(page.body, page.path, pages=pages, files=files)
    return file_of(page.path), f"{_front(page)}\n{text}\n"


def file_name(file: WikiFile) -> str:
    """Give where a file of a page stands in the zip."""
    return f"files/{file.id}/{_safe(file.name)}"


def _front(page: WikiPage) -> str:
    values: dict[str, str | list[str]] = {"title": page.title, "path": page.path, "tags": [tag.name for tag in page.tags]}
    values |= {"updated": page.updated_at.isoformat(), "version": str(page.version)}
    if page.locale is not None:
        values["language"] = page.locale
    return written(values)


def _safe(name: str) -> str:
    return re.sub(r"[\x00-\x1f/\\:]", "-", name).lstrip(".") or "file"


def _html(part: _Part) -> bytes:
    root, paths = part.pages[0], {page.path for page in part.pages}
    contents = "".join(f'<li><a href="#{html.escape(page.path)}">{html.escape(page.title)}</a></li>' for page in part.pages)
    articles = "".join(_article(page, part, paths) for page in part.pages)
    head = (
        '<!doctype html><html><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; style-src 'unsafe-inline'\">"
        f"<title>{html.escape(root.title)}</title><style>{_STYLE}</style></head><body>"
    )
    return f'{head}<nav dir="auto"><ul>{contents}</ul></nav>{articles}</body></html>\n'.encode()


def _article(page: WikiPage, part: _Part, paths: set[str]) -> str:
    direction = "rtl" if page.locale in _RIGHT_TO_LEFT else "ltr"
    language = f' lang="{page.locale}"' if page.locale else ""
    body = _SOURCE.sub(lambda found: _embedded(found[1], part), render(page.body))
    body = _LINK.sub(lambda found: f'href="#{found[1]}' if found[1] in paths else found[0], body)
    title = html.escape(page.title)
    return f'<article id="{html.escape(page.path)}" dir="{direction}"{language}><h1>{title}</h1>{body}</article>'


def _embedded(file_id: str, part: _Part) -> str:
    """Put an image into the HTML itself; what is no image, or of no page that is exported, shows nothing."""
    file = next((one for one in part.files if one.id == file_id), None)
    if file is None or file.content_type not in _SHOWN:
        return f'src="" title="{FILES}{file_id}"'
    encoded = base64.b64encode(part.contents[file.id]).decode()
    return f'src="data:{file.content_type};base64,{encoded}"'
