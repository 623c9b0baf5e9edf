"""Badges, leaderboards and rewards: what is asked for is data, nobody is listed unasked, and no more is granted than there is."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from auth.actor import Actor, Role
from coaching.handlers import subscribe
from coaching.recognition import rewards
from coaching.recognition.badge_documents import AwardedBadge, Badge, BadgeGrade
from coaching.recognition.badges import (
    BadgeChange,
    BadgeDraft,
    RequirementDraft,
    badges_of_members,
    create_badge,
    recompute_badge,
    settle_badges,
    update_badge,
)
from coaching.recognition.leaderboard_documents import ClaimStatus, Leaderboard, LeaderboardChoice, LeaderboardMeasure, Reward
from coaching.recognition.leaderboards import LeaderboardDraft, choose_listing, create_leaderboard, is_listed, ranks_of
from coaching.recognition.ledger import Award, award, withdraw
from coaching.recognition.points_documents import PointCause, PointDay
from coaching.recognition.rewards import (
    ClaimDecision,
    RewardChange,
    RewardDraft,
    claim_reward,
    create_reward,
    decide_claim,
    update_reward,
)
from core.clock import now
from core.database import Database
from core.errors import AlreadyDone, Conflict, Forbidden, InvalidInput, LimitReached, NotFound
from core.idempotency import Once
from core.records import fresh
from tests.care.stored import event_types, handle_twice
from tests.factories.care import make_actor as make_caller
from tests.factories.community import customer_actor, make_actor, make_skill
from tests.rivals import overtaken

C, M = PointCause, LeaderboardMeasure
MANAGER = make_caller(Role.MANAGER)


async def earn(member: Actor, *sources: str, giver: str = "mem_a", days_ago: int = 0, **given: Any) -> None:
    at = now() - timedelta(days=days_ago)
    cause = given.pop("cause", C.ACCEPTED_ANSWER)
    for source in sources:
        await award(Award(member_id=member.member, cause=cause, source_id=source, giver=giver, at=at, **given))


async def make_badge(times: int = 2, people: int = 1, days: int = 1, **given: Any) -> Badge:
    asked = RequirementDraft(causes=[C.ACCEPTED_ANSWER, C.HELPFUL_VOTE], times=times, people=people, days=days)
    draft = BadgeDraft(name="Yol gösteren", description="Yanıtları kabul gördü.", grade=BadgeGrade.SILVER, requirements=[asked])
    return await create_badge(MANAGER, draft.model_copy(update=given), once=Once())


async def had(member: Actor) -> list[str]:
    return [one.badge_id for one in (await badges_of_members(MANAGER, [member.member]))[member.member]]


async def test_a_badge_asks_for_times_people_and_days(store: Database) -> None:
    ali = await make_actor(Role.EXPERT)
    badge = await make_badge(times=3, people=2, days=2)
    await earn(ali, "ans_1", "ans_2", giver="mem_a")
    await earn(ali, "ans_3", giver="mem_b")
    assert await settle_badges(ali.member) == 0, "all on one day"
    await earn(ali, "ans_4", giver="mem_b", days_ago=3)
    assert [await settle_badges(ali.member) for _ in range(2)] == [1, 0]
    assert await had(ali) == [badge.id]


async def test_a_badge_is_awarded_once_by_events_and_kept(store: Database) -> None:
    ali = await make_actor(Role.EXPERT)
    await earn(ali, "ans_1", "ans_2")
    badge = await make_badge()
    await handle_twice(subscribe, (Badge, PointDay))
    await handle_twice(subscribe, (Badge, PointDay))
    assert (await had(ali), await AwardedBadge.count()) == ([badge.id], 1)
    await withdraw("ans_1")
    await handle_twice(subscribe, (Badge, PointDay))
    assert await had(ali) == [badge.id]


async def test_what_the_limits_of_a_day_leave_out_counts_for_no_badge(store: Database) -> None:
    ali = await make_actor(Role.EXPERT)
    await make_badge(times=4)
    await earn(ali, *(f"ans_{number}" for number in range(9)), giver="mem_friend")
    assert await settle_badges(ali.member) == 0


async def test_badges_are_recomputed_after_what_they_ask_for_changed(store: Database) -> None:
    ali = await make_actor(Role.EXPERT)
    await earn(ali, "ans_1")
    badge = await make_badge(times=5)
    with pytest.raises(Forbidden):
        await recompute_badge(ali, badge.id)
    assert (await recompute_badge(MANAGER, badge.id))[1] == 0
    easier = BadgeChange(requirements=[RequirementDraft(causes=[C.ACCEPTED_ANSWER], times=1)])
    badge = await update_badge(MANAGER, badge.id, easier, expected_version=badge.version)
    assert [(await recompute_badge(MANAGER, badge.id))[1] for _ in range(2)] == [1, 0]
    with pytest.raises(InvalidInput):
        await make_badge(times=1, people=2)
    with pytest.raises(Conflict):
        await update_badge(MANAGER, badge.id, easier, expected_version=badge.version - 1)


async def make_board(*measures: LeaderboardMeasure, **given: Any) -> Leaderboard:
    return await create_leaderboard(
        MANAGER, LeaderboardDraft(name="Ayın destekçileri", measures=list(measures), **given), once=Once()
    )


async def standing(board: Leaderboard, reader: Actor = MANAGER) -> list[tuple[int, str, int]]:
    return [(one.place, one.member.id, one.score) for one in await ranks_of(reader, board)]


async def test_only_who_chose_to_is_listed_and_equals_share_a_place(store: Database) -> None:
    ali, zehra, can, deniz = [await make_actor(Role.EXPERT) for _ in range(4)]
    await earn(ali, "ans_1", "ans_2")
    await earn(zehra, "ans_3")
    await earn(can, "ans_4")
    await earn(deniz, "ans_5", "ans_6", "ans_7")
    board = await make_board(M.POINTS)
    assert await standing(board) == []
    for one in (ali, zehra, can):
        await choose_listing(one, listed=True)
    ranks = await standing(board)
    assert ranks[0] == (1, ali.member, 30)
    assert sorted(ranks[1:]) == sorted([(2, zehra.member, 15), (2, can.member, 15)])
    await choose_listing(ali, listed=False)
    assert ([place for place, _, _ in await standing(board)], await is_listed(ali)) == ([1, 1], False)


async def test_leaderboards_look_at_a_span_a_skill_and_what_the_reader_may_know_of(store: Database) -> None:
    ali, skill = await make_actor(Role.EXPERT), await make_skill("Kargo")
    await choose_listing(ali, listed=True)
    await earn(ali, "ans_1", tags=["kargo"])
    await earn(ali, "ans_2", tags=["iade"])
    await earn(ali, "ans_3", days_ago=40, giver="mem_b")
    await earn(ali, "ans_4", space_id="spc_gizli", closed_space_id="spc_gizli", giver="mem_c")
    insider = make_caller(Role.MANAGER, reach=frozenset({"spc_gizli"}))
    board = await make_board(M.ANSWERS, M.ANSWER_TIME)
    assert [score for _, _, score in await standing(board)] == [2]
    assert [score for _, _, score in await standing(board, insider)] == [3]
    assert [score for _, _, score in await standing(await make_board(M.ANSWERS, days=90))] == [3]
    assert [score for _, _, score in await standing(await make_board(M.POINTS, skill_id=skill.id))] == [15]


async def test_a_leaderboard_by_speed_alone_is_refused_with_the_reason(store: Database) -> None:
    with pytest.raises(InvalidInput, match="Speed alone") as caught:
        await make_board(M.ANSWER_TIME)
    assert caught.value.path == ("measures",)
    with pytest.raises(NotFound):
        await make_board(M.POINTS, space_id="spc_none")
    with pytest.raises(Forbidden):
        await create_leaderboard(make_caller(Role.AGENT), LeaderboardDraft(name="Ben", measures=[M.POINTS]), once=Once())
    assert await Leaderboard.count() == 0


async def offer(stock: int = 1, **given: Any) -> Reward:
    draft = RewardDraft(name="Kitap", description="Seçtiğiniz bir kitap.", stock=stock, **given)
    return await create_reward(MANAGER, draft, once=Once())


async def test_rewards_take_points_or_a_badge_and_no_more_are_granted_than_there_are(store: Database) -> None:
    ali, zehra, can = [await make_actor(Role.EXPERT) for _ in range(3)]
    for number, one in enumerate((ali, zehra)):
        await earn(one, f"ans_{number}")
    reward = await offer(least_points=15)
    with pytest.raises(Forbidden, match="15 points"):
        await claim_reward(can, reward.id)
    answers = await asyncio.gather(claim_reward(ali, reward.id), claim_reward(zehra, reward.id), return_exceptions=True)
    assert [type(one) for one in answers if not isinstance(one, Reward)] == [LimitReached]
    reward = await fresh(reward)
    (claim,) = reward.claims
    again = await claim_reward(ali if claim.member_id == ali.member else zehra, reward.id)
    assert (len(again.claims), again.left(), claim.points) == (1, 0, 15)

    with pytest.raises(InvalidInput):
        await decide_claim(MANAGER, reward.id, claim.id, ClaimDecision(approved=False), expected_version=reward.version)
    refused = ClaimDecision(approved=False, reason="Bu ay dağıtıldı.")
    reward = await decide_claim(MANAGER, reward.id, claim.id, refused, expected_version=reward.version)
    assert (reward.claims[0].status, reward.claims[0].decided_by, reward.left()) == (ClaimStatus.REFUSED, MANAGER.member, 1)
    await claim_reward(zehra, reward.id)


async def test_nobody_decides_about_their_own_claim(store: Database) -> None:
    badge = await make_badge(times=1)
    boss = await make_actor(Role.MANAGER)
    reward = await offer(badge_id=badge.id)
    with pytest.raises(Forbidden, match="badge"):
        await claim_reward(boss, reward.id)
    await earn(boss, "ans_1")
    await settle_badges(boss.member)
    reward = await claim_reward(boss, reward.id)
    yes = ClaimDecision(approved=True)
    with pytest.raises(Forbidden):
        await decide_claim(boss, reward.id, reward.claims[0].id, yes, expected_version=reward.version)
    reward = await decide_claim(MANAGER, reward.id, reward.claims[0].id, yes, expected_version=reward.version)
    assert reward.claims[0].status is ClaimStatus.APPROVED
    with pytest.raises(InvalidInput):
        await offer()
    grown = await update_reward(MANAGER, reward.id, RewardChange(stock=3), expected_version=reward.version)
    assert grown.left() == 2


async def test_who_says_again_that_they_want_to_be_listed_changes_nothing(store: Database) -> None:
    ali = await make_actor(Role.EXPERT)
    for listed in (True, True, False, False):
        assert await choose_listing(ali, listed=listed) is listed
    assert await event_types(LeaderboardChoice) == ["LeaderboardChosen"] * 2


async def test_badges_are_shown_to_who_may_read_members(store: Database) -> None:
    ali = await make_actor(Role.EXPERT)
    badge = await make_badge(times=1)
    await earn(ali, "ans_1")
    await settle_badges(ali.member)
    assert await had(ali) == [badge.id]
    assert await badges_of_members(customer_actor(), [ali.member]) == {}


async def test_a_claim_is_decided_once_and_what_is_closed_is_claimed_no_more(store: Database) -> None:
    ali, zehra = [await make_actor(Role.EXPERT) for _ in range(2)]
    for number, one in enumerate((ali, zehra)):
        await earn(one, f"ans_{number}")
    reward = await offer(stock=3, least_points=1)
    reward = await claim_reward(ali, reward.id)
    yes, no = ClaimDecision(approved=True), ClaimDecision(approved=False, reason="Bu ay dağıtıldı.")
    reward = await decide_claim(MANAGER, reward.id, reward.claims[0].id, yes, expected_version=reward.version)
    with pytest.raises(AlreadyDone, match="decided already") as refused:
        await decide_claim(MANAGER, reward.id, reward.claims[0].id, no, expected_version=reward.version)
    assert refused.value.path == ("claim_id",)
    closed = RewardChange(closed=True)

    async with overtaken(rewards, lambda: update_reward(MANAGER, reward.id, closed, expected_version=reward.version)):
        with pytest.raises(AlreadyDone, match="no longer") as refused:
            await claim_reward(zehra, reward.id)

    assert refused.value.path == ("reward_id",)
    assert [(one.member_id, one.status) for one in (await fresh(reward)).claims] == [(ali.member, ClaimStatus.APPROVED)]


async def test_stock_does_not_shrink_below_what_is_asked_for(store: Database) -> None:
    members = [await make_actor(Role.EXPERT) for _ in range(2)]
    reward = await offer(stock=3, least_points=1)
    for number, one in enumerate(members):
        await earn(one, f"ans_{number}")
        reward = await claim_reward(one, reward.id)
    with pytest.raises(InvalidInput, match="granted or asked for") as refused:
        await update_reward(MANAGER, reward.id, RewardChange(stock=1), expected_version=reward.version)
    assert (refused.value.path, (await fresh(reward)).stock) == (("stock",), 3)
    assert (await update_reward(MANAGER, reward.id, RewardChange(stock=2), expected_version=reward.version)).left() == 0
