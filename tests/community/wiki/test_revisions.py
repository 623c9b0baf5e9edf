import asyncio
from collections.abc import Sequence
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auth.actor import SYSTEM, Actor, Role
from community.revisions import MOST_WAITING, keep_entries
from community.wiki import reading, revisions
from community.wiki.documents import WikiPage, WikiRevision
from community.wiki.pages import edit_page, restore_revision
from community.wiki.reading import revision_before, revision_counts, revisions_by_ids, revisions_of, waiting_revisions
from community.wiki.revisions import Hunk, HunkKind, compare, keep_revisions, revision_id
from community.wiki.writing import PageChanges
from core.database import Database
from core.ids import derived_id
from core.paging import Position, Slice, Window
from core.records import fresh
from tests.factories.community import make_actor, make_page

TEXTS = st.lists(st.sampled_from(["bir\n", "iki\n", "سه\n", "dört", "\r\n", "\n", " "]), max_size=30).map("".join) | st.text(
    max_size=200
)


@settings(deadline=None)
@given(TEXTS, TEXTS)
def test_hunks_are_the_text_before_and_the_text_after(before: str, after: str) -> None:
    hunks = compare(before, after)

    assert "".join(hunk.text for hunk in hunks if hunk.kind is not HunkKind.ADDED) == before
    assert "".join(hunk.text for hunk in hunks if hunk.kind is not HunkKind.REMOVED) == after
    assert all(hunk.text for hunk in hunks)


@settings(deadline=None)
@given(TEXTS)
def test_nothing_changed_is_one_hunk_at_most(text: str) -> None:
    assert compare(text, text) == ([Hunk(HunkKind.SAME, text)] if text else [])


def test_lines_that_changed_are_shown_with_what_stayed() -> None:
    assert compare("a\nb\nc\n", "a\nB\nc\nd\n") == [
        Hunk(HunkKind.SAME, "a\n"),
        Hunk(HunkKind.REMOVED, "b\n"),
        Hunk(HunkKind.ADDED, "B\n"),
        Hunk(HunkKind.SAME, "c\n"),
        Hunk(HunkKind.ADDED, "d\n"),
    ]


async def _written(times: int) -> WikiPage:
    page, agent = await make_page(), await make_actor(Role.AGENT)
    for version in range(1, times):
        page = await edit_page(agent, page.id, PageChanges(body=f"{version}."), expected_version=version)
    return page


async def _history(page: WikiPage, window: Window) -> Slice[WikiRevision]:
    waiting = waiting_revisions(SYSTEM, page)
    return waiting.among((await revisions_of(SYSTEM, [page.id], window, waiting.below))[page.id], window)


async def test_history_is_the_same_while_edits_wait_and_when_they_are_stored(store: Database) -> None:
    page = await _written(5)
    page = await keep_entries(page, page.entries[:2], partial(revisions._revision_of, page.id))
    assert [entry.number for entry in page.entries] == [4, 5]
    places = [Position((number, revision_id(page.id, number))) for number in range(1, 6)]
    windows = [
        Window(limit=limit, backwards=backwards, **given)
        for limit in (1, 2, 3, 9)
        for backwards in (False, True)
        for given in ({}, *({side: place} for side in ("after", "before") for place in places))
    ]

    waiting = [await _history(page, window) for window in windows]
    count = (await revision_counts(SYSTEM, [page.id], waiting_revisions(SYSTEM, page).below))[page.id]
    page = await keep_revisions(page)
    stored = [await _history(page, window) for window in windows]

    assert (page.entries, count) == ([], 3)
    for window, one, two in zip(windows, waiting, stored, strict=True):
        shown = [[row.number for row in found.items] for found in (one, two)]
        assert (window, shown[0], one.positions, one.has_next, one.has_previous) == (
            window,
            shown[1],
            two.positions,
            two.has_next,
            two.has_previous,
        )


async def test_edit_that_waits_is_found_compared_and_restored(store: Database) -> None:
    page, agent = await _written(3), await make_actor(Role.AGENT)
    ids = [revision_id(page.id, number) for number in range(1, 7)]

    found = await revisions_by_ids(agent, [*ids, "wrv_000", "wrv_"])
    before = [await revision_before(found[one]) for one in ids[:3]]
    restored = await restore_revision(agent, ids[1], expected_version=3)

    assert [(one, row.body) for one, row in found.items()] == list(
        zip(ids[:3], ("Önce depoya sorulur.", "1.", "2."), strict=True)
    )
    assert [row.body if row is not None else None for row in before] == [None, "Önce depoya sorulur.", "1."]
    assert (restored.body, restored.version) == ("1.", 4)
    assert await WikiRevision.find({"page_id": page.id}).count() == 1


async def test_edit_that_is_stored_while_it_is_read_is_found(store: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    page = await _written(2)

    async def late(actor: Actor, ids: Sequence[str]) -> dict[str, WikiPage]:
        await asyncio.sleep(0.05)
        return {page.id: await keep_revisions(await fresh(page))}

    monkeypatch.setattr(reading, "pages_by_ids", late)
    found = await revisions_by_ids(SYSTEM, [revision_id(page.id, 2)])

    assert [row.body for row in found.values()] == ["1."]


async def test_revisions_of_an_older_release_are_found_by_the_page_they_name(store: Database) -> None:
    page = await make_page()
    await store["wiki_revisions"].update_many({}, {"$set": {"writes": []}})
    row = await store["wiki_revisions"].find_one({})
    assert row is not None
    old = derived_id("wrv", page.id, "1")
    await store["wiki_revisions"].delete_many({})
    await store["wiki_revisions"].insert_one({**row, "_id": old})

    assert [row.number for row in (await revisions_by_ids(SYSTEM, [old])).values()] == [1]


async def test_writers_make_the_revisions_themselves_when_no_handler_does(store: Database) -> None:
    page = await _written(MOST_WAITING + 2)

    assert page.entries == []
    assert await WikiRevision.find({"page_id": page.id}).count() == MOST_WAITING + 2
