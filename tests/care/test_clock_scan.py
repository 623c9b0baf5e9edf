import asyncio

from care.clock_scan import scan
from care.consultations import ConsultationDraft, consult_experts
from care.documents.cases import Case
from care.documents.consultations import Consultation, ConsultationStatus
from care.replies import ContactDetailsDraft, request_contact_details
from core.clock import Clock, clock, now
from core.database import Database
from core.idempotency import Once
from tests.care.stored import event_types
from tests.factories import community
from tests.factories.care import later, make_actor, make_case, make_entry, make_reply, reread


async def told(kind: str) -> list[str]:
    rows = await Case.get_pymongo_collection().find({}).to_list()
    return [event["payload"]["clock"] for row in rows for event in row.get("pending", []) if event["type"] == kind]


async def test_warning_and_breach_are_told_once_each(store: Database) -> None:
    case = await make_case()
    assert await scan() == 0

    later(minutes=15, seconds=1)
    assert await scan() == 1
    assert await scan() == 0
    warned = await reread(case)
    assert warned.first_response.warned_at is not None
    assert warned.next_act_at == case.first_response.due_at
    assert warned.updated_at == case.updated_at

    later(minutes=15)
    assert await scan() == 1
    assert await scan() == 0
    broken = await reread(case)
    assert broken.first_response.breached_at == case.first_response.due_at
    assert broken.version == 1
    assert (await told("ClockWarned"), await told("ClockBreached")) == (["first_response"], ["first_response"])
    assert broken.next_act_at is not None
    assert broken.next_act_at > now()


async def test_scans_at_once_tell_once(store: Database) -> None:
    await make_case()
    later(minutes=31)

    await asyncio.gather(*(scan() for _ in range(4)))

    assert (await told("ClockWarned"), await told("ClockBreached")) == ([], ["first_response"])


async def test_answered_case_is_left_alone(store: Database) -> None:
    await make_reply(await make_case())
    later(minutes=40)

    assert await scan() == 0


async def test_resolution_is_warned_of_and_broken(store: Database) -> None:
    await make_reply(await make_case())
    later(hours=36, minutes=1)
    await scan()
    later(hours=36)
    await scan()

    assert (await told("ClockWarned"), await told("ClockBreached")) == (["resolution"], ["resolution"])


async def test_reply_after_the_breach_keeps_it(store: Database) -> None:
    case = await make_case()
    later(minutes=31)
    await scan()

    reply = await make_reply(case)

    assert reply.case.first_response.breached_at == case.first_response.due_at
    assert reply.case.first_response.met_at is not None


async def test_overdue_obligation_is_told_once(store: Database) -> None:
    case = await make_case()
    draft = ContactDetailsDraft(case_id=case.id, conversation_id=case.conversation_ids[0], body="Numaranız?")
    await request_contact_details(make_actor(), draft, expected_version=1, once=Once())
    later(hours=24, minutes=1)

    assert (await scan(), await scan()) == (1, 0)

    owed = (await reread(case)).obligations[0]
    assert owed.overdue_at is not None
    assert owed.fulfilled_at is None
    assert (await event_types(Case)).count("ObligationOverdue") == 1


async def test_overdue_consultation_is_told_once_and_can_still_be_answered(store: Database) -> None:
    case, expert = await make_case(), await community.make_actor()
    draft = ConsultationDraft(case_id=case.id, title="Nerede kaldı?", body="?", expert_ids=[str(expert.member_id)])
    asked = (await consult_experts(make_actor(), draft, once=Once())).consultation
    await make_reply(case)
    later(minutes=21)

    assert (await scan(), await scan()) == (1, 0)

    after = await Consultation.get(asked.id)
    assert after is not None
    assert (after.status, after.next_act_at, after.version) == (ConsultationStatus.OVERDUE, None, 1)
    assert (await event_types(Consultation)).count("ConsultationOverdue") == 1


async def test_answers_to_review_expire(store: Database) -> None:
    await make_entry()
    later(days=181)

    assert (await scan(), await scan()) == (1, 0)


async def test_nothing_is_judged_by_a_clock_that_can_t_be_trusted(store: Database) -> None:
    await make_case()
    later(minutes=31)
    sampled, clock._sampled = clock._sampled, Clock()._sampled
    try:
        assert await scan() == 0
    finally:
        clock._sampled = sampled
    assert await scan() == 1
