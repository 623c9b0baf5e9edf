"""Replies that never arrived, in cases that moved on meanwhile: what is taken back, and what stays."""

import pytest

from auth.actor import Role
from care.cases.clocks import ClockStatus, status
from care.cases.snoozing import SnoozeDraft, snooze_case, unsnooze_case
from care.cases.verdicts import VerdictDraft, record_customer_verdict
from care.documents.case_states import CaseStatus
from care.documents.cases import Case
from care.documents.conversations import DeliveryStatus
from care.documents.cycles import CycleOutcome
from care.replies import ContactDetailsDraft, ContactRequest, request_contact_details
from core.clock import now
from core.database import Database
from core.idempotency import Once
from core.records import change, fresh
from tests.care.stored import event_types, handle_twice
from tests.care.test_public_loop import answer, make_public_case, satisfied
from tests.factories.care import conversation_of, deliver, later, make_actor, make_case, make_reply, reread, say

MANAGER = make_actor(Role.MANAGER)
FAILED = DeliveryStatus.FAILED


async def ask(case: Case) -> ContactRequest:
    case = await reread(case)
    draft = ContactDetailsDraft(case_id=case.id, conversation_id=case.conversation_ids[0], body="Numaranız?")
    return await request_contact_details(make_actor(), draft, expected_version=case.version, once=Once())


def clocks_of(case: Case) -> list[ClockStatus]:
    return [status(clock, now()) for clock in (case.first_response, case.next_response)]


async def test_failed_question_gives_a_case_that_was_put_aside_its_turn_back(store: Database) -> None:
    case = await make_case()
    asked = await ask(case)
    put = await snooze_case(make_actor(), SnoozeDraft(case_id=case.id), expected_version=asked.case.version)
    assert put.snooze is not None
    assert put.snooze.status_before == CaseStatus.PENDING.value

    failed = await deliver(asked.message, FAILED)

    assert (failed.status, failed.owed, clocks_of(failed)[0]) == (CaseStatus.SNOOZED, [], ClockStatus.RUNNING)
    woken = await unsnooze_case(make_actor(), case.id, expected_version=failed.version)
    assert (woken.status, woken.snooze) == (CaseStatus.OPEN, None)


async def test_failed_question_leaves_a_case_whose_customer_wrote_meanwhile_as_it_is(store: Database) -> None:
    case = await make_case()
    asked = await ask(case)
    later(minutes=1)
    heard = await say(await conversation_of(case), "Kimse yok mu?")
    assert heard.status is CaseStatus.OPEN

    failed = await deliver(asked.message, FAILED)

    assert (failed.status, failed.owed) == (CaseStatus.NEW, [])  # nobody has answered yet
    assert clocks_of(failed) == [ClockStatus.RUNNING, ClockStatus.NOT_APPLICABLE]


async def test_failed_question_beside_another_one_still_waits_for_the_customer(store: Database) -> None:
    case = await make_case()
    first = await ask(case)
    later(minutes=1)
    second = await ask(case)

    waiting = await deliver(first.message, FAILED)
    assert (waiting.status, [owed.message_id for owed in waiting.owed]) == (CaseStatus.PENDING, [second.message.id])

    assert (await deliver(second.message, FAILED)).status is not CaseStatus.PENDING


async def test_failed_second_answer_lets_the_second_clock_run_again_alone(store: Database) -> None:
    case = await make_case()
    await deliver((await make_reply(case)).message)
    later(minutes=1)
    due = (await say(await conversation_of(case), "Ya kargo?")).next_response.due_at
    reply = await make_reply(await reread(case))

    failed = await deliver(reply.message, FAILED)

    assert clocks_of(failed) == [ClockStatus.MET, ClockStatus.RUNNING]
    assert failed.next_response.due_at == due


async def test_failed_answer_leaves_a_later_one_the_clock_that_it_met_itself(store: Database) -> None:
    case = await make_case()
    first = await make_reply(case)
    later(minutes=1)
    await say(await conversation_of(case), "Ya kargo?")
    second = await make_reply(await reread(case))

    failed = await deliver(first.message, FAILED)
    assert clocks_of(failed) == [ClockStatus.MET, ClockStatus.MET]
    (waiting,) = failed.outgoing
    assert (waiting.message_id, waiting.met_clock) == (second.message.id, "next_response")

    failed = await deliver(second.message, FAILED)
    assert ClockStatus.RUNNING in clocks_of(failed)


async def test_reply_that_comes_back_to_a_closed_case_is_told_and_opens_nothing(store: Database) -> None:
    case = await make_case()
    reply = await make_reply(case)
    case = await deliver(reply.message)

    def close(current: Case) -> None:
        current.status, current.closed_at, current.open_keys = CaseStatus.CLOSED, now(), None

    await change(case, close)
    for _ in range(2):
        await deliver(await fresh(reply.message), FAILED)
        await handle_twice()

    closed = await reread(case)
    assert (closed.status, closed.bounced) == (CaseStatus.CLOSED, [reply.message.id])
    assert clocks_of(closed) == [ClockStatus.MET, ClockStatus.NOT_APPLICABLE]
    assert (await event_types(Case)).count("ReplyFailed") == 1


@pytest.mark.parametrize("rounds", [2, 3])
async def test_public_is_owed_one_end_of_the_story_over_all_cycles(store: Database, rounds: int) -> None:
    case, private = await make_public_case()
    for _ in range(rounds):
        case = await deliver((await answer(await reread(case), private)).message)
        case = await satisfied(case)
        later(minutes=1)
        await say(private, "Yine bozuldu.")
        case = await reread(case)

    assert case.cycle.number == rounds + 1
    assert len(case.owed) == 1
    draft = VerdictDraft(case_id=case.id, outcome=CycleOutcome.SATISFIED)
    assert len((await record_customer_verdict(MANAGER, draft, expected_version=case.version)).owed) == 1
