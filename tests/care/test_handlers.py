import pytest

from auth.actor import Role
from care import delivery
from care.cases.closing import ClosingDraft, close_case
from care.cases.intake import receive
from care.cases.outgoing import put_outgoing
from care.cases.verdicts import VerdictDraft, record_customer_verdict
from care.consultations import ConsultationDraft, consult_experts, decline_consultation
from care.documents.answer_bank import AnswerBankEntry
from care.documents.cases import Case
from care.documents.consultations import Consultation, ConsultationStatus
from care.documents.conversations import DeliveryStatus, Message, Visibility
from care.documents.customers import Customer
from care.documents.cycles import CycleOutcome
from care.documents.under_way import Outgoing
from care.events import ExpertsConsulted, NoteAdded
from care.replies import ReplyDraft, reply_to_case
from community.answers import AnswerDraft, accept_answer, answer_question
from community.documents import Evidence, EvidenceKind, Question
from core.clock import now
from core.database import Database
from core.idempotency import Once
from core.ids import new_id
from core.records import change, fresh, save
from tests.care.stored import KINDS, everything, handle_twice
from tests.factories import community
from tests.factories.care import later, make_actor, make_case, make_conversation, make_entry, make_incoming, make_reply, reread


async def test_message_whose_request_died_is_made_by_the_handlers(store: Database) -> None:
    conversation = await make_conversation()
    customer = await Customer.get(conversation.customer_id)
    assert customer is not None
    first, second = make_incoming(conversation), make_incoming(conversation)
    case = await receive(first, conversation=conversation, customer=customer)
    await receive(second, conversation=conversation, customer=customer)

    await handle_twice()

    after = await reread(case)
    assert (after.incoming, after.last_message_id) == ([], second.message_id)
    assert {message.id for message in await Message.find({}).to_list()} == {first.message_id, second.message_id}


@pytest.mark.parametrize(("state", "jobs"), [(DeliveryStatus.QUEUED, 1), (DeliveryStatus.HELD_FOR_REVIEW, 0)])
async def test_reply_whose_request_died_is_sent_by_the_handlers(store: Database, state: DeliveryStatus, jobs: int) -> None:
    case = await make_case()
    entry = Outgoing(
        message_id=new_id("msg"),
        conversation_id=case.conversation_ids[0],
        body="Bakıyoruz",
        visibility=Visibility.PUBLIC,
        author_id="mem_a",
        state=state,
        created_at=now(),
    )
    await change(case, lambda current: put_outgoing(current, entry, actor="mem_a"))

    await handle_twice()

    message = await Message.get(entry.message_id)
    assert message is not None
    assert (message.delivery_status, message.body) == (state, "Bakıyoruz")
    found = await store["jobs"].find({}).to_list()
    assert [job["_id"] for job in found] == [delivery.job_id(entry.message_id)] * jobs


async def test_note_whose_request_died_is_shown_last(store: Database) -> None:
    case = await make_case()
    seen = await Message.get(str(case.last_message_id))
    assert seen is not None
    later(seconds=1)
    given = seen.model_dump(exclude={"id", "revision_id", "revision", "version", "created_at"})
    note = Message(id=new_id("msg"), created_at=now(), **{**given, "visibility": Visibility.INTERNAL})
    note.record(NoteAdded(case_id=case.id, message_id=note.id))
    await save(note)

    await handle_twice()

    assert (await reread(case)).last_message_id == note.id


async def test_consultation_whose_request_died_is_opened_by_the_handlers(store: Database) -> None:
    case, expert, at = await make_case(), await community.make_actor(), now()
    consultation = Consultation(
        id="con_a",
        created_at=at,
        case_id=case.id,
        channel_id=case.channel_id,
        question_id="qst_a",
        title="Nerede kaldı?",
        body="?",
        asked_by="mem_a",
        asked_at=at,
        due_at=at,
        invited_expert_ids=[str(expert.member_id)],
    )
    consulted = ExpertsConsulted(
        consultation_id="con_a", case_id=case.id, question_id="qst_a", invited_expert_ids=(str(expert.member_id),)
    )
    consultation.record(consulted)
    await save(consultation)

    await handle_twice()

    question = await Question.get("qst_a")
    assert question is not None
    assert question.invited_expert_ids == [expert.member_id]
    assert (await reread(case)).consulted == [expert.member_id]


async def ask(case: Case, *experts: str) -> Consultation:
    draft = ConsultationDraft(case_id=case.id, title="Nerede kaldı?", body="?", expert_ids=list(experts))
    return (await consult_experts(make_actor(), draft, once=Once())).consultation


async def test_answer_of_an_expert_ends_the_waiting(store: Database) -> None:
    expert = await community.make_actor()
    asked = await ask(await make_case(), str(expert.member_id))
    await answer_question(expert, AnswerDraft(question_id=asked.question_id, body="Depoda"), once=Once())

    await handle_twice()

    after = await Consultation.get(asked.id)
    assert after is not None
    assert after.status is ConsultationStatus.ANSWERED


async def test_decline_reaches_question_and_case_again(store: Database) -> None:
    first, second = await community.make_actor(), await community.make_actor()
    case = await make_case()
    asked = await ask(case, str(first.member_id), str(second.member_id))
    await decline_consultation(first, asked.id, expected_version=1)
    await Case.get_pymongo_collection().update_one({"_id": case.id}, {"$set": {"consulted": [first.member_id]}})

    await handle_twice()

    assert (await reread(case)).consulted == [second.member_id]


async def test_closed_case_cancels_its_consultations(store: Database) -> None:
    expert, manager = await community.make_actor(), make_actor(Role.MANAGER)
    case = await make_case()
    asked = await ask(case, str(expert.member_id))
    await record_customer_verdict(manager, VerdictDraft(case_id=case.id, outcome=CycleOutcome.SATISFIED), expected_version=1)
    await close_case(make_actor(), ClosingDraft(case_id=case.id), expected_version=2)

    await handle_twice()

    after = await Consultation.get(asked.id)
    assert after is not None
    assert after.status is ConsultationStatus.CANCELLED


async def test_use_of_an_answer_is_counted_once(store: Database) -> None:
    case, entry = await make_case(), await make_entry()
    conversation_id = case.conversation_ids[0]
    draft = ReplyDraft(case_id=case.id, conversation_id=conversation_id, body=entry.body, answer_bank_entry_id=entry.id)
    await reply_to_case(make_actor(), draft, once=Once())
    await make_reply(case)

    await handle_twice()

    after = await AnswerBankEntry.get(entry.id)
    assert after is not None
    assert after.use_count == 1


async def test_satisfied_customer_speaks_for_the_expert_whose_answer_was_accepted(store: Database) -> None:
    agent, expert = await community.make_actor(Role.AGENT), await community.make_actor()
    case = await make_case()
    draft = ConsultationDraft(case_id=case.id, title="Nerede kaldı?", body="?", expert_ids=[str(expert.member_id)])
    asked = (await consult_experts(agent, draft, once=Once())).consultation
    answer, _ = await answer_question(expert, AnswerDraft(question_id=asked.question_id, body="Depoda"), once=Once())
    question = await Question.get(asked.question_id)
    assert question is not None
    await accept_answer(agent, answer.id, expected_version=question.version)
    verdict = VerdictDraft(case_id=case.id, outcome=CycleOutcome.SATISFIED)
    await record_customer_verdict(agent, verdict, expected_version=1)

    await handle_twice()

    found = [row for row in await Evidence.find({}).to_list() if row.kind is EvidenceKind.CASE_SOLVED]
    told = [(row.member_id, row.source_id, row.text, row.weight) for row in found]
    assert told == [(expert.member_id, case.id, "Helped to solve a case: Nerede kaldı?", 5.0)]


async def test_handlers_change_nothing_when_everything_was_followed_up(store: Database) -> None:
    case = await make_case()
    await make_reply(case)
    await ask(case, str((await community.make_actor()).member_id))
    kinds = tuple(kind for kind in KINDS if kind is not Customer)
    before, (customer,) = await everything(*kinds), await Customer.find({}).to_list()

    await handle_twice()

    assert await everything(*kinds) == before
    heard = await fresh(customer)
    assert heard.heard_at is not None
    own = {"heard_at", "revision"}  # that is what the handlers alone keep of a customer
    assert heard.model_dump(exclude=own) == customer.model_dump(exclude=own)
