import asyncio
from datetime import timedelta

import pytest

from auth.actor import Actor, Role
from care import consultations
from care.cases.consulted import project_consulted
from care.consultations import ConsultationDraft, consult_experts, decline_consultation, delegate_consultation
from care.documents.case_states import CaseStatus
from care.documents.cases import Case
from care.documents.consultations import Consultation, ConsultationStatus
from care.errors import CaseClosed
from care.reading.cases import case_for
from community.documents import Question
from core.clock import now
from core.database import Database
from core.errors import AlreadyDone, Conflict, Forbidden, IdempotencyMismatch, InvalidInput
from core.idempotency import Once, once
from core.ids import new_id, with_prefix
from tests.care.stored import event_types, everything, handle_twice
from tests.dying import dying
from tests.factories import community
from tests.factories.care import later, make_actor, make_case, make_conversation, make_reply, reread, say


def draft(case: Case, *experts: Actor, **overrides: object) -> ConsultationDraft:
    given = {
        "case_id": case.id,
        "title": "Kargo neden bekliyor?",
        "body": "Sipariş iki haftadır depoda görünüyor.",
        "expert_ids": [expert.member_id for expert in experts],
    }
    return ConsultationDraft.model_validate({**given, **overrides})


async def make_consultation(*experts: Actor, case: Case | None = None) -> Consultation:
    return (await consult_experts(make_actor(), draft(case or await make_case(), *experts), once=Once())).consultation


async def question_of(consultation: Consultation) -> Question:
    found = await Question.get(consultation.question_id)
    assert found is not None
    return found


async def stored(consultation: Consultation) -> Consultation:
    found = await Consultation.get(consultation.id)
    assert found is not None
    return found


async def test_consulting_invites_experts_and_shows_them_the_case(store: Database) -> None:
    case, expert, agent = await make_case(), await community.make_actor(), make_actor()
    assert await case_for(expert, case.id) is None

    asked = (await consult_experts(agent, draft(case, expert), once=Once())).consultation

    question = await question_of(asked)
    assert (question.author_id, question.invited_expert_ids) == (agent.member_id, [expert.member_id])
    assert (question.case_id, question.consultation_id, question.title) == (case.id, asked.id, asked.title)
    assert asked.question_id == with_prefix("qst", asked.id)
    assert (asked.status, asked.next_act_at) == (ConsultationStatus.WAITING, asked.due_at)
    assert await case_for(expert, case.id) is not None
    assert (await reread(case)).version == 1
    assert await event_types(Consultation) == ["ExpertsConsulted"]


async def test_experts_have_twenty_minutes_or_until_the_customer_must_be_answered(store: Database) -> None:
    expert = await community.make_actor()
    case = await make_case()
    early = await make_consultation(expert, case=case)
    later(minutes=15)
    pressed = await make_consultation(expert, case=case)
    later(minutes=16)
    too_late = await make_consultation(expert, case=case)

    assert early.due_at == early.asked_at + timedelta(minutes=20)
    assert pressed.due_at == case.first_response.due_at
    assert too_late.due_at == too_late.asked_at + timedelta(minutes=20)


async def test_the_next_response_presses_too(store: Database) -> None:
    expert, conversation = await community.make_actor(), await make_conversation()
    await make_reply(await say(conversation))
    case = await say(conversation, "Hâlâ yok")
    later(minutes=15)

    assert (await make_consultation(expert, case=case)).due_at == case.next_response.due_at


async def test_due_time_can_be_chosen_within_thirty_days(store: Database) -> None:
    case, expert = await make_case(), await community.make_actor()
    tomorrow = now() + timedelta(days=1)

    chosen = (await consult_experts(make_actor(), draft(case, expert, due_at=tomorrow), once=Once())).consultation

    assert chosen.due_at == tomorrow
    before = await everything()
    for due in (now() - timedelta(seconds=1), now() + timedelta(days=31)):
        with pytest.raises(InvalidInput) as refusal:
            await consult_experts(make_actor(), draft(case, expert, due_at=due), once=Once())
        assert refusal.value.path == ("due_at",)
    assert await everything() == before


async def test_unknown_experts_and_oneself_are_refused(store: Database) -> None:
    case, agent = await make_case(), await community.make_actor(Role.AGENT)
    unknown = new_id("mem")
    before = await everything()

    with pytest.raises(InvalidInput, match=unknown) as refusal:
        await consult_experts(agent, draft(case, expert_ids=[unknown]), once=Once())
    with pytest.raises(InvalidInput, match="yourself"):
        await consult_experts(agent, draft(case, agent), once=Once())

    assert refusal.value.path == ("expert_ids",)
    assert await everything() == before


@pytest.mark.parametrize("experts", [[], [f"mem_{number}" for number in range(11)]])
async def test_one_to_ten_experts_are_consulted(store: Database, experts: list[str]) -> None:
    case = await make_case()

    with pytest.raises(ValueError, match="expert_ids"):
        draft(case, expert_ids=experts)


async def test_closed_case_asks_nobody(store: Database) -> None:
    case, expert = await make_case(status=CaseStatus.CLOSED), await community.make_actor()

    with pytest.raises(CaseClosed):
        await make_consultation(expert, case=case)

    assert await Consultation.count() == 0


async def test_the_same_consultation_again_is_one(store: Database) -> None:
    case, expert, agent = await make_case(), await community.make_actor(), make_actor()
    same = once(b"key", actor=agent.id, operation="consultExperts", key="k", given="a")

    asked = await asyncio.gather(*(consult_experts(agent, draft(case, expert), once=same) for _ in range(3)))

    assert {one.consultation.id for one in asked} == {asked[0].consultation.id}
    assert (await Consultation.count(), await Question.count()) == (1, 1)
    other = once(b"key", actor=agent.id, operation="consultExperts", key="k", given="b")
    with pytest.raises(IdempotencyMismatch):
        await consult_experts(agent, draft(case, expert), once=other)


async def test_all_who_are_asked_at_once_see_the_case(store: Database) -> None:
    case, experts = await make_case(), [await community.make_actor() for _ in range(6)]

    await asyncio.gather(*(make_consultation(expert, case=case) for expert in experts))

    assert (await reread(case)).consulted == sorted(expert.member for expert in experts)


async def test_case_that_moved_on_since_it_was_read_shows_itself_to_all_who_are_asked(store: Database) -> None:
    case, first, second = await make_case(), await community.make_actor(), await community.make_actor()
    for expert in (first, second):
        await make_consultation(expert, case=await reread(case))

    seen = await project_consulted(case.id, case)

    assert seen is not None
    assert seen.consulted == (await reread(case)).consulted == sorted([first.member, second.member])


@pytest.mark.parametrize("lost", [1, 2], ids=["question", "case"])
async def test_consultation_that_was_cut_off_is_completed_by_the_handlers(store: Database, lost: int) -> None:
    case, expert = await make_case(), await community.make_actor()

    async with dying(lost):
        await make_consultation(expert, case=case)
    await handle_twice()

    (consultation,) = await Consultation.find_all().to_list()
    (question,) = await Question.find_all().to_list()
    assert (question.id, question.invited_expert_ids) == (consultation.question_id, [expert.member])
    assert (await reread(case)).consulted == [expert.member]
    assert (await event_types(Question), (await event_types(Case)).count("SightChanged")) == (["QuestionAsked"], 1)


@pytest.mark.parametrize("lost", [1, 2])
async def test_handing_on_that_was_cut_off_is_completed_by_the_handlers(store: Database, lost: int) -> None:
    case, first, second = await make_case(), await community.make_actor(), await community.make_actor()
    asked = await make_consultation(first, case=case)

    async with dying(lost):
        await delegate_consultation(first, asked.id, second.member, expected_version=1)
    await handle_twice()

    assert (await stored(asked)).invited_expert_ids == (await question_of(asked)).invited_expert_ids == [second.member]
    assert (await reread(case)).consulted == [second.member]
    assert (await event_types(Case)).count("SightChanged") == 2


async def test_declining_leaves_the_others_and_the_last_one_ends_it(store: Database) -> None:
    first, second = await community.make_actor(), await community.make_actor()
    case = await make_case()
    asked = await make_consultation(first, second, case=case)

    one_left = (await decline_consultation(first, asked.id, " izindeyim ", expected_version=1)).consultation

    assert (one_left.status, one_left.invited_expert_ids) == (ConsultationStatus.WAITING, [second.member_id])
    assert [(no.member_id, no.reason) for no in one_left.declines] == [(first.member_id, "izindeyim")]
    assert (await question_of(asked)).invited_expert_ids == [second.member_id]
    assert (await reread(case)).consulted == [second.member_id]
    assert await case_for(first, case.id) is None

    nobody = (await decline_consultation(second, asked.id, expected_version=2)).consultation

    assert (nobody.status, nobody.invited_expert_ids, nobody.next_act_at) == (ConsultationStatus.DECLINED, [], None)
    assert (await event_types(Consultation))[-1] == "ConsultationDeclined"
    assert (await question_of(asked)).invited_expert_ids == []


async def test_who_declined_still_sees_a_case_of_another_consultation(store: Database) -> None:
    expert, case = await community.make_actor(), await make_case()
    asked = await make_consultation(expert, case=case)
    await make_consultation(expert, case=case)

    await decline_consultation(expert, asked.id, expected_version=1)

    assert (await reread(case)).consulted == [expert.member_id]


async def test_delegating_hands_one_s_part_to_somebody_new(store: Database) -> None:
    first, second, third = [await community.make_actor() for _ in range(3)]
    case = await make_case()
    asked = await make_consultation(first, second, case=case)

    handed = (await delegate_consultation(first, asked.id, str(third.member_id), "o bilir", expected_version=1)).consultation

    assert handed.invited_expert_ids == [second.member_id, third.member_id]
    told = [(one.from_member_id, one.to_member_id, one.note) for one in handed.delegations]
    assert told == [(first.member_id, third.member_id, "o bilir")]
    assert (await question_of(asked)).invited_expert_ids == [second.member_id, third.member_id]
    assert await case_for(third, case.id) is not None
    assert (await event_types(Consultation))[-1] == "ConsultationDelegated"


async def test_delegating_to_somebody_asked_or_unknown_is_refused(store: Database) -> None:
    first, second = await community.make_actor(), await community.make_actor()
    asked = await make_consultation(first, second)
    before = await everything()

    for member_id in (str(second.member_id), str(first.member_id), new_id("mem")):
        with pytest.raises(InvalidInput) as refusal:
            await delegate_consultation(first, asked.id, member_id, expected_version=1)
        assert refusal.value.path == ("to_member_id",)

    assert await everything() == before


async def test_only_who_was_asked_can_decline_or_delegate(store: Database) -> None:
    expert, other = await community.make_actor(), await community.make_actor()
    asked = await make_consultation(expert)
    before = await everything()

    with pytest.raises(Forbidden):
        await decline_consultation(make_actor(), asked.id, expected_version=1)
    with pytest.raises(Forbidden):
        await delegate_consultation(make_actor(), asked.id, str(other.member_id), expected_version=1)
    with pytest.raises(Conflict):
        await decline_consultation(expert, asked.id, expected_version=7)

    assert await everything() == before


async def test_first_answer_of_any_member_ends_the_waiting_once(store: Database) -> None:
    expert = await community.make_actor()
    asked = await make_consultation(expert)
    at = now()

    await consultations.count_as_answered(asked.question_id, author_id=str(expert.member_id), at=at)
    await consultations.count_as_answered(asked.question_id, author_id=new_id("mem"), at=at + timedelta(minutes=1))

    answered = await stored(asked)
    assert (answered.status, answered.answered_at, answered.next_act_at) == (ConsultationStatus.ANSWERED, at, None)
    assert answered.version == 1
    assert (await event_types(Consultation)).count("ConsultationAnswered") == 1
    with pytest.raises(AlreadyDone):
        await decline_consultation(expert, asked.id, expected_version=1)


async def test_answer_to_something_else_concerns_no_consultation(store: Database) -> None:
    asked = await make_consultation(await community.make_actor())

    assert await consultations.count_as_answered(new_id("qst"), author_id=new_id("mem"), at=now()) is None
    assert await consultations.count_as_answered(asked.question_id, author_id=new_id("cus"), at=now()) is None
    assert (await stored(asked)).status is ConsultationStatus.WAITING


async def test_closing_the_case_cancels_what_waits(store: Database) -> None:
    case, expert = await make_case(), await community.make_actor()
    waiting, answered = [await make_consultation(expert, case=case) for _ in range(2)]
    await consultations.count_as_answered(answered.question_id, author_id=str(expert.member_id), at=now())

    await consultations.cancel_consultations(case.id)
    assert (await stored(waiting)).status is ConsultationStatus.WAITING

    rows = Case.get_pymongo_collection()
    await rows.update_one({"_id": case.id}, {"$set": {"status": "CLOSED", "closed_at": now()}})
    await consultations.cancel_consultations(case.id)
    await consultations.cancel_consultations(case.id)

    assert (await stored(waiting)).status is ConsultationStatus.CANCELLED
    assert (await stored(answered)).status is ConsultationStatus.ANSWERED
    assert (await event_types(Consultation)).count("ConsultationCancelled") == 1
    late = await consultations.count_as_answered(waiting.question_id, author_id=str(expert.member_id), at=now())
    assert late is not None
    assert late.status is ConsultationStatus.CANCELLED


async def test_follow_ups_of_what_is_not_there_do_nothing(store: Database) -> None:
    await consultations.follow_up_asked(new_id("con"))
    await consultations.cancel_consultations(new_id("case"))

    assert await Question.count() == 0
