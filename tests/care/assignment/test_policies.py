"""Policies of assignment: who may make them, what is refused, and the order in which they are tried."""

import asyncio
from typing import Any

import pytest
from pydantic import ValidationError

from auth.actor import Role
from care.assignment.assigning import assign
from care.assignment.drafts import PolicyChange, PolicyDraft
from care.assignment.policies import archive_policy, create_policy, reorder_policies, update_policy
from care.cases.assignment import MOST_ASSIGNMENTS, assign_case
from care.documents.assignment import AssignmentMethod, AssignmentOrder, AssignmentPolicy
from care.reading.assignment import assignment_policies_by_ids, count_policies, list_policies, policies_in_order
from core.database import Database
from core.errors import AlreadyDone, Conflict, Forbidden, IdempotencyMismatch, InvalidInput, NotFound
from core.idempotency import Once, once
from core.paging import Window
from tests.care.stored import everything
from tests.factories.assignment import make_policy, named, on_shift, somebody
from tests.factories.care import make_actor, make_case, make_channel, make_conversation, reread

MANAGER = make_actor(Role.MANAGER)
KINDS = (AssignmentOrder, AssignmentPolicy)
BASE: dict[str, Any] = {"name": "Herkes", "method": "BALANCED"}


def draft(**given: Any) -> PolicyDraft:
    return PolicyDraft.model_validate({**BASE, **given})


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"capacity": 0}, "Input should be greater than or equal to 1"),
        ({"capacity": 1_001}, "Input should be less than or equal to 1000"),
        ({"least_proficiency": 6}, "Input should be less than or equal to 5"),
        ({"members": [{"member_id": "mem_a"}] * 2}, "Name each member once"),
        ({"members": [{"member_id": "mem_a", "capacity": 0}]}, "Input should be greater than or equal to 1"),
    ],
)
def test_what_no_policy_can_mean_is_refused(given: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        draft(**given)

    assert [error["msg"] for error in refusal.value.errors()] == [message]


@pytest.mark.parametrize("role", [Role.AGENT, Role.MENTOR, Role.TRAINEE, Role.EXPERT, Role.AGENCY, Role.HR])
async def test_managers_alone_make_policies_and_a_refusal_leaves_no_trace(store: Database, role: Role) -> None:
    policy, actor = await make_policy(), make_actor(role)
    before = await everything(*KINDS)

    with pytest.raises(Forbidden):
        await create_policy(actor, draft(), once=Once())
    with pytest.raises(Forbidden):
        await update_policy(actor, PolicyChange(policy_id=policy.id, name="Başka"), expected_version=1)
    with pytest.raises(Forbidden):
        await archive_policy(actor, policy.id, expected_version=1)
    with pytest.raises(Forbidden):
        await reorder_policies(actor, [policy.id], expected_version=0)

    assert await everything(*KINDS) == before


async def test_what_is_named_must_be_there_and_fit(store: Database) -> None:
    agent, expert = await somebody(), await somebody(Role.EXPERT)
    wrong: list[tuple[dict[str, Any], tuple[str, ...]]] = [
        ({"conditions": {"channel_ids": ["chn_none"]}}, ("conditions", "channel_ids", "0")),
        ({"members": [{"member_id": "mem_none"}]}, ("members",)),
        ({"members": named(expert)}, ("members",)),
        ({"backup_ids": [expert.member]}, ("backup_ids",)),
        ({"members": named(agent), "backup_ids": [agent.member]}, ("backup_ids",)),
        ({"skill_ids": ["skl_none"]}, ("skill_ids",)),
        ({"department_ids": ["dep_none"]}, ("department_ids",)),
        ({"method": "SKILL"}, ("skill_ids",)),
    ]
    for given, path in wrong:
        with pytest.raises(InvalidInput) as refusal:
            await create_policy(MANAGER, draft(**given), once=Once())
        assert refusal.value.path == path

    policy = await make_policy(members=named(agent))
    for change in ({"method": AssignmentMethod.SKILL}, {"backup_ids": [agent.member]}):
        with pytest.raises(InvalidInput):
            await update_policy(MANAGER, PolicyChange.model_validate({"policy_id": policy.id, **change}), expected_version=1)
    assert [one.version for one in await AssignmentPolicy.find({}).to_list()] == [1]


async def test_the_same_request_makes_one_policy(store: Database) -> None:
    def request(given: str) -> Once:
        return once(b"secret", actor=MANAGER.id, operation="createAssignmentPolicy", key="key-1", given=given)

    first, second = await asyncio.gather(*(create_policy(MANAGER, draft(), once=request("Herkes")) for _ in range(2)))

    assert first.id == second.id
    with pytest.raises(IdempotencyMismatch):
        await create_policy(MANAGER, draft(), once=request("Başka"))


async def test_policies_are_changed_archived_and_ordered_in_the_version_that_was_seen(store: Database) -> None:
    first, second = await make_policy(name="Bir"), await make_policy(name="İki")

    changed = await update_policy(MANAGER, PolicyChange(policy_id=first.id, capacity=3), expected_version=1)
    assert (changed.version, changed.capacity, changed.name, changed.method) == (2, 3, "Bir", AssignmentMethod.BALANCED)
    with pytest.raises(Conflict):
        await update_policy(MANAGER, PolicyChange(policy_id=first.id, capacity=4), expected_version=1)
    order = await reorder_policies(MANAGER, [second.id], expected_version=0)
    assert [policy.id for policy in (await policies_in_order(MANAGER))[0]] == [second.id, first.id]
    with pytest.raises(Conflict):
        await reorder_policies(MANAGER, [first.id], expected_version=0)
    with pytest.raises(InvalidInput):
        await reorder_policies(MANAGER, [first.id, first.id], expected_version=order.version)

    await archive_policy(MANAGER, second.id, expected_version=1)
    with pytest.raises(AlreadyDone):
        await archive_policy(MANAGER, second.id, expected_version=2)
    with pytest.raises(InvalidInput):
        await reorder_policies(MANAGER, [second.id], expected_version=order.version)
    with pytest.raises(NotFound):
        await archive_policy(MANAGER, "asp_none", expected_version=1)
    assert [policy.name for policy in (await list_policies(MANAGER, Window(5))).items] == ["Bir"]
    assert (await count_policies(MANAGER), await assignment_policies_by_ids(make_actor(Role.EXPERT), [first.id])) == (1, {})


async def test_a_case_keeps_the_last_decisions_alone(store: Database) -> None:
    channel = await make_channel()
    agent = await on_shift(channel)
    await make_policy()
    case = await make_case(await make_conversation(channel))
    await assign(case.id)
    case = await reread(case)

    for number in range(MOST_ASSIGNMENTS + 1):
        case = await assign_case(agent, case.id, None if number % 2 == 0 else agent.member, expected_version=case.version)

    assert len(case.assignments) == MOST_ASSIGNMENTS
    assert [decision.number for decision in case.assignments][::19] == [3, 22]
