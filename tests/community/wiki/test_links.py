from auth.actor import Role
from community.wiki.links import count_pages_with_broken_links, pages_with_broken_links
from community.wiki.moves import Move, move_page
from community.wiki.pages import delete_page, edit_page
from community.wiki.writing import PageChanges
from core.database import Database
from core.paging import Window
from core.records import fresh
from tests.community.test_handlers import handle_everything
from tests.factories.community import customer_actor, make_actor, make_page


async def test_links_to_no_page_are_listed_until_one_stands_there(store: Database) -> None:
    reader = await make_actor()
    page = await make_page("iade", body="Bak: [kargo](/wiki/kargo), [depo](/wiki/depo#adres), [dış](https://a.example/wiki/x).")
    await make_page("depo", title="Depo nerede?")
    await handle_everything(store)
    await handle_everything(store)

    found = await pages_with_broken_links(reader, Window())
    assert [(one.id, one.missing) for one in found.items] == [(page.id, ["kargo"])]
    assert (await count_pages_with_broken_links(reader), await count_pages_with_broken_links(customer_actor())) == (1, 0)
    await make_page("kargo", title="Kargo nerede?")
    await handle_everything(store)
    assert (await fresh(page)).missing == []
    assert await count_pages_with_broken_links(reader) == 0


async def test_after_moves_links_still_lead_there_and_after_deletes_no_more(store: Database) -> None:
    manager = await make_actor(Role.MANAGER)
    await make_page("eski", title="Eski yer burası")
    await make_page("depo", title="Depo nerede?")
    target = await make_page("depo/raf", title="Raf nerede?")
    page = await make_page("iade", body="[raf](/wiki/depo/raf) ve [yeni](/wiki/eski/depo/raf)")
    await handle_everything(store)
    assert (await fresh(page)).missing == ["eski/depo/raf"]

    depo = await fresh(target)
    parent = (await make_page("bos", title="Boş bir sayfa")).id
    await delete_page(manager, parent, expected_version=1)
    await move_page(manager, depo.parent_id, Move(path="eski/depo"), expected_version=1)
    await handle_everything(store)
    assert (await fresh(page)).missing == []
    target = await fresh(target)
    await delete_page(manager, target.id, expected_version=target.version)
    await handle_everything(store)
    current = await fresh(page)
    assert (current.missing, current.broken) == (["depo/raf", "eski/depo/raf"], True)
    await edit_page(manager, page.id, PageChanges(body="Raf yok."), expected_version=1)
    await handle_everything(store)
    current = await fresh(page)
    assert (current.missing, current.broken) == ([], None)
