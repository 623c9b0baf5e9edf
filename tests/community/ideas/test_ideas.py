import asyncio
from dataclasses import replace
from typing import Any

import pytest

from auth.actor import ANONYMOUS, Actor, Role
from care.ideas import MessageIdeaDraft, create_idea_from_message, link_idea_to_message
from community.ideas import ideas
from community.ideas.documents import Idea, IdeaStatus, IdeaVote
from community.ideas.events import IdeaMerged, IdeaStatusSet, IdeaVoted
from community.ideas.handlers import count_votes, follow_merge
from community.ideas.ideas import IdeaDraft, IdeaVerdict, link_message, merge_idea, set_idea_status, settle_merge, submit_idea
from community.ideas.reading import IdeaOrder, idea_order, ideas_by_ids, list_ideas, own_votes
from community.ideas.votes import vote_for_idea
from core.clock import now
from core.database import Database
from core.errors import AlreadyDone, Conflict, Forbidden, InvalidInput, LimitReached, NotFound
from core.events import Event, Recorded
from core.idempotency import Once
from core.paging import Window
from core.records import fresh, save
from notifications.documents import Notification
from notifications.ideas import tell_of_status
from tests.community.watching import facts
from tests.factories.care import make_case
from tests.factories.community import customer_actor, make_actor

DRAFT = IdeaDraft(title="Kargo takip bildirimi", body="Kargo yola çıkınca haber verin.")


def told(fact: Event) -> Recorded[Any]:
    return Recorded(fact=fact, number=1, event_id="event-1", at=now(), actor="system", subject="x")


async def tell(actor: Actor, **given: Any) -> Idea:
    return await submit_idea(actor, DRAFT.model_copy(update=given), once=Once())


async def test_customer_s_idea_is_for_everybody_and_a_member_s_for_the_staff(store: Database) -> None:
    customer, member = customer_actor(), await make_actor()
    theirs, ours, shared = await tell(customer), await tell(member), await tell(member, public=True)

    ids = [theirs.id, ours.id, shared.id]
    seen = [sorted(await ideas_by_ids(actor, ids)) for actor in (member, customer, ANONYMOUS)]
    assert seen == [sorted(ids), sorted([theirs.id, shared.id]), sorted([theirs.id, shared.id])]
    with pytest.raises(Forbidden):
        await tell(ANONYMOUS)
    with pytest.raises(NotFound):
        await vote_for_idea(customer, ours.id, voted=True)
    assert await facts(store, "ideas", theirs.id) == [("IdeaSubmitted", {"idea_id": theirs.id})]


async def test_everybody_votes_once_also_when_all_do_at_once(store: Database) -> None:
    idea = await tell(customer_actor())
    voters = [customer_actor(), await make_actor(), await make_actor(Role.AGENT)]

    await asyncio.gather(*(vote_for_idea(voter, idea.id, voted=True) for voter in voters for _ in range(2)))
    for _ in range(2):
        await count_votes(told(IdeaVoted(idea_id=idea.id)))

    assert (await fresh(idea)).vote_count == await IdeaVote.count() == 3
    assert await own_votes(voters[0], [idea.id]) == {idea.id: True}
    assert await own_votes(ANONYMOUS, [idea.id]) == {}
    back = await vote_for_idea(voters[0], idea.id, voted=False)
    assert (back.vote_count, await own_votes(voters[0], [idea.id])) == (2, {idea.id: False})
    with pytest.raises(Forbidden):
        await vote_for_idea(ANONYMOUS, idea.id, voted=True)
    other = await tell(customer_actor())
    found = await list_ideas(ANONYMOUS, order=idea_order(IdeaOrder.VOTE_COUNT), window=Window())
    assert [row.id for row in found.items] == [idea.id, other.id]


async def test_company_s_answers_are_kept_and_followers_are_told_once(store: Database) -> None:
    member, voter, manager = await make_actor(), await make_actor(), await make_actor(Role.MANAGER)
    idea = await tell(member)
    await vote_for_idea(voter, idea.id, voted=True)
    idea = await fresh(idea)

    idea = await set_idea_status(manager, idea.id, IdeaVerdict(status=IdeaStatus.PLANNED, answer="Yazın."), expected_version=1)
    idea = await set_idea_status(manager, idea.id, IdeaVerdict(status=IdeaStatus.DONE), expected_version=2)

    assert [(step.status, step.answer, step.by) for step in idea.steps] == [
        (IdeaStatus.PLANNED, "Yazın.", manager.id),
        (IdeaStatus.DONE, None, manager.id),
    ]
    for _ in range(2):
        await tell_of_status(told(IdeaStatusSet(idea_id=idea.id, status="DONE")))
    assert sorted([row.recipient_id for row in await Notification.find({}).to_list()]) == sorted([member.member, voter.member])
    with pytest.raises(InvalidInput):
        await vote_for_idea(voter, idea.id, voted=False)
    with pytest.raises(InvalidInput):
        await set_idea_status(manager, idea.id, IdeaVerdict(status=IdeaStatus.DONE), expected_version=3)
    with pytest.raises(Forbidden):
        await set_idea_status(member, idea.id, IdeaVerdict(status=IdeaStatus.OPEN), expected_version=3)
    with pytest.raises(Conflict):
        await set_idea_status(manager, idea.id, IdeaVerdict(status=IdeaStatus.OPEN), expected_version=1)


async def test_merged_idea_gives_its_votes_each_voter_once(store: Database) -> None:
    manager, both, one = await make_actor(Role.MANAGER), customer_actor(), customer_actor()
    first, second, third = await tell(both), await tell(one), await tell(one)
    await vote_for_idea(both, first.id, voted=True)
    await vote_for_idea(both, second.id, voted=True)
    await vote_for_idea(one, second.id, voted=True)

    kept = await merge_idea(manager, second.id, into_id=first.id, expected_version=1)
    for _ in range(2):
        await follow_merge(told(IdeaMerged(idea_id=second.id, into_id=first.id)))
    last = await merge_idea(manager, first.id, into_id=third.id, expected_version=1)

    assert (kept.id, kept.vote_count, kept.absorbed) == (first.id, 2, [second.id])
    assert (last.vote_count, last.absorbed) == (2, [first.id, second.id])
    assert list(await ideas_by_ids(both, [first.id, second.id, third.id])) == [third.id]
    with pytest.raises(NotFound):
        await vote_for_idea(both, first.id, voted=False)
    with pytest.raises(AlreadyDone):
        await merge_idea(manager, second.id, into_id=third.id, expected_version=2)
    with pytest.raises(InvalidInput):
        await merge_idea(manager, third.id, into_id=third.id, expected_version=1)
    hidden = await tell(manager)
    with pytest.raises(InvalidInput, match="public"):
        await merge_idea(manager, third.id, into_id=hidden.id, expected_version=1)


async def test_idea_is_linked_to_the_message_that_it_comes_from(store: Database) -> None:
    agent, expert = await make_actor(Role.AGENT), await make_actor()
    case = await make_case()
    assert case.last_message_id is not None
    draft = MessageIdeaDraft(message_id=case.last_message_id, title=DRAFT.title, body=DRAFT.body)

    idea = await create_idea_from_message(agent, draft, once=Once())

    assert (idea.message_ids, idea.author_id, idea.audience.value) == ([case.last_message_id], agent.member, "STAFF")
    other = await tell(expert)
    linked = [await link_idea_to_message(agent, other.id, case.last_message_id) for _ in range(2)]
    assert linked[-1].message_ids == [case.last_message_id]
    with pytest.raises(NotFound):
        await create_idea_from_message(expert, draft, once=Once())


async def test_an_idea_holds_so_many_messages_and_answers(store: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    manager = await make_actor(Role.MANAGER)
    idea = await tell(manager)
    for name in ("MOST_MESSAGES", "MOST_STEPS"):
        monkeypatch.setattr(ideas, name, 1)
    for _ in range(2):
        idea = await link_message(manager, idea.id, "msg_1")
    with pytest.raises(LimitReached) as refused:
        await link_message(manager, idea.id, "msg_2")
    assert refused.value.path == ("idea_id",)
    planned, done = IdeaVerdict(status=IdeaStatus.PLANNED), IdeaVerdict(status=IdeaStatus.DONE)
    idea = await set_idea_status(manager, idea.id, planned, expected_version=idea.version)
    with pytest.raises(LimitReached) as refused:
        await set_idea_status(manager, idea.id, done, expected_version=idea.version)
    assert refused.value.path == ("idea_id",)
    kept = await fresh(idea)
    assert (kept.message_ids, kept.status) == (["msg_1"], IdeaStatus.PLANNED)


async def test_members_without_the_permission_tell_of_no_ideas(store: Database) -> None:
    outsider = replace(await make_actor(), permissions=frozenset())
    with pytest.raises(Forbidden, match="idea:submit"):
        await tell(outsider)
    assert await Idea.count() == 0


async def test_an_idea_that_was_merged_into_one_that_is_gone_stays_as_it_is(store: Database) -> None:
    idea = await tell(customer_actor())
    idea.merged_into = "ide_gone"
    await save(idea)
    assert await settle_merge(idea) == idea
    await follow_merge(told(IdeaMerged(idea_id=idea.id, into_id="ide_gone")))
    assert await fresh(idea) == idea
