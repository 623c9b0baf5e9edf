import asyncio
from datetime import timedelta

import pytest

from auth.actor import Role
from community.documents import Audience, Question, QuestionStatus, Tag
from community.questions import (
    QuestionChanges,
    QuestionDraft,
    ask_question,
    count_as_answered,
    edit_question,
    open_for_consultation,
    set_invited,
)
from core.clock import clock, now
from core.database import Database
from core.errors import Conflict, Forbidden, IdempotencyMismatch, InvalidInput, NotFound
from core.idempotency import Once
from tests.community.watching import facts, keyed, snapshot
from tests.factories.community import actor_of, customer_actor, make_actor, make_answer, make_member, make_question

DRAFT = QuestionDraft(title="Kargo nerede kaldı?", body="چرا نرسیده است؟", tag_slugs=["Ürün İadesi", "kargo"])


async def stored(question_id: str) -> Question:
    question = await Question.get(question_id)
    assert question is not None
    return question


async def test_a_member_asks(store: Database) -> None:
    asker, expert = await make_actor(Role.AGENT), await make_member()
    draft = DRAFT.model_copy(update={"invited_expert_ids": [expert.id]})

    question = await stored((await ask_question(asker, draft, once=Once())).id)

    assert question.id.startswith("qst_")
    assert (question.title, question.body) == ("Kargo nerede kaldı?", "چرا نرسیده است؟")
    assert question.tags == [Tag(slug="urun-iadesi", name="Ürün İadesi"), Tag(slug="kargo", name="kargo")]
    assert (question.status, question.audience, question.score) == (QuestionStatus.OPEN, Audience.STAFF, 0)
    assert (question.author_id, question.invited_expert_ids) == (asker.member_id, [expert.id])
    assert (question.version, question.created_at) == (1, question.updated_at)
    asked = {
        "question_id": question.id,
        "author_id": asker.member_id,
        "invited_expert_ids": [expert.id],
        "consultation_id": None,
    }
    assert await facts(store, "questions", question.id) == [("QuestionAsked", asked)]


async def test_events_carry_what_the_gate_asks(store: Database) -> None:
    question = await make_question()

    row = await store["questions"].find_one({"_id": question.id})

    assert row is not None
    assert row["pending"][0]["facts"] == {"audience": "STAFF", "author_id": question.author_id}


async def test_customers_do_not_ask_members(store: Database) -> None:
    before = await snapshot(store)

    with pytest.raises(Forbidden):
        await ask_question(customer_actor(), DRAFT, once=Once())

    assert await snapshot(store) == before


async def test_only_members_are_invited_and_never_who_asks(store: Database) -> None:
    asker = await make_actor(Role.AGENT)
    before = await snapshot(store)

    for invited, message in (
        (["mem_nobody"], "There is no member with the id mem_nobody."),
        ([asker.member], "Who asks a question can't be invited to answer it."),
    ):
        with pytest.raises(InvalidInput) as caught:
            await ask_question(asker, DRAFT.model_copy(update={"invited_expert_ids": invited}), once=Once())
        assert (caught.value.message, caught.value.path) == (message, ("invited_expert_ids",))

    assert await snapshot(store) == before


async def test_the_same_key_asks_once(store: Database) -> None:
    asker = await make_actor(Role.AGENT)

    racing = await asyncio.gather(*(ask_question(asker, DRAFT, once=keyed("k", "input")) for _ in range(8)))
    again = await ask_question(asker, DRAFT, once=keyed("k", "input"))

    assert {question.id for question in racing} == {again.id}
    assert await Question.find_all().count() == 1
    assert len(await facts(store, "questions", again.id)) == 1
    with pytest.raises(IdempotencyMismatch):
        await ask_question(asker, DRAFT, once=keyed("k", "other input"))


async def test_the_author_edits_what_they_name(store: Database) -> None:
    asker, one, two = await make_actor(Role.AGENT), await make_member(), await make_member()
    question = await make_question(asker, tag_slugs=["iade"], invited_expert_ids=[one.id])
    clock.shift(timedelta(minutes=1))

    await edit_question(asker, question.id, QuestionChanges(title="Yeni başlık"), expected_version=1)
    await edit_question(
        asker, question.id, QuestionChanges(tag_slugs=["Kargo"], invited_expert_ids=[one.id, two.id]), expected_version=2
    )

    kept = await stored(question.id)
    assert (kept.title, kept.body, kept.version) == ("Yeni başlık", question.body, 3)
    assert (kept.tags, kept.invited_expert_ids) == ([Tag(slug="kargo", name="Kargo")], [one.id, two.id])
    assert kept.updated_at >= question.updated_at + timedelta(minutes=1)
    assert (await facts(store, "questions", question.id))[1:] == [
        ("QuestionChanged", {"question_id": question.id, "newly_invited_ids": []}),
        ("QuestionChanged", {"question_id": question.id, "newly_invited_ids": [two.id]}),
    ]


async def test_a_moderator_edits_others_do_not(store: Database) -> None:
    question = await make_question()
    edited = await edit_question(await make_actor(Role.MANAGER), question.id, QuestionChanges(body="Neu"), expected_version=1)
    stranger = await make_actor(Role.MENTOR)
    before = await snapshot(store)

    for actor, question_id, version, refusal in (
        (stranger, question.id, 2, Forbidden),
        (stranger, "qst_nowhere", 1, NotFound),
        (customer_actor(), question.id, 2, NotFound),
    ):
        with pytest.raises(refusal):
            await edit_question(actor, question_id, QuestionChanges(body="x"), expected_version=version)

    assert edited.body == "Neu"
    assert await snapshot(store) == before


async def test_of_racing_edits_one_wins_and_the_others_see_it(store: Database) -> None:
    asker = await make_actor(Role.AGENT)
    question = await make_question(asker)
    edits = [QuestionChanges(title=f"Title number {number}") for number in range(5)]

    done = await asyncio.gather(
        *(edit_question(asker, question.id, edit, expected_version=1) for edit in edits), return_exceptions=True
    )

    kept = await stored(question.id)
    conflicts = [result for result in done if isinstance(result, Conflict)]
    assert (len(conflicts), kept.version) == (4, 2)
    assert {conflict.current.title for conflict in conflicts} == {kept.title}
    assert len(await facts(store, "questions", question.id)) == 2


async def consulted(**overrides: object) -> Question:
    given = {
        "question_id": "qst_made0before",
        "author_id": "mem_agent",
        "title": "Fatura",
        "body": "Neden iki kez kesildi?",
        "case_id": "case_1",
        "consultation_id": "con_1",
        "invited_expert_ids": ["mem_one"],
        "asked_at": now(),
    }
    return await open_for_consultation(**(given | overrides))  # type: ignore[arg-type]  # the keywords above


async def test_a_consultation_opens_its_question_once(store: Database) -> None:
    asked_at = now()

    first = await consulted(asked_at=asked_at)
    second = await consulted(asked_at=asked_at, title="Never taken")

    assert (first.id, second.title) == (second.id, "Fatura")
    kept = await stored("qst_made0before")
    assert (kept.case_id, kept.consultation_id, kept.created_at, kept.updated_at) == ("case_1", "con_1", asked_at, asked_at)
    asked = {
        "question_id": kept.id,
        "author_id": "mem_agent",
        "invited_expert_ids": ["mem_one"],
        "consultation_id": "con_1",
    }
    assert await facts(store, "questions", kept.id) == [("QuestionAsked", asked)]


async def test_experts_of_a_consultation_follow_it_alone(store: Database) -> None:
    author = await make_member(Role.AGENT)
    question = await consulted(author_id=author.id)

    await set_invited(question.id, ["mem_two", "mem_one"], actor_id="mem_one")
    changed = await set_invited(question.id, ["mem_two", "mem_one"], actor_id="mem_one")
    fewer = await set_invited(question.id, ["mem_two"])

    assert (changed.invited_expert_ids, fewer.invited_expert_ids, fewer.version) == (["mem_two", "mem_one"], ["mem_two"], 1)
    assert (await facts(store, "questions", question.id))[1:] == [
        ("QuestionChanged", {"question_id": question.id, "newly_invited_ids": ["mem_two"]}),
        ("QuestionChanged", {"question_id": question.id, "newly_invited_ids": []}),
    ]
    with pytest.raises(NotFound):
        await set_invited("qst_nowhere", [])
    with pytest.raises(InvalidInput) as caught:
        await edit_question(actor_of(author), question.id, QuestionChanges(invited_expert_ids=[]), expected_version=1)
    assert caught.value.path == ("invited_expert_ids",)


async def test_an_answered_question_stays_what_it_became(store: Database) -> None:
    question = await make_question()
    answer = await make_answer(question)
    before = await snapshot(store)

    again = await count_as_answered(answer)

    assert again.status is QuestionStatus.ANSWERED
    assert await snapshot(store) == before
