"""A document asks the store the same number of times for one row and for many."""

from collections import Counter
from typing import Any

import pytest

from auth.actor import Actor, Role
from care.cases.assignment import assign_case
from care.documents.channels import Channel
from community.answers import accept_answer
from community.documents import Question, Skill
from core.ids import new_id
from tests.factories import care, community
from tests.schema.staff.staff import CommandLog, Staff
from tests.schema.staff.world import World, ask_for_details, consult, make_world

MANY = 6


async def asked(staff: Staff, log: CommandLog, actor: Actor, document: str, **variables: Any) -> Counter[str]:
    """Run a document and give what it read from which collection how often."""
    log.sent.clear()
    await staff.ask(actor, document, **variables)
    return Counter(log.sent)


def assert_no_more(many: Counter[str], one: Counter[str]) -> None:
    """Say that many rows took no more reading than one.

    Reads of one wave are sent together, but whether those of two waves meet is a matter of microseconds: up to three
    of one collection, half of the rows, count as one.
    """
    assert set(many) == set(one)
    assert {name: count for name, count in many.items() if count > max(3, one[name])} == {}


async def add_case(world: World) -> None:
    """Let another customer complain on another channel, and give the case to somebody."""
    channel: Channel = await care.make_channel(name="Telegram")
    case = await care.make_case(await care.make_conversation(channel))
    assignee = await community.make_actor(Role.AGENT)
    await assign_case(world.agent, case.id, assignee.member, expected_version=case.version)
    await care.make_reply(case, assignee)


async def add_consultation(world: World) -> None:
    """Ask the expert about another case, and let somebody else answer."""
    case = await care.make_case()
    await consult(World(world.agent, world.expert, world.mentor, world.manager, world.trainee, case), expert_ids=[
        world.expert.member, (await community.make_actor(Role.EXPERT)).member,
    ])  # fmt: skip


async def add_expert(world: World, skill: Skill) -> None:
    """Let an expert join who has this skill and one of their own, and has answered."""
    department = await community.make_department(f"Bölüm {new_id('x')}")
    own = await community.make_skill(f"Beceri {new_id('x')}")
    expert = await community.make_actor(Role.EXPERT, department_id=department.id, skill_ids=[skill.id, own.id])
    await community.make_answer(await community.make_question(world.agent), expert)


async def test_inbox(staff: Staff, log: CommandLog) -> None:
    world = await make_world()
    await add_case(world)
    one = await asked(staff, log, world.agent, "Inbox", first=1)
    for _ in range(MANY):
        await add_case(world)
    assert await asked(staff, log, world.agent, "Inbox", first=50) == one
    assert one == {
        "aggregate cases": 1,  # totalCount
        "find cases": 1,
        "find channels": 1,
        "find customers": 1,
        "find members": 1,
        "find messages": 1,
    }


async def test_case_screen(staff: Staff, log: CommandLog) -> None:
    world = await make_world()
    await consult(world)
    await care.make_reply(world.case, world.agent)
    one = await asked(staff, log, world.agent, "CaseScreen", id=world.case.id)
    for _ in range(MANY):
        await care.say(await care.conversation_of(world.case))
        await consult(world, expert_ids=[(await community.make_actor(Role.EXPERT)).member])
    world.case = await care.reread(world.case)
    await ask_for_details(world)
    assert_no_more(await asked(staff, log, world.agent, "CaseScreen", id=world.case.id), one)


async def test_question_screen(staff: Staff, log: CommandLog) -> None:
    world = await make_world()
    consultation = await consult(world)
    question = await Question.get(consultation.question_id)
    assert question is not None
    answer = await community.make_answer(question)
    await accept_answer(world.agent, answer.id, expected_version=question.version)
    await community.make_comment(question)
    one = await asked(staff, log, world.agent, "QuestionScreen", id=question.id)
    for _ in range(MANY):
        await community.make_answer(question)
        await community.make_comment(question)
    assert_no_more(await asked(staff, log, world.agent, "QuestionScreen", id=question.id), one)


async def test_experts(staff: Staff, log: CommandLog) -> None:
    world, skill = await make_world(), await community.make_skill("İade")
    given = {"first": 50, "filter": {"skillId": {"eq": skill.id}}}
    await add_expert(world, skill)
    one = await asked(staff, log, world.agent, "Experts", **given)
    for _ in range(MANY):
        await add_expert(world, skill)
    assert_no_more(await asked(staff, log, world.agent, "Experts", **given), one)


async def test_expert_desk(staff: Staff, log: CommandLog) -> None:
    world = await make_world()
    await add_consultation(world)
    one = await asked(staff, log, world.expert, "ExpertDesk", first=1)
    for _ in range(MANY):
        await add_consultation(world)
    assert_no_more(await asked(staff, log, world.expert, "ExpertDesk", first=50), one)


@pytest.mark.parametrize("kind", ["case", "qst", "mem", "obl"])
async def test_nodes(kind: str, staff: Staff, log: CommandLog) -> None:
    world = await make_world()
    ids: dict[str, list[str]] = {"case": [], "qst": [], "mem": [], "obl": []}
    for _ in range(3):
        world.case = await care.make_case()
        asked_for = await ask_for_details(world)
        ids["case"].append(world.case.id)
        ids["obl"].append(asked_for.obligation.id)
        ids["qst"].append((await community.make_question(world.agent)).id)
        ids["mem"].append((await community.make_member()).id)
    one = await asked(staff, log, world.agent, "query N($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=ids[kind][:1])
    assert await asked(staff, log, world.agent, "query N($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=ids[kind]) == one
    assert one.total() == 1


async def test_rows_are_counted_only_when_somebody_asks(staff: Staff, log: CommandLog) -> None:
    world = await make_world()
    plain = "{ cases { nodes { id } } }"
    assert await asked(staff, log, world.agent, plain) == {"find cases": 1}
    counted = "{ cases { totalCount totalCountCapped nodes { id } } }"
    assert await asked(staff, log, world.agent, counted) == {"find cases": 1, "aggregate cases": 1}
