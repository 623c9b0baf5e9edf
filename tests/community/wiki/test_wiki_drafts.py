import pytest

from auth.actor import Role
from community.wiki import drafts
from community.wiki.documents import WikiDraft, WikiPage
from community.wiki.drafts import (
    DraftStart,
    DraftWords,
    discard_draft,
    drafts_by_ids,
    edit_draft,
    list_drafts,
    publish_draft,
    start_draft,
)
from community.wiki.errors import StaleEdit
from community.wiki.pages import edit_page
from community.wiki.writing import PageChanges
from core.database import Database
from core.errors import Conflict, Forbidden, IdempotencyMismatch, InvalidFields, InvalidInput, LimitReached, NotFound
from core.idempotency import Once, once
from core.paging import Window
from tests.community.test_handlers import handle_everything
from tests.community.watching import snapshot
from tests.factories.community import make_actor, make_page
from tests.rivals import overtaken

NEW = DraftStart(path="kargo", title="Kargo nasıl izlenir?", body="Numarayla.", tag_slugs=["kargo"])


async def test_a_draft_of_a_new_page_grows_and_becomes_the_page(store: Database) -> None:
    author, other = await make_actor(), await make_actor(Role.ADMIN)
    draft = await start_draft(author, DraftStart(), once=Once())

    with pytest.raises(InvalidFields):
        await publish_draft(author, draft.id, expected_version=1)
    draft = await edit_draft(author, draft.id, NEW, expected_version=1)
    with pytest.raises(Conflict):
        await edit_draft(author, draft.id, DraftWords(body="Eski pencere."), expected_version=1)
    with pytest.raises(Conflict):
        await publish_draft(author, draft.id, expected_version=1)
    assert [one.id for one in (await list_drafts(author, Window())).items] == [draft.id]
    assert (await drafts_by_ids(other, [draft.id]), (await list_drafts(other, Window())).items) == ({}, [])
    page = await publish_draft(author, draft.id, expected_version=2)

    assert (page.path, page.title, page.body, [tag.slug for tag in page.tags]) == ("kargo", NEW.title, "Numarayla.", ["kargo"])
    assert (await list_drafts(author, Window())).items == []
    with pytest.raises(NotFound):
        await publish_draft(author, draft.id, expected_version=2)


async def test_a_draft_of_an_edit_begins_with_the_page_and_merges_after_a_conflict(store: Database) -> None:
    page, author = await make_page(body="bir\niki\nüç"), await make_actor()
    draft = await start_draft(author, DraftStart(page_id=page.id), once=Once())
    assert (draft.title, draft.body, draft.base_version) == (page.title, "bir\niki\nüç", 1)
    draft = await edit_draft(author, draft.id, DraftWords(body="bir\niki\n3"), expected_version=1)
    await edit_page(author, page.id, PageChanges(body="1\niki\nüç"), expected_version=1)

    with pytest.raises(StaleEdit) as caught:
        await publish_draft(author, draft.id, expected_version=2)
    merged = DraftWords(body=caught.value.edit.merge.text, base_version=caught.value.edit.theirs.version)
    draft = await edit_draft(author, draft.id, merged, expected_version=2)
    page = await publish_draft(author, draft.id, expected_version=3)

    assert (page.body, page.version) == ("1\niki\n3", 3)
    assert await drafts_by_ids(author, [draft.id]) == {}


async def test_a_publishing_that_died_in_between_is_ended_by_the_handler(
    store: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    author = await make_actor()
    draft = await start_draft(author, NEW, once=Once())
    later = await start_draft(author, NEW.model_copy(update={"path": "kargo-2"}), once=Once())

    async def died(*_: object, **__: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(drafts, "settle_draft", died)
    for one in (draft, later):
        with pytest.raises(RuntimeError):
            await publish_draft(author, one.id, expected_version=1)
    monkeypatch.undo()
    await edit_draft(author, later.id, DraftWords(body="Numarayla, uygulamada."), expected_version=1)
    await handle_everything(store)
    await handle_everything(store)

    assert await drafts_by_ids(author, [draft.id]) == {}
    goes_on = (await drafts_by_ids(author, [later.id]))[later.id]
    assert (goes_on.base_version, goes_on.body) == (1, "Numarayla, uygulamada.")
    page = await publish_draft(author, later.id, expected_version=goes_on.version)
    assert (page.id, page.body) == (goes_on.page_id, "Numarayla, uygulamada.")
    assert await WikiPage.find({}).count() == 2


async def test_drafts_are_begun_once_and_discarded(store: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    author, agency = await make_actor(), await make_actor(Role.AGENCY)
    key = once(b"s", actor=author.id, operation="createWikiDraft", key="k", given={"a": 1})
    other = once(b"s", actor=author.id, operation="createWikiDraft", key="k", given={"a": 2})
    draft = await start_draft(author, NEW, once=key)

    assert (await start_draft(author, NEW, once=key)).id == draft.id
    with pytest.raises(IdempotencyMismatch):
        await start_draft(author, NEW, once=other)
    monkeypatch.setattr(drafts, "MOST_DRAFTS", 1)
    before = await snapshot(store)
    with pytest.raises(LimitReached):
        await start_draft(author, NEW, once=Once())
    with pytest.raises(Forbidden):
        await start_draft(agency, NEW, once=Once())
    with pytest.raises(NotFound):
        await discard_draft(agency, draft.id, expected_version=1)
    assert await snapshot(store) == before
    await discard_draft(author, draft.id, expected_version=1)
    assert await drafts_by_ids(author, [draft.id]) == {}
    assert await WikiDraft.find({"deleted_at": {"$exists": False}}).count() == 0


async def test_an_edit_says_on_which_version_it_builds(store: Database) -> None:
    page, author = await make_page(), await make_actor()
    draft = await start_draft(author, DraftStart(page_id=page.id), once=Once())
    draft = await edit_draft(author, draft.id, DraftWords(body="Yeni.", base_version=None), expected_version=draft.version)
    with pytest.raises(InvalidInput) as refused:
        await publish_draft(author, draft.id, expected_version=draft.version)
    assert refused.value.path == ("base_version",)
    assert await WikiPage.get(page.id) == page


async def test_what_was_published_meanwhile_is_written_on_no_more(store: Database) -> None:
    author = await make_actor()
    draft = await start_draft(author, NEW, once=Once())

    async with overtaken(drafts, lambda: publish_draft(author, draft.id, expected_version=draft.version)):
        with pytest.raises(NotFound):
            await edit_draft(author, draft.id, DraftWords(body="Başka."), expected_version=draft.version)

    assert [page.body for page in await WikiPage.find({}).to_list()] == [NEW.body]
