from datetime import timedelta

import pytest

from auth.actor import Actor, Role
from community.wiki.documents import WikiPage, WikiRevision
from community.wiki.errors import StaleEdit
from community.wiki.pages import MergedEdit, edit_page, merge_edit
from community.wiki.revisions import keep_revisions, revision_id
from community.wiki.verification import Vouching, vouch_for_page
from community.wiki.writing import PageChanges
from core.clock import now
from core.database import Database
from core.errors import Conflict, Forbidden, InvalidInput
from tests.community.watching import snapshot
from tests.factories.community import make_actor, make_page

TEXT = "bir\niki\nüç\ndört"
RENAMED = "İade ve değişim"


async def _edited(body: str, **changes: str) -> tuple[WikiPage, Actor]:
    page, agent = await make_page(body=TEXT), await make_actor(Role.AGENT)
    return await edit_page(agent, page.id, PageChanges.model_validate({"body": body, **changes}), expected_version=1), agent


async def _stale(agent: Actor, page: WikiPage, changes: PageChanges, version: int = 1) -> StaleEdit:
    with pytest.raises(StaleEdit) as caught:
        await edit_page(agent, page.id, changes, expected_version=version)
    return caught.value


async def test_a_stale_edit_tells_how_it_merges(store: Database) -> None:
    page, agent = await _edited("1\niki\nüç\ndört", title=RENAMED)
    before = await snapshot(store)

    stale = await _stale(agent, page, PageChanges(body="bir\niki\nüç\n4"))

    edit = stale.edit
    assert (edit.base.id, edit.theirs.version, edit.body) == (revision_id(page.id, 1), 2, "bir\niki\nüç\n4")
    assert (edit.merge.text, edit.merge.conflicts) == ("1\niki\nüç\n4", 0)
    assert (edit.merged_title, edit.title_conflicts) == (RENAMED, False)
    assert await snapshot(store) == before


async def test_what_both_changed_is_shown_with_what_was_there(store: Database) -> None:
    page, agent = await _edited("bir\n2\nüç\ndört", title=RENAMED)

    edit = (await _stale(agent, page, PageChanges(body="bir\nII\nüç\ndört", title="İade yolları"))).edit

    assert edit.merge.text == "bir\n<<<<<<< yours\nII\n||||||| base\niki\n=======\n2\n>>>>>>> theirs\nüç\ndört"
    assert (edit.merge.conflicts, edit.merged_title, edit.title_conflicts) == (1, "İade yolları", True)


async def test_the_base_is_what_the_page_said_at_that_version(store: Database) -> None:
    page, agent = await make_page(body=TEXT), await make_actor(Role.AGENT)
    vouching = Vouching(until=now() + timedelta(days=3))
    await vouch_for_page(agent, page.id, vouching, expected_version=1)
    await edit_page(agent, page.id, PageChanges(body="sıfır\n" + TEXT), expected_version=2)

    edit = (await _stale(agent, page, PageChanges(title="Yalnız başlık"), version=2)).edit

    assert (edit.base.number, edit.body, edit.merge.text) == (1, TEXT, "sıfır\n" + TEXT)
    with pytest.raises(Conflict) as caught:
        await edit_page(agent, page.id, PageChanges(body="x"), expected_version=9)
    assert type(caught.value) is Conflict


async def test_a_merged_edit_is_a_revision_that_tells_both_versions(store: Database) -> None:
    page, agent = await _edited("1\niki\nüç\ndört")
    edit = (await _stale(agent, page, PageChanges(body="bir\niki\nüç\n4"))).edit
    merged = MergedEdit(base_version=edit.base.number, title=edit.merged_title, body=edit.merge.text, summary="Birleşti")

    saved = await merge_edit(agent, page.id, merged, expected_version=edit.theirs.version)

    assert (saved.version, saved.body) == (3, "1\niki\nüç\n4")
    assert (await keep_revisions(saved)).entries == []
    revision = await WikiRevision.get(revision_id(page.id, 3))
    assert revision is not None
    assert (revision.merged_from, revision.summary, revision.author_id) == (1, "Birleşti", agent.member)
    with pytest.raises(StaleEdit) as caught:
        await merge_edit(agent, page.id, merged, expected_version=2)
    assert caught.value.edit.base.number == 2


async def test_a_merge_that_is_none_is_refused(store: Database) -> None:
    page, agent = await _edited("bir\n2\nüç\ndört")
    edit = (await _stale(agent, page, PageChanges(body="bir\nII\nüç\ndört"))).edit
    marked = MergedEdit(base_version=1, title=page.title, body=edit.merge.text)
    agency, before = await make_actor(Role.AGENCY), await snapshot(store)

    with pytest.raises(InvalidInput, match="still marked"):
        await merge_edit(agent, page.id, marked, expected_version=2)
    with pytest.raises(InvalidInput, match="before the version"):
        await merge_edit(agent, page.id, marked.model_copy(update={"body": "x", "base_version": 2}), expected_version=2)
    with pytest.raises(Forbidden):
        await merge_edit(agency, page.id, marked, expected_version=2)
    assert await snapshot(store) == before


async def test_where_what_was_there_is_not_kept_the_conflict_is_told_without_a_merge(store: Database) -> None:
    page, agent = await _edited("1\niki\nüç\ndört")
    await WikiRevision.get_pymongo_collection().delete_many({"page_id": page.id})
    with pytest.raises(Conflict) as caught:
        await edit_page(agent, page.id, PageChanges(body="bir\niki\nüç\n4"), expected_version=1)
    assert type(caught.value) is Conflict
    assert (caught.value.current, (await WikiPage.get(page.id))) == (page, page)
