import asyncio
from datetime import timedelta

import pytest

from auth.actor import SYSTEM, Actor, Permission, Role
from community.answers import AnswerChanges, AnswerDraft, answer_question, edit_answer
from community.blog.posts import PostChanges, edit_post
from community.comments import CommentChanges, edit_comment
from community.documents import Answer, Question
from community.moderation.calm_log import Calmed
from community.moderation.calming import LockDraft, SlowModeDraft, UnlockDraft, lock, set_slow_mode, unlock
from community.moderation.documents import ContentKind, ModerationAct, ModerationAction
from community.moderation.handlers import subscribe
from community.moderation.reading import list_actions
from community.questions import QuestionChanges, edit_question
from community.spaces.documents import Space, SpaceVisibility
from community.turns.documents import Pace
from community.turns.errors import Locked
from community.turns.limits import LimitsDraft, set_limits, show_limits
from community.turns.places import is_free
from community.wiki.comments import CommentDraft, add_comment
from community.wiki.documents import WikiComment
from community.wiki.pages import edit_page
from community.wiki.writing import PageChanges
from core.clock import clock, now
from core.errors import AlreadyDone, Conflict, Forbidden, InvalidInput, NotFound, RateLimited
from core.idempotency import Once, once
from core.paging import Window
from core.records import fresh
from tests.care.stored import handle_twice
from tests.factories.community import (
    accept,
    make_actor,
    make_answer,
    make_comment,
    make_page,
    make_post,
    make_question,
)
from tests.factories.spaces import inside, make_space

pytestmark = pytest.mark.usefixtures("store")
REASON = "Tartışma büyüdü."


async def slow(place: Calmed, by: Actor, seconds: int = 60, **given: object) -> Calmed:
    draft = SlowModeDraft.model_validate({"seconds": seconds, "reason": REASON, **given})
    return await set_slow_mode(by, place.id, draft, expected_version=(await fresh(place)).version)


async def locked(place: Calmed, by: Actor, **given: object) -> Calmed:
    draft = LockDraft.model_validate({"reason": REASON, **given})
    return await lock(by, place.id, draft, expected_version=(await fresh(place)).version)


async def limit(**given: int) -> None:
    draft = LimitsDraft.model_validate({"days": 30, "contributions": 0, "per_hour": 0, "per_day": 0, **given})
    manager = await make_actor(Role.MANAGER)
    await set_limits(manager, draft, expected_version=(await show_limits(manager)).version)


async def test_newcomer_writes_so_much_in_an_hour_and_a_day() -> None:
    await limit(per_hour=2, per_day=3)
    newcomer, question = await make_actor(), await make_question(await make_actor(Role.MANAGER))

    await make_answer(question, newcomer)
    clock.shift(timedelta(minutes=20))
    await make_comment(question, newcomer)
    with pytest.raises(RateLimited, match="at most 2 questions, answers and comments in an hour") as refused:
        await make_question(newcomer)
    assert refused.value.code == "RATE_LIMITED"
    assert 40 * 60 - 5 <= refused.value.retry_after <= 40 * 60

    clock.shift(timedelta(minutes=40))
    await make_question(newcomer)
    clock.shift(timedelta(hours=2))
    with pytest.raises(RateLimited, match="in a day") as refused:
        await make_page("yeni", newcomer)
    assert 21 * 3_600 - 10 <= refused.value.retry_after <= 21 * 3_600
    assert await Question.count() == 2
    clock.shift(timedelta(seconds=refused.value.retry_after))
    await make_page("yeni", newcomer)


async def test_who_is_new_is_told_by_days_and_by_accepted_answers() -> None:
    await limit(per_hour=1, contributions=1)
    member, asker = await make_actor(), await make_actor(Role.MANAGER)
    clock.shift(timedelta(days=31))
    question = await make_question(asker)

    answer = await make_answer(question, member)
    with pytest.raises(RateLimited):
        await make_comment(question, member)
    await accept(answer, asker, expected_version=(await fresh(question)).version)
    await make_comment(question, member)
    await make_comment(question, member)


async def test_moderators_and_consulted_experts_are_free() -> None:
    await limit(per_hour=1)
    manager = await make_actor(Role.MANAGER)
    for _ in range(3):
        await make_question(manager)
    question = await make_question(manager)
    await Question.get_pymongo_collection().update_one({"_id": question.id}, {"$set": {"consultation_id": "con_1"}})
    expert = await make_actor()
    for _ in range(3):
        await make_answer(question, expert)
    assert await Pace.find({}).to_list() == []


async def test_of_two_posts_at_once_one_passes() -> None:
    await limit(per_hour=1)
    newcomer, question = await make_actor(), await make_question(await make_actor(Role.MANAGER))

    outcomes = await asyncio.gather(*(make_answer(question, newcomer) for _ in range(4)), return_exceptions=True)

    assert sorted(type(one).__name__ for one in outcomes) == ["Answer", "RateLimited", "RateLimited", "RateLimited"]
    assert await Answer.count() == 1


async def test_same_request_again_takes_no_second_turn() -> None:
    question = await make_question()
    await slow(question, await make_actor(Role.MANAGER))
    expert = await make_actor()
    key = once(b"secret", actor=expert.id, operation="answerQuestion", key="1", given={"body": "x"})
    first, _ = await answer_question(expert, AnswerDraft(question_id=question.id, body="Depoda."), once=key)
    await Answer.get_pymongo_collection().delete_one({"_id": first.id})  # the process died before the answer was stored

    again, _ = await answer_question(expert, AnswerDraft(question_id=question.id, body="Depoda."), once=key)

    assert again.id == first.id
    with pytest.raises(RateLimited):
        await make_answer(question, expert)


async def test_slow_mode_holds_for_each_member_in_each_place() -> None:
    manager, first, second = await make_actor(Role.MANAGER), await make_actor(), await make_actor()
    question, other = await make_question(), await make_question()
    await slow(question, manager, until=now() + timedelta(hours=1))

    await make_answer(question, first)
    await make_answer(question, second)
    await make_answer(other, first)
    await make_comment(question, manager)
    await make_comment(question, manager)
    answer = await make_answer(other, second)
    clock.shift(timedelta(seconds=15))
    with pytest.raises(RateLimited, match="one contribution in 60 seconds") as refused:
        await make_comment(question, first)
    assert 43 <= refused.value.retry_after <= 45
    await make_comment(answer, first)

    clock.shift(timedelta(seconds=45))
    await make_comment(question, first)
    clock.shift(timedelta(hours=1))
    await make_comment(question, first)
    await make_comment(question, first)


async def test_slow_mode_of_a_space_holds_for_all_that_is_in_it() -> None:
    owner, member = await make_actor(), await make_actor()
    space = await make_space(owner, member, visibility=SpaceVisibility.SECRET)
    owner, member = inside(owner, space), inside(member, space)
    page = await make_page("plan", owner, space_id=space.id)
    await slow(space, owner)

    question = await make_question(member, space_id=space.id)
    for refused in (
        make_answer(question, member),
        add_comment(member, CommentDraft(page_id=page.id, body="Ne zaman?"), once=Once()),
        make_page("yeni", member, space_id=space.id),
        make_question(member, space_id=space.id),
    ):
        with pytest.raises(RateLimited):
            await refused
    assert (await WikiComment.count(), await Question.count(), await Answer.count()) == (0, 1, 0)


async def test_nobody_but_moderators_writes_in_what_is_locked() -> None:
    asker, manager = await make_actor(Role.AGENT), await make_actor(Role.MANAGER)
    question = await make_question(asker)
    answer = await make_answer(question, asker)
    comment = await make_comment(answer, asker)
    question = await fresh(question)
    await locked(question, manager, until=now() + timedelta(hours=1))

    for refused in (
        make_answer(question, asker),
        make_comment(answer, asker),
        edit_question(asker, question.id, QuestionChanges(body="Yeni"), expected_version=question.version + 1),
        edit_answer(asker, answer.id, AnswerChanges(body="Yeni"), expected_version=answer.version),
        edit_comment(asker, comment.id, CommentChanges(body="Yeni"), expected_version=comment.version),
    ):
        with pytest.raises(Locked, match=REASON):
            await refused
    await make_answer(question, manager)

    clock.shift(timedelta(hours=1))
    await make_answer(question, asker)


async def test_pages_posts_and_spaces_can_be_locked() -> None:
    writer, manager = await make_actor(), await make_actor(Role.MANAGER)
    page, post = await make_page(actor=writer), await make_post(writer)
    space = await make_space(writer, visibility=SpaceVisibility.OPEN)
    inner = await make_question(writer, space_id=space.id)
    for place in (page, post, space):
        await locked(place, manager)

    version = (await fresh(page)).version
    for refused in (
        edit_page(writer, page.id, PageChanges(body="Yeni"), expected_version=version),
        add_comment(writer, CommentDraft(page_id=page.id, body="Ne zaman?"), once=Once()),
        edit_post(writer, post.id, PostChanges(body="Yeni"), expected_version=post.version + 1),
        make_comment(post, writer),
    ):
        with pytest.raises(Locked):
            await refused
    stranger = await make_actor()
    for refused in (make_question(stranger, space_id=space.id), make_answer(inner, stranger)):
        with pytest.raises(Locked):
            await refused
    await make_answer(inner, writer)  # who owns the space


async def test_acts_are_refused_without_a_trace() -> None:
    question, manager = await make_question(), await make_actor(Role.MANAGER)

    with pytest.raises(Forbidden, match="Only who moderates here"):
        await locked(question, await make_actor())
    with pytest.raises(NotFound):
        await lock(manager, "case_1", LockDraft(reason=REASON), expected_version=1)
    with pytest.raises(InvalidInput, match="from now on"):
        await locked(question, manager, until=now())
    with pytest.raises(AlreadyDone):
        await unlock(manager, question.id, UnlockDraft(reason=REASON), expected_version=1)
    with pytest.raises(AlreadyDone):
        await slow(question, manager, seconds=0)
    with pytest.raises(Conflict):
        await lock(manager, question.id, LockDraft(reason=REASON), expected_version=7)
    with pytest.raises(Forbidden, match=Permission.QUESTION_MODERATE.value):
        await set_limits(await make_actor(), LimitsDraft(days=1, contributions=0, per_hour=1, per_day=1), expected_version=0)
    assert ((await fresh(question)).calm, await ModerationAction.count()) == (None, 0)


async def test_log_keeps_every_act_once_where_moderators_of_the_place_read_it() -> None:
    owner = await make_actor()
    space = await make_space(owner, visibility=SpaceVisibility.SECRET)
    owner, manager = inside(owner, space), await make_actor(Role.MANAGER)
    question = await make_question(owner, space_id=space.id)
    await slow(question, owner)
    await slow(question, owner, seconds=0)
    await locked(question, owner)
    await unlock(owner, question.id, UnlockDraft(reason=REASON), expected_version=(await fresh(question)).version)
    await locked(space, owner)
    await ModerationAction.get_pymongo_collection().delete_many({})  # as if the process had died before each follow-up

    await handle_twice(subscribe, (Question, Space))

    seen = (await list_actions(owner, Window())).items
    assert sorted((one.kind, one.decision, one.content_id) for one in seen) == sorted(
        [(ContentKind.SPACE, ModerationAct.LOCK, space.id)]
        + [
            (ContentKind.QUESTION, act, question.id)
            for act in (ModerationAct.SLOW_DOWN, ModerationAct.SPEED_UP, ModerationAct.LOCK, ModerationAct.UNLOCK)
        ]
    )
    assert (await list_actions(manager, Window())).items == []


async def test_who_moderates_there_and_the_system_are_held_by_nothing() -> None:
    owner, member, manager = await make_actor(), await make_actor(), await make_actor(Role.MANAGER)
    space = await make_space(owner, member)
    people = (SYSTEM, manager, inside(owner, space), inside(member, space))
    assert [is_free(one, []) for one in people] == [True, True, False, False]
    assert [is_free(one, [space]) for one in people if one is not manager] == [True, True, False]
