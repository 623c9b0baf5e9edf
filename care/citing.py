"""Citing what a reply relies on: revisions of the wiki, entries of the answer bank and what experts answered."""

import asyncio
from collections.abc import Sequence
from typing import Annotated, Final

from auth.actor import Actor
from care.documents.cases import Case
from care.documents.sources import CitedSource, SourceKind
from care.reading.answer_bank import entries_by_ids
from community.documents import Answer, Question
from community.drafts import ids
from community.reading import answers_by_ids, questions_by_ids
from community.wiki.reading import revisions_by_ids
from core.errors import InvalidInput
from core.ids import prefix_of

MOST_SOURCES: Final = 5

SourceIds = Annotated[list[str], ids(MOST_SOURCES, "sources")]


_KINDS: Final = {
    "wrv": SourceKind.WIKI_REVISION,
    "abe": SourceKind.ANSWER_BANK_ENTRY,
    "ans": SourceKind.ANSWER,
}


def named(source_ids: Sequence[str]) -> list[CitedSource]:
    """Give what a reply names as its sources, before anybody looked whether they can be cited."""
    kinds = [_KINDS.get(prefix_of(one), SourceKind.ANSWER) for one in source_ids]
    return [CitedSource(kind=kind, id=one, version=0) for kind, one in zip(kinds, source_ids, strict=True)]


async def cite(actor: Actor, case: Case, source_ids: Sequence[str]) -> list[CitedSource]:
    """Give what a reply in a case cites, in the order in which it was named.

    Raises InvalidInput for what the actor may not read, for a revision that was only proposed, and for an answer that is
    neither accepted nor an expert's in a consultation about the case.
    """
    if not source_ids:
        return []
    revisions, entries, answers = await asyncio.gather(
        revisions_by_ids(actor, source_ids), entries_by_ids(actor, source_ids), answers_by_ids(actor, source_ids)
    )
    questions = await questions_by_ids(actor, [answer.question_id for answer in answers.values()])
    proven = {one: answer for one, answer in answers.items() if _is_proven(answer, questions[answer.question_id], case)}
    known = {
        **{one: CitedSource(kind=SourceKind.WIKI_REVISION, id=one, version=found.number)
           for one, found in revisions.items() if not found.proposed},
        **{one: CitedSource(kind=SourceKind.ANSWER_BANK_ENTRY, id=one, version=found.version) for one, found in entries.items()},
        **{one: CitedSource(kind=SourceKind.ANSWER, id=one, version=found.version) for one, found in proven.items()},
    }  # fmt: skip
    for one in source_ids:
        if one in known:
            continue
        if one in answers:
            raise InvalidInput("Only an accepted answer, or one of a consultation of this case, can be cited.", path=_PATH)
        raise InvalidInput(f"There is nothing to cite with the id {one[:100]}.", path=_PATH)
    return [known[one] for one in source_ids]


_PATH: Final = ("source_ids",)


def _is_proven(answer: Answer, question: Question, case: Case) -> bool:
    is_asked_here = question.consultation_id is not None and question.case_id in {case.id, *case.absorbed}
    return is_asked_here or answer.id in question.accepted_answer_ids
