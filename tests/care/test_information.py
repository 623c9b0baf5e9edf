from datetime import timedelta
from typing import Any

import pytest

from auth.actor import Actor, Role
from care.cases.assignment import assign_case
from care.clock_scan import scan
from care.documents.case_states import CaseStatus
from care.documents.cases import Case
from care.documents.information import InformationRequest, InformationStatus
from care.events import InformationAnswered, InformationOverdue, InformationRequested
from care.information import (
    InformationDraft,
    answer_information_request,
    cancel_information_requests,
    request_information,
    take_information_request,
)
from care.reading.information import count_waiting_information, information_by_ids, information_of_cases, waiting_information
from core.clock import now
from core.database import Database
from core.errors import AlreadyDone, Conflict, Forbidden, IdempotencyMismatch, InvalidInput, NotFound
from core.events import Event, Recorded
from core.idempotency import Once, once
from core.paging import Window
from core.records import fresh, save
from notifications.documents import Notification, NotificationKind
from notifications.information import remind_front_office, tell_agency, tell_front_office
from tests.care.stored import event_types
from tests.factories.care import later, make_actor, make_case
from tests.factories.community import make_member

AGENT = make_actor(Role.AGENT)


def agency(case: Case) -> Actor:
    return make_actor(Role.AGENCY, reach=frozenset({case.channel_id}))


async def ask(case: Case, actor: Actor | None = None, **given: object) -> InformationRequest:
    draft = InformationDraft.model_validate({"case_id": case.id, "question": "Depoda mı?", **given})
    return await request_information(actor or agency(case), draft, once=Once())


async def test_request_goes_from_agency_to_front_office_and_back(store: Database) -> None:
    case = await make_case()
    asked = await ask(case)
    later(minutes=4)
    taken = await take_information_request(AGENT, asked.id, expected_version=asked.version)
    later(minutes=5)
    answered = await answer_information_request(AGENT, asked.id, "İzmir deposunda.", expected_version=taken.version)

    assert (asked.status, asked.due_at - asked.asked_at) == (InformationStatus.ASKED, timedelta(minutes=20))
    assert (answered.status, answered.answer, answered.answered_by) == (
        InformationStatus.ANSWERED,
        "İzmir deposunda.",
        AGENT.member,
    )
    assert answered.taken_at is not None
    assert answered.answered_at is not None
    minutes = [
        round(span.total_seconds() / 60)
        for span in (answered.taken_at - asked.asked_at, answered.answered_at - answered.taken_at)
    ]
    assert minutes == [4, 5]
    assert answered.next_act_at is None


async def test_who_answers_at_once_takes_it_up_by_that(store: Database) -> None:
    asked = await ask(await make_case())

    answered = await answer_information_request(AGENT, asked.id, "Yolda.", expected_version=1)

    assert (answered.taken_by, answered.taken_at) == (AGENT.member, answered.answered_at)
    with pytest.raises(AlreadyDone):
        await take_information_request(AGENT, asked.id, expected_version=2)
    with pytest.raises(AlreadyDone):
        await answer_information_request(AGENT, asked.id, "Yine.", expected_version=2)
    with pytest.raises(Conflict):
        await answer_information_request(AGENT, asked.id, "Yine.", expected_version=1)


async def test_who_may_ask_and_answer(store: Database) -> None:
    case = await make_case()
    asked = await ask(case)

    with pytest.raises(Forbidden, match="information:request"):
        await ask(case, AGENT)
    with pytest.raises(NotFound):
        await ask(case, make_actor(Role.AGENCY, reach=frozenset({"chn_else"})))
    with pytest.raises(Forbidden, match="information:answer"):
        await answer_information_request(agency(case), asked.id, "Ben.", expected_version=1)
    with pytest.raises(InvalidInput):
        await ask(case, due_at=now() - timedelta(minutes=1))
    assert list(await information_by_ids(agency(case), [asked.id])) == [asked.id]
    assert await information_by_ids(make_actor(Role.AGENCY, reach=frozenset({"chn_else"})), [asked.id]) == {}


async def test_same_request_again_asks_once(store: Database) -> None:
    case = await make_case()
    actor = agency(case)
    draft = InformationDraft(case_id=case.id, question="Depoda mı?")
    same = once(b"k" * 32, actor=actor.id, operation="requestInformation", key="k-1", given={"q": 1})
    other = once(b"k" * 32, actor=actor.id, operation="requestInformation", key="k-1", given={"q": 2})

    first, second = [await request_information(actor, draft, once=same) for _ in range(2)]

    assert first.id == second.id
    assert await InformationRequest.find().count() == 1
    with pytest.raises(IdempotencyMismatch):
        await request_information(actor, draft, once=other)


async def test_late_request_is_told_once(store: Database) -> None:
    asked, done = await ask(await make_case()), await ask(await make_case())
    await answer_information_request(AGENT, done.id, "Yolda.", expected_version=1)
    later(minutes=21)

    await scan()
    await scan()

    assert (await event_types(InformationRequest)).count(InformationOverdue.__name__) == 1
    assert (await fresh(asked)).overdue_at is not None
    assert (await fresh(done)).overdue_at is None


async def test_closed_case_needs_no_information(store: Database) -> None:
    case = await make_case()
    asked, answered = await ask(case), await ask(case)
    await answer_information_request(AGENT, answered.id, "Yolda.", expected_version=1)
    await cancel_information_requests(case.id)
    assert (await fresh(asked)).status is InformationStatus.ASKED
    case.status, case.closed_at = CaseStatus.CLOSED, now()
    await save(case)

    await cancel_information_requests(case.id)
    await cancel_information_requests(case.id)

    assert (await fresh(asked)).status is InformationStatus.CANCELLED
    assert (await fresh(answered)).status is InformationStatus.ANSWERED


async def test_what_waits_is_listed_for_the_front_office_alone(store: Database) -> None:
    case = await make_case()
    second, first = await ask(case, due_at=now() + timedelta(hours=2)), await ask(case)
    done = await ask(case)
    await answer_information_request(AGENT, done.id, "Yolda.", expected_version=1)

    assert [one.id for one in (await waiting_information(AGENT, Window())).items] == [first.id, second.id]
    assert await count_waiting_information(AGENT) == 2
    assert len((await information_of_cases(agency(case), [case.id], Window()))[case.id].items) == 3
    with pytest.raises(Forbidden):
        await waiting_information(agency(case), Window())


async def test_front_office_and_agency_are_told(store: Database) -> None:
    agent, asker = await make_member(roles=[Role.AGENT]), await make_member(roles=[Role.AGENCY])
    case = await make_case()
    asked = await ask(case, make_actor(Role.AGENCY, reach=frozenset({case.channel_id}), member_id=asker.id))
    about = {"request_id": asked.id, "case_id": case.id}

    def recorded(fact: Event, number: int) -> Recorded[Any]:
        return Recorded(fact=fact, number=number, event_id=f"event-{number}", at=now(), actor="system", subject=asked.id)

    await tell_front_office(recorded(InformationRequested(**about), 1))
    await remind_front_office(recorded(InformationOverdue(**about), 2))
    await tell_agency(recorded(InformationAnswered(**about), 3))

    told = [(one.recipient_id, one.kind) for one in await Notification.find().sort("number").to_list()]
    assert told == [
        (agent.id, NotificationKind.INFORMATION_REQUESTED),
        (agent.id, NotificationKind.INFORMATION_OVERDUE),
        (asker.id, NotificationKind.INFORMATION_ANSWERED),
    ]


async def test_first_who_takes_a_case_up_is_remembered(store: Database) -> None:
    case = await make_case()
    member = await make_member(roles=[Role.AGENT])
    other = await make_member(roles=[Role.AGENT])

    assigned = await assign_case(AGENT, case.id, member.id, expected_version=1)
    later(minutes=1)
    moved = await assign_case(AGENT, case.id, other.id, expected_version=assigned.version)

    assert (moved.picked_up_by, moved.picked_up_at) == (member.id, assigned.updated_at)
