import asyncio

import pytest

from auth.actor import ANONYMOUS, Role
from community.documents import Audience, Question, QuestionStatus
from community.errors import NotForThePublic
from community.public_questions import PublicQuestionDraft, ask_public_question, publish_question
from community.reading import PublicQuestionStatus, public_status
from core.database import Database
from core.errors import AlreadyDone, Conflict, Forbidden, IdempotencyMismatch, NotFound
from core.idempotency import Once
from tests.community.watching import facts, keyed, snapshot
from tests.factories.community import customer_actor, make_actor, make_answer, make_public_question, make_question, publish

DRAFT = PublicQuestionDraft(title="چگونه کالا را مرجوع کنم؟", body="سفارش من اشتباه است.")


@pytest.mark.parametrize("known", [True, False])
async def test_a_customer_or_anybody_asks_and_waits(store: Database, *, known: bool) -> None:
    actor = customer_actor() if known else ANONYMOUS

    question = await ask_public_question(actor, DRAFT, once=Once())

    assert (question.title, question.author_id) == ("چگونه کالا را مرجوع کنم؟", actor.customer_id if known else "anonymous")
    assert (question.audience, question.approved_at, question.status) == (Audience.PUBLIC, None, QuestionStatus.OPEN)
    assert public_status(question) is PublicQuestionStatus.WAITING_FOR_APPROVAL
    asked: dict[str, object] = {
        "question_id": question.id,
        "author_id": question.author_id,
        "invited_expert_ids": [],
        "consultation_id": None,
    }
    assert await facts(store, "questions", question.id) == [("QuestionAsked", asked)]


async def test_members_do_not_ask_as_the_public(store: Database) -> None:
    actor = await make_actor(Role.ADMIN)
    before = await snapshot(store)

    with pytest.raises(Forbidden):
        await ask_public_question(actor, DRAFT, once=Once())

    assert await snapshot(store) == before


async def test_the_same_key_asks_once(store: Database) -> None:
    racing = await asyncio.gather(*(ask_public_question(ANONYMOUS, DRAFT, once=keyed("k", "in")) for _ in range(4)))
    again = await ask_public_question(ANONYMOUS, DRAFT, once=keyed("k", "in"))

    assert {question.id for question in racing} == {again.id}
    assert await Question.find_all().count() == 1
    with pytest.raises(IdempotencyMismatch):
        await ask_public_question(ANONYMOUS, DRAFT, once=keyed("k", "other"))


async def test_a_member_publishes(store: Database) -> None:
    question = await make_public_question()

    published = await publish_question(await make_actor(Role.AGENT), question.id, expected_version=1)

    assert (published.approved_at, published.version) == (published.updated_at, 2)
    assert public_status(published) is PublicQuestionStatus.OPEN
    assert (await facts(store, "questions", question.id))[1:] == [("QuestionPublished", {"question_id": question.id})]
    row = await store["questions"].find_one({"_id": question.id})
    assert row is not None
    assert row["pending"][1]["facts"] == {
        "audience": "PUBLIC",
        "approved_at": published.approved_at,
        "author_id": question.author_id,
    }
    await make_answer(published)
    answered = await Question.get(question.id)
    assert answered is not None
    assert public_status(answered) is PublicQuestionStatus.ANSWERED


async def test_refused_publishing_leaves_no_trace(store: Database) -> None:
    agent, expert = await make_actor(Role.AGENT), await make_actor(Role.EXPERT)
    internal, waiting, changed = await make_question(), await make_public_question(), await make_public_question()
    published = await publish(await make_public_question())
    await store["questions"].update_one({"_id": changed.id}, {"$inc": {"version": 1}})
    before = await snapshot(store)

    for actor, question_id, version, refusal in (
        (expert, waiting.id, 1, Forbidden),
        (agent, internal.id, 1, NotForThePublic),
        (agent, published.id, 2, AlreadyDone),
        (agent, changed.id, 1, Conflict),
        (agent, "qst_nowhere", 1, NotFound),
        (customer_actor(), waiting.id, 1, NotFound),
    ):
        with pytest.raises(refusal):
            await publish_question(actor, question_id, expected_version=version)

    assert await snapshot(store) == before
