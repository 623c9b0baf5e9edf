import asyncio
from datetime import timedelta

import pytest

from auth.actor import SYSTEM, Role
from community.documents import Evidence
from community.wiki.documents import WikiPage, WikiRevision
from community.wiki.errors import PathTaken
from community.wiki.pages import PageDraft, create_page, delete_page, edit_page, restore_revision
from community.wiki.reading import page_at, pages_by_ids, revisions_by_ids, revisions_of, waiting_revisions
from community.wiki.revisions import revision_id
from community.wiki.verification import Vouching, vouch_for_page
from community.wiki.writing import PageChanges
from core.clock import now
from core.database import Database
from core.errors import Conflict, Forbidden, IdempotencyMismatch, InvalidInput, NotFound
from core.idempotency import Once
from core.paging import Window
from core.records import fresh
from tests.community.test_handlers import handle_everything, told
from tests.community.watching import facts, keyed, snapshot
from tests.factories.community import customer_actor, make_actor, make_page

DRAFT = PageDraft(path="iade", title="İade nasıl yapılır?", body="Önce depoya sorulur.", summary="İlk hâli", tag_slugs=["iade"])


async def numbers(page: WikiPage, window: Window = Window()) -> list[int]:  # noqa: B008 - never changed
    waiting = waiting_revisions(SYSTEM, page)
    stored = await revisions_of(SYSTEM, [page.id], window, waiting.below)
    return [revision.number for revision in waiting.among(stored[page.id], window).items]


async def test_page_is_written_with_its_first_revision(store: Database) -> None:
    expert = await make_actor()

    page = await create_page(expert, DRAFT, once=Once())

    assert (page.path, page.version, page.author_id, page.locale) == ("iade", 1, expert.member, "tr")
    revision = (await revisions_by_ids(expert, [revision_id(page.id, 1)]))[revision_id(page.id, 1)]
    assert (revision.title, revision.body, revision.summary, revision.author_id) == (
        DRAFT.title,
        DRAFT.body,
        "İlk hâli",
        expert.member,
    )
    created = {"page_id": page.id, "author_id": expert.member}
    assert await facts(store, "wiki_pages", page.id) == [("WikiPageCreated", created)]


async def test_every_edit_is_a_revision_and_a_restored_one_too(store: Database) -> None:
    page, agent = await make_page(), await make_actor(Role.AGENT)

    page = await edit_page(agent, page.id, PageChanges(body="İkinci."), expected_version=1)
    page = await edit_page(agent, page.id, PageChanges(title="Üçüncü başlık"), expected_version=2)
    page = await restore_revision(agent, revision_id(page.id, 2), expected_version=3)

    assert await numbers(page) == [4, 3, 2, 1]
    assert (page.title, page.body, page.version) == ("İade nasıl yapılır?", "İkinci.", 4)
    last = (await revisions_by_ids(agent, [revision_id(page.id, 4)]))[revision_id(page.id, 4)]
    assert (last.restored_from, last.body) == (2, "İkinci.")


async def test_stale_edit_is_a_conflict_that_shows_the_page_as_it_is(store: Database) -> None:
    page, agent = await make_page(), await make_actor(Role.AGENT)
    await edit_page(agent, page.id, PageChanges(body="Yeni."), expected_version=1)
    before = await snapshot(store)

    with pytest.raises(Conflict) as caught:
        await edit_page(agent, page.id, PageChanges(body="Eski."), expected_version=1)

    assert caught.value.current.body == "Yeni."
    assert await snapshot(store) == before


async def test_of_many_edits_at_once_one_wins_and_nothing_is_lost(store: Database) -> None:
    page, agent = await make_page(), await make_actor(Role.AGENT)

    ends = await asyncio.gather(
        *(edit_page(agent, page.id, PageChanges(body=f"{n}."), expected_version=1) for n in range(5)), return_exceptions=True
    )

    assert sorted(type(end).__name__ for end in ends) == ["StaleEdit"] * 4 + ["WikiPage"]
    current = await fresh(page)
    assert await numbers(current) == [2, 1]
    await handle_everything(store)
    kept = await WikiRevision.get(revision_id(page.id, 2))
    assert kept is not None
    assert kept.body == current.body


async def test_of_many_pages_written_to_one_path_one_stands(store: Database) -> None:
    expert = await make_actor()

    ends = await asyncio.gather(*(create_page(expert, DRAFT, once=Once()) for _ in range(5)), return_exceptions=True)

    assert sorted(type(end).__name__ for end in ends) == ["PathTaken"] * 4 + ["WikiPage"]
    assert await WikiPage.find({}).count() == 1


async def test_page_needs_the_page_above(store: Database) -> None:
    expert = await make_actor()
    before = await snapshot(store)

    with pytest.raises(InvalidInput, match="There is no page at musteri; create it first") as caught:
        await create_page(expert, DRAFT.model_copy(update={"path": "musteri/iade"}), once=Once())

    assert caught.value.path == ("path",)
    assert await snapshot(store) == before


async def test_same_request_makes_one_page(store: Database) -> None:
    expert = await make_actor()
    first = await create_page(expert, DRAFT, once=keyed("k", DRAFT.model_dump()))
    again = await create_page(expert, DRAFT, once=keyed("k", DRAFT.model_dump()))

    assert again.id == first.id
    with pytest.raises(IdempotencyMismatch):
        await create_page(expert, DRAFT, once=keyed("k", {"body": "Başka."}))


async def test_who_may_not_write_is_refused_without_a_trace(store: Database) -> None:
    page, agency, customer = await make_page(), await make_actor(Role.AGENCY), customer_actor()
    before = await snapshot(store)

    with pytest.raises(Forbidden):
        await create_page(agency, DRAFT.model_copy(update={"path": "baska"}), once=Once())
    with pytest.raises(Forbidden):
        await edit_page(agency, page.id, PageChanges(body="x"), expected_version=1)
    with pytest.raises(NotFound):
        await edit_page(customer, page.id, PageChanges(body="x"), expected_version=1)
    assert await pages_by_ids(customer, [page.id]) == {}
    assert await page_at(customer, "iade") is None

    assert await snapshot(store) == before


async def test_owner_vouches_and_nobody_else(store: Database) -> None:
    page, owner, other = await make_page(), await make_actor(), await make_actor()
    until = now() + timedelta(days=30)
    page = await vouch_for_page(other, page.id, Vouching(owner_id=owner.member), expected_version=1)

    page = await vouch_for_page(owner, page.id, Vouching(until=until), expected_version=2)

    assert (page.owner_id, page.version) == (owner.member, 3)
    assert page.verified_until is not None
    with pytest.raises(Forbidden):
        await vouch_for_page(other, page.id, Vouching(until=until), expected_version=3)
    for wrong, path in (
        (Vouching(until=now() - timedelta(days=1)), ("until",)),
        (Vouching(until=now() + timedelta(days=800)), ("until",)),
        (Vouching(owner_id="mem_nobody"), ("owner_id",)),
    ):
        with pytest.raises(InvalidInput) as caught:
            await vouch_for_page(owner, page.id, wrong, expected_version=3)
        assert caught.value.path == path
    freed = await vouch_for_page(owner, page.id, Vouching(owner_id=None, until=None), expected_version=3)
    assert (freed.owner_id, freed.verified_until) == (None, None)


async def test_deleted_page_gives_its_path_up_and_keeps_its_revisions(store: Database) -> None:
    page, manager = await make_page(), await make_actor(Role.MANAGER)
    below = await make_page("iade/kargo")
    with pytest.raises(InvalidInput, match="Pages stand below"):
        await delete_page(manager, page.id, expected_version=1)
    await delete_page(manager, below.id, expected_version=1)

    await delete_page(manager, page.id, expected_version=1)

    assert await page_at(manager, "iade") is None
    assert await WikiRevision.get(revision_id(page.id, 1)) is not None
    assert (await make_page()).path == "iade"


async def test_path_of_another_page_is_refused_by_name(store: Database) -> None:
    await make_page()
    with pytest.raises(PathTaken, match="There is a page at iade already"):
        await make_page("İADE")


async def test_what_a_crash_left_undone_is_done_by_the_handlers(store: Database) -> None:
    agent = await make_actor(Role.AGENT)
    page = await make_page(tag_slugs=["iade"])
    page = await edit_page(agent, page.id, PageChanges(body="İkinci."), expected_version=1)
    await handle_everything(store)
    done = await told(store)
    entry = {"number": 2, "title": page.title, "body": page.body, "author_id": agent.member, "at": page.updated_at}
    await store["wiki_revisions"].delete_many({"number": 2})
    await store["wiki_pages"].update_one({"_id": page.id}, {"$set": {"entries": [entry]}})
    await store["evidence"].delete_many({})

    await handle_everything(store)
    await handle_everything(store)

    assert await told(store) == done
    kept = await Evidence.find({"source_id": page.id}).to_list()
    assert sorted(one.member_id for one in kept) == sorted([page.author_id, agent.member])
