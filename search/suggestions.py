"""What is suggested beside a case: who could help, answers to reuse, and what was solved before."""

import asyncio
from collections.abc import Sequence
from typing import Final

from auth.actor import ANONYMOUS, Actor
from care.documents.answer_bank import AnswerBankEntry, AnswerBankStatus
from care.documents.case_states import CaseStatus
from care.documents.cases import Case
from care.documents.conversations import Direction, Message
from community.documents import Question, QuestionStatus
from community.ideas.documents import Idea
from community.ideas.reading import ideas_by_ids
from community.reading import questions_by_ids
from core.text.intent import Intent, intent_of
from search.engine import SearchEngine
from search.entries import SearchKind
from search.experts.finding import Suggestion, suggest
from search.querying import Hit, find_alike

_MESSAGES_READ: Final = 3
_LOOKED_AT: Final = 50
_OTHER_INTENT: Final = 0.8
"""How much an answer counts whose question wants something else than the customer."""
_SOLVED_CASES: Final = frozenset({CaseStatus.RESOLVED, CaseStatus.CLOSED})


async def experts_for_case(actor: Actor, engine: SearchEngine, case: Case, *, limit: int) -> list[Suggestion]:
    """Suggest members who could help with a case that the actor was given, the best first, with reasons.

    Raises Forbidden without `search:use`, Unavailable; so do the other two.
    """
    return await suggest(actor, engine, await text_of_case(case), tags=[tag.slug for tag in case.tags], limit=limit)


async def answers_for_case(actor: Actor, engine: SearchEngine, case: Case, *, limit: int) -> list[tuple[AnswerBankEntry, float]]:
    """Suggest approved answers of the bank that fit a case that the actor was given, the best first, with their scores.

    Drafts and expired ones are left out: whoever picks a suggestion sends it to a customer. Those come first whose question
    wants the same as the customer.
    """
    found = await answers_alike(actor, engine, await text_of_case(case), limit=_LOOKED_AT)
    return _by_intent(found, case)[:limit]


async def answers_while_replying(
    actor: Actor, engine: SearchEngine, case: Case, written: str, *, limit: int
) -> list[tuple[AnswerBankEntry, float]]:
    """Suggest approved answers that fit what is being written in a case and what its customer said last."""
    said = await text_of_case(case)
    found = await answers_alike(actor, engine, f"{written}\n{said}", limit=_LOOKED_AT)
    return found[:limit] if written.strip() else _by_intent(found, case)[:limit]


def _by_intent(found: list[tuple[AnswerBankEntry, float]], case: Case) -> list[tuple[AnswerBankEntry, float]]:
    """Put the answers first to those who want the same as the case's customer: a complaint is not answered like a question."""
    if case.intent is None or case.intent is Intent.OTHER:
        return found
    weighed = [(entry, score if _asks_for(entry, case.intent) else round(score * _OTHER_INTENT, 3)) for entry, score in found]
    return sorted(weighed, key=lambda pair: -pair[1])


def _asks_for(entry: AnswerBankEntry, intent: Intent) -> bool:
    return any(intent_of(question) is intent for question in (entry.title, *entry.question_variants))


async def answers_alike(actor: Actor, engine: SearchEngine, text: str, *, limit: int) -> list[tuple[AnswerBankEntry, float]]:
    """Suggest approved answers that fit a text, the best first, with their scores."""
    hits = await find_alike(actor, engine, text, kinds=(SearchKind.ANSWER_BANK_ENTRY,), most=_LOOKED_AT)
    found = [(hit.document, hit.score) for hit in hits if isinstance(hit.document, AnswerBankEntry)]
    return [(entry, score) for entry, score in found if entry.status is AnswerBankStatus.APPROVED][:limit]


async def knowledge_for_case(
    actor: Actor, engine: SearchEngine, case: Case, *, limit: int
) -> list[tuple[Question | Case, float]]:
    """Suggest solved questions and other cases that were solved, like a case that the actor was given, the best first.

    Each kind is scored from 1 for its best down, so that the more numerous does not crowd the other out.
    """
    text = await text_of_case(case)
    questions, cases = await asyncio.gather(
        find_alike(actor, engine, text, kinds=(SearchKind.QUESTION,), most=_LOOKED_AT),
        find_alike(actor, engine, text, kinds=(SearchKind.CASE,), most=_LOOKED_AT),
    )
    solved = [
        *_scored([hit for hit in questions if _is_solved_elsewhere(hit.document, case)]),
        *_scored([hit for hit in cases if _is_solved_elsewhere(hit.document, case)]),
    ]
    return sorted(solved, key=lambda pair: -pair[1])[:limit]


async def community_for_case(
    actor: Actor, engine: SearchEngine, case: Case, *, limit: int
) -> list[tuple[Question | Idea, float]]:
    """Suggest what others talk about in public like a case that the actor was given: published questions and ideas.

    What the case's own customer asked or proposed is left out: it would lead to nobody else.
    """
    text = await text_of_case(case)
    hits = await find_alike(actor, engine, text, kinds=(SearchKind.QUESTION, SearchKind.IDEA), most=_LOOKED_AT)
    ids = [hit.id for hit in hits]
    questions, ideas = await asyncio.gather(questions_by_ids(ANONYMOUS, ids), ideas_by_ids(ANONYMOUS, ids))
    public: dict[str, Question | Idea] = {**questions, **ideas}
    found = [(public[hit.id], hit.score) for hit in hits if hit.id in public]
    return [(one, score) for one, score in found if one.author_id != case.customer_id][:limit]


async def text_of_case(case: Case) -> str:
    """Give what a case is about: its subject and what its customer said last."""
    query = {"case_id": case.id, "direction": Direction.INBOUND.value, "deleted_at": {"$exists": False}}
    said = await Message.find(query).sort("-created_at", "-_id").limit(_MESSAGES_READ).to_list()
    waiting = {entry.message_id: entry.body for entry in case.incoming}
    return "\n".join([case.subject, *waiting.values(), *(message.body for message in said if message.id not in waiting)])


def _scored(hits: Sequence[Hit]) -> list[tuple[Question | Case, float]]:
    best = max((hit.score for hit in hits), default=1.0) or 1.0
    return [(hit.document, hit.score / best) for hit in hits if isinstance(hit.document, Question | Case)]


def _is_solved_elsewhere(document: object, case: Case) -> bool:
    if isinstance(document, Question):
        return document.status is QuestionStatus.SOLVED and document.case_id != case.id
    return isinstance(document, Case) and document.status in _SOLVED_CASES and document.id != case.id
