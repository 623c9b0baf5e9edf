"""Points: only for what others accept, once for each cause, within the limits of a day, and no longer than it holds."""

import asyncio
from datetime import timedelta

import pytest

from auth.actor import Actor, Role
from coaching.handlers import subscribe
from coaching.recognition.documents import CompanyValue
from coaching.recognition.kudos import KudosDraft, give_kudos, withdraw_kudos
from coaching.recognition.ledger import Award, award
from coaching.recognition.point_rules import PointRuleDraft, PointRulesDraft, read_point_rules, set_point_rules
from coaching.recognition.points import points_of
from coaching.recognition.points_documents import PointCause, PointDay
from coaching.recognition.values import ValueDraft, create_value
from community.answers import accept_answer, unaccept_answer
from community.documents import Answer, Question
from community.kudos.documents import Kudos
from community.votes import VoteValue, cast_vote
from community.wiki.documents import WikiPage
from community.wiki.verification import Vouching, vouch_for_page
from core.clock import now
from core.database import Database
from core.errors import Conflict, Forbidden, InvalidInput, NotFound
from core.idempotency import Once
from core.records import fresh
from tests.care.stored import handle_twice
from tests.factories.care import make_actor as make_caller
from tests.factories.community import make_actor, make_answer, make_member, make_page, make_question

C = PointCause
MANAGER = make_caller(Role.MANAGER)


async def heard() -> None:
    await handle_twice(subscribe, (Answer, Question, Kudos, WikiPage))


async def total(actor: Actor) -> int:
    return (await points_of(actor, actor.member)).total


async def two() -> tuple[Actor, Actor]:
    return await make_actor(Role.AGENT), await make_actor(Role.EXPERT)


async def accepted(asker: Actor, expert: Actor) -> Answer:
    question = await make_question(asker)
    answer = await make_answer(question, expert)
    await accept_answer(asker, answer.id, expected_version=(await fresh(question)).version)
    return answer


async def test_activity_alone_earns_nothing(store: Database) -> None:
    asker, expert = await two()
    await make_answer(await make_question(asker), expert)
    await make_page(actor=expert)
    await heard()
    assert await PointDay.count() == 0


async def test_an_accepted_answer_counts_once_and_while_it_is_accepted(store: Database) -> None:
    asker, expert = await two()
    answer = await accepted(asker, expert)
    await heard()
    found = await points_of(expert, expert.member)
    assert (found.total, found.times) == (15, {C.ACCEPTED_ANSWER: 1})
    assert [(one.source_id, one.rules_version) for one in found.reasons] == [(answer.id, 0)]

    question = await Question.get(answer.question_id)
    assert question is not None
    await unaccept_answer(asker, answer.id, expected_version=question.version)
    await heard()
    assert await total(expert) == 0
    await accept_answer(asker, answer.id, expected_version=(await fresh(question)).version)
    await heard()
    assert (await total(expert), await PointDay.count()) == (15, 1)


async def test_nobody_earns_by_what_they_accept_of_themselves(store: Database) -> None:
    asker, _ = await two()
    await accepted(asker, asker)
    moderator = await make_actor(Role.MANAGER)
    question = await make_question(asker)
    answer = await make_answer(question, moderator)
    await accept_answer(moderator, answer.id, expected_version=(await fresh(question)).version)
    page = await make_page(actor=moderator)
    await vouch_for_page(moderator, page.id, Vouching(until=now() + timedelta(days=30)), expected_version=page.version)
    await heard()
    assert await PointDay.count() == 0


async def test_helpful_votes_count_a_voter_each_and_no_longer_when_taken_back(store: Database) -> None:
    asker, expert = await two()
    answer = await make_answer(await make_question(asker), expert)
    voters = [await make_actor(Role.AGENT) for _ in range(3)]
    for voter, value in zip(voters, [VoteValue.UP, VoteValue.UP, VoteValue.DOWN], strict=True):
        await cast_vote(voter, answer.id, value)
    await heard()
    assert await total(expert) == 4
    await cast_vote(voters[0], answer.id, VoteValue.NONE)
    await heard()
    assert await total(expert) == 2


async def test_a_question_earns_nothing_whoever_votes_for_it(store: Database) -> None:
    asker, expert = await two()
    question = await make_question(asker, anonymous=True)
    await cast_vote(expert, question.id, VoteValue.UP)
    await heard()
    assert await PointDay.count() == 0


async def test_who_asked_anonymously_is_nowhere_in_the_ledger(store: Database) -> None:
    asker, expert = await two()
    for _ in range(4):
        question = await make_question(asker, anonymous=True)
        answer = await make_answer(question, expert)
        await accept_answer(asker, answer.id, expected_version=(await fresh(question)).version)
    await accepted(asker, expert)
    await heard()

    assert await total(expert) == 4 * 15, "three of the anonymous together, and the one with a name by itself"
    (row,) = await PointDay.get_pymongo_collection().find({}).to_list()
    named = [entry["giver"] for entry in row["entries"]]
    assert sorted(named) == sorted([*["anonymous"] * 4, asker.member])


async def test_pages_and_kudos_count_while_they_stand(store: Database) -> None:
    asker, expert = await two()
    page = await make_page(actor=expert)
    await vouch_for_page(MANAGER, page.id, Vouching(until=now() + timedelta(days=30)), expected_version=page.version)
    value: CompanyValue = await create_value(MANAGER, ValueDraft(name="Birlikte", description="Birlikte."), once=Once())
    draft = KudosDraft(receiver_id=expert.member, subject_id=page.id, value_id=value.id, text="Çok açık yazılmış.")
    kudos = await give_kudos(asker, draft, once=Once())
    await heard()
    assert await total(expert) == 13
    await withdraw_kudos(asker, kudos.id, expected_version=kudos.version)
    page = await fresh(page)
    await vouch_for_page(MANAGER, page.id, Vouching(until=None), expected_version=page.version)
    await heard()
    assert await total(expert) == 0


async def test_limits_of_the_day_hold_for_a_cause_and_for_the_same_other_person(store: Database) -> None:
    _, expert = await two()
    at = now()

    async def give(giver: str, number: int) -> None:
        cause = C.ACCEPTED_ANSWER
        await award(Award(member_id=expert.member, cause=cause, source_id=f"ans_{number}", giver=giver, at=at))

    await asyncio.gather(*(give("mem_one", number) for number in range(5)))
    assert await total(expert) == 3 * 15
    for number in range(5, 20):
        await give(f"mem_{number}", number)
    assert await total(expert) == 10 * 15
    assert await PointDay.count() == 1


async def test_rules_are_data_in_versions_and_the_past_keeps_its_own(store: Database) -> None:
    asker, expert = await two()
    await accepted(asker, expert)
    await heard()
    now_holds = [PointRuleDraft(cause=one, points=40, most_a_day=2, most_from_one=1) for one in C]
    draft = PointRulesDraft(rules=now_holds)
    with pytest.raises(Forbidden):
        await set_point_rules(asker, draft, expected_version=0)
    with pytest.raises(InvalidInput):
        await set_point_rules(MANAGER, PointRulesDraft(rules=now_holds[1:]), expected_version=0)
    rules = await set_point_rules(MANAGER, draft, expected_version=0)
    with pytest.raises(Conflict):
        await set_point_rules(MANAGER, draft, expected_version=0)
    await accepted(await make_actor(Role.AGENT), expert)
    await heard()

    assert (rules.version, (await read_point_rules()).version) == (1, 1)
    found = await points_of(expert, expert.member)
    assert sorted((one.counted, one.rules_version) for one in found.reasons) == [(15, 0), (40, 1)]


async def test_points_are_read_by_the_member_and_who_manages_recognition(store: Database) -> None:
    member = await make_member(Role.EXPERT)
    assert (await points_of(make_caller(Role.HR), member.id)).total == 0
    for outsider in (make_caller(Role.AGENT), make_caller(Role.MENTOR)):
        with pytest.raises(NotFound):
            await points_of(outsider, member.id)
