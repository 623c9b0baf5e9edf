import asyncio

import pytest

from auth.actor import SYSTEM, Role
from community.wiki.documents import ROOT, WikiPage
from community.wiki.errors import PathTaken
from community.wiki.paths import links_in, spelled
from community.wiki.places import Move, follow_parent, move_page
from community.wiki.reading import backlinks_to, children_of, page_at
from core.database import Database
from core.errors import Conflict, InvalidInput
from core.paging import Window
from core.records import fresh
from tests.community.test_handlers import handle_everything
from tests.community.watching import snapshot
from tests.factories.community import make_actor, make_page


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
