"""Fifty thousand questions with answers and remarks, and the members who know about them, with reasons."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from auth.actor import Role
from bootstrap.platform import Platform
from community.documents import (
    Answer,
    Availability,
    Comment,
    Department,
    Evidence,
    EvidenceKind,
    Member,
    Question,
    QuestionStatus,
    Skill,
    Tag,
)
from community.names import sort_key
from core.clock import now
from core.ids import derived_id
from core.records import Record, save_new

_BATCH: Final = 500
_SCREENS: Final = 50
_FULL, _USUAL = 8, 1
"""Answers, and remarks, of the questions that are shown, and of the others."""
_MEMBERS, _DEPARTMENTS, _SKILLS, _REASONS = 60, 4, 12, 4
_TOPICS: Final = ("İade", "Kargo", "Fatura", "ضمانت", "Returns")
_BODY = """Müşteri **{topic}** soruyor, [sayfaya](/wiki/bolum-0) baktım.

- Sipariş üç gün önce verildi.
- مشتری منتظر پاسخ است.
"""


async def fill_questions(platform: Platform, *, questions: int) -> list[str]:
    """Make questions, and members to ask; give the ids of the questions with the most answers."""
    at = now()
    await _save([Department(id=_id("dep", one), created_at=at, name=f"Bölüm {one}") for one in range(_DEPARTMENTS)])
    await _save([Skill(id=_id("skl", one), created_at=at, name=f"Konu {one}", slug=f"konu-{one}") for one in range(_SKILLS)])
    await _save([_member(one) for one in range(_MEMBERS)])
    for start in range(0, questions, _BATCH):
        numbers = range(start, min(start + _BATCH, questions))
        asked = [_question(number) for number in numbers]
        await _save(asked)
        await _save([answer for question, number in zip(asked, numbers, strict=True) for answer in _answers(question, number)])
        await _save([remark for question, number in zip(asked, numbers, strict=True) for remark in _remarks(question, number)])
    reasons = [_reason(member, one) for member in range(_MEMBERS) for one in range(_REASONS)]
    await platform.database[Evidence.get_collection_name()].insert_many([one.model_dump(by_alias=True) for one in reasons])
    return [_id("qst", number) for number in range(min(questions, _SCREENS))]


async def _save(documents: Sequence[Record]) -> None:
    if documents:
        await save_new(documents)


def _id(prefix: str, number: int, part: int = 0) -> str:
    return derived_id(prefix, "bench", str(number), str(part))


def _of(number: int) -> int:
    return _FULL if number < _SCREENS else _USUAL


def _member(number: int) -> Member:
    name = f"Uzman {number:02}"
    return Member(
        id=_id("mem", number),
        created_at=now(),
        display_name=name,
        sort_name=sort_key(name),
        email=f"uzman-{number}@narin.example",
        roles=[Role.EXPERT],
        availability=Availability.ONLINE if number % 2 else Availability.BUSY,
        department_id=_id("dep", number % _DEPARTMENTS),
        job_title="Uzman",
        skill_ids=[_id("skl", (number + one) % _SKILLS) for one in range(6)],
        answer_seconds=[600 + 10 * number, 900, 1200],
    )


def _question(number: int) -> Question:
    at, topic = now() - timedelta(minutes=number), _TOPICS[number % len(_TOPICS)]
    is_open = number % 10 == 9 and number >= _SCREENS
    return Question(
        id=_id("qst", number),
        created_at=at,
        updated_at=at,
        author_id=_id("mem", number % _MEMBERS),
        title=f"{topic}: {number}. sipariş ne zaman gelir?",
        body=_BODY.format(topic=topic),
        status=QuestionStatus.OPEN if is_open else QuestionStatus.SOLVED,
        tags=[Tag(slug=f"konu-{number % _SKILLS}", name=f"Konu {number % _SKILLS}")],
        invited_expert_ids=[_id("mem", (number + one) % _MEMBERS) for one in (1, 2)],
        accepted_answer_ids=[] if is_open else [_id("ans", number)],
        votes={_id("mem", number % _MEMBERS): 1},
        score=1,
    )


def _answers(question: Question, number: int) -> list[Answer]:
    return [
        Answer(
            id=_id("ans", number, one),
            created_at=question.created_at + timedelta(minutes=5, seconds=one),
            question_id=question.id,
            author_id=_id("mem", (number + one + 1) % _MEMBERS),
            body=f"Depodan *{one + 1}* günde çıkar; {question.title}",
            score=one,
        )
        for one in range(_of(number))
        if question.status is not QuestionStatus.OPEN
    ]


def _remarks(question: Question, number: int) -> list[Comment]:
    return [
        Comment(
            id=_id("cmt", number, one),
            created_at=question.created_at + timedelta(minutes=1, seconds=one),
            question_id=question.id,
            target_id=question.id,
            author_id=_id("mem", (number + one + 2) % _MEMBERS),
            body=f"Hangi **depo**? ({one})",
            root=True,
        )
        for one in range(_of(number) if number < _SCREENS else 0)
    ]


def _reason(member: int, one: int) -> Evidence:
    number = (member * _REASONS + one) % _SCREENS
    return Evidence(
        id=_id("evd", member, one),
        member_id=_id("mem", member),
        kind=EvidenceKind.ACCEPTED_ANSWER,
        text=f"Answered question {number}",
        source_id=_id("ans", number),
        tags=[f"konu-{one}"],
        weight=3.0,
        occurred_at=now() - timedelta(hours=one),
    )
