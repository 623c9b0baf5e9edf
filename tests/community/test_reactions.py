import asyncio
from typing import Any

import pytest

from auth.actor import ANONYMOUS, SYSTEM, Actor, Role
from community.documents import Moderated
from community.events import ReactionAdded
from community.ideas.ideas import IdeaDraft, submit_idea
from community.moderation.decisions import Verdict, decide_item
from community.moderation.documents import ModerationDecision, ReportReason
from community.moderation.reports import ReportDraft, report_content
from community.reactions import Reaction, ReactionKind, react, reacted_by, reactions_to, remove_reaction
from community.wiki.comments import CommentDraft, add_comment
from core.clock import now
from core.database import Database
from core.errors import DomainError, Forbidden, InvalidInput, NotFound
from core.events import Recorded
from core.idempotency import Once
from notifications.documents import MailFrequency, Notification, NotificationKind
from notifications.preferences import KindDraft, PreferencesDraft, update_preferences
from notifications.reactions import tell_of_reaction
from tests.community.watching import facts, snapshot
from tests.factories.community import make_actor, make_answer, make_comment, make_page, make_post, make_question
from tests.factories.spaces import inside, make_space

HEART, EYES = ReactionKind.HEART, ReactionKind.EYES


async def shown(actor: Actor, target: Moderated) -> list[tuple[str, int, bool]]:
    found = (await reactions_to(actor, [target.id]))[target.id]
    return [(one.kind.value, one.total, one.viewer_reacted) for one in found]


async def everything(writer: Actor) -> list[Moderated]:
    question, page, post = await make_question(writer), await make_page(), await make_post(writer)
    idea = await submit_idea(writer, IdeaDraft(title="Takip bildirimi", body="Kargo çıkınca haber verin."), once=Once())
    thread = await add_comment(writer, CommentDraft(page_id=page.id, body="Emin miyiz?"), once=Once())
    remarks = [await make_comment(one) for one in (question, post)]
    return [question, await make_answer(question), page, post, idea, thread, *remarks]


async def told(reaction_id: str, target: Moderated, actor: Actor) -> Recorded[Any]:
    fact = ReactionAdded(reaction_id=reaction_id, target_id=target.id)
    return Recorded(fact=fact, number=1, event_id=f"event-{reaction_id}", at=now(), actor=actor.id, subject=reaction_id)


async def test_members_react_to_whatever_others_write_and_take_it_back(store: Database) -> None:
    reader, other = await make_actor(Role.AGENT), await make_actor()
    contents = await everything(await make_actor(Role.AGENT))
    for content in contents:
        for _ in range(2):
            assert (await react(reader, content.id, HEART)).id == content.id
        await react(other, content.id, HEART)
        await react(reader, content.id, EYES)

    together = await reactions_to(reader, [content.id for content in contents])
    assert {key: [(one.kind, one.total, one.viewer_reacted) for one in row] for key, row in together.items()} == {
        content.id: [(HEART, 2, True), (EYES, 1, True)] for content in contents
    }
    target = contents[0]
    assert await shown(other, target) == [("HEART", 2, True), ("EYES", 1, False)]
    for _ in range(2):
        await remove_reaction(reader, target.id, HEART)
    assert await shown(reader, target) == [("HEART", 1, False), ("EYES", 1, True)]
    await remove_reaction(other, target.id, EYES)
    await react(reader, target.id, HEART)
    assert await shown(reader, target) == [("HEART", 2, True), ("EYES", 1, True)]
    row = await Reaction.find_one({"target_id": target.id, "author_id": reader.member, "kind": "HEART"})
    assert row is not None
    fact = {"reaction_id": row.id, "target_id": target.id}
    assert await facts(store, "reactions", row.id) == [
        ("ReactionAdded", fact),
        ("ReactionRemoved", fact),
        ("ReactionAdded", fact),
    ]


async def test_many_at_once_are_each_counted_once(store: Database) -> None:
    question, readers = await make_question(), [await make_actor() for _ in range(3)]

    await asyncio.gather(*(react(one, question.id, HEART) for one in readers for _ in range(3)))

    assert await shown(ANONYMOUS, question) == [("HEART", 3, False)]
    assert (await reacted_by(readers[0], [question.id], HEART))[question.id] == [
        row.author_id for row in sorted(await Reaction.find({}).to_list(), key=lambda row: (row.created_at, row.id))
    ]
    assert await reacted_by(readers[0], [question.id], EYES) == {question.id: []}
    assert await reacted_by(ANONYMOUS, [question.id], None) == {question.id: []}


async def test_refused_reactions_leave_no_trace(store: Database) -> None:
    owner, stranger, manager = await make_actor(), await make_actor(), await make_actor(Role.MANAGER)
    space = await make_space(owner)
    secret = await make_question(inside(owner, space), space_id=space.id)
    hidden = await make_question(owner)
    item = await report_content(stranger, ReportDraft(content_id=hidden.id, reason=ReportReason.SPAM))
    draft = Verdict(decision=ModerationDecision.HIDE, reason="Reklam")
    await decide_item(manager, item.id, draft, expected_version=item.version)
    before = await snapshot(store)

    refused: list[tuple[Actor, str, type[DomainError]]] = [
        (stranger, secret.id, NotFound),
        (stranger, hidden.id, NotFound),
        (owner, hidden.id, InvalidInput),
        (manager, hidden.id, InvalidInput),
        (ANONYMOUS, secret.id, NotFound),
        (SYSTEM, secret.id, Forbidden),
        (stranger, "mem_x", NotFound),
        (stranger, "nonsense", NotFound),
    ]
    for actor, target_id, refusal in refused:
        for act in (react, remove_reaction):
            with pytest.raises(refusal):
                await act(actor, target_id, HEART)

    assert await snapshot(store) == before


async def test_who_asked_anonymously_reacts_without_being_named(store: Database) -> None:
    asker, expert = await make_actor(Role.AGENT), await make_actor()
    question = await make_question(asker, anonymous=True)
    answer = await make_answer(question, expert)

    for target in (question, answer):
        await react(asker, target.id, HEART)
        await react(expert, target.id, HEART)
        assert await shown(asker, target) == [("HEART", 2, True)]
        assert await reacted_by(expert, [target.id], HEART) == {target.id: [expert.member]}
        await remove_reaction(asker, target.id, HEART)
        assert await shown(asker, target) == [("HEART", 1, False)]

    events = [event async for event in store["reactions"].find({"hidden_author_id": asker.member})]
    assert {one["actor"] for row in events for one in row["pending"]} == {question.author_id}


async def test_only_who_wants_it_is_told_and_only_while_it_stands(store: Database) -> None:
    author, reader = await make_actor(Role.AGENT), await make_actor()
    question = await make_question(author)
    answer = await make_answer(question, author)
    await react(reader, answer.id, HEART)
    await react(author, answer.id, HEART)
    given, own = [
        await told(row.id, answer, actor)
        for actor in (reader, author)
        for row in await Reaction.find({"author_id": actor.member}).to_list()
    ]
    await tell_of_reaction(given)
    assert await Notification.count() == 0

    kinds = [KindDraft(kind=NotificationKind.REACTED, in_app=True)]
    wanted = await update_preferences(author, PreferencesDraft(kinds=kinds), expected_version=0)
    assert wanted.kinds["REACTED"].email is MailFrequency.OFF
    for event in (given, given, own):
        await tell_of_reaction(event)
    row = (await Notification.find({}).to_list())[0]
    assert (await Notification.count(), row.recipient_id, row.kind, row.target_id, row.actor_id) == (
        1,
        author.member,
        NotificationKind.REACTED,
        question.id,
        None,
    )
    await Notification.get_pymongo_collection().delete_many({})
    await remove_reaction(reader, answer.id, HEART)
    await tell_of_reaction(given)
    assert await Notification.count() == 0
