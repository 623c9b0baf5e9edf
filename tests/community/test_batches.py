import pytest

from auth.actor import Actor
from community import batches
from community.documents import Question
from community.reading import answers_of_questions
from core.database import Database
from core.paging import Window
from tests.factories.community import make_actor, make_answer, make_question

TWO = Window(limit=2)
LAST_TWO = Window(limit=2, backwards=True)


async def seen_answers(actor: Actor, questions: list[Question], window: Window) -> dict[str, tuple[list[str], bool, bool]]:
    found = await answers_of_questions(actor, [question.id for question in questions], window)
    return {key: ([answer.body for answer in page.items], page.has_previous, page.has_next) for key, page in found.items()}


async def test_answers_of_one_and_of_many_questions_are_the_same_windows(store: Database) -> None:
    expert = await make_actor()
    questions = [await make_question() for _ in range(3)]
    for question, number in zip(questions, (3, 1, 0), strict=True):
        for place in range(number):
            await make_answer(question, expert, body=f"Answer {place}")
    three, one, none = (question.id for question in questions)

    for batch in (questions, [questions[0]], [questions[1]], [questions[2]]):
        keys = {question.id for question in batch}
        first, last = await seen_answers(expert, batch, TWO), await seen_answers(expert, batch, LAST_TWO)
        assert first == {
            key: value
            for key, value in {
                three: (["Answer 0", "Answer 1"], False, True),
                one: (["Answer 0"], False, False),
                none: ([], False, False),
            }.items()
            if key in keys
        }
        assert last == {
            key: value
            for key, value in {
                three: (["Answer 1", "Answer 2"], True, False),
                one: (["Answer 0"], False, False),
                none: ([], False, False),
            }.items()
            if key in keys
        }
    assert await answers_of_questions(expert, [], TWO) == {}


async def test_a_place_in_the_answers_goes_on_there(store: Database) -> None:
    expert, question, other = await make_actor(), await make_question(), await make_question()
    for place in range(3):
        await make_answer(question, expert, body=f"Answer {place}")
    first = (await answers_of_questions(expert, [question.id], TWO))[question.id]

    rest = await seen_answers(expert, [question, other], Window(limit=2, after=first.positions[-1]))

    assert rest[question.id] == (["Answer 2"], True, False)


async def test_very_many_answers_are_read_in_several_queries(store: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "_PAGE", 4)
    expert = await make_actor()
    questions = [await make_question() for _ in range(4)]
    for question, number in zip(questions, (3, 5, 0, 2), strict=True):
        for place in range(number):
            await make_answer(question, expert, body=f"Answer {place}")

    first, last = await seen_answers(expert, questions, TWO), await seen_answers(expert, questions, LAST_TWO)

    assert [first[question.id] for question in questions] == [
        (["Answer 0", "Answer 1"], False, True),
        (["Answer 0", "Answer 1"], False, True),
        ([], False, False),
        (["Answer 0", "Answer 1"], False, False),
    ]
    assert [last[question.id] for question in questions] == [
        (["Answer 1", "Answer 2"], True, False),
        (["Answer 3", "Answer 4"], True, False),
        ([], False, False),
        (["Answer 0", "Answer 1"], False, False),
    ]
