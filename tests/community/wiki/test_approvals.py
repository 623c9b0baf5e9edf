from typing import Any

import pytest

from auth.actor import Actor, Role
from community.documents import Evidence
from community.wiki.approvals import (
    ApprovalRule,
    Rejection,
    Review,
    approve_edit,
    reject_edit,
    request_review,
    set_approval_rule,
    withdraw_edit,
)
from community.wiki.documents import ProposalState, WikiPage
from community.wiki.pages import edit_page, restore_revision
from community.wiki.reading import pages_by_ids, revisions_by_ids, revisions_of, waiting_revisions
from community.wiki.revisions import revision_id
from community.wiki.writing import PageChanges
from core.database import Database
from core.errors import AlreadyDone, Conflict, Forbidden, InvalidInput, NotFound
from core.paging import Window
from tests.community.test_handlers import handle_everything
from tests.community.watching import facts, snapshot
from tests.factories.community import actor_of, make_actor, make_member, make_page


async def _guarded(minimum: int = 1, **overrides: Any) -> tuple[WikiPage, Actor, Actor]:
    """Give a page whose edits need approval, a manager and an author."""
    manager, author = await make_actor(Role.MANAGER), await make_actor(Role.AGENT)
    page = await make_page(body="İlk.", **overrides)
    page = await set_approval_rule(manager, page.id, ApprovalRule(minimum=minimum), expected_version=1)
    return page, manager, author


async def _proposed(minimum: int = 1) -> tuple[WikiPage, Actor, Actor]:
    page, manager, author = await _guarded(minimum)
    page = await edit_page(author, page.id, PageChanges(body="Yeni.", summary="Kısaldı"), expected_version=2)
    return page, manager, author


async def _numbers(actor: Actor, page: WikiPage) -> list[int]:
    waiting = waiting_revisions(actor, page)
    stored = await revisions_of(actor, [page.id], Window(), waiting.below)
    return [revision.number for revision in waiting.among(stored[page.id], Window()).items]


async def test_an_edit_waits_until_enough_people_approved_it(store: Database) -> None:
    page, manager, author = await _proposed(2)
    mentor, reader = await make_actor(Role.MENTOR), await make_actor(Role.AGENCY)
    assert (page.body, page.proposal and page.proposal.body) == ("İlk.", "Yeni.")
    assert (await _numbers(author, page), await _numbers(reader, page)) == ([3, 1], [1])

    page = await approve_edit(manager, page.id, expected_version=3)
    assert (page.body, page.proposal is not None) == ("İlk.", True)
    with pytest.raises(AlreadyDone):
        await approve_edit(manager, page.id, expected_version=4)
    page = await approve_edit(mentor, page.id, expected_version=4)

    assert (page.body, page.proposal, page.edited_by, page.version) == ("Yeni.", None, author.member, 5)
    assert (await _numbers(author, page), await _numbers(reader, page)) == ([5, 3, 1], [5, 1])
    kept = (await revisions_by_ids(reader, [revision_id(page.id, 5)]))[revision_id(page.id, 5)]
    assert (kept.author_id, kept.approved_by, kept.summary) == (author.member, [manager.member, mentor.member], "Kısaldı")
    await handle_everything(store)
    await handle_everything(store)
    assert await Evidence.find({"source_id": page.id, "member_id": author.member}).count() == 1


async def test_who_wrote_an_edit_or_may_not_approve_judges_nothing(store: Database) -> None:
    page, manager, author = await _guarded()
    page = await edit_page(manager, page.id, PageChanges(body="Benim."), expected_version=2)
    expert = await make_actor()
    before = await snapshot(store)

    for actor in (manager, author, expert):
        with pytest.raises(Forbidden):
            await approve_edit(actor, page.id, expected_version=3)
        with pytest.raises(Forbidden):
            await reject_edit(actor, page.id, Rejection(reason="Olmaz."), expected_version=3)
    with pytest.raises(Forbidden):
        await withdraw_edit(author, page.id, expected_version=3)
    with pytest.raises(Forbidden):
        await set_approval_rule(author, page.id, ApprovalRule(minimum=0), expected_version=3)
    assert await snapshot(store) == before


async def test_a_further_edit_begins_the_approvals_anew(store: Database) -> None:
    page, manager, author = await _proposed(2)
    await approve_edit(manager, page.id, expected_version=3)

    page = await edit_page(author, page.id, PageChanges(title="Başka bir başlık"), expected_version=4)

    assert page.proposal is not None
    assert (page.proposal.title, page.proposal.body, page.proposal.approvals) == ("Başka bir başlık", "Yeni.", [])
    with pytest.raises(Conflict):
        await approve_edit(manager, page.id, expected_version=4)


async def test_a_rejected_edit_says_why_and_is_written_anew_or_taken_back(store: Database) -> None:
    page, manager, author = await _proposed()

    page = await reject_edit(manager, page.id, Rejection(reason="Depo böyle demiyor."), expected_version=3)

    assert page.proposal is not None
    assert (page.proposal.state, page.proposal.rejected_by) == (ProposalState.REJECTED, manager.member)
    with pytest.raises(AlreadyDone):
        await approve_edit(manager, page.id, expected_version=4)
    page = await edit_page(author, page.id, PageChanges(body="Daha iyi."), expected_version=4)
    assert page.proposal is not None
    assert (page.proposal.state, page.proposal.reason) == (ProposalState.WRITTEN, None)
    page = await withdraw_edit(author, page.id, expected_version=5)
    assert (page.body, page.proposal) == ("İlk.", None)
    with pytest.raises(InvalidInput, match="Nothing is proposed"):
        await approve_edit(manager, page.id, expected_version=6)
    with pytest.raises(InvalidInput, match="Nothing is proposed"):
        await withdraw_edit(author, page.id, expected_version=6)
    await edit_page(author, page.id, PageChanges(body="İlk. Sonra."), expected_version=6)
    with pytest.raises(Conflict) as caught:
        await edit_page(manager, page.id, PageChanges(body="Sonra."), expected_version=6)
    assert caught.value.edit.base.number == 1  # type: ignore[attr-defined]  # a StaleEdit


async def test_the_nearest_rule_above_holds_for_pages_below(store: Database) -> None:
    top, manager, author = await _guarded(2)
    reader = await make_actor(Role.AGENCY)

    page = await make_page("iade/kargo", actor=author, body="Yeni sayfa.")

    assert (page.unpublished, page.proposal and page.proposal.needed) == (True, 2)
    assert await pages_by_ids(reader, [page.id]) == {}
    assert list(await pages_by_ids(author, [page.id])) == [page.id]
    await handle_everything(store)
    assert await Evidence.find({"source_id": page.id}).count() == 0
    await set_approval_rule(manager, top.id, ApprovalRule(minimum=1), expected_version=2)
    page = await approve_edit(manager, page.id, expected_version=1)
    assert (page.unpublished, page.body) == (None, "Yeni sayfa.")
    assert list(await pages_by_ids(reader, [page.id])) == [page.id]
    await set_approval_rule(manager, page.id, ApprovalRule(minimum=0), expected_version=2)
    page = await edit_page(author, page.id, PageChanges(body="Hemen."), expected_version=3)
    assert (page.body, page.proposal) == ("Hemen.", None)
    page = await set_approval_rule(manager, page.id, ApprovalRule(minimum=None), expected_version=4)
    page = await restore_revision(author, revision_id(page.id, 2), expected_version=5)
    assert page.proposal is not None
    assert (page.body, page.proposal.body, page.proposal.restored_from) == ("Hemen.", "Yeni sayfa.", 2)


async def test_a_page_never_published_goes_when_it_is_taken_back(store: Database) -> None:
    _, _, author = await _guarded()
    page = await make_page("iade/kargo", actor=author)
    below = await make_page("iade/kargo/gec", actor=author)

    with pytest.raises(InvalidInput, match="below"):
        await withdraw_edit(author, page.id, expected_version=1)
    await withdraw_edit(author, below.id, expected_version=1)
    await withdraw_edit(author, page.id, expected_version=1)

    assert await pages_by_ids(author, [page.id, below.id]) == {}
    with pytest.raises(NotFound):
        await withdraw_edit(author, page.id, expected_version=2)


async def test_reviewers_are_people_who_can_approve(store: Database) -> None:
    page, _, author = await _proposed()
    mentor = await make_member(Role.MENTOR)

    for name in (author.member, (await make_actor()).member, "mem_none"):
        with pytest.raises(InvalidInput):
            await request_review(author, page.id, Review(reviewer_ids=[name]), expected_version=3)
    page = await request_review(author, page.id, Review(reviewer_ids=[mentor.id]), expected_version=3)

    assert page.proposal is not None
    assert (page.proposal.state, page.proposal.reviewer_ids) == (ProposalState.REVIEW_REQUESTED, [mentor.id])
    assert [name for name, _ in await facts(store, "wiki_pages", page.id)][-1] == "WikiReviewRequested"
    page = await approve_edit(actor_of(mentor), page.id, expected_version=4)
    assert page.body == "Yeni."
