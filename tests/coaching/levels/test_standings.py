"""Levels: placed, raised by evidence, history kept, looked at again in time."""

import asyncio
from datetime import timedelta

import pytest

from auth.accounts import create_account
from auth.actor import SYSTEM, Actor, Role
from auth.documents import Account
from auth.drafts import AccountDraft
from auth.identify import actor_of
from care.documents.standing import SocialLevel, Standing
from coaching.courses.documents import EnrolledBy, Enrolment
from coaching.courses.events import PlacementConfirmed
from coaching.levels.certifications import RequirementsDraft
from coaching.levels.handlers import subscribe
from coaching.levels.level_rules import LevelRuleDraft, list_level_rules, set_level_rule
from coaching.levels.standings import (
    GraduationDraft,
    LevelSignOffDraft,
    ReevaluationDraft,
    act_on_standings,
    graduate,
    graduation_readiness,
    reevaluate,
    sign_off_graduation,
    standing_of,
)
from community.accounts import ensure_member
from core.clock import now
from core.database import Database
from core.errors import AlreadyDone, Conflict, Forbidden, InvalidInput, NotFound
from core.records import fresh, save
from notifications.documents import Notification
from notifications.levels import subscribe as subscribe_news
from tests.care.stored import everything, handle_twice
from tests.factories import community
from tests.factories.care import later, make_actor
from tests.factories.levels import MANAGER

L = SocialLevel


async def asks(level: SocialLevel, *, sign_off: bool = False, version: int = 0) -> None:
    draft = LevelRuleDraft(level=level, requirements=RequirementsDraft(sign_off=sign_off), re_evaluate_days=100)
    await set_level_rule(MANAGER, draft, expected_version=version)


async def raised(by: Actor, member: Actor, version: int, **given: object) -> Standing:
    draft = GraduationDraft.model_validate({"member_id": member.member, **given})
    return await graduate(by, draft, expected_version=version)


async def test_rules_are_the_product_s_own_until_the_company_sets_them(store: Database) -> None:
    own = await list_level_rules(make_actor(Role.AGENT))
    assert [(one.level, one.version) for one in own] == [(one, 0) for one in list(L)[1:]]
    assert own[1].requirements.pass_percent == 80
    with pytest.raises(Forbidden):
        await set_level_rule(make_actor(Role.MENTOR), LevelRuleDraft(level=L.BEGINNER), expected_version=0)
    with pytest.raises(InvalidInput):
        await set_level_rule(MANAGER, LevelRuleDraft(level=L.NEWCOMER), expected_version=0)
    await asks(L.BEGINNER)
    with pytest.raises(Conflict):
        await asks(L.BEGINNER)
    assert (await list_level_rules(MANAGER))[0].re_evaluate_days == 100


async def test_member_graduates_once_all_is_shown_and_the_history_is_kept(store: Database) -> None:
    can, mentor = await community.make_actor(Role.TRAINEE), await community.make_actor(Role.MENTOR)
    await asks(L.BEGINNER, sign_off=True)
    before = await everything(Standing)
    with pytest.raises(InvalidInput) as refused:
        await raised(mentor, can, 0)
    assert refused.value.path == ("member_id",)
    for actor in (can, await community.make_actor(Role.AGENT)):
        with pytest.raises(Forbidden):
            await raised(actor, can, 0)
    with pytest.raises(NotFound):
        await raised(mentor, make_actor(Role.AGENT), 0)
    assert await everything(Standing) == before
    signed = await sign_off_graduation(mentor, LevelSignOffDraft(member_id=can.member), expected_version=0)
    with pytest.raises(AlreadyDone):
        await sign_off_graduation(mentor, LevelSignOffDraft(member_id=can.member), expected_version=signed.version)
    ready = await graduation_readiness(can, None)
    assert (ready.following, ready.ready, ready.shown[0].evidence_ids) == (L.BEGINNER, True, [mentor.member])
    with pytest.raises(Forbidden):
        await graduation_readiness(can, mentor.member)

    both = await asyncio.gather(*(raised(mentor, can, signed.version) for _ in range(2)), return_exceptions=True)
    (standing,) = [one for one in both if isinstance(one, Standing)]
    assert [type(one) for one in both if not isinstance(one, Standing)] == [Conflict]

    assert (standing.level, standing.sign_offs, len(standing.steps)) == (L.BEGINNER, [], 1)
    assert standing.re_evaluate_at == (standing.reached_at or now()) + timedelta(days=100)
    with pytest.raises(Forbidden):
        await raised(mentor, can, standing.version, despite="Yıllardır yazıyor.")
    higher = await raised(MANAGER, can, standing.version, despite="Yıllardır yazıyor.")
    assert [(one.level, one.reason) for one in higher.steps] == [(L.BEGINNER, None), (L.PRACTITIONER, "Yıllardır yazıyor.")]


async def test_trainee_becomes_an_agent_by_who_looks_after_members(store: Database) -> None:
    account = await create_account(SYSTEM, AccountDraft(name="Can", email="can@example.com", roles=[Role.TRAINEE]))
    await ensure_member(account)
    can = await actor_of(account.id)
    await asks(L.BEGINNER)
    with pytest.raises(Forbidden):
        await raised(MANAGER, can, 0, become_agent=True)
    standing = await raised(await community.make_actor(Role.HR), can, 0, become_agent=True)
    await handle_twice(subscribe, (Standing,))

    again = await Account.get(account.id)
    assert (again.roles if again else []) == [Role.AGENT]
    assert standing.steps[-1].becomes_agent


async def test_level_is_looked_at_again_or_lapses(store: Database) -> None:
    can, mentor = await community.make_actor(Role.AGENT), await community.make_actor(Role.MENTOR)
    await asks(L.BEGINNER)
    standing = await raised(mentor, can, 0)
    assert await act_on_standings(10) == 0
    later(days=86)
    assert (await act_on_standings(10), await act_on_standings(10)) == (1, 0)
    later(days=14)
    assert (await act_on_standings(10), await act_on_standings(10)) == (1, 0)
    lapsed = await fresh(standing)
    assert (lapsed.lapsed, lapsed.level) == (True, L.BEGINNER)
    up = ReevaluationDraft(member_id=can.member, level=L.PRACTITIONER, reason="Çok iyi")
    with pytest.raises(InvalidInput) as refused:
        await reevaluate(mentor, up, expected_version=lapsed.version)
    assert refused.value.path == ("level",)
    same = ReevaluationDraft(member_id=can.member, level=L.BEGINNER, reason="Hâlâ iyi")
    kept = await reevaluate(mentor, same, expected_version=lapsed.version)
    down = ReevaluationDraft(member_id=can.member, level=L.NEWCOMER, reason="Ara verdi")
    lower = await reevaluate(mentor, down, expected_version=kept.version)

    assert (kept.lapsed, lower.level, lower.re_evaluate_at, len(lower.steps)) == (False, L.NEWCOMER, None, 3)
    await handle_twice(subscribe_news, (Standing,))
    told = sorted((one.recipient_id == can.member, one.kind.value) for one in await Notification.find_all().to_list())
    due = [(False, "LEVEL_REVIEW_DUE")] * 2
    assert told == [*due, *[(True, "LEVEL_REACHED")] * 3, *[(True, "LEVEL_REVIEW_DUE")] * 2]


async def test_confirmed_placement_is_the_level_once(store: Database) -> None:
    can = await community.make_actor(Role.TRAINEE)
    placed = Enrolment(
        id="enr_1", created_at=now(), course_id="crs_1", member_id=can.member, number=1, enrolled_by=EnrolledBy.SELF,
        enrolled_at=now(), proposed_level=L.BEGINNER, confirmed_level=L.PRACTITIONER, confirmed_by="mem_mentor",
    )  # fmt: skip
    placed.record(PlacementConfirmed(enrolment_id=placed.id))
    await save(placed)
    await handle_twice(subscribe, (Enrolment,))
    standing = await standing_of(can.member)
    assert (standing.level, [one.by for one in standing.steps]) == (L.PRACTITIONER, ["mem_mentor"])


async def test_nobody_rises_above_the_highest_level(store: Database) -> None:
    ece = await community.make_actor(Role.AGENT)
    version = 0
    for _ in list(L)[1:]:
        version = (await raised(MANAGER, ece, version, despite="Yıllardır yazıyor.")).version
    top = await standing_of(ece.member)
    ready = await graduation_readiness(ece, None)
    assert (top.level, ready.following, ready.shown) == (list(L)[-1], None, [])
    with pytest.raises(AlreadyDone, match="highest") as refused:
        await raised(MANAGER, ece, version, despite="Daha da iyi.")
    assert refused.value.path == ("member_id",)
    assert await fresh(top) == top


async def test_a_placement_that_was_begun_anew_meanwhile_changes_no_level(store: Database) -> None:
    can = await community.make_actor(Role.TRAINEE)
    again = Enrolment(
        id="enr_2", created_at=now(), course_id="crs_1", member_id=can.member, number=1, enrolled_by=EnrolledBy.SELF,
        enrolled_at=now(),
    )  # fmt: skip
    again.record(PlacementConfirmed(enrolment_id=again.id))
    await save(again)
    await handle_twice(subscribe, (Enrolment,))
    assert ((await standing_of(can.member)).level, await Standing.count()) == (L.NEWCOMER, 0)
