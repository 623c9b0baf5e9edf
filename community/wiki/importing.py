"""Import: Markdown files with front matter become pages, with their links mended and their files attached."""

import asyncio
import posixpath
import re
from dataclasses import dataclass, field
from typing import Annotated, Final

from pydantic import BaseModel, Field, ValidationError

from auth.actor import Actor
from community.spaces.reading import page_space
from community.uploads import content_of_sent, sent_file, stage_content
from community.wiki.archives import LARGEST_TEXT, entries_of, is_page, without_ending
from community.wiki.attachments import PREFIX, attach_file
from community.wiki.documents import WikiPage
from community.wiki.front_matter import Value, parted
from community.wiki.pages import PageDraft, create_page
from community.wiki.paths import spelled
from community.wiki.policies import may_write
from community.wiki.portable import for_wiki, targets_in
from community.wiki.reading import address_of, pages_at
from core.errors import DomainError, InvalidFields, InvalidInput
from core.idempotency import Once
from core.ids import derived_id

MOST_PAGES: Final = 200
_FOLDER_PAGES: Final = frozenset({"index", "readme", "_index"})
_HEADING: Final = re.compile(r"^#\s+(.+?)\s*#*\s*$", re.MULTILINE)
_SHORTEST_TITLE: Final = 5


class ImportDraft(BaseModel):
    """Which file that was sent, below which page (`""`: at the top) of which space, and whether only to look."""

    file_id: str
    parent_path: str = ""
    space_id: Annotated[str, Field(max_length=100)] | None = None
    dry_run: bool = False


@dataclass(frozen=True, slots=True)
class ImportedPage:
    """A page made of a file, or that would be: then without a document."""

    file: str
    path: str
    title: str
    page: WikiPage | None = None


@dataclass(frozen=True, slots=True)
class ImportProblem:
    """Why a file was not taken."""

    file: str
    message: str


@dataclass(slots=True)
class ImportReport:
    """What became of every file."""

    pages: list[ImportedPage] = field(default_factory=list)
    problems: list[ImportProblem] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Planned:
    name: str
    path: str
    title: str
    body: str
    tags: list[str]
    files: list[str]


async def import_pages(actor: Actor, draft: ImportDraft) -> ImportReport:
    """Make pages of a Markdown file or a zip of them; with `dry_run` only tell which. The same file again makes nothing twice.

    Raises Forbidden without `wiki:edit` and where the space lets others write, NotFound for a space, SpaceArchived,
    InvalidInput for a file that the actor did not send or that can't be read, and for a page above that is not there. What
    is wrong with single files is told in the report; the others are taken.
    """
    may_write(actor).enforce()
    staged = await sent_file(actor, draft.file_id)
    content = await content_of_sent(staged) if staged is not None else None
    if staged is None or content is None:
        raise InvalidInput("You sent no such file; ask for a place with stageUpload, and send it there.", path=("file_id",))
    await page_space(actor, draft.space_id)
    above = await _above(actor, draft)
    entries = await asyncio.to_thread(entries_of, staged.name, content)
    report = ImportReport()
    running = _Import(actor, _scope(staged.id, draft.space_id), entries, report, draft)
    for planned in await asyncio.to_thread(_plan, running.scope, entries, above, report):
        try:
            await _take(running, planned)
        except DomainError as error:
            problem = error.problems[0] if isinstance(error, InvalidFields) else error
            report.problems.append(ImportProblem(planned.name, problem.message))
    return report


def _scope(staged_id: str, space_id: str | None) -> str:
    """Tell one import from another: the same file makes other pages in another space."""
    return staged_id if space_id is None else f"{staged_id} {space_id}"


async def _above(actor: Actor, draft: ImportDraft) -> str:
    if not draft.parent_path.strip("/ "):
        return ""
    path = spelled(draft.parent_path)
    if path is None or not await _stands(actor, path, draft.space_id):
        raise InvalidInput("There is no page at this path; create it first.", path=("parent_path",))
    return f"{path}/"


async def _stands(actor: Actor, path: str, space_id: str | None) -> bool:
    """Tell whether a page stands there in the space, or outside of spaces."""
    return bool(await pages_at(actor, [address_of(space_id, path)]))


def _plan(scope: str, entries: dict[str, bytes], above: str, report: ImportReport) -> list[_Planned]:
    """Say which pages are made, those above first; folders without a file of their own get a page with their name."""
    texts = {name: text for name, raw in entries.items() if is_page(name) and (text := _text(name, raw, report)) is not None}
    if not texts:
        raise InvalidInput("There is no Markdown file in it.", path=("file_id",))
    if len(texts) > MOST_PAGES:
        raise InvalidInput(f"Import at most {MOST_PAGES} files at once; divide them.", path=("file_id",))
    paths = {name: path for name in texts if (path := _path_of(name, above, report)) is not None}
    files = {name: derived_id(PREFIX, _staged_id(scope, name)) for name in entries if not is_page(name)}
    planned = {paths[name]: _planned(name, paths, files, texts[name]) for name in paths}
    for path in list(planned):
        for folder in _folders(path, above):
            planned.setdefault(folder, _folder(folder))
    return sorted(planned.values(), key=lambda one: (one.path.count("/"), one.path))


def _text(name: str, raw: bytes, report: ImportReport) -> str | None:
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        report.problems.append(ImportProblem(name, "This is not written in UTF-8."))
        return None
    if len(text) > LARGEST_TEXT:
        report.problems.append(ImportProblem(name, "This is far too long for a page."))
        return None
    return text


def _path_of(name: str, above: str, report: ImportReport) -> str | None:
    bare = without_ending(name)
    folder, last = posixpath.split(bare)
    path = spelled(folder if folder and last.lower() in _FOLDER_PAGES else bare)
    if path is None:
        report.problems.append(ImportProblem(name, "The name of this file can be no path; use letters, digits and hyphens."))
        return None
    return above + path


def _planned(name: str, paths: dict[str, str], files: dict[str, str], text: str) -> _Planned:
    front, body = parted(text)
    heading = _HEADING.search(body)
    title = _one(front.get("title")) or (heading[1] if heading else "") or posixpath.basename(without_ending(name))
    tags = front.get("tags", [])
    shown = [target for target in sorted(targets_in(body, name)) if target in files]
    return _Planned(
        name,
        paths[name],
        title,
        for_wiki(body, name, pages=paths, files=files),
        [tags] if isinstance(tags, str) and tags else list(tags),
        shown,
    )


def _one(value: Value | None) -> str:
    return value if isinstance(value, str) else ""


def _folders(path: str, above: str) -> list[str]:
    parts = path.removeprefix(above).split("/")
    return [above + "/".join(parts[:depth]) for depth in range(1, len(parts))]


def _folder(path: str) -> _Planned:
    name = posixpath.basename(path)
    title = name if len(name) >= _SHORTEST_TITLE else f"/{path}/".ljust(_SHORTEST_TITLE, "/")
    return _Planned(f"{path}/", path, title, f"# {name}", [], [])


@dataclass(frozen=True, slots=True)
class _Import:
    """One import while it runs."""

    actor: Actor
    scope: str
    entries: dict[str, bytes]
    report: ImportReport
    draft: ImportDraft


async def _take(running: _Import, planned: _Planned) -> None:
    """Make one page with its files; a folder's page only where there is none."""
    actor, report = running.actor, running.report
    standing = await _stands(actor, planned.path, running.draft.space_id)
    if standing and planned.name.endswith("/"):
        return
    page = await _made(running, planned, standing=standing)
    report.pages.append(ImportedPage(planned.name, planned.path, planned.title, page))
    if page is None:
        return
    for name in planned.files:
        identifier = _staged_id(running.scope, name)
        staged = await stage_content(actor, posixpath.basename(name), running.entries[name], identifier=identifier)
        try:
            await attach_file(actor, page.id, staged.id)
        except DomainError as error:
            report.problems.append(ImportProblem(name, error.message))


async def _made(running: _Import, planned: _Planned, *, standing: bool) -> WikiPage | None:
    try:
        draft = PageDraft(
            path=planned.path,
            title=planned.title,
            body=planned.body,
            tag_slugs=planned.tags,
            space_id=running.draft.space_id,
        )
    except ValidationError as error:
        raise InvalidFields.of(error) from error
    if not running.draft.dry_run:
        once = Once(("wiki import", running.scope, planned.path), fingerprint=running.scope)
        return await create_page(running.actor, draft, once=once)
    if standing:
        raise InvalidInput(f"There is a page at {planned.path} already.")
    return None


def _staged_id(scope: str, name: str) -> str:
    return derived_id("upl", scope, name)
