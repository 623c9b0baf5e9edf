from datetime import timedelta

import pytest

from auth.actor import Role
from care.cases.clocks import ClockStatus, started, status
from care.cases.snoozing import SnoozeDraft, snooze_case, unsnooze_case
from care.cases.verdicts import VerdictDraft, record_customer_verdict
from care.clock_scan import scan
from care.documents.case_states import CaseStatus, RequestStatus
from care.documents.cases import Case
from care.documents.cycles import CycleOutcome
from care.documents.promises import ClockTerms, Halt, Renewal
from care.errors import CaseClosed
from care.replies import ContactDetailsDraft, request_contact_details
from core.clock import now
from core.database import Database
from core.errors import AlreadyDone, Conflict, Forbidden, InvalidInput, NotFound
from core.idempotency import Once
from notifications import casework
from notifications.documents import Notification, NotificationKind
from tests.care.stored import event_types, everything, handle_twice
from tests.factories import community
from tests.factories.care import conversation_of, later, make_actor, make_case, make_reply, reread, say

DAY = timedelta(days=1)


async def test_case_put_aside_comes_back_at_its_time_once(store: Database) -> None:
    case, agent = await make_case(), make_actor()
    await make_reply(case)
    until = now() + DAY

    put = await snooze_case(agent, SnoozeDraft(case_id=case.id, until=until), expected_version=1)
    assert put.snooze is not None
    assert (put.status, put.snooze.by, put.snooze.until, put.version) == (CaseStatus.SNOOZED, agent.member, until, 2)
    assert await scan() == 0

    later(days=1, seconds=1)
    assert (await scan(), await scan()) == (1, 0)
    woken = await reread(case)
    assert (woken.status, woken.snooze, woken.version) == (CaseStatus.OPEN, None, 2)
    assert (await event_types(Case)).count("CaseWoken") == 1


async def test_clocks_of_promises_go_on_while_a_case_is_put_aside(store: Database) -> None:
    case = await make_case()

    await snooze_case(make_actor(), SnoozeDraft(case_id=case.id, until=now() + DAY), expected_version=1)
    later(minutes=31)
    await scan()

    late = await reread(case)
    assert (late.first_response.due_at, late.resolution.due_at) == (case.first_response.due_at, case.resolution.due_at)
    assert late.first_response.breached_at == case.first_response.due_at
    assert late.status is CaseStatus.SNOOZED


async def test_clock_stands_while_its_policy_says_so(store: Database) -> None:
    terms = ClockTerms(target_minutes=60, halts=[Halt.SNOOZED])
    case = await make_case(first_response=started(now(), terms))
    put = await snooze_case(make_actor(), SnoozeDraft(case_id=case.id), expected_version=case.version)
    assert status(put.first_response, now()) is ClockStatus.PAUSED
    later(hours=3)
    await scan()

    woken = await unsnooze_case(make_actor(), case.id, expected_version=put.version)

    assert status(woken.first_response, now()) is ClockStatus.RUNNING
    assert woken.first_response.due_at is not None
    assert timedelta(minutes=59) < woken.first_response.due_at - now() <= timedelta(minutes=60)
    assert woken.resolution.due_at == case.resolution.due_at


async def test_clock_goes_on_when_a_verdict_or_a_question_ends_the_snooze(store: Database) -> None:
    terms, manager = ClockTerms(target_minutes=60, halts=[Halt.SNOOZED]), make_actor(Role.MANAGER)
    judged = await make_case(first_response=started(now(), terms))
    await snooze_case(manager, SnoozeDraft(case_id=judged.id), expected_version=judged.version)
    later(minutes=30)
    verdict = VerdictDraft(case_id=judged.id, outcome=CycleOutcome.NO_ANSWER, note="Telefonu kapalı.")
    resolved = await record_customer_verdict(manager, verdict, expected_version=2)
    assert (resolved.status, resolved.snooze) == (CaseStatus.RESOLVED, None)
    assert status(resolved.first_response, now()) is ClockStatus.RUNNING

    asked = await make_case(resolution=started(now(), terms))
    await snooze_case(manager, SnoozeDraft(case_id=asked.id), expected_version=asked.version)
    conversation = await conversation_of(asked)
    question = ContactDetailsDraft(case_id=asked.id, conversation_id=conversation.id, body="Numaranız?")
    waiting = (await request_contact_details(manager, question, once=Once(), expected_version=2)).case
    assert (waiting.status, status(waiting.resolution, now())) == (CaseStatus.PENDING, ClockStatus.RUNNING)


async def test_clock_starts_anew_with_the_answer_to_a_question_that_was_put_aside(store: Database) -> None:
    terms, agent = ClockTerms(target_minutes=600, renewals=[Renewal.CUSTOMER_ANSWERED]), make_actor()
    case = await make_case(resolution=started(now(), terms))
    conversation = await conversation_of(case)
    question = ContactDetailsDraft(case_id=case.id, conversation_id=conversation.id, body="Numaranız?")
    await request_contact_details(agent, question, once=Once(), expected_version=1)
    await snooze_case(agent, SnoozeDraft(case_id=case.id), expected_version=2)
    later(minutes=60)

    back = await say(conversation, "0555 000 00 00")

    assert back.resolution.renewed_upon is Renewal.CUSTOMER_ANSWERED


async def test_customers_message_brings_a_case_back(store: Database) -> None:
    case, agent = await make_case(), make_actor()
    await make_reply(case)
    await snooze_case(agent, SnoozeDraft(case_id=case.id), expected_version=1)
    assert (await reread(case)).snooze is not None
    later(days=30)
    await scan()
    assert (await reread(case)).status is CaseStatus.SNOOZED

    heard = await say(await conversation_of(case), "Hâlâ bekliyorum.")

    assert (heard.status, heard.snooze, len(heard.cycles)) == (CaseStatus.OPEN, None, 1)
    assert status(heard.next_response, now()) is ClockStatus.RUNNING


async def test_what_waited_for_the_customer_waits_again_and_its_customer_sees_no_difference(store: Database) -> None:
    case, agent = await make_case(), make_actor()
    draft = ContactDetailsDraft(case_id=case.id, conversation_id=case.conversation_ids[0], body="Numaranız?")
    asked = (await request_contact_details(agent, draft, expected_version=1, once=Once())).case

    put = await snooze_case(agent, SnoozeDraft(case_id=case.id), expected_version=asked.version)
    assert (put.request_status, put.request_version) == (RequestStatus.WAITING_FOR_YOU, asked.request_version)

    woken = await unsnooze_case(agent, case.id, expected_version=put.version)
    assert (woken.status, woken.request_version) == (CaseStatus.PENDING, asked.request_version)
    assert woken.resolution.paused_at == asked.resolution.paused_at


async def test_new_case_answered_while_it_was_put_aside_is_open_afterwards(store: Database) -> None:
    case, agent = await make_case(), make_actor()
    put = await snooze_case(agent, SnoozeDraft(case_id=case.id), expected_version=1)
    await make_reply(put)

    assert (await unsnooze_case(agent, case.id, expected_version=2)).status is CaseStatus.OPEN

    untouched = await make_case()
    await snooze_case(agent, SnoozeDraft(case_id=untouched.id), expected_version=1)
    assert (await unsnooze_case(agent, untouched.id, expected_version=2)).status is CaseStatus.NEW


async def test_snoozing_again_moves_the_time_alone(store: Database) -> None:
    case, agent = await make_case(), make_actor()
    await snooze_case(agent, SnoozeDraft(case_id=case.id, until=now() + DAY), expected_version=1)

    until = now() + 2 * DAY
    moved = await snooze_case(agent, SnoozeDraft(case_id=case.id, until=until), expected_version=2)

    assert moved.snooze is not None
    assert (moved.snooze.until, moved.snooze.status_before) == (until, "NEW")


async def test_who_works_on_the_case_is_told_that_it_is_there_again(store: Database) -> None:
    agent, colleague = await community.make_actor(Role.AGENT), await community.make_actor(Role.AGENT)
    case = await make_case(assignee_id=colleague.member)
    unassigned = await make_case()
    for one in (case, unassigned):
        await snooze_case(agent, SnoozeDraft(case_id=one.id, until=now() + DAY), expected_version=one.version)
    later(days=2)
    await scan()

    await handle_twice(casework.subscribe)

    told = {(row.recipient_id, row.target_id, row.kind) for row in await Notification.find({}).to_list()}
    assert told == {
        (colleague.member, case.id, NotificationKind.SNOOZE_ENDED),
        (agent.member, unassigned.id, NotificationKind.SNOOZE_ENDED),
    }
    assert await Notification.find({}).count() == 2


async def test_snoozing_is_refused_where_it_means_nothing(store: Database) -> None:
    agent, case = make_actor(), await make_case()
    closed = await make_case(status=CaseStatus.CLOSED, open_keys=None)
    resolved = await make_case(status=CaseStatus.RESOLVED)
    expert = make_actor(Role.EXPERT)
    consulted = await make_case(consulted=[expert.member])
    before = await everything()

    for until in (now() - DAY, now(), now() + 366 * DAY):
        with pytest.raises(InvalidInput) as wrong:
            await snooze_case(agent, SnoozeDraft(case_id=case.id, until=until), expected_version=1)
        assert wrong.value.path == ("until",)
    with pytest.raises(CaseClosed):
        await snooze_case(agent, SnoozeDraft(case_id=closed.id), expected_version=closed.version)
    with pytest.raises(InvalidInput, match="waits for the verdict"):
        await snooze_case(agent, SnoozeDraft(case_id=resolved.id), expected_version=resolved.version)
    with pytest.raises(AlreadyDone):
        await unsnooze_case(agent, case.id, expected_version=1)
    with pytest.raises(Conflict):
        await snooze_case(agent, SnoozeDraft(case_id=case.id), expected_version=7)
    with pytest.raises(NotFound):
        await snooze_case(make_actor(Role.EXPERT), SnoozeDraft(case_id=case.id), expected_version=1)
    with pytest.raises(Forbidden):
        await unsnooze_case(expert, consulted.id, expected_version=consulted.version)

    assert await everything() == before
