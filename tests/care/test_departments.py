"""Whose a case is among the departments, and who is given it."""

import pytest

from auth.actor import Actor, Role
from care.assignment.assigning import assign_due
from care.assignment.drafts import PolicyDraft
from care.assignment.policies import create_policy
from care.cases.closing import ClosingDraft, close_case
from care.cases.departments import HandOverDraft, hand_over_case
from care.cases.splitting import SplitDraft, split_case
from care.channel_departments import ChannelDepartmentDraft, set_channel_department
from care.documents.cases import Case
from care.documents.casework import AssignmentReason
from care.errors import CaseClosed
from care.outreach import OutreachDraft, reach_out
from community.departments import DepartmentDraft, add_department
from community.documents import Availability, Member
from core.database import Database
from core.errors import AlreadyDone, Conflict, Forbidden, InvalidInput
from core.idempotency import Once
from core.records import change
from notifications import casework
from notifications.documents import Notification
from tests.care.stored import event_types, everything, handle_twice
from tests.factories import community
from tests.factories.care import (
    later,
    make_actor,
    make_case,
    make_channel,
    make_conversation,
    make_customer,
    make_reply,
    reread,
    say,
)

MANAGER = make_actor(Role.MANAGER)


async def department(name: str) -> str:
    return (await add_department(make_actor(Role.ADMIN), DepartmentDraft(name=name))).id


async def worker(department_id: str | None, role: Role = Role.AGENT) -> Actor:
    actor = await community.make_actor(role)
    member = await Member.get(actor.member)
    assert member is not None

    def belong(current: Member) -> None:
        current.department_id, current.availability = department_id, Availability.ONLINE

    await change(member, belong)
    return actor


async def hand_over(case: Case, department_id: str, actor: Actor = MANAGER) -> Case:
    draft = HandOverDraft(case_id=case.id, department_id=department_id)
    return await hand_over_case(actor, draft, expected_version=(await reread(case)).version)


async def test_policy_gives_what_is_handed_over_to_the_department_alone(store: Database) -> None:
    support = await department("Destek")
    await worker(None)
    able = await worker(support)
    draft = PolicyDraft.model_validate({"name": "Herkes", "method": "ROUND_ROBIN", "on_shift_only": False})
    await create_policy(MANAGER, draft, once=Once())
    case = await make_case()
    before = (await hand_over(case, support)).department_moves[-1]
    later(minutes=2)
    await assign_due(10)

    given = await reread(case)
    assert (given.assignee_id, [one.reason for one in given.assignments]) == (
        able.member,
        [AssignmentReason.HANDED_OVER, AssignmentReason.ROUND_ROBIN],
    )
    taken = given.department_moves[-1].taken_at
    assert taken is not None
    assert 120 <= (taken - before.at).total_seconds() < 130


async def test_department_that_is_told_works_on_cases_and_nobody_there_has_it_yet(store: Database) -> None:
    support, sales = await department("Destek"), await department("Satış")
    able, keeper = await worker(support), await worker(sales)
    await worker(support, Role.HR)
    case = await hand_over(await make_case(), support)
    kept = await hand_over(await make_case(assignee_id=keeper.member), sales)
    await handle_twice(casework.subscribe)

    assert [(one.recipient_id, one.target_id) for one in await Notification.find({}).to_list()] == [(able.member, case.id)]
    assert (kept.assignee_id, kept.department_moves[-1].taken_at is not None) == (keeper.member, True)
    assert (await event_types(Case)).count("CaseHandedOver") == 2


async def test_answer_takes_over_what_was_handed_over_once(store: Database) -> None:
    case = await hand_over(await make_case(), await department("Destek"))
    await make_reply(case)
    first = (await reread(case)).department_moves[-1].taken_at
    later(minutes=5)
    await make_reply(await reread(case))
    assert first is not None
    assert (await reread(case)).department_moves[-1].taken_at == first


async def test_cases_of_a_channel_belong_to_its_department_and_outreach_to_that_of_who_comes_first(store: Database) -> None:
    service, sales = await department("Hizmet"), await department("Satış")
    channel, seller = await make_channel(), await worker(sales)
    told = ChannelDepartmentDraft(channel_id=channel.id, department_id=service)
    await set_channel_department(MANAGER, told, expected_version=channel.version)
    customer = await make_customer(channel)
    case = await say(await make_conversation(channel, customer))
    assert case.department_id == service
    both = SplitDraft.model_validate({"case_id": case.id, "subject": "Diğeri", "message_id": case.last_message_id})
    split = await split_case(MANAGER, both, expected_version=case.version, once=Once())
    assert split.new.department_id == service

    own, theirs = [
        OutreachDraft(
            customer_id=(await make_customer(channel, external_id=f"u-{number}")).id,
            channel_id=channel.id,
            subject="Teklif",
            body="Merhaba",
            department_id=given,
        )
        for number, given in ((2, None), (3, service))
    ]
    assert (await reach_out(seller, own, once=Once())).case.department_id == sales
    assert (await reach_out(seller, theirs, once=Once())).case.department_id == service
    before = await everything()
    with pytest.raises(InvalidInput) as refused:
        await reach_out(seller, theirs.model_copy(update={"department_id": "dep_x"}), once=Once())
    assert (refused.value.path, await everything()) == (("department_id",), before)


async def test_hand_over_is_refused_without_a_trace(store: Database) -> None:
    support = await department("Destek")
    case = await hand_over(await make_case(), support)
    closed = await make_case()
    await close_case(MANAGER, ClosingDraft(case_id=closed.id, reason="Mükerrer"), expected_version=closed.version)
    before = await everything()

    with pytest.raises(AlreadyDone):
        await hand_over(case, support)
    with pytest.raises(InvalidInput):
        await hand_over(case, "dep_x")
    with pytest.raises(CaseClosed):
        await hand_over(closed, support)
    with pytest.raises(Forbidden):
        await hand_over(case, await department("Satış"), make_actor(Role.TRAINEE))
    draft = HandOverDraft(case_id=case.id, department_id=(await department("Pazarlama")))
    with pytest.raises(Conflict):
        await hand_over_case(MANAGER, draft, expected_version=case.version + 7)

    assert await everything() == before
