import asyncio
from datetime import timedelta

import pytest

from auth.actor import Role
from community.answers import (
    MOST_ACCEPTED,
    AnswerChanges,
    AnswerDraft,
    accept_answer,
    answer_question,
    edit_answer,
    remember_answer_times,
    unaccept_answer,
)
from community.documents import Answer, Evidence, EvidenceKind, Member, Question, QuestionStatus
from community.errors import NotYours, QuestionClosed
from community.spaces.documents import SpaceVisibility
from core.clock import clock
from core.database import Database
from core.errors import AlreadyDone, Conflict, Forbidden, IdempotencyMismatch, LimitReached, NotFound
from core.idempotency import Once
from core.records import fresh
from tests.community.test_handlers import handle_everything
from tests.community.watching import facts, keyed, snapshot
from tests.factories.community import accept, customer_actor, make_actor, make_answer, make_question
from tests.factories.spaces import make_space


async def status_of(question: Question) -> QuestionStatus:
    found = await Question.get(question.id)
    assert found is not None
    return found.status


async def shown_evidence(store: Database) -> list[tuple[str, str, float, str, list[str]]]:
    rows = await store["evidence"].find({"withdrawn_at": {"$exists": False}}).sort("source_id", 1).to_list()
    return [(row["member_id"], row["kind"], row["weight"], row["text"], row["tags"]) for row in rows]


async def test_an_expert_answers(store: Database) -> None:
    question = await make_question(title="Kargo nerede?", tag_slugs=["kargo"])
    expert = await make_actor()
    clock.shift(timedelta(seconds=90))

    answer, given_to = await answer_question(expert, AnswerDraft(question_id=question.id, body=" Depoda. "), once=Once())

    assert answer.id.startswith("ans_")
    assert (answer.body, answer.author_id, answer.question_id, answer.version) == ("Depoda.", expert.member_id, question.id, 1)
    given = {"answer_id": answer.id, "question_id": question.id, "author_id": expert.member_id}
    assert await facts(store, "answers", answer.id) == [("AnswerGiven", given)]
    kept, member = await Question.get(question.id), await Member.get(expert.member)
    assert kept is not None
    assert member is not None
    assert (kept.status, kept.updated_at, kept.version) == (QuestionStatus.ANSWERED, answer.created_at, 1)
    assert given_to == kept
    assert (await facts(store, "questions", question.id))[1:] == [
        ("QuestionChanged", {"question_id": question.id, "newly_invited_ids": []})
    ]
    assert (member.answer_seconds, await shown_evidence(store)) == ([], [])
    await handle_everything(store)
    assert (await fresh(member)).answer_seconds == [90]
    assert await shown_evidence(store) == [(expert.member, "ANSWER", 1.0, "Kargo nerede?", ["kargo"])]


@pytest.mark.parametrize("closed", [True, False])
async def test_what_takes_no_answer_refuses_it(store: Database, *, closed: bool) -> None:
    question, expert = await make_question(), await make_actor()
    if closed:
        await store["questions"].update_one({"_id": question.id}, {"$set": {"status": "CLOSED"}})
    draft = AnswerDraft(question_id=question.id if closed else "qst_nowhere", body="x")
    before = await snapshot(store)

    with pytest.raises(QuestionClosed if closed else NotFound):
        await answer_question(expert, draft, once=Once())
    with pytest.raises(NotFound):
        await answer_question(customer_actor(), AnswerDraft(question_id=question.id, body="x"), once=Once())

    assert await snapshot(store) == before


async def test_the_same_key_answers_once_and_mends_what_a_crash_left(store: Database) -> None:
    question, expert = await make_question(), await make_actor()
    draft = AnswerDraft(question_id=question.id, body="Bir")

    racing = await asyncio.gather(*(answer_question(expert, draft, once=keyed("k", "in")) for _ in range(5)))
    await store["questions"].update_one({"_id": question.id}, {"$set": {"status": "OPEN"}})
    again, answered = await answer_question(expert, draft, once=keyed("k", "in"))

    assert {answer.id for answer, _ in racing} == {again.id}
    assert await Answer.find_all().count() == 1
    assert answered is not None
    assert (answered.id, answered.status, await status_of(question)) == (question.id, "ANSWERED", QuestionStatus.ANSWERED)
    await store["questions"].update_one({"_id": question.id}, {"$set": {"closed_space_id": "spc_closed"}})
    assert await answer_question(expert, draft, once=keyed("k", "in")) == (again, None)
    with pytest.raises(IdempotencyMismatch):
        await answer_question(expert, draft, once=keyed("k", "other"))


async def test_the_author_edits_an_answer(store: Database) -> None:
    question, expert = await make_question(), await make_actor()
    answer = await make_answer(question, expert)

    edited = await edit_answer(expert, answer.id, AnswerChanges(body="Yarın gelir."), expected_version=1)

    assert (edited.body, edited.version) == ("Yarın gelir.", 2)
    changed = {"answer_id": answer.id, "question_id": question.id}
    assert (await facts(store, "answers", answer.id))[1:] == [("AnswerChanged", changed)]
    before = await snapshot(store)
    with pytest.raises(Conflict):
        await edit_answer(expert, answer.id, AnswerChanges(body="x"), expected_version=1)
    stranger = await make_actor(email="s@example.com")
    with pytest.raises(NotYours):
        await edit_answer(stranger, answer.id, AnswerChanges(body="x"), expected_version=2)
    await store["members"].delete_one({"_id": stranger.member_id})
    assert await snapshot(store) == before


async def test_who_asked_accepts_one_answer_and_replaces_it(store: Database) -> None:
    asker, first_expert, second_expert = await make_actor(Role.AGENT), await make_actor(), await make_actor()
    question = await make_question(asker, title="Kargo nerede?")
    first, second = await make_answer(question, first_expert), await make_answer(question, second_expert)

    accepted = await accept_answer(asker, first.id, expected_version=1)
    replaced = await accept_answer(asker, second.id, expected_version=2)

    assert (accepted.accepted_answer_ids, accepted.status, accepted.version) == ([first.id], QuestionStatus.SOLVED, 2)
    assert (replaced.accepted_answer_ids, replaced.status, replaced.version) == ([second.id], QuestionStatus.SOLVED, 3)
    one, two = ({"question_id": question.id, "answer_id": answer.id} for answer in (first, second))
    assert (await facts(store, "questions", question.id))[2:] == [
        ("AnswerAccepted", one),
        ("AnswerUnaccepted", one),
        ("AnswerAccepted", two),
    ]
    await handle_everything(store)
    assert sorted(await shown_evidence(store)) == sorted(
        [
            (first_expert.member, "ANSWER", 1.0, "Kargo nerede?", []),
            (second_expert.member, "ACCEPTED_ANSWER", 3.0, "Kargo nerede?", []),
        ]
    )


async def test_several_are_accepted_where_the_space_allows_it_up_to_ten(store: Database) -> None:
    asker = await make_actor(Role.AGENT)
    space = await make_space(asker, visibility=SpaceVisibility.OPEN, several_accepted=True)
    question = await make_question(asker, space_id=space.id)
    answers = [await make_answer(question, asker) for _ in range(MOST_ACCEPTED + 1)]

    for version, answer in enumerate(answers[:MOST_ACCEPTED], start=1):
        await accept_answer(asker, answer.id, expected_version=version)

    solved = await Question.get(question.id)
    assert solved is not None
    assert solved.accepted_answer_ids == [answer.id for answer in answers[:MOST_ACCEPTED]]
    before = await snapshot(store)
    with pytest.raises(LimitReached):
        await accept_answer(asker, answers[-1].id, expected_version=11)
    assert await snapshot(store) == before


async def test_a_moderator_replaces_what_is_accepted_outside_of_such_a_space(store: Database) -> None:
    moderator, question = await make_actor(Role.MANAGER), await make_question()
    first, second = await make_answer(question), await make_answer(question)
    await accept_answer(moderator, first.id, expected_version=1)

    solved = await accept_answer(moderator, second.id, expected_version=2)

    assert solved.accepted_answer_ids == [second.id]


async def test_an_answer_that_its_author_accepts_proves_nothing_more(store: Database) -> None:
    asker = await make_actor(Role.AGENT)
    question = await make_question(asker)
    answer = await make_answer(question, asker)

    await accept(answer, asker, expected_version=1)

    assert [(kind, weight) for _, kind, weight, _, _ in await shown_evidence(store)] == [("ANSWER", 1.0)]
    member = await Member.get(asker.member)
    assert member is not None
    assert member.answer_seconds == []


async def test_taking_back_leaves_an_answer_that_was_given(store: Database) -> None:
    asker = await make_actor(Role.AGENT)
    question = await make_question(asker)
    answer = await make_answer(question)
    await accept(answer, asker, expected_version=1)

    taken_back = await unaccept_answer(asker, answer.id, expected_version=2)
    await handle_everything(store)

    assert (taken_back.accepted_answer_ids, taken_back.status, taken_back.version) == ([], QuestionStatus.ANSWERED, 3)
    assert [(kind, weight) for _, kind, weight, _, _ in await shown_evidence(store)] == [("ANSWER", 1.0)]
    hidden = await Evidence.find_one({"kind": EvidenceKind.ACCEPTED_ANSWER})
    assert hidden is not None
    assert hidden.withdrawn_at is not None
    assert (await accept(answer, asker, expected_version=3)).accepted_answer_ids == [answer.id]
    assert [(kind, weight) for _, kind, weight, _, _ in await shown_evidence(store)] == [("ACCEPTED_ANSWER", 3.0)]


async def test_taking_back_one_of_two_leaves_the_question_solved(store: Database) -> None:
    moderator = await make_actor(Role.MANAGER)
    space = await make_space(moderator, visibility=SpaceVisibility.OPEN, several_accepted=True)
    question = await make_question(moderator, space_id=space.id)
    one, two = await make_answer(question), await make_answer(question)
    await accept_answer(moderator, one.id, expected_version=1)
    await accept_answer(moderator, two.id, expected_version=2)

    left = await unaccept_answer(moderator, one.id, expected_version=3)

    assert (left.accepted_answer_ids, left.status) == ([two.id], QuestionStatus.SOLVED)


async def test_a_closed_question_stays_closed(store: Database) -> None:
    moderator, question = await make_actor(Role.MANAGER), await make_question()
    answer = await make_answer(question)
    await store["questions"].update_one({"_id": question.id}, {"$set": {"status": "CLOSED"}})

    await accept_answer(moderator, answer.id, expected_version=1)
    assert await status_of(question) is QuestionStatus.CLOSED

    await unaccept_answer(moderator, answer.id, expected_version=2)
    assert await status_of(question) is QuestionStatus.CLOSED


async def test_refused_accepting_leaves_no_trace(store: Database) -> None:
    asker, expert = await make_actor(Role.AGENT), await make_actor()
    question = await make_question(asker)
    given, accepted = await make_answer(question, expert), await make_answer(question, expert)
    await accept_answer(asker, accepted.id, expected_version=1)
    before = await snapshot(store)

    for act, actor, answer_id, version, refusal in (
        (accept_answer, expert, given.id, 2, NotYours),
        (accept_answer, asker, accepted.id, 2, AlreadyDone),
        (accept_answer, asker, given.id, 1, Conflict),
        (accept_answer, asker, "ans_nowhere", 2, NotFound),
        (accept_answer, asker, "\ud800", 2, NotFound),
        (unaccept_answer, expert, accepted.id, 2, Forbidden),
        (unaccept_answer, asker, given.id, 2, AlreadyDone),
        (unaccept_answer, asker, accepted.id, 1, Conflict),
    ):
        with pytest.raises(refusal):
            await act(actor, answer_id, expected_version=version)

    assert await snapshot(store) == before


async def test_of_racing_acceptances_one_counts(store: Database) -> None:
    asker = await make_actor(Role.AGENT)
    question = await make_question(asker)
    answers = [await make_answer(question) for _ in range(3)]

    done = await asyncio.gather(
        *(accept_answer(asker, answer.id, expected_version=1) for answer in answers), return_exceptions=True
    )

    kept = await Question.get(question.id)
    assert kept is not None
    assert (len(kept.accepted_answer_ids), kept.version) == (1, 2)
    assert [type(result) for result in done if not isinstance(result, Question)] == [Conflict, Conflict]


async def test_the_times_of_the_first_answers_to_the_last_questions_of_others_are_kept(store: Database) -> None:
    expert = await make_actor(Role.AGENT)
    own = await make_question(expert)
    asked = [await make_question() for _ in range(3)]
    await make_answer(own, expert)
    for seconds, question in zip((60, 120, 240), asked, strict=True):
        clock.reset_shift()
        clock.shift(timedelta(seconds=seconds))
        await make_answer(question, expert)
    clock.shift(timedelta(hours=1))
    await make_answer(asked[0], expert)

    await remember_answer_times(expert.member)
    await remember_answer_times("mem_nobody")

    member = await Member.get(expert.member)
    assert member is not None
    assert [round(seconds, -1) for seconds in member.answer_seconds] == [60, 120, 240]
