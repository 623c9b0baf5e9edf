from datetime import timedelta

import pytest

from auth.actor import Role
from care.cases.assignment import assign_case
from care.cases.closing import ClosingDraft, close_case
from care.cases.obligations import fulfil_obligation
from care.cases.steps import StepDraft, complete_step
from care.cases.verdicts import VerdictDraft, record_customer_verdict
from care.documents.case_states import CaseStatus, RequestStatus
from care.documents.cases import Case
from care.documents.cycles import CycleOutcome, ResolutionStep
from care.errors import CaseClosed, NotJudged, ObligationOpen, ReviewPending, WrongStep
from care.replies import ContactDetailsDraft, request_contact_details
from core.database import Database
from core.errors import AlreadyDone, Conflict, Forbidden, InvalidInput, NotFound
from core.idempotency import Once
from core.ids import new_id
from tests.care.stored import event_types, everything
from tests.factories import community
from tests.factories.care import (
    conversation_of,
    deliver,
    later,
    make_actor,
    make_case,
    make_conversation,
    make_reply,
    reread,
    say,
)


def verdict(case: Case, outcome: CycleOutcome, note: str | None = None) -> VerdictDraft:
    return VerdictDraft(case_id=case.id, outcome=outcome, note=note)


async def judged(outcome: CycleOutcome = CycleOutcome.SATISFIED, note: str | None = None) -> Case:
    case = await make_case()
    return await record_customer_verdict(make_actor(), verdict(case, outcome, note), expected_version=1)


async def owing() -> Case:
    case = await make_case()
    draft = ContactDetailsDraft(case_id=case.id, conversation_id=case.conversation_ids[0], body="Numaranızı yazar mısınız?")
    asked = await request_contact_details(make_actor(), draft, expected_version=1, once=Once())
    return await deliver(asked.message)


# ---- assignment


async def test_case_is_given_to_a_member_and_taken_back(store: Database) -> None:
    case, agent = await make_case(), await community.make_member(Role.AGENT)

    given = await assign_case(make_actor(), case.id, agent.id, expected_version=1)
    taken = await assign_case(make_actor(), case.id, None, expected_version=2)

    assert (given.assignee_id, given.version) == (agent.id, 2)
    assert (taken.assignee_id, taken.version) == (None, 3)
    assert (await event_types(Case))[-2:] == ["CaseAssigned", "CaseAssigned"]
    assert (await reread(case)).assignee_id is None


async def test_assigning_the_same_member_tells_nobody_again(store: Database) -> None:
    case, agent = await make_case(), await community.make_member(Role.AGENT)
    await assign_case(make_actor(), case.id, agent.id, expected_version=1)

    again = await assign_case(make_actor(), case.id, agent.id, expected_version=2)

    assert (again.assignee_id, again.version) == (agent.id, 3)
    assert (await event_types(Case)).count("CaseAssigned") == 1


async def test_only_who_works_on_cases_can_be_assigned(store: Database) -> None:
    case, expert = await make_case(), await community.make_member(Role.EXPERT)
    before = await everything()

    for assignee in (expert.id, new_id("mem")):
        with pytest.raises(InvalidInput) as refusal:
            await assign_case(make_actor(), case.id, assignee, expected_version=1)
        assert refusal.value.path == ("assignee_id",)

    assert await everything() == before


# ---- steps


async def test_steps_are_completed_in_their_order_until_the_verdict(store: Database) -> None:
    case, actor = await make_case(), make_actor()

    for version, step in enumerate(list(ResolutionStep)[:-1], start=1):
        case = await complete_step(actor, StepDraft(case_id=case.id, step=step, note="tamam"), expected_version=version)
        if step is not ResolutionStep.FEEDBACK:
            assert case.status is CaseStatus.NEW

    assert (case.current_step, case.status, case.version) == (ResolutionStep.CONFIRM, CaseStatus.RESOLVED, 6)
    assert case.resolution.met_at is not None
    assert case.request_status is RequestStatus.ANSWERED
    done = case.cycle.steps[0]
    assert (done.completed_by, done.note, done.completed_at) == (actor.member_id, "tamam", case.cycle.steps[1].started_at)
    with pytest.raises(WrongStep, match="verdict"):
        await complete_step(actor, StepDraft(case_id=case.id, step=ResolutionStep.CONFIRM), expected_version=6)


async def test_another_step_than_the_current_one_is_refused_by_name(store: Database) -> None:
    case = await make_case()
    before = await everything()

    with pytest.raises(WrongStep, match="CONTACT") as refusal:
        await complete_step(make_actor(), StepDraft(case_id=case.id, step=ResolutionStep.SOLVE), expected_version=1)

    assert refusal.value.path == ("step",)
    assert await everything() == before


async def test_ended_cycle_has_no_step_left(store: Database) -> None:
    case = await judged()

    with pytest.raises(AlreadyDone):
        await complete_step(make_actor(), StepDraft(case_id=case.id, step=ResolutionStep.CONTACT), expected_version=2)


# ---- verdicts


async def test_satisfied_customer_completes_the_last_step(store: Database) -> None:
    case, actor = await make_case(), make_actor()

    after = await record_customer_verdict(actor, verdict(case, CycleOutcome.SATISFIED, "telefonda"), expected_version=1)

    last = after.cycle.steps[-1]
    assert (after.current_step, after.status) == (ResolutionStep.CONFIRM, CaseStatus.RESOLVED)
    assert (after.cycle.outcome, last.completed_by, last.note) == (CycleOutcome.SATISFIED, actor.member_id, "telefonda")
    assert last.completed_at == after.cycle.ended_at == after.resolution.met_at
    assert len(after.cycles) == 1


async def test_satisfied_customers_thanks_leaves_no_clock_running(store: Database) -> None:
    conversation = await make_conversation()
    replied = await make_reply(await make_case(conversation))
    await deliver(replied.message)
    thanked = await say(conversation, "Teşekkürler!")
    assert thanked.next_response.due_at is not None

    after = await record_customer_verdict(
        make_actor(), verdict(thanked, CycleOutcome.SATISFIED), expected_version=thanked.version
    )

    assert (after.next_response.due_at, after.next_response.breached_at) == (None, None)
    assert after.next_act_at is None


async def test_unsatisfied_customer_starts_the_next_cycle_with_half_an_hour_to_answer(store: Database) -> None:
    case = (await make_reply(await make_case())).case

    after = await record_customer_verdict(make_actor(), verdict(case, CycleOutcome.UNSATISFIED), expected_version=1)

    assert (len(after.cycles), after.cycle.number, after.current_step) == (2, 2, ResolutionStep.CONTACT)
    assert (after.cycles[0].outcome, after.cycles[0].ended_at) == (CycleOutcome.UNSATISFIED, after.cycle.started_at)
    assert after.status is CaseStatus.OPEN
    assert after.next_response.due_at == after.cycle.started_at + timedelta(minutes=30)
    assert after.request_version == case.request_version + 1
    assert (await event_types(Case))[-1] == "VerdictRecorded"


async def test_unsatisfied_verdict_on_a_resolved_case_counts_the_wait_as_a_pause(store: Database) -> None:
    case = await make_case()
    for version, step in enumerate(list(ResolutionStep)[:-1], start=1):
        case = await complete_step(make_actor(), StepDraft(case_id=case.id, step=step), expected_version=version)
    due = case.resolution.due_at
    later(days=5)

    after = await record_customer_verdict(make_actor(), verdict(case, CycleOutcome.UNSATISFIED), expected_version=6)

    assert due is not None
    assert after.resolution.due_at is not None
    assert timedelta(days=5) <= after.resolution.due_at - due < timedelta(days=5, seconds=5)
    assert after.resolution.met_at is None


async def test_verdict_ends_the_wait_for_the_customer(store: Database) -> None:
    case = await owing()

    after = await record_customer_verdict(make_actor(), verdict(case, CycleOutcome.SATISFIED), expected_version=2)

    assert (after.status, after.resolution.paused_at) == (CaseStatus.RESOLVED, None)


async def test_silence_and_overriding_need_a_reason(store: Database) -> None:
    case = await make_case()
    before = await everything()

    for outcome, actor in ((CycleOutcome.NO_ANSWER, make_actor()), (CycleOutcome.OVERRIDDEN, make_actor(Role.MANAGER))):
        with pytest.raises(InvalidInput) as refusal:
            await record_customer_verdict(actor, verdict(case, outcome), expected_version=1)
        assert refusal.value.path == ("note",)
    with pytest.raises(Forbidden):
        await record_customer_verdict(make_actor(), verdict(case, CycleOutcome.OVERRIDDEN, "çünkü"), expected_version=1)

    assert await everything() == before


@pytest.mark.parametrize("outcome", [CycleOutcome.NO_ANSWER, CycleOutcome.OVERRIDDEN])
async def test_silence_and_overriding_resolve_the_case(store: Database, outcome: CycleOutcome) -> None:
    case = await make_case()

    after = await record_customer_verdict(make_actor(Role.MANAGER), verdict(case, outcome, "üç kez yazdık"), expected_version=1)

    assert (after.status, after.cycle.outcome, after.cycle.outcome_note) == (CaseStatus.RESOLVED, outcome, "üç kez yazdık")
    assert after.cycle.steps[-1].completed_at is None


async def test_cycle_is_judged_once(store: Database) -> None:
    case = await judged()

    with pytest.raises(AlreadyDone):
        await record_customer_verdict(make_actor(), verdict(case, CycleOutcome.SATISFIED), expected_version=2)


# ---- obligations


async def test_obligation_is_fulfilled_once(store: Database) -> None:
    case, actor = await owing(), make_actor()
    owed = case.obligations[0]

    after, done = await fulfil_obligation(actor, owed.id, " aradım ", expected_version=2)

    assert (done.id, done.fulfilled_by, done.note) == (owed.id, actor.member_id, "aradım")
    assert (after.version, after.owed) == (3, [])
    assert (await event_types(Case))[-1] == "ObligationFulfilled"
    with pytest.raises(AlreadyDone):
        await fulfil_obligation(actor, owed.id, expected_version=3)


@pytest.mark.parametrize("identifier", ["obl_unknown", "case_x", "", "obl_" + "x" * 100])
async def test_unknown_obligation_is_not_found(store: Database, identifier: str) -> None:
    await owing()

    with pytest.raises(NotFound):
        await fulfil_obligation(make_actor(), identifier, expected_version=2)


# ---- closing


async def test_who_waits_for_an_answer_is_not_closed_away_as_silent(store: Database) -> None:
    case, agent = await make_case(), make_actor()
    silent = verdict(case, CycleOutcome.NO_ANSWER, "üç kez yazdık")
    before = await everything()
    with pytest.raises(InvalidInput) as refusal:
        await record_customer_verdict(agent, silent, expected_version=1)
    assert refusal.value.path == ("outcome",)
    assert await everything() == before

    replied = await make_reply(case, agent)
    await deliver(replied.message)
    case = await say(await conversation_of(case), "Hâlâ bekliyorum")
    with pytest.raises(InvalidInput):
        await record_customer_verdict(agent, silent, expected_version=case.version)
    await deliver((await make_reply(case, agent)).message)

    case = await reread(case)
    after = await record_customer_verdict(agent, silent, expected_version=case.version)
    assert after.status is CaseStatus.RESOLVED


@pytest.mark.parametrize("outcome", [CycleOutcome.SATISFIED, CycleOutcome.NO_ANSWER])
async def test_judged_case_is_closed_and_frees_its_conversation(store: Database, outcome: CycleOutcome) -> None:
    supervisor = make_actor(Role.MANAGER)
    case = await record_customer_verdict(supervisor, verdict(await make_case(), outcome, "not"), expected_version=1)

    closed = await close_case(make_actor(), ClosingDraft(case_id=case.id, reason="çözüldü"), expected_version=2)

    assert (closed.status, closed.request_status) == (CaseStatus.CLOSED, RequestStatus.CLOSED)
    assert (closed.open_keys, closed.close_reason, closed.version) == (None, "çözüldü", 3)
    assert closed.closed_at == closed.updated_at
    assert closed.next_act_at is None
    assert (closed.first_response.due_at, closed.first_response.met_at) == (None, None)
    assert (await event_types(Case))[-1] == "CaseClosed"
    raw = await Case.get_pymongo_collection().find_one({"_id": case.id})
    assert raw is not None
    assert "open_keys" not in raw


async def test_unjudged_case_is_closed_by_override_with_a_reason_only(store: Database) -> None:
    case = await make_case()
    before = await everything()

    with pytest.raises(NotJudged):
        await close_case(make_actor(), ClosingDraft(case_id=case.id, reason="spam"), expected_version=1)
    with pytest.raises(InvalidInput) as refusal:
        await close_case(make_actor(Role.MANAGER), ClosingDraft(case_id=case.id), expected_version=1)
    assert refusal.value.path == ("reason",)
    assert await everything() == before

    closed = await close_case(make_actor(Role.MANAGER), ClosingDraft(case_id=case.id, reason="spam"), expected_version=1)

    assert (closed.cycle.outcome, closed.cycle.outcome_note) == (CycleOutcome.OVERRIDDEN, "spam")


async def test_case_with_an_open_obligation_is_not_closed(store: Database) -> None:
    case = await owing()
    await record_customer_verdict(make_actor(), verdict(case, CycleOutcome.SATISFIED), expected_version=2)

    with pytest.raises(ObligationOpen) as refusal:
        await close_case(make_actor(), ClosingDraft(case_id=case.id), expected_version=3)

    assert refusal.value.code == "OBLIGATION_OPEN"


async def test_case_with_a_held_or_queued_reply_is_not_closed(store: Database) -> None:
    case = await judged()
    await make_reply(case, make_actor(Role.TRAINEE))
    with pytest.raises(ReviewPending) as refusal:
        await close_case(make_actor(), ClosingDraft(case_id=case.id), expected_version=2)
    assert refusal.value.code == "REVIEW_PENDING"

    other = await judged()
    await make_reply(other)
    with pytest.raises(InvalidInput, match="on its way"):
        await close_case(make_actor(), ClosingDraft(case_id=other.id), expected_version=2)


async def test_closed_case_is_worked_on_no_more(store: Database) -> None:
    case = await judged()
    await close_case(make_actor(), ClosingDraft(case_id=case.id), expected_version=2)
    before = await everything()

    with pytest.raises(AlreadyDone):
        await close_case(make_actor(), ClosingDraft(case_id=case.id), expected_version=3)
    with pytest.raises(CaseClosed):
        await assign_case(make_actor(), case.id, None, expected_version=3)
    with pytest.raises(CaseClosed):
        await complete_step(make_actor(), StepDraft(case_id=case.id, step=ResolutionStep.CONTACT), expected_version=3)
    with pytest.raises(CaseClosed):
        await record_customer_verdict(make_actor(), verdict(case, CycleOutcome.SATISFIED), expected_version=3)

    assert await everything() == before


async def test_closed_case_comes_back_with_a_new_cycle(store: Database) -> None:
    conversation = await make_conversation()
    case = await say(conversation)
    await record_customer_verdict(make_actor(), verdict(case, CycleOutcome.SATISFIED), expected_version=1)
    await close_case(make_actor(), ClosingDraft(case_id=case.id), expected_version=2)

    back = await say(conversation, "Yine olmadı")

    assert (back.id, back.status, back.cycle.number) == (case.id, CaseStatus.OPEN, 2)
    assert back.version == 3
    with pytest.raises(Conflict):
        await assign_case(make_actor(), case.id, None, expected_version=2)
