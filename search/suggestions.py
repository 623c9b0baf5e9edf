"""What is suggested beside a case: who could help, answers to reuse, and what was solved before."""

import asyncio
from collections.abc import Sequence
from typing import Final

from auth.actor import ANONYMOUS, SYSTEM, Actor
from care.documents.answer_bank import AnswerBankEntry, AnswerBankStatus
from care.documents.case_states import CaseStatus
from care.documents.cases import Case
from care.documents.conversations import Direction, Message
from community.batches import read_children
from community.documents import Question, QuestionStatus
from community.ideas.documents import Idea
from community.ideas.reading import ideas_by_ids
from community.reading import questions_by_ids
from core.paging import Order, Window
from core.text.intent import Intent, intent_of
from search.alike import SHOWING, find_alike, hits_by_kind
from search.engine import SearchEngine
from search.entries import SearchKind
from search.experts.finding import Suggestion, suggest
from search.querying import Hit, reread
from search.rows import Rows, rows_of

_MESSAGES_READ: Final = 3
_NEWEST_FIRST: Final = Order((("created_at", -1),))
_LOOKED_AT: Final = 50
_OTHER_INTENT: Final = 0.8
"""How much an answer counts whose question wants something else than the customer."""
_SOLVED_CASES: Final = frozenset({CaseStatus.RESOLVED, CaseStatus.CLOSED})


async def experts_for_case(
    actor: Actor, engine: SearchEngine, case: Case, *, limit: int, rows: Rows | None = None
) -> list[Suggestion]:
    """Suggest members who could help with a case that the actor was given, the best first, with reasons.

    Raises Forbidden without `search:use`, Unavailable; so do the other two. With `rows` that remember, the three read what
    the case says and what is like it once.
    """
    rows = rows or rows_of(actor)
    text = await _text_of(rows, case)
    return await suggest(actor, engine, text, tags=[tag.slug for tag in case.tags], limit=limit, rows=rows)


async def answers_for_case(
    actor: Actor, engine: SearchEngine, case: Case, *, limit: int, rows: Rows | None = None
) -> list[tuple[AnswerBankEntry, float]]:
    """Suggest approved answers of the bank that fit a case that the actor was given, the best first, with their scores.

    Drafts and expired ones are left out: whoever picks a suggestion sends it to a customer. Those come first whose question
    wants the same as the customer.
    """
    rows = rows or rows_of(actor)
    text = await _text_of(rows, case)
    hits = (await rows(hits_by_kind, [text], engine))[text]
    found = await reread(rows, hits[SearchKind.ANSWER_BANK_ENTRY][:_LOOKED_AT])
    return _by_intent(_approved(found), case)[:limit]


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
    return _approved(await find_alike(actor, engine, text, kinds=(SearchKind.ANSWER_BANK_ENTRY,), most=_LOOKED_AT))[:limit]


def _approved(hits: Sequence[Hit]) -> list[tuple[AnswerBankEntry, float]]:
    found = [(hit.document, hit.score) for hit in hits if isinstance(hit.document, AnswerBankEntry)]
    return [(entry, score) for entry, score in found if entry.status is AnswerBankStatus.APPROVED]


async def knowledge_for_case(
    actor: Actor, engine: SearchEngine, case: Case, *, limit: int, rows: Rows | None = None
) -> list[tuple[Question | Case, float]]:
    """Suggest solved questions and other cases that were solved, like a case that the actor was given, the best first.

    Each kind is scored from 1 for its best down, so that the more numerous does not crowd the other out.
    """
    rows = rows or rows_of(actor)
    text = await _text_of(rows, case)
    hits = (await rows(hits_by_kind, [text], engine))[text]
    looked_at = [*hits[SearchKind.QUESTION][:_LOOKED_AT], *hits[SearchKind.CASE][:_LOOKED_AT]]
    elsewhere = [hit for hit in await reread(rows, looked_at) if _is_solved_elsewhere(hit.document, case)]
    solved = [pair for kind in SHOWING for pair in _scored([hit for hit in elsewhere if hit.kind is kind])]
    return sorted(solved, key=lambda pair: -pair[1])[:limit]


async def community_for_case(
    actor: Actor, engine: SearchEngine, case: Case, *, limit: int, rows: Rows | None = None
) -> list[tuple[Question | Idea, float]]:
    """Suggest what others talk about in public like a case that the actor was given: published questions and ideas.

    What the case's own customer asked or proposed is left out: it would lead to nobody else.
    """
    text = await _text_of(rows or rows_of(actor), case)
    hits = await find_alike(actor, engine, text, kinds=(SearchKind.QUESTION, SearchKind.IDEA), most=_LOOKED_AT)
    ids = [hit.id for hit in hits]
    questions, ideas = await asyncio.gather(questions_by_ids(ANONYMOUS, ids), ideas_by_ids(ANONYMOUS, ids))
    public: dict[str, Question | Idea] = {**questions, **ideas}
    found = [(public[hit.id], hit.score) for hit in hits if hit.id in public]
    return [(one, score) for one, score in found if one.author_id != case.customer_id][:limit]


async def text_of_case(case: Case) -> str:
    """Give what a case is about: its subject and what its customer said last."""
    return await _text_of(rows_of(SYSTEM), case)


async def _text_of(rows: Rows, case: Case) -> str:
    said = (await rows(_said_last, [case.id]))[case.id]
    waiting = {entry.message_id: entry.body for entry in case.incoming}
    return "\n".join([case.subject, *waiting.values(), *(message.body for message in said if message.id not in waiting)])


async def _said_last(_: Actor, case_ids: Sequence[str]) -> dict[str, list[Message]]:
    """Read what the customers of cases, which the reader was given, said last."""
    query = {"direction": Direction.INBOUND.value, "deleted_at": {"$exists": False}}
    found = await read_children(Message, ("case_id", case_ids), query, _NEWEST_FIRST, Window(_MESSAGES_READ))
    return {one: found[one].items if one in found else [] for one in case_ids}


def _scored(hits: Sequence[Hit]) -> list[tuple[Question | Case, float]]:
    best = max((hit.score for hit in hits), default=1.0) or 1.0
    return [(hit.document, hit.score / best) for hit in hits if isinstance(hit.document, Question | Case)]


def _is_solved_elsewhere(document: object, case: Case) -> bool:
    if isinstance(document, Question):
        return document.status is QuestionStatus.SOLVED and document.case_id != case.id
    return isinstance(document, Case) and document.status in _SOLVED_CASES and document.id != case.id
