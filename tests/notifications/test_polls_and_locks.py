from datetime import timedelta

import pytest

from auth.actor import Role
from community.documents import Question
from community.moderation.calming import LockDraft, UnlockDraft, lock, unlock
from community.polls.documents import Poll
from community.polls.polls import PollDraft, close_poll, create_poll, end_due_polls, vote_in_poll
from community.spaces.documents import Space, SpaceVisibility
from community.watching import WatchLevel, set_watch_level
from core.clock import clock, now
from core.idempotency import Once
from core.records import fresh
from notifications import calm, polls
from notifications.documents import Notification, NotificationKind
from tests.care.stored import handle_twice
from tests.factories.community import make_actor, make_question
from tests.factories.spaces import inside, make_space

pytestmark = pytest.mark.usefixtures("store")


async def told(kind: NotificationKind) -> list[tuple[str, str, str | None]]:
    found = await Notification.find({"kind": kind.value}).sort("_id").to_list()
    return sorted((one.recipient_id, one.target_id, one.closed_space_id) for one in found)


async def test_who_voted_by_name_and_who_follows_is_told_once_that_a_poll_is_over() -> None:
    asker, voter, watcher, undecided = [await make_actor() for _ in range(4)]
    question = await make_question(asker)
    await set_watch_level(watcher, question.id, WatchLevel.WATCHING)
    draft = PollDraft(parent_id=question.id, title="Hangi gün?", options=["Salı", "Cuma"], closes_at=now() + timedelta(hours=1))
    poll = await create_poll(asker, draft, once=Once())
    await vote_in_poll(voter, poll.id, ["1"])
    for chosen in (["1"], []):
        await vote_in_poll(undecided, poll.id, chosen)

    assert await end_due_polls(10) == 0
    clock.shift(timedelta(hours=2))
    assert [await end_due_polls(10) for _ in range(2)] == [1, 0]
    await handle_twice(polls.subscribe, (Poll,))

    expected = sorted((one.member, question.id, None) for one in (asker, voter, watcher))
    assert await told(NotificationKind.POLL_ENDED) == expected


async def test_poll_in_the_talk_of_a_closed_space_is_told_of_to_its_members_and_not_to_who_ended_it() -> None:
    owner, voter = await make_actor(), await make_actor()
    space = await make_space(owner, voter, visibility=SpaceVisibility.CLOSED)
    owner, voter = inside(owner, space), inside(voter, space)
    draft = {"parent_id": space.id, "title": "Hangi gün?", "options": ["Salı", "Cuma"]}
    for anonymous in (False, True):
        poll = await create_poll(owner, PollDraft.model_validate({**draft, "anonymous": anonymous}), once=Once())
        await vote_in_poll(voter, poll.id, ["1"])
        await close_poll(owner, poll.id, expected_version=1)

    await handle_twice(polls.subscribe, (Poll,))

    (named,) = await Poll.find({"anonymous": False}).to_list()
    assert await told(NotificationKind.POLL_ENDED) == [(voter.member, named.id, space.id)]


async def test_author_of_an_anonymous_question_is_not_told_of_the_end_that_they_set() -> None:
    asker = await make_actor()
    question = await make_question(asker, anonymous=True)
    poll = await create_poll(asker, PollDraft(parent_id=question.id, title="Hangi gün?", options=["Salı", "Cuma"]), once=Once())
    await close_poll(asker, poll.id, expected_version=1)

    await handle_twice(polls.subscribe, (Poll,))

    assert await told(NotificationKind.POLL_ENDED) == []


async def test_lock_is_told_to_author_and_followers_and_of_a_space_to_its_members() -> None:
    author, watcher, muted, manager = await make_actor(), await make_actor(), await make_actor(), await make_actor(Role.MANAGER)
    space = await make_space(author, watcher, muted, visibility=SpaceVisibility.OPEN)
    question = await make_question(author)
    await set_watch_level(watcher, question.id, WatchLevel.TRACKING)
    await set_watch_level(muted, space.id, WatchLevel.MUTED)

    await lock(manager, question.id, LockDraft(reason="Tartışma."), expected_version=1)
    await lock(manager, space.id, LockDraft(reason="Tartışma."), expected_version=(await fresh(space)).version)
    await handle_twice(calm.subscribe, (Question, Space))

    both = (author.member, watcher.member)
    assert await told(NotificationKind.CONTENT_LOCKED) == sorted(
        (one, where, None) for one in both for where in (question.id, space.id)
    )
    await unlock(manager, question.id, UnlockDraft(reason="Bitti."), expected_version=2)
    await handle_twice(calm.subscribe, (Question,))
    assert await told(NotificationKind.CONTENT_UNLOCKED) == sorted((one, question.id, None) for one in both)
