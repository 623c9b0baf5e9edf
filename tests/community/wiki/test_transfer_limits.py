"""What is brought into the wiki or taken out of it, where it is too much, or part of it can't be read."""

import io
import zipfile

import pytest

from auth.actor import Actor
from community.uploads import stage_content
from community.wiki import archives, importing, places, printing
from community.wiki.attachments import attach_file
from community.wiki.documents import WikiPage
from community.wiki.exporting import ExportFormat, export, export_id
from community.wiki.front_matter import parted
from community.wiki.importing import ImportDraft, import_pages
from community.wiki.pages import edit_page
from community.wiki.places import is_within
from community.wiki.reading import page_at
from community.wiki.writing import PageChanges
from core.database import Database
from core.errors import InvalidInput, LimitReached
from core.files import FileContents
from core.ids import new_id
from core.records import save
from tests.community.watching import snapshot
from tests.factories.community import make_actor, make_page


async def sent(actor: Actor, name: str, content: bytes) -> str:
    return (await stage_content(actor, name, content, identifier=new_id("upl"))).id


async def zipped(actor: Actor, entries: dict[str, str]) -> str:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return await sent(actor, "sayfalar.zip", buffer.getvalue())


async def front(actor: Actor, page: WikiPage) -> list[str]:
    """Name what the file of a page says before its text."""
    made = await export(actor, export_id(page.id, ExportFormat.MARKDOWN))
    assert made is not None
    with zipfile.ZipFile(io.BytesIO(made.content)) as archive:
        return list(parted(archive.read(f"{page.path}.md").decode())[0])


@pytest.mark.parametrize(("limit", "most", "said"), [("MOST_ENTRIES", 1, "at most 1 files"), ("LARGEST", 20, "divide it")])
async def test_a_zip_that_holds_too_much_is_refused(
    store: Database, monkeypatch: pytest.MonkeyPatch, limit: str, most: int, said: str
) -> None:
    author = await make_actor()
    file_id = await zipped(author, {"bir.md": "# Bir sayfa", "iki.md": "# İki sayfa"})
    before = await snapshot(store)
    monkeypatch.setattr(archives, limit, most)
    with pytest.raises(InvalidInput, match=said) as refused:
        await import_pages(author, ImportDraft(file_id=file_id))
    assert (refused.value.path, await snapshot(store)) == (("file_id",), before)


async def test_files_that_can_be_no_pages_are_named_and_the_others_come_in(
    store: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    author = await make_actor()
    monkeypatch.setattr(importing, "LARGEST_TEXT", 40)
    entries = {"iade.md": "# İade yolları\n\nMetin", "uzun.md": "# Uzun sayfa\n\n" + "çok " * 20, "???.md": "# Adsız sayfa"}
    report = await import_pages(author, ImportDraft(file_id=await zipped(author, entries)))
    assert [one.path for one in report.pages] == ["iade"]
    assert {one.file: one.message for one in report.problems} == {
        "uzun.md": "This is far too long for a page.",
        "???.md": "The name of this file can be no path; use letters, digits and hyphens.",
    }


async def test_a_folder_whose_page_stands_already_leaves_it_as_it_is(store: Database) -> None:
    author = await make_actor()
    entries = {"yardim/iade.md": "# İade yolları\n\nMetin"}
    first = await import_pages(author, ImportDraft(file_id=await zipped(author, entries)))
    assert [one.path for one in first.pages] == ["yardim", "yardim/iade"]
    folder = await page_at(author, "yardim")
    assert folder is not None
    more = {"yardim/kargo.md": "# Kargo yolları\n\nMetin"}
    second = await import_pages(author, ImportDraft(file_id=await zipped(author, more)))
    assert ([one.path for one in second.pages], second.problems) == (["yardim/kargo"], [])
    assert await page_at(author, "yardim") == folder


async def test_html_shows_no_image_that_is_gone_or_of_another_page(store: Database) -> None:
    author = await make_actor()
    page, other = await make_page("iade", author), await make_page("kargo", author)
    gone = await attach_file(author, page.id, await sent(author, "şema.png", b"\x89PNG"))
    foreign = await attach_file(author, other.id, await sent(author, "plan.png", b"\x89PNG"))
    body = f"![Şema](/files/{gone.id}) ![Plan](/files/{foreign.id})"
    await edit_page(author, page.id, PageChanges(body=body), expected_version=page.version)
    await FileContents(store).remove(gone.content_id)
    made = await export(author, export_id(page.id, ExportFormat.HTML))
    assert made is not None
    assert [f'src="" title="/files/{one.id}"' in made.content.decode() for one in (gone, foreign)] == [True, True]
    assert b'src="data:' not in made.content


async def test_the_language_of_a_page_is_told_only_where_it_is_known(store: Database) -> None:
    author = await make_actor()
    page = await make_page("iade", author)
    assert (page.locale, await front(author, page)) == ("tr", ["title", "path", "tags", "updated", "version", "language"])
    page.locale = None
    await save(page)
    assert await front(author, page) == ["title", "path", "tags", "updated", "version"]


async def test_pages_that_can_not_be_printed_together_are_refused(store: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    author = await make_actor()
    page = await make_page("iade", author)
    monkeypatch.setattr(printing, "_compiled", lambda *_: None)
    with pytest.raises(LimitReached, match="can't be printed together"):
        await export(author, export_id(page.id, ExportFormat.PDF))


async def test_a_tree_that_is_too_deep_counts_as_a_circle(store: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    top, middle = await make_page("bir"), await make_page("bir/iki")
    leaf = await make_page("bir/iki/uc")
    other = await make_page("baska")
    assert [await is_within(leaf.id, one.id) for one in (leaf, middle, top, other)] == [True, True, True, False]
    monkeypatch.setattr(places, "_DEEPEST_TREE", 1)
    assert await is_within(leaf.id, other.id)
    assert await WikiPage.count() == 4
