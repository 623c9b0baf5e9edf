"""Where entries come from: each kind's documents, read in batches with everything that belongs into their entries."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from care.documents.answer_bank import AnswerBankEntry
from care.documents.cases import Case
from care.documents.consultations import Consultation
from care.documents.conversations import Message
from care.reading.customers import names_of_customers
from community.batches import read_children
from community.blog.documents import BlogPost
from community.documents import Answer, Audience, Comment, Department, Member, Question, Skill
from community.help.documents import HelpArticle
from community.ideas.documents import Idea
from community.insights.documents import Insight
from community.wiki.documents import WikiPage
from core.paging import Order, Window
from core.records import Record, by_ids
from search.composing import (
    answer_entry,
    case_entry,
    help_entry,
    idea_entry,
    insight_entry,
    member_entry,
    post_entry,
    public_question_entry,
    question_entry,
    wiki_entry,
)
from search.engine import SearchIndex
from search.entries import SearchEntry, SearchKind

BATCH: Final = 100
_MOST_MESSAGES: Final = 300
_MOST_ANSWERS: Final = 100
_MOST_COMMENTS: Final = 50
_OLDEST_FIRST: Final = Order((("created_at", 1),))
_PRESENT: Final = {"deleted_at": {"$exists": False}, "kept_for": {"$exists": False}}

Compose = Callable[[Sequence[Any]], Awaitable[list[SearchEntry]]]


@dataclass(frozen=True, slots=True)
class Source:
    """One kind of entry: the index it is in, the documents it is made of, and how.

    `compose` leaves documents out that never were and never will be in the index; an entry without readers is to go.
    """

    index: SearchIndex
    kind: SearchKind
    model: type[Record]
    compose: Compose


async def batches(model: type[Record]) -> AsyncIterator[list[Any]]:
    """Read all documents in the order of their ids, by keyset, so that a change meanwhile moves nothing."""
    last = ""
    while page := await model.find({"_id": {"$gt": last}}).sort("_id").limit(BATCH).to_list():
        yield page
        last = page[-1].id


async def _cases(cases: Sequence[Case]) -> list[SearchEntry]:
    ids = [case.id for case in cases]
    messages = await read_children(Message, ("case_id", ids), {}, _OLDEST_FIRST, Window(_MOST_MESSAGES, backwards=True))
    customers = await names_of_customers([case.customer_id for case in cases if case.customer_id])
    await _bring_consulted_in_line(cases)

    def compose() -> list[SearchEntry]:
        return [case_entry(case, messages[case.id].items, customers.get(case.customer_id or "", ())) for case in cases]

    return await asyncio.to_thread(compose)


async def _bring_consulted_in_line(cases: Sequence[Case]) -> None:
    """Take who is asked from the consultations: the case's own list follows them a moment later, and without an event."""
    consulted: dict[str, set[str]] = {case.id: set() for case in cases}
    for consultation in await Consultation.find({"case_id": {"$in": list(consulted)}}).to_list():
        consulted[consultation.case_id].update(consultation.invited_expert_ids)
    for case in cases:
        case.consulted = sorted(consulted[case.id])


async def _questions(questions: Sequence[Question]) -> list[SearchEntry]:
    answers = await _answers(questions)
    targets = {one: [one, *(answer.id for answer in written)] for one, written in answers.items()}
    everywhere = [target for several in targets.values() for target in several]
    window = Window(_MOST_COMMENTS)
    comments = await read_children(Comment, ("target_id", everywhere), _PRESENT, _OLDEST_FIRST, window)

    def compose() -> list[SearchEntry]:
        return [
            question_entry(question, answers[question.id], [row for one in targets[question.id] for row in comments[one].items])
            for question in questions
        ]

    return await asyncio.to_thread(compose)


async def _public_questions(questions: Sequence[Question]) -> list[SearchEntry]:
    asked_by_customers = [question for question in questions if question.audience is Audience.PUBLIC]
    answers = await _answers(asked_by_customers)

    def compose() -> list[SearchEntry]:
        return [public_question_entry(question, answers[question.id]) for question in asked_by_customers]

    return await asyncio.to_thread(compose)


async def _answers(questions: Sequence[Question]) -> dict[str, list[Answer]]:
    """Read each question's first answers, those that were accepted before the others."""
    ids = [question.id for question in questions]
    found = await read_children(Answer, ("question_id", ids), _PRESENT, _OLDEST_FIRST, Window(_MOST_ANSWERS))
    accepted = {answer_id for question in questions for answer_id in question.accepted_answer_ids}
    return {one: sorted(page.items, key=lambda answer: answer.id not in accepted) for one, page in found.items()}


async def _members(members: Sequence[Member]) -> list[SearchEntry]:
    departments = await by_ids(Department, [member.department_id for member in members if member.department_id])
    skills = await by_ids(Skill, [skill_id for member in members for skill_id in member.skill_ids])
    return [
        member_entry(
            member,
            departments.get(member.department_id or ""),
            [skills[skill_id] for skill_id in member.skill_ids if skill_id in skills],
        )
        for member in members
    ]


async def _answer_bank(entries: Sequence[AnswerBankEntry]) -> list[SearchEntry]:
    return await asyncio.to_thread(lambda: [answer_entry(entry) for entry in entries])


async def _wiki_pages(found: Sequence[WikiPage]) -> list[SearchEntry]:
    return await asyncio.to_thread(lambda: [wiki_entry(page) for page in found])


async def _help_articles(found: Sequence[HelpArticle]) -> list[SearchEntry]:
    return await asyncio.to_thread(lambda: [help_entry(article) for article in found])


async def _ideas(found: Sequence[Idea]) -> list[SearchEntry]:
    return await asyncio.to_thread(lambda: [idea_entry(idea) for idea in found])


async def _insights(found: Sequence[Insight]) -> list[SearchEntry]:
    return await asyncio.to_thread(lambda: [insight_entry(insight) for insight in found])


async def _posts(found: Sequence[BlogPost]) -> list[SearchEntry]:
    return await asyncio.to_thread(lambda: [post_entry(post) for post in found])


SOURCES: Final = (
    Source(SearchIndex.STAFF, SearchKind.CASE, Case, _cases),
    Source(SearchIndex.STAFF, SearchKind.QUESTION, Question, _questions),
    Source(SearchIndex.STAFF, SearchKind.MEMBER, Member, _members),
    Source(SearchIndex.STAFF, SearchKind.ANSWER_BANK_ENTRY, AnswerBankEntry, _answer_bank),
    Source(SearchIndex.STAFF, SearchKind.WIKI_PAGE, WikiPage, _wiki_pages),
    Source(SearchIndex.STAFF, SearchKind.IDEA, Idea, _ideas),
    Source(SearchIndex.STAFF, SearchKind.INSIGHT, Insight, _insights),
    Source(SearchIndex.STAFF, SearchKind.BLOG_POST, BlogPost, _posts),
    Source(SearchIndex.PORTAL, SearchKind.HELP_ARTICLE, HelpArticle, _help_articles),
    Source(SearchIndex.PORTAL, SearchKind.PUBLIC_QUESTION, Question, _public_questions),
)
