"""Runs of the wiki's documents."""

from datetime import timedelta

from community.wiki.pages import edit_page
from community.wiki.revisions import revision_id
from community.wiki.verification import Vouching, vouch_for_page
from community.wiki.writing import PageChanges
from core.clock import now
from tests.factories import community
from tests.schema.staff.runs.registry import run
from tests.schema.staff.staff import Staff
from tests.schema.staff.world import World


@run
async def run_create_page(staff: Staff, world: World) -> None:
    given = {"path": "/İade/", "title": "İade nasıl yapılır?", "body": "Önce sorulur.", "summary": "İlk hâli"}
    first = (await staff.do(world.agent, "CreatePage", **given, idempotencyKey="page-1"))["page"]
    assert first == {"id": first["id"], "path": "iade", "title": "İade nasıl yapılır?", "version": 1}
    again = (await staff.do(world.agent, "CreatePage", **given, idempotencyKey="page-1"))["page"]
    assert again == first


@run
async def run_edit_page(staff: Staff, world: World) -> None:
    page = await community.make_page(actor=world.expert)
    given = {"title": "İade", "body": "**Önce** depoya sorulur.", "summary": "Kısaldı"}
    changes = {"pageId": page.id, **given, "expectedVersion": page.version}
    changed = (await staff.do(world.agent, "EditPage", **{**changes, "title": "İade ve değişim"}))["page"]
    updated_at = changed.pop("updatedAt")
    assert updated_at > page.updated_at.isoformat()[:19]
    assert changed == {
        "id": page.id,
        "version": 2,
        "path": "iade",
        "title": "İade ve değişim",
        "body": "**Önce** depoya sorulur.",
        "bodyHtml": "<p><strong>Önce</strong> depoya sorulur.</p>\n",
    }


@run
async def run_wiki_page_screen(staff: Staff, world: World) -> None:
    page = await community.make_page(actor=world.expert, summary="İlk hâli")
    linking = await community.make_page("degisim", title="Değişim nasıl olur?", body="Bak: [iade](/wiki/iade).")
    page = await edit_page(world.agent, page.id, PageChanges(body="Yeni.", summary="Yeni hâli"), expected_version=1)
    vouching = Vouching(owner_id=world.expert.member, until=now() + timedelta(days=90))
    page = await vouch_for_page(world.agent, page.id, vouching, expected_version=2)
    shown = (await staff.ask(world.agent, "WikiPageScreen", path="iade"))["wikiPage"]
    revisions = shown.pop("revisions")
    assert (shown.pop("verifiedUntil") or "")[:10] == str(vouching.until)[:10]
    shown.pop("updatedAt")
    assert shown == {
        "id": page.id,
        "path": "iade",
        "title": "İade nasıl yapılır?",
        "body": "Yeni.",
        "bodyHtml": "<p>Yeni.</p>\n",
        "version": 3,
        "owner": {"id": world.expert.member, "displayName": "Ali Rezaei"},
        "backlinks": {"totalCount": 1, "nodes": [{"id": linking.id, "path": "degisim", "title": "Değişim nasıl olur?"}]},
        "viewerCanEdit": True,
    }
    assert [(row["version"], row["author"]["displayName"], row["summary"]) for row in revisions["nodes"]] == [
        (2, "Deniz Kaya", "Yeni hâli"),
        (1, "Ali Rezaei", "İlk hâli"),
    ]
    assert revisions["pageInfo"]["hasNextPage"] is False
    assert (await staff.ask(world.agent, "WikiPageScreen", path="yok/boyle"))["wikiPage"] is None


@run
async def run_wiki_tree(staff: Staff, world: World) -> None:
    page = await community.make_page()
    below = [await community.make_page(f"iade/{name}", title=f"{name} iadesi") for name in ("yurt-disi", "kargo")]
    await community.make_page("iade/kargo/gecikme")
    shown = (await staff.ask(world.agent, "WikiTree", path="iade", first=10))["wikiPage"]
    assert (shown["id"], shown["path"], shown["children"]["totalCount"]) == (page.id, "iade", 2)
    rows = [{name: row[name] for name in ("id", "path", "title", "verifiedUntil")} for row in shown["children"]["nodes"]]
    assert rows == [{"id": one.id, "path": one.path, "title": one.title, "verifiedUntil": None} for one in (below[1], below[0])]
    first = (await staff.ask(world.agent, "WikiTree", path="iade", first=1))["wikiPage"]["children"]
    rest = await staff.ask(world.agent, "WikiTree", path="iade", first=1, after=first["pageInfo"]["endCursor"])
    assert [row["id"] for row in rest["wikiPage"]["children"]["nodes"]] == [below[0].id]


@run
async def run_revision_diff(staff: Staff, world: World) -> None:
    page = await community.make_page(body="bir\niki\nüç")
    await edit_page(world.agent, page.id, PageChanges(body="bir\n2\nüç"), expected_version=1)
    shown = (await staff.ask(world.agent, "RevisionDiff", id=revision_id(page.id, 2)))["node"]
    assert shown == {
        "id": revision_id(page.id, 2),
        "version": 2,
        "diff": {
            "hunks": [
                {"kind": "SAME", "text": "bir\n"},
                {"kind": "REMOVED", "text": "iki\n"},
                {"kind": "ADDED", "text": "2\n"},
                {"kind": "SAME", "text": "üç"},
            ]
        },
    }


@run
async def run_restore_revision(staff: Staff, world: World) -> None:
    page = await community.make_page(body="İlk.")
    await edit_page(world.agent, page.id, PageChanges(title="Başka bir başlık", body="Son."), expected_version=1)
    given = {"revisionId": revision_id(page.id, 1), "expectedVersion": 2}
    restored = (await staff.do(world.agent, "RestoreRevision", **given))["page"]
    assert (restored["version"], restored["title"], restored["body"]) == (3, "İade nasıl yapılır?", "İlk.")


@run
async def run_move_page(staff: Staff, world: World) -> None:
    page = await community.make_page()
    below = await community.make_page("iade/kargo")
    await community.make_page("musteri")
    moved = (await staff.do(world.agent, "MovePage", pageId=page.id, path="musteri/iade", expectedVersion=1))["page"]
    assert moved == {"id": page.id, "version": 2, "path": "musteri/iade", "title": page.title}
    shown = (await staff.ask(world.agent, "WikiPageScreen", path="iade/kargo"))["wikiPage"]
    assert (shown["id"], shown["path"]) == (below.id, "musteri/iade/kargo")
