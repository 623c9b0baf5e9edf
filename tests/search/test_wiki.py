from auth.actor import Role
from community.wiki.moves import Move, move_page
from community.wiki.pages import delete_page, edit_page
from community.wiki.writing import PageChanges
from core.paging import Window
from search.entries import SearchKind
from search.querying import find
from tests.factories.community import customer_actor, make_actor, make_page
from tests.search.settling import Settling


async def found(settling: Settling, text: str) -> list[tuple[SearchKind, str]]:
    hits = await find(await make_actor(Role.AGENT), settling.engine, text, kinds=(SearchKind.WIKI_PAGE,), window=Window())
    return [(hit.kind, hit.document.id) for hit in hits.hits.items]


async def test_page_is_found_by_what_it_says_now_and_by_its_path(settling: Settling) -> None:
    page = await make_page("iade", body="Depo **kaydeder**.", tag_slugs=["lojistik"])
    agent = await make_actor(Role.AGENT)
    await settling()
    hit = [(SearchKind.WIKI_PAGE, page.id)]
    assert [await found(settling, text) for text in ("kaydeder", "lojistik", "iade")] == [hit] * 3

    await edit_page(agent, page.id, PageChanges(body="Muhasebe onaylar."), expected_version=1)
    await move_page(agent, page.id, Move(path="geri-gonderim"), expected_version=2)
    await settling()

    assert [await found(settling, text) for text in ("kaydeder", "onaylar", "gonderim")] == [[], hit, hit]


async def test_deleted_page_is_found_no_more(settling: Settling) -> None:
    page = await make_page()
    await settling()
    await delete_page(await make_actor(Role.MANAGER), page.id, expected_version=1)
    await settling()

    assert await found(settling, "iade") == []
    assert customer_actor().permissions.isdisjoint({"wiki:read"})
