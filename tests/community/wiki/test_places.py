import asyncio
from typing import Any

import pytest

from auth.actor import SYSTEM, Actor, Role
from community.wiki import moves
from community.wiki.documents import ROOT, WikiPage
from community.wiki.errors import PathTaken
from community.wiki.events import WikiPageCreated, WikiPageMoved
from community.wiki.handlers import follow_created, follow_moved
from community.wiki.moves import Move, move_page
from community.wiki.paths import links_in, spelled
from community.wiki.places import follow_parent, put_at, settle_place
from community.wiki.reading import backlinks_to, children_of, page_at
from core.database import Database
from core.errors import Conflict, InvalidInput
from core.paging import Window
from core.records import change, fresh
from tests.community.test_handlers import handle_everything
from tests.community.watching import snapshot
from tests.dying import dying
from tests.factories.community import make_actor, make_page
from tests.notifications.test_announcements import cause


async def stands(page: WikiPage) -> str:
    return (await fresh(page)).path


async def titles_below(page_id: str) -> list[str]:
    found = await children_of(SYSTEM, [page_id], Window())
    return [page.title for page in found[page_id].items]


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("/İade/Yurt Dışı/", "iade/yurt-disi"),
        ("iade", "iade"),
        ("  راهنما/مرجوعی ", "راهنما/مرجوعی"),
        ("", None),
        ("a//b", None),
        ("a/../b", None),
        ("a\0b", None),
        ("x" * 81, None),
    ],
)
def test_paths_are_spelled_alike(written: str, stored: str | None) -> None:
    assert spelled(written) == stored


def test_links_within_the_wiki_are_found() -> None:
    body = (
        "[a](/wiki/İade) [b](/wiki/iade#ust) `[c](/wiki/kod)` [d](https://x.example/wiki/dis) [e](/files/1) "
        "[f](</wiki/yurt dışı>)\n\n```\n[g](/wiki/blok)\n```\n"
    )
    assert links_in(body) == ["iade", "yurt-disi"]


async def test_what_stands_below_moves_along_and_old_paths_still_lead_there(store: Database) -> None:
    agent = await make_actor(Role.AGENT)
    top, target = await make_page(), await make_page("musteri")
    below = await make_page("iade/kargo")
    deep = await make_page("iade/kargo/gecikme")

    moved = await move_page(agent, top.id, Move(path="musteri/iadeler"), expected_version=1)

    assert (moved.path, moved.parent_id, moved.former_paths) == ("musteri/iadeler", target.id, ["iade"])
    assert [await stands(page) for page in (below, deep)] == ["musteri/iadeler/kargo", "musteri/iadeler/kargo/gecikme"]
    assert [(await fresh(page)).version for page in (below, deep)] == [1, 1]
    for old, page in (("iade", top), ("iade/kargo", below), ("iade/kargo/gecikme", deep)):
        found = await page_at(agent, old)
        assert found is not None
        assert found.id == page.id


async def test_pages_below_are_found_at_both_paths_right_after_a_move(store: Database) -> None:
    agent = await make_actor(Role.AGENT)
    top, _ = await make_page(), await make_page("musteri")
    below, deep = await make_page("iade/kargo"), await make_page("iade/kargo/gecikme")
    await store["wiki_pages"].update_one({"_id": deep.id}, {"$set": {"path": "eski/kargo/gecikme"}})
    beside = await make_page("iadeler")

    await move_page(agent, top.id, Move(path="musteri/iade"), expected_version=1)
    again = [await make_page("iade"), await make_page("iade/kargo")]

    for path, page in (
        ("musteri/iade", top),
        ("musteri/iade/kargo", below),
        ("iade", again[0]),
        ("iade/kargo", again[1]),
        ("eski/kargo/gecikme", deep),
        ("iadeler", beside),
    ):
        assert ((await page_at(agent, path) or page).id, path) == (page.id, path)
        assert await page_at(agent, path) is not None
    await handle_everything(store)
    assert await stands(deep) == "musteri/iade/kargo/gecikme"
    assert (await page_at(agent, "eski/kargo/gecikme") or top).id == deep.id


@pytest.mark.parametrize("lost", [1, 2, 3])
async def test_what_did_not_move_along_when_the_process_died_follows(store: Database, lost: int) -> None:
    agent = await make_actor(Role.AGENT)
    top = await make_page()
    below = [await make_page("iade/kargo"), await make_page("iade/kargo/gecikme"), await make_page("iade/kargo/gecikme/tazminat")]

    async with dying(lost):
        await move_page(agent, top.id, Move(path="iadeler"), expected_version=1)
    lagging = [page.path for page in below if not (await stands(page)).startswith("iadeler/")]
    await follow_moved(cause(WikiPageMoved(page_id=top.id)))
    settled = await snapshot(store)
    await follow_moved(cause(WikiPageMoved(page_id=top.id)))

    assert lagging
    assert [await stands(page) for page in below] == [page.path.replace("iade", "iadeler", 1) for page in below]
    assert await snapshot(store) == settled


async def test_page_below_that_somebody_wrote_meanwhile_is_left_to_the_handler(
    store: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    agent = await make_actor(Role.AGENT)
    top, below = await make_page(), await make_page("iade/kargo")
    carry = moves._carry

    async def late(moved: WikiPage, path: str, read: list[WikiPage]) -> None:
        current = await fresh(moved)
        await settle_place(await change(current, lambda one: put_at(one, ROOT, "geri", "geri")))
        await carry(moved, path, read)

    monkeypatch.setattr(moves, "_carry", late)
    await move_page(agent, top.id, Move(path="iadeler"), expected_version=1)

    assert [await stands(page) for page in (top, below)] == ["geri", "geri/kargo"]


async def test_more_pages_than_one_batch_move_along(store: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    agent = await make_actor(Role.AGENT)
    top = await make_page()
    below = [await make_page(f"iade/{name}") for name in ("a", "a/b", "c", "d", "d/e")]
    monkeypatch.setattr(moves, "BATCH", 2)

    await move_page(agent, top.id, Move(path="iadeler"), expected_version=1)

    assert [await stands(page) for page in below] == ["iadeler/a", "iadeler/a/b", "iadeler/c", "iadeler/d", "iadeler/d/e"]


async def test_page_below_one_that_moves_meanwhile_follows_it(store: Database) -> None:
    agent = await make_actor(Role.AGENT)
    top = await make_page()
    late = await make_page("iade/kargo")
    await store["wiki_pages"].update_one({"_id": late.id}, {"$set": {"parent_id": ROOT}})
    await move_page(agent, top.id, Move(path="iadeler"), expected_version=1)
    await store["wiki_pages"].update_one({"_id": late.id}, {"$set": {"parent_id": top.id, "path": "iade/kargo"}})

    await follow_created(cause(WikiPageCreated(page_id=late.id, author_id=agent.member)))

    assert await stands(late) == "iadeler/kargo"


async def test_new_page_takes_an_old_path_over_with_the_links_to_it(store: Database) -> None:
    agent = await make_actor(Role.AGENT)
    page = await make_page()
    await make_page("rehber", title="Rehber sayfası", body="[İade](/wiki/iade)")
    page = await move_page(agent, page.id, Move(path="iadeler"), expected_version=1)
    assert [one.path for one in (await backlinks_to(agent, page, Window())).items] == ["rehber"]

    new = await make_page("iade")

    assert (await page_at(agent, "iade") or page).id == new.id
    assert [one.path for one in (await backlinks_to(agent, new, Window())).items] == ["rehber"]
    assert (await backlinks_to(agent, await fresh(page), Window())).items == []


async def test_moves_that_can_not_be_leave_no_trace(store: Database) -> None:
    agent = await make_actor(Role.AGENT)
    page, below = await make_page(), await make_page("iade/kargo")
    await make_page("dolu")
    before = await snapshot(store)

    for path, problem in (
        ("iade/kargo/iade", InvalidInput),
        ("iade/iade", InvalidInput),
        ("yok/iade", InvalidInput),
        ("dolu", PathTaken),
    ):
        with pytest.raises(problem) as caught:
            await move_page(agent, page.id, Move(path=path), expected_version=1)
        assert caught.value.path == ("path",)
    with pytest.raises(Conflict):
        await move_page(agent, below.id, Move(path="kargo"), expected_version=7)

    assert await snapshot(store) == before


async def test_two_moves_into_each_other_never_make_a_ring(store: Database) -> None:
    agent = await make_actor(Role.AGENT)
    left, right = await make_page("sol"), await make_page("sag")

    await asyncio.gather(
        move_page(agent, left.id, Move(path="sag/sol"), expected_version=1),
        move_page(agent, right.id, Move(path="sol/sag"), expected_version=1),
        return_exceptions=True,
    )
    await handle_everything(store)

    paths = sorted([await stands(left), await stands(right)])
    assert paths in (["sag", "sol"], ["sag", "sag/sol"], ["sol", "sol/sag"])
    assert "sag" in paths or "sol" in paths


@pytest.mark.parametrize("deep", [False, True])
async def test_move_below_what_was_moved_below_it_meanwhile_is_taken_back(
    store: Database, monkeypatch: pytest.MonkeyPatch, *, deep: bool
) -> None:
    agent = await make_actor(Role.AGENT)
    left, below, right = await make_page("sol"), await make_page("sol/alt"), await make_page("sag")
    under = await make_page("sag/orta") if deep else right
    written = moves._moved

    async def late(actor: Actor, page: WikiPage, *rest: Any) -> WikiPage:
        fields = {"parent_id": left.id, "place": f"{left.id}/sag", "path": "sol/sag"}
        await store["wiki_pages"].update_one({"_id": right.id}, {"$set": fields, "$inc": {"revision": 1}})
        return await written(actor, page, *rest)

    monkeypatch.setattr(moves, "_moved", late)
    with pytest.raises(Conflict, match="moved a page above meanwhile"):
        await move_page(agent, left.id, Move(path=f"{under.path}/sol"), expected_version=1)

    assert [await stands(page) for page in (left, below, right)] == ["sol", "sol/alt", "sol/sag"]
    assert not deep or await stands(under) == "sol/sag/orta"


async def test_page_that_moved_away_meanwhile_follows_its_old_parent_no_longer(store: Database) -> None:
    agent = await make_actor(Role.AGENT)
    top, below = await make_page("sol"), await make_page("sol/sag")
    await store["wiki_pages"].update_one({"_id": top.id}, {"$set": {"path": "orta/sol"}})
    await move_page(agent, below.id, Move(path="sag"), expected_version=1)

    assert await follow_parent(below)

    assert await stands(below) == "sag"


async def test_ring_left_by_a_death_is_broken_by_the_handler(store: Database) -> None:
    agent = await make_actor(Role.AGENT)
    left, right, taken = await make_page("sol"), await make_page("sag"), await make_page("orta")
    await move_page(agent, left.id, Move(path="sag/orta"), expected_version=1)
    fields = {"parent_id": left.id, "place": f"{left.id}/sag", "path": "sag/orta/sag"}
    await store["wiki_pages"].update_one({"_id": right.id}, {"$set": fields})

    await handle_everything(store)
    await handle_everything(store)

    assert [await stands(page) for page in (left, right, taken)] == ["orta-2", "orta-2/sag", "orta"]


async def test_pages_below_follow_by_the_handler_when_the_request_died(store: Database) -> None:
    agent = await make_actor(Role.AGENT)
    top, below = await make_page(), await make_page("iade/kargo")
    await move_page(agent, top.id, Move(path="iadeler"), expected_version=1)
    await store["wiki_pages"].update_one({"_id": below.id}, {"$set": {"path": "iade/kargo"}})

    await handle_everything(store)
    await handle_everything(store)

    assert await stands(below) == "iadeler/kargo"


async def test_children_are_ordered_by_the_alphabet(store: Database) -> None:
    for path, title in (("c", "Çilek kargo"), ("d", "Dış ticaret"), ("a", "Ağır yük"), ("ca", "Cam eşya")):
        await make_page(path, title=title)

    assert await titles_below(ROOT) == ["Ağır yük", "Cam eşya", "Çilek kargo", "Dış ticaret"]
