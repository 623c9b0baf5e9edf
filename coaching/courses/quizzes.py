"""Quizzes: drawn and ordered by a seed, compared with what is right, counted."""

import hashlib
from collections.abc import Sequence

from care.documents.standing import SocialLevel
from coaching.courses.documents import Answered, Asked, Attempt, AttemptState, Enrolment, QuestionKind, Quiz, QuizQuestion

FULL = 100


def draw(quiz: Quiz, seed: str) -> list[Asked]:
    """Draw the questions of an attempt and the order of their choices: the same seed always gives the same."""
    drawn = [quiz.questions[place] for place in _shuffled(seed, "bank", len(quiz.questions))[: quiz.asked]]
    return [Asked(question=one.key, order=_shuffled(seed, one.key, len(one.choices))) for one in drawn]


def percent_of(question: QuizQuestion, given: Answered) -> int | None:
    """Give the points for an answer, all or nothing; None for a text that somebody has to mark."""
    match question.kind:
        case QuestionKind.TEXT:
            return None if given.text else 0
        case QuestionKind.ORDER:
            right = given.choices == list(range(len(question.choices)))
        case _:
            right = bool(given.choices) and set(given.choices) == set(question.right)
    return FULL if right else 0


def right_of(question: QuizQuestion) -> list[int]:
    """Give the choices that are right, as they are counted in the bank."""
    return list(range(len(question.choices))) if question.kind is QuestionKind.ORDER else sorted(question.right)


def shows_right(enrolment: Enrolment, attempt: Attempt, quiz: Quiz) -> bool:
    """Tell whether a learner may see what is right: once it is handed in, and no other attempt can be helped by it."""
    others = [one for one in enrolment.attempts if one.unit == attempt.unit]
    ended = attempt.unit in enrolment.done or len(others) >= quiz.most_attempts
    return ended and all(one.state is not AttemptState.OPEN for one in others)


def score_of(quiz: Quiz, attempt: Attempt) -> float | None:
    """Give the score of an attempt from 0 to 100, by weights; None while something is not marked."""
    given = {one.question: one.percent for one in attempt.answers}
    asked = [one.question for one in attempt.asked]
    if any(given.get(one, 0) is None for one in asked):
        return None
    questions = [one for one in quiz.questions if one.key in asked]
    return _weighed(questions, given)


def placed(quiz: Quiz, attempt: Attempt) -> SocialLevel:
    """Give the level that a placement test proposes: the highest up to which enough was right at every level."""
    given = {one.question: one.percent for one in attempt.answers}
    asked = {one.question for one in attempt.asked}
    found = SocialLevel.NEWCOMER
    for level in SocialLevel:
        questions = [one for one in quiz.questions if one.key in asked and one.level is level]
        if not questions:
            continue
        if _weighed(questions, given) < quiz.pass_percent:
            break
        found = level
    return found


def _weighed(questions: Sequence[QuizQuestion], given: dict[str, int | None]) -> float:
    whole = sum(one.weight for one in questions)
    return round(sum(one.weight * (given.get(one.key) or 0) for one in questions) / whole, 2)


def _shuffled(seed: str, name: str, number: int) -> list[int]:
    return sorted(range(number), key=lambda place: hashlib.sha256(f"{seed}\0{name}\0{place}".encode()).digest())
