import pytest

from auth.actor import SYSTEM, Role
from care.consultations import ConsultationDraft, consult_experts
from care.documents.cases import Case
from care.documents.sources import CitedSource, SourceKind
from care.personalisation import preview_reply
from care.reading.attributions import Attribution, attributions_of
from care.replies import Reply, ReplyDraft, reply_to_case
from community.answers import accept_answer
from community.documents import Question
from community.members import set_public_credit
from community.moving import SpaceMove, move_to_space
from community.wiki.documents import WikiRevision
from core.database import Database
from core.errors import Forbidden, InvalidInput
from core.idempotency import Once
from core.records import fresh
from tests.care.stored import everything
from tests.factories.care import make_actor, make_case, make_customer, make_customer_actor, make_entry
from tests.factories.community import make_actor as join
from tests.factories.community import make_answer, make_department, make_page, make_question
from tests.factories.spaces import inside, make_space, owner_of


async def cite(case: Case, *source_ids: str, body: str = "İade 14 gün sürer.") -> Reply:
    draft = ReplyDraft(case_id=case.id, conversation_id=case.conversation_ids[0], body=body, source_ids=list(source_ids))
    return await reply_to_case(make_actor(Role.AGENT), draft, once=Once())


async def revision_of(page_id: str) -> WikiRevision:
    found = await WikiRevision.find_one({"page_id": page_id})
    assert found is not None
    return found


async def test_reply_keeps_what_it_relies_on_and_which_state_of_it(store: Database) -> None:
    expert = await join(Role.EXPERT)
    revision = await revision_of((await make_page(actor=expert)).id)
    answer, entry = await make_answer(question := await make_question(), expert), await make_entry(expert)
    await accept_answer(SYSTEM, answer.id, expected_version=(await fresh(question)).version)

    reply = await cite(await make_case(), answer.id, revision.id, entry.id, revision.id)

    assert reply.message.sources == [
        CitedSource(kind=SourceKind.ANSWER, id=answer.id, version=answer.version),
        CitedSource(kind=SourceKind.WIKI_REVISION, id=revision.id, version=1),
        CitedSource(kind=SourceKind.ANSWER_BANK_ENTRY, id=entry.id, version=entry.version),
    ]


async def test_an_experts_answer_in_a_consultation_proves_only_what_was_asked_there(store: Database) -> None:
    case, expert = await make_case(), await join(Role.EXPERT)
    draft = ConsultationDraft(case_id=case.id, title="Depoda mı?", body="Müşteri bekliyor.", expert_ids=[expert.member])
    consultation = (await consult_experts(await join(Role.AGENT), draft, once=Once())).consultation
    question = await Question.get(consultation.question_id)
    assert question is not None
    answer = await make_answer(question, expert)

    assert [one.id for one in (await cite(case, answer.id)).message.sources] == [answer.id]
    with pytest.raises(InvalidInput) as refused:
        await cite(await make_case(), answer.id)
    assert refused.value.path == ("source_ids",)


async def test_nobody_cites_what_they_may_not_read(store: Database) -> None:
    owner = await join(Role.EXPERT)
    space = await make_space(owner)
    secret = await revision_of((await make_page(actor=owner_of(owner, space), space_id=space.id)).id)
    unproven, case = await make_answer(await make_question()), await make_case()
    before = await everything()

    for source_id in (secret.id, unproven.id, "wrv_none", "case_x", "abe_none"):
        with pytest.raises(InvalidInput) as refused:
            await cite(case, source_id)
        assert refused.value.path == ("source_ids",)

    assert await everything() == before


async def test_customers_hear_of_experts_by_department_with_consent_alone(store: Database) -> None:
    department = await make_department("Ödemeler")
    expert = await join(Role.EXPERT, department_id=department.id, job_title="Uzman")
    page = await make_page(actor=expert)
    revision, case, customer = await revision_of(page.id), await make_case(), make_customer_actor(await make_customer())
    body = "{{reply.experts}} ile baktık."

    assert await attributions_of(customer, [revision.id]) == {}
    with pytest.raises(InvalidInput, match=r"reply\.experts has no value"):
        await preview_reply(make_actor(), case.id, body, [revision.id])
    assert (await set_public_credit(expert, credited=True)).credited

    assert await attributions_of(customer, [revision.id]) == {revision.id: Attribution("Ödemeler", "Uzman")}
    assert (await cite(case, revision.id, body=body)).message.body == "Ödemeler (Uzman) ile baktık."
    space = await make_space(expert)
    move = SpaceMove(content_id=page.id, space_id=space.id)
    await move_to_space(inside(expert, space), move, expected_version=page.version)
    assert await attributions_of(customer, [revision.id]) == {}


async def test_nobody_consents_who_is_no_member(store: Database) -> None:
    with pytest.raises(Forbidden):
        await set_public_credit(make_customer_actor(await make_customer()), credited=True)
