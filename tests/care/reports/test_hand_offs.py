from datetime import datetime, timedelta

from auth.actor import Role
from care.cases.assignment import assign_case
from care.cases.departments import HandOverDraft, hand_over_case
from care.consultations import ConsultationDraft, consult_experts, count_as_accepted, count_as_answered
from care.documents.consultations import Consultation
from care.information import InformationDraft, answer_information_request, request_information, take_information_request
from care.reports.grouping import ReportDimension
from care.reports.hand_offs import HandOffStage, Journey, hand_off_report, spans_of
from care.reports.ranges import ReportRange
from community.departments import DepartmentDraft, add_department
from core.clock import now
from core.database import Database
from core.idempotency import Once
from tests.factories.care import later, make_actor, make_case, make_reply, reread
from tests.factories.community import make_actor as make_member

S = HandOffStage
MANAGER = make_actor(Role.MANAGER)


async def test_each_station_s_time_is_the_time_that_passed_there(store: Database) -> None:
    begin = now()
    case = await make_case()
    quiet = await make_case()
    joined = await make_member(Role.AGENCY, Role.AGENT)
    agency = make_actor(Role.AGENCY, reach=frozenset({case.channel_id}), member_id=joined.member)
    agent, expert = await make_member(Role.AGENT), await make_member(Role.EXPERT)
    later(minutes=3)
    await assign_case(agent, case.id, agency.member, expected_version=1)
    later(minutes=2)
    asked = await request_information(agency, InformationDraft(case_id=case.id, question="Depoda mı?"), once=Once())
    later(minutes=4)
    taken = await take_information_request(agent, asked.id, expected_version=1)
    later(minutes=1)
    draft = ConsultationDraft(case_id=case.id, title="Depoda mı?", body="Kargo bekliyor.", expert_ids=[expert.member])
    consultation = (await consult_experts(agent, draft, once=Once())).consultation
    later(minutes=6)
    await count_as_answered(consultation.question_id, author_id=expert.member, at=now())
    later(minutes=7)
    await count_as_accepted(consultation.question_id, at=now())
    later(minutes=1)
    await answer_information_request(agent, asked.id, "İzmir'de.", expected_version=taken.version)
    support = await add_department(make_actor(Role.ADMIN), DepartmentDraft(name="Destek"), once=Once())
    move = HandOverDraft(case_id=case.id, department_id=support.id)
    await hand_over_case(MANAGER, move, expected_version=(await reread(case)).version)
    later(minutes=2)
    await make_reply(case, agency)

    report = await hand_off_report(MANAGER, ReportRange.checked(begin, now() + timedelta(minutes=1)), ReportDimension.CHANNEL)

    (group,) = [one for one in report.groups if one.key == case.channel_id]
    (other,) = [one for one in report.groups if one.key == quiet.channel_id]
    minutes = {stage: round((spread.median_seconds or 0) / 60) for stage, spread in group.stages.items()}
    assert minutes == {
        S.PICK_UP: 3,
        S.AGENCY_ASKS: 2,
        S.FRONT_OFFICE_TAKES: 4,
        S.FRONT_OFFICE_ANSWERS: 15,
        S.EXPERTS_ASKED: 7,
        S.EXPERTS_ANSWER: 6,
        S.ANSWER_ACCEPTED: 7,
        S.DEPARTMENT_TAKES: 2,
        S.REPLY: 2,
        S.TOTAL: 26,
    }
    assert all(spread.counted == 1 for spread in group.stages.values())
    assert all(spread.counted == 0 for spread in other.stages.values())


async def test_acceptance_is_noted_once(store: Database) -> None:
    case = await make_case()
    expert = await make_member(Role.EXPERT)
    draft = ConsultationDraft(case_id=case.id, title="Depoda mı?", body="Kargo bekliyor.", expert_ids=[expert.member])
    consultation = (await consult_experts(await make_member(Role.AGENT), draft, once=Once())).consultation
    at = now()

    await count_as_accepted(consultation.question_id, at=at)
    await count_as_accepted(consultation.question_id, at=at + timedelta(minutes=5))

    stored = await Consultation.get(consultation.id)
    assert stored is not None
    assert stored.accepted_at == at
    assert await count_as_accepted("qst_nobody", at=at) is None


def minute(number: int) -> datetime:
    return now().replace(microsecond=0, second=0, minute=0) + timedelta(minutes=number)


def test_what_came_after_the_reply_does_not_bear_on_it() -> None:
    late = {"asked_at": minute(4), "answered_at": minute(30)}
    journey = Journey("case_a", minute(0), picked_up_at=minute(3), replied_at=minute(10), consultations=[late])

    assert dict(spans_of(journey)) == {
        S.PICK_UP: 180,
        S.EXPERTS_ASKED: 60,
        S.EXPERTS_ANSWER: 1_560,
        S.REPLY: 420,
        S.TOTAL: 600,
    }
