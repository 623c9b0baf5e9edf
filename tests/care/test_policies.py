from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from auth.actor import ANONYMOUS, Actor, ActorKind, Role
from care import policies
from care.cases import cycles
from care.documents.answer_bank import AnswerBankEntry, AnswerBankStatus
from care.documents.case_states import CaseStatus
from care.documents.cases import Case
from care.documents.channels import ChannelKind
from care.documents.consultations import Consultation, ConsultationStatus
from care.documents.conversations import DeliveryStatus, Visibility
from care.documents.cycles import CycleOutcome, ResolutionStep
from care.documents.obligations import Obligation, ObligationKind
from care.documents.under_way import Outgoing
from community.policies import Ruling
from core.clock import now
from core.database import Database
from core.errors import AlreadyDone, Forbidden
from core.ids import new_id
from tests.factories.care import make_actor

pytestmark = pytest.mark.usefixtures("store")

READERS = {Role.TRAINEE, Role.AGENT, Role.AGENCY, Role.MENTOR, Role.MANAGER, Role.ADMIN}
STAFF = READERS - {Role.TRAINEE}


def case(**changes: Any) -> Case:
    at = now()
    given = {"id": new_id("case"), "created_at": at, "opened_at": at, "updated_at": at, "number": 1, "subject": "x"}
    made = Case(**{**given, "channel_id": "chn_a", "channel_kind": ChannelKind.X, "customer_id": "cus_a", **changes})
    cycles.begin(made, at)
    return made


def judged(outcome: CycleOutcome, **changes: Any) -> Case:
    made = case(**changes)
    cycles.end(made, outcome, now(), by=None, note=None)
    return made


def obligation(**changes: Any) -> Obligation:
    return Obligation(id="obl_a", kind=ObligationKind.CALL_BACK, started_at=now(), due_at=now(), **changes)


def outgoing(state: DeliveryStatus) -> Outgoing:
    return Outgoing(
        message_id="msg_a",
        conversation_id="cnv_a",
        body="x",
        visibility=Visibility.PUBLIC,
        author_id="mem_a",
        state=state,
        created_at=now(),
    )


def consultation(**changes: Any) -> Consultation:
    at = now()
    given = {"id": "con_a", "created_at": at, "case_id": "case_a", "channel_id": "chn_a", "question_id": "qst_a"}
    asked = {"title": "x", "body": "x", "asked_by": "mem_a", "asked_at": at, "due_at": at, "invited_expert_ids": ["mem_e"]}
    return Consultation(**{**given, **asked, **changes})


def entry(**changes: Any) -> AnswerBankEntry:
    at = now()
    given = {"id": "abe_a", "created_at": at, "updated_at": at, "title": "x", "body": "x", "owner_id": "mem_o"}
    return AnswerBankEntry(**{**given, **changes})


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize(
    ("rule", "roles"),
    [
        (policies.may_reply, READERS),
        (policies.may_request_contact_details, READERS),
        (policies.may_add_note, READERS),
        (policies.may_consult, READERS),
        (policies.may_complete_step, READERS),
        (policies.may_record_verdict, READERS),
        (policies.may_assign, STAFF),
        (policies.may_release, {Role.MENTOR, Role.MANAGER, Role.ADMIN}),
        (policies.may_close, {Role.MANAGER, Role.ADMIN}),
    ],
)
async def test_open_case_by_role(role: Role, rule: Callable[[Actor, Case], Ruling], roles: set[Role]) -> None:
    assert bool(rule(make_actor(role), case())) is (role in roles)


@pytest.mark.parametrize(
    ("rule", "allowed"),
    [
        (policies.may_reply, False),
        (policies.may_request_contact_details, False),
        (policies.may_add_note, True),
        (policies.may_consult, False),
        (policies.may_complete_step, False),
        (policies.may_record_verdict, False),
        (policies.may_assign, False),
        (policies.may_release, False),
        (policies.may_close, False),
    ],
)
async def test_closed_case_takes_notes_only(rule: Callable[[Actor, Case], Ruling], *, allowed: bool) -> None:
    assert bool(rule(make_actor(Role.ADMIN), case(status=CaseStatus.CLOSED))) is allowed


@pytest.mark.parametrize("role", STAFF)
@pytest.mark.parametrize(
    ("outcome", "done"),
    [
        (CycleOutcome.SATISFIED, True),
        (CycleOutcome.NO_ANSWER, True),
        (CycleOutcome.OVERRIDDEN, True),
        (CycleOutcome.UNSATISFIED, False),
    ],
)
async def test_closing_asks_for_an_outcome(role: Role, outcome: CycleOutcome, *, done: bool) -> None:
    overrides = role in {Role.MANAGER, Role.ADMIN}

    assert bool(policies.may_close(make_actor(role), judged(outcome))) is (done or overrides)


async def test_closing_waits_for_what_is_owed_held_or_on_its_way() -> None:
    admin, satisfied = make_actor(Role.ADMIN), CycleOutcome.SATISFIED

    assert policies.may_close(admin, judged(satisfied, obligations=[obligation(fulfilled_at=now())]))
    assert not policies.may_close(admin, judged(satisfied, obligations=[obligation()]))
    assert not policies.may_close(admin, judged(satisfied, outgoing=[outgoing(DeliveryStatus.HELD_FOR_REVIEW)]))
    assert not policies.may_close(admin, judged(satisfied, outgoing=[outgoing(DeliveryStatus.QUEUED)]))


async def test_steps_and_verdicts_end_with_the_cycle() -> None:
    agent, ended = make_actor(), judged(CycleOutcome.NO_ANSWER)

    assert isinstance(policies.may_complete_step(agent, ended).refusal, AlreadyDone)
    assert isinstance(policies.may_record_verdict(agent, ended).refusal, AlreadyDone)
    confirming = case(current_step=ResolutionStep.CONFIRM)
    confirming.current_step = ResolutionStep.CONFIRM
    assert not policies.may_complete_step(agent, confirming)
    assert policies.may_record_verdict(agent, confirming)


async def test_obligation_is_fulfilled_once_by_who_works_on_cases() -> None:
    assert policies.may_fulfil(make_actor(), case(), obligation())
    assert not policies.may_fulfil(make_actor(Role.EXPERT), case(), obligation())
    assert not policies.may_fulfil(make_actor(), case(), obligation(fulfilled_at=now()))


@pytest.mark.parametrize("status", ConsultationStatus)
async def test_consultation_by_state(status: ConsultationStatus) -> None:
    expert, waiting = make_actor(Role.EXPERT, member_id="mem_e"), {ConsultationStatus.WAITING, ConsultationStatus.OVERDUE}
    asked = consultation(status=status)

    assert bool(policies.may_decline(expert, asked)) is (status in waiting)
    assert bool(policies.may_delegate(expert, asked)) is (status in waiting)
    assert bool(policies.may_answer(expert, asked)) is (status is not ConsultationStatus.CANCELLED)


async def test_consultation_by_person() -> None:
    other = make_actor(Role.EXPERT)

    assert policies.may_answer(other, consultation())
    assert isinstance(policies.may_decline(other, consultation()).refusal, Forbidden)
    assert isinstance(policies.may_delegate(ANONYMOUS, consultation()).refusal, Forbidden)
    assert isinstance(policies.may_answer(ANONYMOUS, consultation()).refusal, Forbidden)


@pytest.mark.parametrize(
    ("role", "member_id", "status", "allowed"),
    [
        (Role.AGENT, "mem_x", AnswerBankStatus.DRAFT, True),
        (Role.AGENT, "mem_x", AnswerBankStatus.APPROVED, False),
        (Role.AGENT, "mem_o", AnswerBankStatus.APPROVED, True),
        (Role.AGENT, "mem_x", AnswerBankStatus.EXPIRED, False),
        (Role.MENTOR, "mem_x", AnswerBankStatus.APPROVED, True),
        (Role.HR, "mem_x", AnswerBankStatus.DRAFT, False),
        (Role.HR, "mem_o", AnswerBankStatus.APPROVED, False),
    ],
)
async def test_answer_bank_entry_is_changed_by(role: Role, member_id: str, status: AnswerBankStatus, *, allowed: bool) -> None:
    assert bool(policies.may_edit_entry(make_actor(role, member_id=member_id), entry(status=status))) is allowed


async def test_only_the_customer_writes_to_a_request_and_judges_it() -> None:
    customer, other = (Actor(ActorKind.CUSTOMER, one, customer_id=one) for one in ("cus_a", "cus_b"))
    answered, closed = case(), case(status=CaseStatus.CLOSED, closed_at=now())
    answered.cycle.replied_at = now()

    assert policies.may_add_message(customer, answered, now())
    assert policies.may_add_message(customer, closed, now())
    assert not policies.may_add_message(customer, closed, now() + timedelta(days=7, seconds=1))
    assert policies.may_judge(customer, answered)
    assert not policies.may_judge(customer, case())
    assert not policies.may_judge(customer, closed)
    assert not policies.may_judge(customer, judged(CycleOutcome.SATISFIED))
    for stranger in (other, ANONYMOUS, make_actor(Role.ADMIN)):
        assert not policies.may_add_message(stranger, answered, now())
        assert not policies.may_judge(stranger, answered)


async def test_replies_wait_for_who_may_not_speak_in_public() -> None:
    waiting = {role for role in READERS if policies.must_wait(make_actor(role))}

    assert waiting == {Role.TRAINEE}


async def test_ruling_says_why(store: Database) -> None:
    with pytest.raises(Forbidden, match="case:assign"):
        policies.may_assign(make_actor(Role.TRAINEE), case()).enforce()
    with pytest.raises(Forbidden, match="member"):
        policies.may_reply(ANONYMOUS, case()).enforce()
