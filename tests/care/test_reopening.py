"""Cases that were resolved or closed by mistake and are brought back by a member."""

from datetime import timedelta

import pytest

from auth.actor import Role
from care.cases.closing import ClosingDraft, close_case
from care.cases.merging import MergeDraft, merge_cases
from care.cases.reopening import ReopeningDraft, may_reopen, reopen_case
from care.cases.splitting import SplitDraft, split_case
from care.cases.steps import StepDraft, complete_step
from care.cases.verdicts import VerdictDraft, record_customer_verdict
from care.documents.case_states import CaseStatus, RequestStatus
from care.documents.cases import Case
from care.documents.customers import Customer
from care.documents.cycles import CycleOutcome, ResolutionStep
from care.documents.promises import Renewal
from care.errors import AnotherCaseOpen
from core.clock import now
from core.database import Database
from core.errors import AlreadyDone, Conflict, Forbidden, InvalidInput
from core.idempotency import Once
from tests.care.stored import event_types, everything
from tests.factories.care import conversation_of, later, make_actor, make_case, make_conversation, reread, say
from tests.factories.service_levels import make_policy

AGENT, MANAGER = make_actor(), make_actor(Role.MANAGER)


def mistaken(case: Case) -> ReopeningDraft:
    return ReopeningDraft(case_id=case.id, reason="Yanlış dosyaymış.")


async def satisfied(case: Case) -> Case:
    draft = VerdictDraft(case_id=case.id, outcome=CycleOutcome.SATISFIED)
    return await record_customer_verdict(AGENT, draft, expected_version=case.version)


async def closed(case: Case) -> Case:
    judged = await satisfied(case)
    return await close_case(AGENT, ClosingDraft(case_id=case.id), expected_version=judged.version)


async def test_verdict_by_mistake_is_taken_back_with_the_next_cycle(store: Database) -> None:
    case = await satisfied(await make_case())
    before = case.request_version

    back = await reopen_case(AGENT, mistaken(case), expected_version=case.version)

    assert (back.status, back.request_status, back.request_version) == (CaseStatus.OPEN, RequestStatus.IN_PROGRESS, before + 1)
    assert (len(back.cycles), back.cycle.outcome, back.current_step) == (2, None, ResolutionStep.CONTACT)
    assert back.cycles[0].outcome is CycleOutcome.SATISFIED
    [reopening] = back.cycle.reopenings
    assert (reopening.by, reopening.reason) == (AGENT.member_id, "Yanlış dosyaymış.")
    assert (back.first_response.due_at or back.next_response.due_at) == back.answer_key
    raw = await Case.get_pymongo_collection().find_one({"_id": case.id})
    assert raw is not None
    told = raw["pending"][-1]
    assert (told["type"], told["actor"], told["payload"]["cycle"]) == ("CaseReopened", AGENT.id, 2)


async def test_closed_case_is_brought_back_and_owes_an_answer(store: Database) -> None:
    conversation = await make_conversation()
    case = await closed(await say(conversation))

    back = await reopen_case(AGENT, mistaken(case), expected_version=case.version)

    assert (back.status, back.closed_at, back.close_reason, back.reopens_until) == (CaseStatus.OPEN, None, None, None)
    assert back.open_keys == [conversation.id]
    assert back.next_response.due_at is not None
    assert back.next_response.due_at - back.cycle.started_at == timedelta(minutes=30)
    assert (back.next_act_at is not None, back.cycle.number, back.version) == (True, 2, case.version + 1)
    assert (await say(conversation, "Evet, olmadı")).id == case.id


async def test_open_case_is_not_reopened_and_a_stale_version_is_told_of(store: Database) -> None:
    case = await make_case()
    before = await everything()
    with pytest.raises(AlreadyDone) as refusal:
        await reopen_case(AGENT, mistaken(case), expected_version=case.version)
    assert refusal.value.path == ("case_id",)
    assert await everything() == before

    done = await satisfied(case)
    with pytest.raises(Conflict):
        await reopen_case(AGENT, mistaken(done), expected_version=done.version - 1)


async def test_what_was_closed_long_ago_is_reopened_by_supervisors_alone(store: Database) -> None:
    case = await closed(await make_case())
    later(days=6, hours=23)
    assert may_reopen(AGENT, case, now())

    later(hours=2)
    assert (bool(may_reopen(AGENT, case, now())), bool(may_reopen(MANAGER, case, now()))) == (False, True)
    before = await everything()
    with pytest.raises(Forbidden):
        await reopen_case(AGENT, mistaken(case), expected_version=case.version)
    assert await everything() == before

    back = await reopen_case(MANAGER, mistaken(case), expected_version=case.version)
    assert (back.status, back.cycle.reopenings[0].by) == (CaseStatus.OPEN, MANAGER.member_id)


async def test_resolved_case_that_waits_for_its_verdict_goes_on_in_its_cycle(store: Database) -> None:
    case = await make_case()
    for step in list(ResolutionStep)[:-1]:
        case = await complete_step(AGENT, StepDraft(case_id=case.id, step=step), expected_version=case.version)
    assert case.status is CaseStatus.RESOLVED
    later(days=30)

    back = await reopen_case(AGENT, mistaken(case), expected_version=case.version)

    assert (back.status, len(back.cycles), len(back.cycle.reopenings)) == (CaseStatus.OPEN, 1, 1)
    assert (await event_types(Case))[-1] == "CaseReopened"


async def test_renewal_upon_reopening_holds_for_a_members_word(store: Database) -> None:
    await make_policy(resolution={"target_minutes": 600, "renewals": [Renewal.REOPENED]})
    case = await closed(await make_case())
    later(hours=2)

    back = await reopen_case(AGENT, mistaken(case), expected_version=case.version)

    assert back.resolution.due_at == back.cycle.started_at + timedelta(hours=10)


async def test_conversation_with_another_open_case_stays_with_that_one(store: Database) -> None:
    conversation = await make_conversation()
    old = await closed(await say(conversation))
    later(days=8)
    new = await say(conversation, "Başka bir konu")
    assert new.id != old.id
    before = await everything()

    with pytest.raises(AnotherCaseOpen) as refusal:
        await reopen_case(MANAGER, mistaken(old), expected_version=old.version)

    assert refusal.value.path == ("case_id",)
    assert await everything() == before


async def test_only_what_is_free_of_its_conversations_is_led_again(store: Database) -> None:
    case = await make_case()
    customer = await Customer.get(case.customer_id)
    assert customer is not None
    second = await make_conversation(None, customer)
    other = await say(second, "Aynı sipariş")
    await merge_cases(AGENT, MergeDraft(case_id=other.id, into_id=case.id), expected_version=other.version)
    whole = await closed(await reread(case))
    later(days=8)
    await say(second, "Yeni bir konu")

    back = await reopen_case(MANAGER, mistaken(whole), expected_version=whole.version)

    assert back.open_keys == [(await conversation_of(case)).id]


async def test_merged_case_is_reopened_where_it_went(store: Database) -> None:
    case = await make_case()
    customer = await Customer.get(case.customer_id)
    assert customer is not None
    into = await say(await make_conversation(None, customer), "Aynı sipariş")
    merged = await merge_cases(AGENT, MergeDraft(case_id=case.id, into_id=into.id), expected_version=case.version)

    assert not may_reopen(MANAGER, merged.case, now())
    with pytest.raises(InvalidInput, match=f"part of {into.id}"):
        await reopen_case(MANAGER, mistaken(case), expected_version=merged.case.version)


async def test_split_case_is_reopened_for_itself(store: Database) -> None:
    conversation = await make_conversation()
    case = await say(conversation)
    draft = SplitDraft(case_id=case.id, message_id=case.last_message_id, subject="Başka bir iş")
    halves = await split_case(AGENT, draft, expected_version=case.version, once=Once())
    part = await closed(await reread(halves.new))
    assert part.status is CaseStatus.CLOSED

    back = await reopen_case(AGENT, mistaken(part), expected_version=part.version)

    assert (back.status, back.next_response.due_at is not None) == (CaseStatus.OPEN, True)
    assert (await reread(case)).status is not CaseStatus.CLOSED
