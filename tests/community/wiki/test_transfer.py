import base64
import io
import zipfile
from collections.abc import Sequence

import pytest
from pypdf import PdfReader

from auth.actor import Actor, Role
from community.uploads import stage_content
from community.wiki import exporting, importing, printing
from community.wiki.attachments import attach_file, files_of
from community.wiki.documents import WikiPage
from community.wiki.exporting import ExportFormat, export, export_id
from community.wiki.importing import ImportDraft, ImportReport, import_pages
from community.wiki.pages import edit_page
from community.wiki.reading import page_at
from community.wiki.writing import PageChanges
from core.database import Database
from core.errors import Forbidden, InvalidInput, LimitReached, NotFound
from core.ids import new_id
from core.paging import Window
from core.text import typeset
from tests.community.watching import snapshot
from tests.factories.community import customer_actor, make_actor, make_page
from tests.factories.spaces import inside, make_space


async def _sent(actor: Actor, name: str, content: bytes) -> str:
    return (await stage_content(actor, name, content, identifier=new_id("upl"))).id


def _zip(entries: dict[str, str | bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return buffer.getvalue()


_DOT = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")
"""A picture of one point."""


def _titles(outline: Sequence[object]) -> list[str]:
    found = []
    for entry in outline:
        found += _titles(entry) if isinstance(entry, list) else [str(getattr(entry, "title", entry))]
    return found


async def _tree(author: Actor) -> tuple[WikiPage, str]:
    """Write a page with one below it, that link to each other, and an image."""
    root = await make_page("iade", actor=author, body="Bak: [kargo](/wiki/iade/kargo), [dış](/wiki/baska).", tag_slugs=["iade"])
    below = await make_page("iade/kargo", actor=author, title="ارسال کالا", body="متن")
    file = await attach_file(author, below.id, await _sent(author, "şema 1.png", b"\x89PNG"))
    body = f"سفارش‌ها پس از سه روز می‌رسند. ![Şema](/files/{file.id}) [üst](/wiki/iade#giris)"
    await edit_page(author, below.id, PageChanges(body=body), expected_version=1)
    return root, file.id


async def _imported(actor: Actor, entries: dict[str, str | bytes], **given: object) -> ImportReport:
    file_id = await _sent(actor, "sayfalar.zip", _zip(entries))
    return await import_pages(actor, ImportDraft.model_validate({"file_id": file_id, **given}))


async def test_what_is_exported_as_markdown_is_imported_elsewhere_alike(store: Database) -> None:
    author = await make_actor()
    root, _ = await _tree(author)
    made = await export(await make_actor(Role.AGENCY), export_id(root.id, ExportFormat.MARKDOWN))
    assert made is not None
    with zipfile.ZipFile(io.BytesIO(made.content)) as archive:
        names, first = archive.namelist(), archive.read("iade.md").decode()
    assert (made.name, names[:2], len(names)) == ("iade.zip", ["iade.md", "iade/kargo.md"], 3)
    assert first.startswith('---\ntitle: "İade nasıl yapılır?"\npath: "iade"\ntags: ["iade"]\n')
    assert "[kargo](iade/kargo.md), [dış](/wiki/baska)" in first

    await make_page("arsiv", title="Arşiv sayfası")
    file_id = await _sent(author, "iade.zip", made.content)
    draft = ImportDraft(file_id=file_id, parent_path="arsiv")
    report = await import_pages(author, draft)
    again = await import_pages(author, draft)

    assert [(one.path, one.title) for one in report.pages] == [
        ("arsiv/iade", "İade nasıl yapılır?"),
        ("arsiv/iade/kargo", "ارسال کالا"),
    ]
    made_once, made_again = ([one.page.id for one in found.pages if one.page] for found in (report, again))
    assert (report.problems, made_again) == ([], made_once)
    top, below = await page_at(author, "arsiv/iade"), await page_at(author, "arsiv/iade/kargo")
    assert top is not None
    assert below is not None
    assert (top.body, [tag.slug for tag in top.tags]) == ("Bak: [kargo](/wiki/arsiv/iade/kargo), [dış](/wiki/baska).", ["iade"])
    files = (await files_of(author, [below.id], Window()))[below.id].items
    assert [(file.name, file.size) for file in files] == [("şema 1.png", 4)]
    assert f"![Şema](/files/{files[0].id}) [üst](/wiki/arsiv/iade#giris)" in below.body


async def test_html_needs_nothing_else_and_shows_what_the_viewer_may_read(store: Database) -> None:
    author = await make_actor()
    root, file_id = await _tree(author)
    identifier = export_id(root.id, ExportFormat.HTML)

    made = await export(author, identifier)

    assert made is not None
    page = made.content.decode()
    assert made.name == "iade.html"
    assert 'src="data:image/png;base64,iVBORw=="' in page
    assert '<a href="#iade/kargo"' in page
    assert '<article id="iade/kargo" dir="rtl" lang="fa">' in page
    assert file_id not in page
    assert await export(customer_actor(), identifier) is None
    assert await export(author, "wht_none") is None


async def test_print_has_contents_links_between_its_pages_and_images_that_can_be_read(store: Database) -> None:
    author = await make_actor()
    root, _ = await _tree(author)
    shown = await attach_file(author, root.id, await _sent(author, "nokta.png", _DOT))
    await edit_page(author, root.id, PageChanges(body=f"{root.body} ![Nokta](/files/{shown.id})"), expected_version=1)

    made = await export(author, export_id(root.id, ExportFormat.PDF))

    assert made is not None
    assert (made.name, made.content_type) == ("iade.pdf", "application/pdf")
    reader = PdfReader(io.BytesIO(made.content))
    assert _titles(reader.outline) == ["İade nasıl yapılır?", "ارسال کالا"]
    words = " ".join(page.extract_text() for page in reader.pages)
    assert "Bak: kargo, dış." in words
    assert "Şema" in words
    assert sum(len(page.images) for page in reader.pages) == 1
    assert await export(customer_actor(), export_id(root.id, ExportFormat.PDF)) is None


async def test_page_that_can_not_be_set_is_printed_as_written(store: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    author = await make_actor()
    root, _ = await _tree(author)
    monkeypatch.setattr(typeset, "typeset", lambda body, around: f"panic({len(body) + around.level})")

    made = await export(author, export_id(root.id, ExportFormat.PDF))

    assert made is not None
    words = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(made.content)).pages)
    assert "Bak: [kargo](/wiki/iade/kargo), [dış](/wiki/baska)." in words


async def test_a_part_that_is_too_large_is_refused(store: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    author = await make_actor()
    root, _ = await _tree(author)
    monkeypatch.setattr(printing, "MOST_CHARACTERS", 3)
    with pytest.raises(LimitReached, match="characters"):
        await export(author, export_id(root.id, ExportFormat.PDF))
    monkeypatch.setattr(exporting, "MOST_BYTES", 3)
    with pytest.raises(LimitReached, match="files"):
        await export(author, export_id(root.id, ExportFormat.HTML))
    monkeypatch.setattr(exporting, "MOST_PAGES", 1)
    with pytest.raises(LimitReached, match="pages"):
        await export(author, export_id(root.id, ExportFormat.MARKDOWN))


async def test_a_dry_run_tells_what_would_be_and_what_is_wrong(store: Database) -> None:
    author = await make_actor()
    await make_page("rehber", title="Rehber sayfası")
    entries: dict[str, str | bytes] = {
        "yardim/README.md": "# Yardım merkezi\n\nBak: [iade](iade.md)",
        "yardim/iade.md": "---\ntitle: İade yolları\n---\nMetin",
        "rehber.md": "# Başka rehber\n\nMetin",
        "derin/alt/sayfa.md": "# Derindeki sayfa",
        "kisa.md": "# Kim\n\nMetin",
        "bozuk.md": b"\xff\xfe\x00",
        "bos.md": "---\ntitle: Boş bir sayfa\n---\n",
        "../disari.md": "# Dışarıdaki sayfa",
        "__MACOSX/gizli.md": "# Gizli sayfa",
    }
    file_id = await _sent(author, "a.zip", _zip(entries))
    before = await snapshot(store)

    report = await import_pages(author, ImportDraft(file_id=file_id, dry_run=True))

    assert [(one.file, one.path, one.page) for one in report.pages] == [
        ("derin/", "derin", None),
        ("yardim/README.md", "yardim", None),
        ("derin/alt/", "derin/alt", None),
        ("yardim/iade.md", "yardim/iade", None),
        ("derin/alt/sayfa.md", "derin/alt/sayfa", None),
    ]
    assert {one.file for one in report.problems} == {"rehber.md", "kisa.md", "bozuk.md", "bos.md"}
    assert await snapshot(store) == before
    done = await import_pages(author, ImportDraft(file_id=file_id))
    assert [one.path for one in done.pages] == [one.path for one in report.pages]
    assert {one.file for one in done.problems} == {one.file for one in report.problems}
    merged = await page_at(author, "yardim")
    assert merged is not None
    assert merged.body == "# Yardım merkezi\n\nBak: [iade](/wiki/yardim/iade)"


async def test_what_can_t_be_read_is_refused_without_a_trace(store: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    author, other, agency = await make_actor(), await make_actor(), await make_actor(Role.AGENCY)
    broken = await _sent(author, "a.zip", b"no zip")
    empty = await _sent(author, "a.zip", _zip({"a.png": b"x"}))
    good = await _sent(author, "sayfa.md", b"# Yeni bir sayfa\n\nMetin")
    many = await _sent(author, "a.zip", _zip({"a.md": "# Bir sayfa", "b.md": "# Bir sayfa"}))
    before = await snapshot(store)

    monkeypatch.setattr(importing, "MOST_PAGES", 1)
    for who, file_id in ((author, broken), (author, empty), (author, many), (other, good), (author, "upl_none")):
        with pytest.raises(InvalidInput):
            await import_pages(who, ImportDraft(file_id=file_id))
    with pytest.raises(InvalidInput, match="no page"):
        await import_pages(author, ImportDraft(file_id=good, parent_path="yok"))
    with pytest.raises(Forbidden):
        await import_pages(agency, ImportDraft(file_id=good))
    assert await snapshot(store) == before
    report = await import_pages(author, ImportDraft(file_id=good))
    assert [(one.path, one.title) for one in report.pages] == [("sayfa", "Yeni bir sayfa")]


async def test_the_same_file_is_imported_into_a_space_by_who_writes_there(store: Database) -> None:
    author, outsider = await make_actor(), await make_actor()
    space = await make_space(author)
    author = inside(author, space)
    entries: dict[str, str | bytes] = {"iade/index.md": "# İade adımları\n![Şema](sema.png)", "iade/sema.png": _DOT}
    file_id = await _sent(author, "sayfalar.zip", _zip(entries))

    outside = await import_pages(author, ImportDraft(file_id=file_id))
    reports = [await import_pages(author, ImportDraft(file_id=file_id, space_id=space.id)) for _ in range(2)]
    with pytest.raises(NotFound) as refused:
        await _imported(outsider, entries, space_id=space.id)

    assert refused.value.path == ("space_id",)
    assert [one.problems for one in (outside, *reports)] == [[], [], []]
    (shared,), (first,), (second,) = ([one.page for one in found.pages if one.page] for found in (outside, *reports))
    assert (shared.closed_space_id, first.closed_space_id, first.id == second.id) == (None, space.id, True)
    assert (shared.path, first.path, shared.id == first.id) == ("iade", "iade", False)
    files = {page_id: found.items for page_id, found in (await files_of(author, [shared.id, first.id], Window())).items()}
    assert [len(found) for found in files.values()] == [1, 1]
    assert f"/files/{files[first.id][0].id}" in first.body
