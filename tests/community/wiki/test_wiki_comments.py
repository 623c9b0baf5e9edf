import pytest

from auth.actor import Role
from community.errors import NotYours
from community.moderation.documents import ModerationItem
from community.removing import DeletionDraft, delete_wiki_comment
from community.threads import ThreadState
from community.wiki.comments import (
    WIKI_THREADS,
    CommentChanges,
    CommentDraft,
    Quote,
    add_comment,
    comments_by_ids,
    edit_comment,
    resolve_thread,
)
from community.wiki.documents import WikiComment, WikiPage
from community.wiki.pages import delete_page, edit_page
from community.wiki.writing import PageChanges
from core.database import Database
from core.errors import AlreadyDone, Conflict, Forbidden, InvalidInput, NotFound
from core.idempotency import Once
from core.paging import Window
from core.records import fresh
from tests.care.stored import event_types
from tests.community.test_handlers import handle_everything
from tests.community.watching import snapshot
from tests.factories.community import customer_actor, make_actor, make_page

BODY = "## İade\n\nÖnce **depoya** sorulur, sonra kargo gelir."


async def _thread(page: WikiPage, exact: str | None = None) -> WikiComment:
    quote = Quote(exact=exact) if exact else None
    draft = CommentDraft(page_id=page.id, body="Emin miyiz?", quote=quote)
    return await add_comment(await make_actor(), draft, once=Once())


async def test_a_thread_stays_with_its_words_and_is_orphaned_when_they_go(store: Database) -> None:
    page, editor = await make_page(body=BODY), await make_actor()
    thread, whole = await _thread(page, "depoya sorulur"), await _thread(page)
    assert thread.anchor is not None
    assert (thread.anchor.prefix, thread.anchor.suffix, whole.anchor) == ("İade Önce ", ", sonra kargo gelir.", None)

    page = await edit_page(editor, page.id, PageChanges(body=f"Yeni giriş.\n\n{BODY}"), expected_version=1)
    await handle_everything(store)
    await handle_everything(store)
    moved = (await fresh(thread)).anchor
    assert moved is not None
    assert (moved.start, moved.orphaned, moved.exact) == (len("Yeni giriş. İade Önce "), False, "depoya sorulur")
    page = await edit_page(editor, page.id, PageChanges(body=BODY.replace("depoya", "mağazaya")), expected_version=2)
    await handle_everything(store)
    changed = (await fresh(thread)).anchor
    assert changed is not None
    assert (changed.exact, changed.quote, changed.orphaned) == ("mağazaya sorulur", "depoya sorulur", False)
    page = await edit_page(editor, page.id, PageChanges(body="Her şey değişti."), expected_version=3)
    await handle_everything(store)
    gone = (await fresh(thread)).anchor
    assert gone is not None
    assert (gone.orphaned, gone.exact) == (True, "mağazaya sorulur")
    await edit_page(editor, page.id, PageChanges(body="Yine mağazaya sorulur."), expected_version=4)
    await handle_everything(store)
    back = (await fresh(thread)).anchor
    assert back is not None
    assert (back.orphaned, back.start) == (False, 5)


async def test_threads_are_answered_resolved_and_opened_again(store: Database) -> None:
    page, agent = await make_page(body=BODY), await make_actor(Role.AGENCY)
    thread, other = await _thread(page), await _thread(page)
    author = await make_actor()

    answer = await add_comment(agent, CommentDraft(page_id=page.id, body="Evet.", in_reply_to_id=thread.id), once=Once())
    further = CommentDraft(page_id=page.id, body="Kesin mi?", in_reply_to_id=answer.id)
    further_one = await add_comment(author, further, once=Once())
    assert (further_one.thread_id, further_one.root) == (thread.id, None)
    assert await WIKI_THREADS.participants(further_one) == [thread.author_id, agent.member, author.member]
    with pytest.raises(Forbidden):
        await resolve_thread(agent, thread.id, resolved=True, expected_version=1)
    with pytest.raises(InvalidInput, match="began"):
        await resolve_thread(agent, answer.id, resolved=True, expected_version=1)
    thread = await resolve_thread(author, thread.id, resolved=True, expected_version=1)
    assert thread.resolved_by == author.member

    found = {state: await WIKI_THREADS.of(agent, [page.id], Window(), state) for state in (None, *ThreadState)}
    listed = {state: [one.id for one in found[state][page.id].items] for state in found}
    assert listed == {None: [thread.id, other.id], ThreadState.OPEN: [other.id], ThreadState.RESOLVED: [thread.id]}
    assert (await WIKI_THREADS.counts(agent, [page.id], ThreadState.OPEN))[page.id] == 1
    replies = await WIKI_THREADS.replies(agent, [thread.id, other.id], Window())
    assert [one.id for one in replies[thread.id].items] == [answer.id, further_one.id]
    assert await WIKI_THREADS.reply_counts(agent, [thread.id, other.id]) == {thread.id: 2, other.id: 0}
    thread = await resolve_thread(author, thread.id, resolved=False, expected_version=2)
    assert (thread.resolved_at, thread.resolved_by) == (None, None)


async def test_comments_are_changed_by_who_wrote_them_and_hidden_with_their_page(store: Database) -> None:
    page, manager = await make_page(body=BODY), await make_actor(Role.MANAGER)
    author, other = await make_actor(), await make_actor()
    comment = await add_comment(author, CommentDraft(page_id=page.id, body="Bir."), once=Once())
    reply = await add_comment(other, CommentDraft(page_id=page.id, body="İki.", in_reply_to_id=comment.id), once=Once())
    elsewhere = await make_page("baska")
    before = await snapshot(store)

    wrong = [
        (CommentDraft(page_id=page.id, body="x", quote=Quote(exact="yok böyle")), InvalidInput),
        (CommentDraft(page_id=page.id, body="x", quote=Quote(exact="**depoya**")), InvalidInput),
        (CommentDraft(page_id=page.id, body="x", quote=Quote(exact="Önce"), in_reply_to_id=comment.id), InvalidInput),
        (CommentDraft(page_id=elsewhere.id, body="x", in_reply_to_id=comment.id), NotFound),
    ]
    for draft, error in wrong:
        with pytest.raises(error):
            await add_comment(author, draft, once=Once())
    with pytest.raises(Forbidden):
        await edit_comment(manager, comment.id, CommentChanges(body="x"), expected_version=1)
    with pytest.raises(NotYours):
        await delete_wiki_comment(other, comment.id, DeletionDraft(), expected_version=1)
    with pytest.raises(InvalidInput, match="Say why"):
        await delete_wiki_comment(manager, comment.id, DeletionDraft(), expected_version=1)
    assert await comments_by_ids(customer_actor(), [comment.id]) == {}
    assert await snapshot(store) == before

    comment = await edit_comment(author, comment.id, CommentChanges(body="Bir, iki."), expected_version=1)
    with pytest.raises(Conflict):
        await edit_comment(author, comment.id, CommentChanges(body="x"), expected_version=1)
    reason = DeletionDraft(reason="Kişisel veri.")
    gone = await delete_wiki_comment(manager, comment.id, reason, expected_version=2)
    assert (gone.body, gone.deleted_at, gone.removal is not None) == ("", None, True)
    assert list(await comments_by_ids(author, [comment.id])) == [comment.id]
    with pytest.raises(AlreadyDone):
        await delete_wiki_comment(manager, comment.id, reason, expected_version=3)
    with pytest.raises(AlreadyDone):
        await edit_comment(author, comment.id, CommentChanges(body="x"), expected_version=3)
    (item,) = await ModerationItem.find_all().to_list()
    assert [(one.decision, one.reason, one.by) for one in item.decisions] == [("DELETE", "Kişisel veri.", manager.id)]
    await delete_wiki_comment(other, reply.id, DeletionDraft(), expected_version=1)
    await handle_everything(store)
    assert await comments_by_ids(author, [comment.id, reply.id]) == {}
    last = await add_comment(author, CommentDraft(page_id=page.id, body="Son."), once=Once())
    await delete_page(manager, page.id, expected_version=1)
    assert await comments_by_ids(author, [last.id]) == {}


async def test_a_thread_that_is_resolved_again_changes_nothing(store: Database) -> None:
    page, author = await make_page(body=BODY), await make_actor()
    thread = await _thread(page)
    opened = await resolve_thread(author, thread.id, resolved=False, expected_version=1)
    assert (opened.resolved_at, await event_types(WikiComment)) == (None, ["WikiCommentAdded"])
    first = await resolve_thread(author, thread.id, resolved=True, expected_version=opened.version)
    again = await resolve_thread(await make_actor(), thread.id, resolved=True, expected_version=first.version)
    assert (again.resolved_by, again.resolved_at) == (author.member, first.resolved_at)
    assert await event_types(WikiComment) == ["WikiCommentAdded", "WikiCommentChanged"]
