from dataclasses import replace

import pytest

from auth.actor import ANONYMOUS, Actor, ActorKind, Role
from community.answers import accept_answer
from community.comment_reading import comments_by_ids
from community.listing import UNFILTERED, Comparison, Either, Every, Filter, Where, Without
from community.reading import (
    QuestionOrder,
    answer_counts,
    answers_below,
    answers_by_ids,
    answers_of_questions,
    comment_counts,
    comments_of,
    count_questions,
    list_questions,
    question_for,
    question_order,
    questions_by_ids,
    require_answer,
    require_question,
    target_for,
    visible_questions,
)
from community.votes import VoteValue, cast_vote
from core.database import Database
from core.errors import InvalidInput, NotFound
from core.gates import admits
from core.paging import Window
from tests.community.watching import reads
from tests.factories.community import (
    customer_actor,
    make_actor,
    make_answer,
    make_comment,
    make_public_question,
    make_question,
    publish,
)

TWO = Window(limit=2)
LAST_TWO = Window(limit=2, backwards=True)


async def test_who_sees_which_questions(store: Database) -> None:
    customer = customer_actor()
    internal, waiting = await make_question(), await make_public_question(customer)
    published, deleted = await publish(await make_public_question()), await make_question()
    await store["questions"].update_one({"_id": deleted.id}, {"$set": {"deleted_at": deleted.created_at}})
    names = {internal.id: "internal", waiting.id: "waiting", published.id: "published", deleted.id: "deleted"}
    rows = await store["questions"].find({}).to_list()

    seen = {}
    for who, actor in {
        "expert": await make_actor(),
        "service": Actor(ActorKind.SERVICE, "svc"),
        "who asked": customer,
        "customer": customer_actor(),
        "nobody": replace(customer_actor(), customer_id=None),
        "public": ANONYMOUS,
    }.items():
        seen[who] = {names[question_id] for question_id in await questions_by_ids(actor, list(names))}
        assert {names[row["_id"]] for row in rows if admits(visible_questions(actor), row)} == seen[who]

    assert seen == {
        "expert": {"internal", "waiting", "published"},
        "service": set(),
        "who asked": {"waiting", "published"},
        "customer": {"published"},
        "nobody": set(),
        "public": {"published"},
    }


async def test_what_is_not_there_reads_like_what_is_hidden(store: Database) -> None:
    question = await make_question()

    for identifier in (question.id, "qst_nowhere", "ans_nowhere", "\ud800", ""):
        assert await question_for(ANONYMOUS, identifier) is None
        assert await target_for(ANONYMOUS, identifier) is None
        with pytest.raises(NotFound):
            await require_question(ANONYMOUS, identifier)
        with pytest.raises(NotFound):
            await require_answer(ANONYMOUS, identifier)
    assert await answers_by_ids(ANONYMOUS, []) == {}
    assert await comments_by_ids(ANONYMOUS, ["cmt_x"]) == {}


async def test_questions_are_filtered_and_ordered(store: Database) -> None:
    asker, expert = await make_actor(Role.AGENT), await make_actor()
    mine = await make_question(asker, tag_slugs=["Ürün İadesi"])
    invited = await make_question(invited_expert_ids=[expert.member], tag_slugs=["kargo"])
    answered = await make_question(tag_slugs=["kargo"])
    await make_answer(answered, expert)
    await cast_vote(expert, mine.id, VoteValue.UP)
    await cast_vote(asker, invited.id, VoteValue.DOWN)
    names = {mine.id: "mine", invited.id: "invited", answered.id: "answered"}
    opened = Where("status", Comparison.EQ, "OPEN")

    async def found(
        condition: Filter = UNFILTERED, order: QuestionOrder = QuestionOrder.CREATED_AT, direction: int = -1
    ) -> list[str]:
        by = question_order(order, direction)
        page = await list_questions(expert, condition=condition, order=by, window=Window(limit=10))
        assert await count_questions(expert, condition=condition, order=by) == len(page.items)
        return [names[question.id] for question in page.items]

    assert await found() == ["answered", "invited", "mine"]
    assert await found(direction=1) == ["mine", "invited", "answered"]
    assert await found(order=QuestionOrder.UPDATED_AT) == ["answered", "invited", "mine"]
    assert await found(order=QuestionOrder.SCORE) == ["mine", "answered", "invited"]
    assert await found(opened) == ["invited", "mine"]
    assert await found(Where("tag", Comparison.EQ, "Kargo")) == ["answered", "invited"]
    assert await found(Where("tag", Comparison.EQ, "urun-iadesi")) == ["mine"]
    assert await found(Where("author_id", Comparison.IN, [asker.member])) == ["mine"]
    assert await found(Where("invited_expert_id", Comparison.EQ, expert.member)) == ["invited"]
    assert await found(Every((opened, Without(Where("tag", Comparison.EQ, "kargo"))))) == ["mine"]
    assert await found(Every((opened, Where("tag", Comparison.CONTAINS, "iade")))) == ["mine"]
    assert await found(Either((Where("author_id", Comparison.EQ, asker.member), Where("status", Comparison.EQ, "ANSWERED")))) == [
        "answered",
        "mine",
    ]
    assert await found(Where("created_at", Comparison.BEFORE, answered.created_at), direction=1) == ["mine", "invited"]
    with pytest.raises(InvalidInput):
        await found(Without(opened))


async def test_a_list_goes_on_where_it_stopped(store: Database) -> None:
    expert = await make_actor()
    questions = [await make_question() for _ in range(5)]

    first = await list_questions(expert, window=TWO)
    second = await list_questions(expert, window=Window(limit=2, after=first.positions[-1]))
    back = await list_questions(expert, window=Window(limit=1, before=second.positions[0], backwards=True))

    newest = [question.id for question in reversed(questions)]
    assert [[question.id for question in page.items] for page in (first, second, back)] == [newest[:2], newest[2:4], newest[1:2]]
    assert [(page.has_previous, page.has_next) for page in (first, second, back)] == [(False, True), (True, True), (True, True)]


async def test_the_public_lists_published_questions(store: Database) -> None:
    await make_question()
    await make_public_question()
    published = await publish(await make_public_question())

    page = await list_questions(ANONYMOUS, window=TWO)

    assert [question.id for question in page.items] == [published.id]


async def test_one_and_many_parents_cost_the_same_queries(store: Database) -> None:
    expert = await make_actor()
    questions = [await make_question() for _ in range(6)]
    answers = [await make_answer(question, expert) for question in questions]
    costs = []

    for size in (1, 6):
        question_ids, answer_ids = [row.id for row in questions[:size]], [row.id for row in answers[:size]]
        with reads() as commands:
            await questions_by_ids(expert, question_ids)
            await answers_of_questions(expert, question_ids, TWO)
            await answer_counts(expert, question_ids)
            await comments_of(expert, question_ids, TWO)
            await comment_counts(expert, question_ids)
            await answers_below(expert, answer_ids)
            await answers_by_ids(expert, answer_ids)
        costs.append(commands)

    assert (
        costs[0]
        == costs[1]
        == [
            "find questions",
            "find answers",
            "aggregate answers",
            "find comments",
            "aggregate comments",
            "find answers",
            "find answers",
            "find questions",
        ]
    )


async def test_the_public_gets_answers_of_published_questions_only(store: Database) -> None:
    customer, expert = customer_actor(), await make_actor()
    waiting, published = await make_public_question(customer), await publish(await make_public_question())
    hidden, shown = await make_answer(waiting, expert), await make_answer(published, expert)
    comment = await make_comment(published, expert)
    ids = [waiting.id, published.id]

    for actor in (customer, ANONYMOUS):
        pages = await answers_of_questions(actor, ids, TWO)
        assert {key: [answer.id for answer in page.items] for key, page in pages.items()} == {
            waiting.id: [],
            published.id: [shown.id],
        }
        assert await answer_counts(actor, ids) == {waiting.id: 0, published.id: 1}
        assert list(await answers_by_ids(actor, [hidden.id, shown.id])) == [shown.id]
        assert await answers_below(actor, [shown.id]) == {}
        assert await comments_by_ids(actor, [comment.id]) == {}
        assert (await comments_of(actor, ids, TWO))[published.id].items == []
        assert await comment_counts(actor, ids) == {waiting.id: 0, published.id: 0}
    assert await answer_counts(expert, ids) == {waiting.id: 1, published.id: 1}
    assert await answer_counts(expert, []) == {}


async def test_comments_and_accepted_answers_of_many_are_read_together(store: Database) -> None:
    asker = await make_actor(Role.AGENT)
    question = await make_question(asker)
    answer = await make_answer(question)
    await accept_answer(asker, answer.id, expected_version=1)
    remarks = [await make_comment(question, body=f"Remark {place}") for place in range(3)]
    other = await make_comment(answer)

    pages = await comments_of(asker, [question.id, answer.id], LAST_TWO)
    by_ids = await comments_by_ids(asker, [remarks[0].id, other.id, "cmt_nowhere", "nonsense"])

    assert [comment.body for comment in pages[question.id].items] == ["Remark 1", "Remark 2"]
    assert [comment.id for comment in pages[answer.id].items] == [other.id]
    assert await comment_counts(asker, [question.id, answer.id]) == {question.id: 3, answer.id: 1}
    assert set(by_ids) == {remarks[0].id, other.id}
    assert list(await answers_below(asker, [answer.id])) == [answer.id]
    assert await answers_below(asker, []) == {}
    await store["answers"].update_one({"_id": answer.id}, {"$set": {"deleted_at": answer.created_at}})
    assert await answers_by_ids(asker, [answer.id]) == {}
    assert await answers_below(asker, [answer.id]) == {}
