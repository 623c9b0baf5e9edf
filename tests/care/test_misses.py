from datetime import timedelta

import pytest

from auth.actor import Actor, Role
from care.cases.closing import ClosingDraft, close_case
from care.clock_scan import scan
from care.consultations import ConsultationDraft, consult_experts, decline_consultation
from care.documents.answer_bank import AnswerBankEntry, AnswerBankStatus
from care.documents.cases import Case
from care.documents.consultations import Consultation
from care.documents.misses import AnswerBankMiss, MissStatus
from care.errors import CaseClosed
from care.misses import MissDraft, drop_misses, learn_answer, note_miss, report_miss, route_miss
from care.reading.misses import count_misses, list_misses, misses_by_ids
from community.answers import AnswerDraft, accept_answer, answer_question
from community.documents import Question
from core.clock import now
from core.database import Database
from core.errors import Forbidden, IdempotencyMismatch
from core.idempotency import Once, once
from core.paging import Window
from core.records import fresh
from tests.care.stored import event_types
from tests.factories.care import conversation_of, later, make_actor, make_case, say
from tests.factories.community import make_actor as make_colleague

QUESTION = "این صندلی را کی دوباره موجود می‌کنید؟"


async def miss_of(case: Case, actor: Actor, question: str | None = QUESTION, *, asked: Once | None = None) -> AnswerBankMiss:
    return await report_miss(actor, MissDraft(case_id=case.id, question=question), once=asked or Once())


async def test_miss_is_routed_to_an_expert_and_a_backup_once(store: Database) -> None:
    agent, expert, backup = [await make_colleague(role) for role in (Role.AGENT, Role.EXPERT, Role.EXPERT)]
    case = await make_case()
    miss = await miss_of(case, agent)
    assert (miss.status, miss.locale, miss.reported_by) == (MissStatus.OPEN, "fa", agent.member)

    for _ in range(2):
        await route_miss(miss.id, [agent.member, expert.member, backup.member])

    routed = await fresh(miss)
    consultation = await Consultation.get(routed.consultation_id or "")
    assert consultation is not None
    assert (routed.status, routed.expert_id, routed.backup_id) == (MissStatus.ROUTED, expert.member, backup.member)
    assert (consultation.invited_expert_ids, consultation.asked_by) == ([expert.member, backup.member], agent.member)
    assert consultation.due_at == routed.alarms_at
    assert await Consultation.find({}).count() == 1
    assert await event_types(AnswerBankMiss) == ["AnswerBankMissed"]


async def test_the_same_message_is_missed_once_and_the_next_one_anew(store: Database) -> None:
    case, agent = await make_case(), await make_colleague(Role.AGENT)
    key = once(b"a secret key of thirty-two bytes", actor=agent.id, operation="report", key="k", given={"a": 1})
    other = once(b"a secret key of thirty-two bytes", actor=agent.id, operation="report", key="k", given={"a": 2})

    first = await miss_of(case, agent, asked=key)
    again = await miss_of(case, agent, asked=key)
    colleague = await miss_of(case, await make_colleague(Role.MENTOR))
    with pytest.raises(IdempotencyMismatch):
        await miss_of(case, agent, asked=other)
    case = await say(await conversation_of(case), "Peki ya montajı?")
    second = await miss_of(case, agent)

    assert first.id == again.id == colleague.id != second.id
    assert await AnswerBankMiss.find({}).count() == 2


async def test_nobody_to_ask_leaves_it_open_and_reminder_and_alarm_come_once(store: Database) -> None:
    case, agent = await make_case(), await make_colleague(Role.AGENT)
    miss = await miss_of(case, agent, None)
    assert miss.question == case.subject
    await route_miss(miss.id, [agent.member])
    assert (await fresh(miss)).status is MissStatus.OPEN

    later(hours=4, seconds=1)
    for _ in range(2):
        await scan()
    assert (await fresh(miss)).reminded_at is not None
    later(hours=20)
    for _ in range(2):
        await scan()

    alarmed = await fresh(miss)
    assert alarmed.alarmed_at is not None
    assert alarmed.alarmed_at - alarmed.reported_at >= timedelta(hours=24)
    assert alarmed.next_act_at is None
    assert await event_types(AnswerBankMiss) == ["AnswerBankMissed", "AnswerBankMissReminded", "AnswerBankMissOverdue"]


async def test_accepted_answer_becomes_a_draft_of_the_bank_once(store: Database) -> None:
    agent, expert = await make_colleague(Role.AGENT), await make_colleague(Role.EXPERT)
    miss = await miss_of(await make_case(), agent, "Koltuk ne zaman yeniden stokta olur?")
    routed = await route_miss(miss.id, [expert.member])
    assert routed is not None
    consultation = await Consultation.get(routed.consultation_id or "")
    assert consultation is not None
    answer, _ = await answer_question(
        expert, AnswerDraft(question_id=consultation.question_id, body="Her ayın ilk haftası stok gelir."), once=Once()
    )
    question = await Question.get(consultation.question_id)
    assert question is not None
    await accept_answer(agent, answer.id, expected_version=question.version)

    for _ in range(2):
        await learn_answer(consultation.question_id, answer.id)

    (entry,) = await AnswerBankEntry.find({}).to_list()
    assert (entry.title, entry.body, entry.status) == (miss.question, answer.body, AnswerBankStatus.DRAFT)
    assert (entry.owner_id, entry.locale, entry.case_id) == (expert.member, "tr", miss.case_id)
    settled = await fresh(miss)
    assert (settled.status, settled.entry_id, settled.next_act_at) == (MissStatus.ANSWERED, entry.id, None)
    later(hours=25)
    await scan()
    assert await event_types(AnswerBankMiss) == ["AnswerBankMissed", "AnswerBankMissSettled"]


async def test_answer_to_what_was_not_missed_teaches_nothing(store: Database) -> None:
    assert await learn_answer("qst_none", "ans_none") is None
    assert await AnswerBankEntry.find({}).count() == 0


async def test_asking_experts_for_what_the_bank_does_not_know_is_a_miss(store: Database) -> None:
    agent, expert = await make_colleague(Role.AGENT), await make_colleague(Role.EXPERT)
    case = await make_case()
    draft = ConsultationDraft(case_id=case.id, title="Hangi depoda?", body="Bilen var mı?", expert_ids=[expert.member])
    consultation = (await consult_experts(agent, draft, once=Once())).consultation

    for _ in range(2):
        await note_miss(consultation)

    (miss,) = await AnswerBankMiss.find({}).to_list()
    assert (miss.status, miss.detected, miss.consultation_id) == (MissStatus.ROUTED, True, consultation.id)
    assert (miss.expert_id, miss.backup_id, miss.question) == (expert.member, None, "Hangi depoda?")


async def test_miss_whose_experts_all_said_no_is_open_for_others(store: Database) -> None:
    agent, expert = await make_colleague(Role.AGENT), await make_colleague(Role.EXPERT)
    draft = ConsultationDraft(
        case_id=(await make_case()).id, title="Hangi depoda?", body="Depo bilgisi?", expert_ids=[expert.member]
    )
    consultation = (await consult_experts(agent, draft, once=Once())).consultation
    declined = (
        await decline_consultation(expert, consultation.id, "Bilmiyorum.", expected_version=consultation.version)
    ).consultation

    miss = await note_miss(declined)

    assert miss is not None
    assert (miss.status, miss.expert_id, miss.consultation_id) == (MissStatus.OPEN, None, None)


async def test_miss_that_nobody_is_asked_for_goes_to_whom_an_agent_asks(store: Database) -> None:
    case = await make_case()
    agent, shy, expert = [await make_colleague(role) for role in (Role.AGENT, Role.EXPERT, Role.EXPERT)]
    miss = await miss_of(case, agent)
    await route_miss(miss.id, [])
    assert (await fresh(miss)).status is MissStatus.OPEN

    async def ask(asked: Actor) -> Consultation:
        draft = ConsultationDraft(case_id=case.id, title="Koltuk ne zaman gelir?", body=QUESTION, expert_ids=[asked.member])
        consultation = (await consult_experts(agent, draft, once=Once())).consultation
        for _ in range(2):
            await note_miss(consultation, is_new=False)
        routed = await fresh(miss)
        assert (routed.status, routed.expert_id, routed.consultation_id) == (MissStatus.ROUTED, asked.member, consultation.id)
        return consultation

    await decline_consultation(shy, (await ask(shy)).id, expected_version=1)
    question_id = (await ask(expert)).question_id
    answer, _ = await answer_question(expert, AnswerDraft(question_id=question_id, body="Kasımda gelir."), once=Once())
    await learn_answer(question_id, answer.id)
    assert ((await fresh(miss)).status, (await fresh(miss)).next_act_at) == (MissStatus.ANSWERED, None)
    assert [entry.body for entry in await AnswerBankEntry.find({}).to_list()] == ["Kasımda gelir."]


async def test_miss_stays_with_whom_it_was_routed_to_while_they_are_asked(store: Database) -> None:
    case = await make_case()
    agent, first, second = [await make_colleague(role) for role in (Role.AGENT, Role.EXPERT, Role.EXPERT)]
    miss = await miss_of(case, agent)
    await route_miss(miss.id, [first.member])
    draft = ConsultationDraft(case_id=case.id, title="Koltuk ne zaman gelir?", body=QUESTION, expert_ids=[second.member])

    await note_miss((await consult_experts(agent, draft, once=Once())).consultation)

    assert (await fresh(miss)).expert_id == first.member


@pytest.mark.parametrize("noticed", [0, 1])
async def test_miss_is_settled_by_whomever_is_asked_upon_the_same_message(store: Database, noticed: int) -> None:
    case = await make_case()
    agent, first, second = [await make_colleague(role) for role in (Role.AGENT, Role.EXPERT, Role.EXPERT)]
    miss = await miss_of(case, agent)
    routed = await route_miss(miss.id, [first.member])
    assert routed is not None
    draft = ConsultationDraft(case_id=case.id, title="Koltuk ne zaman gelir?", body=QUESTION, expert_ids=[second.member])
    asked = (await consult_experts(agent, draft, once=Once())).consultation
    for consultation in [asked] * noticed:
        await note_miss(consultation)
    routed_to = await Consultation.get(routed.consultation_id or "")
    assert routed_to is not None
    for expert, question_id in ((second, asked.question_id), (first, routed_to.question_id)):
        answer, _ = await answer_question(expert, AnswerDraft(question_id=question_id, body=expert.member), once=Once())
        await learn_answer(question_id, answer.id)

    (entry,) = await AnswerBankEntry.find({}).to_list()
    settled = await fresh(miss)
    assert (entry.owner_id, entry.title, entry.question_variants) == (second.member, asked.title, [QUESTION])
    assert (settled.status, settled.entry_id, settled.next_act_at) == (MissStatus.ANSWERED, entry.id, None)
    later(hours=25)
    await scan()
    assert await event_types(AnswerBankMiss) == ["AnswerBankMissed", "AnswerBankMissSettled"]


async def test_answer_upon_another_message_settles_no_miss(store: Database) -> None:
    case = await make_case()
    agent, first, second = [await make_colleague(role) for role in (Role.AGENT, Role.EXPERT, Role.EXPERT)]
    miss = await miss_of(case, agent)
    await route_miss(miss.id, [first.member])
    case = await say(await conversation_of(case), "Peki ya montajı?")
    draft = ConsultationDraft(case_id=case.id, title="Montajı kim yapar?", body="Montaj?", expert_ids=[second.member])
    asked = (await consult_experts(agent, draft, once=Once())).consultation
    answer, _ = await answer_question(second, AnswerDraft(question_id=asked.question_id, body="Servis yapar."), once=Once())

    assert await learn_answer(asked.question_id, answer.id) is None

    assert (await fresh(miss)).status is MissStatus.ROUTED


async def test_asking_experts_for_what_the_bank_knows_is_no_miss(store: Database) -> None:
    agent, expert = await make_colleague(Role.AGENT), await make_colleague(Role.EXPERT)
    draft = ConsultationDraft(case_id=(await make_case()).id, title="Hangi depoda?", body="Depo?", expert_ids=[expert.member])

    assert await note_miss((await consult_experts(agent, draft, once=Once())).consultation, is_new=False) is None

    assert await AnswerBankMiss.find({}).count() == 0


async def test_closed_case_waits_for_nothing(store: Database) -> None:
    case, manager = await make_case(), await make_colleague(Role.MANAGER)
    miss = await miss_of(case, manager)
    await drop_misses(case.id)
    assert (await fresh(miss)).status is MissStatus.OPEN

    closed = await close_case(manager, ClosingDraft(case_id=case.id, reason="Bitti"), expected_version=case.version)
    for _ in range(2):
        await drop_misses(closed.id)

    assert ((await fresh(miss)).status, (await fresh(miss)).next_act_at) == (MissStatus.DROPPED, None)
    with pytest.raises(CaseClosed):
        await miss_of(closed, manager)


async def test_who_reads_all_cases_sees_what_is_missing(store: Database) -> None:
    case, agent = await make_case(), await make_colleague(Role.AGENT)
    miss = await miss_of(case, agent)
    outsider = make_actor(Role.AGENCY, reach=frozenset({"chn_other"}))

    assert [row.id for row in (await list_misses(agent, Window())).items] == [miss.id]
    assert (await count_misses(agent, MissStatus.OPEN), await count_misses(agent, MissStatus.DROPPED)) == (1, 0)
    assert list(await misses_by_ids(agent, [miss.id, "mis_none"])) == [miss.id]
    assert await misses_by_ids(outsider, [miss.id]) == {}
    for actor in (outsider, make_actor(Role.EXPERT)):
        with pytest.raises(Forbidden):
            await list_misses(actor, Window())
    assert miss.reported_at <= now()
