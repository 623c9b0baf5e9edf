"""Who may find what: reader tokens, rendered from the same gates that guard every other way of reading."""

from collections.abc import Iterable
from typing import Final

from auth.actor import Actor
from care.documents.answer_bank import AnswerBankEntry
from care.documents.cases import Case
from care.documents.channels import Environment
from care.reading.gates import reads_all_live, visible_answers, visible_cases_in
from community.directory import visible_members
from community.documents import Audience, Member, Question
from community.reading import APPROVED, visible_questions
from community.wiki.documents import WikiPage
from community.wiki.reading import visible_pages
from core.gates import PRESENT, Gate, admits, tokens

_PUBLIC: Final = "public"
_NOBODY: Final = frozenset[str]()
_PUBLISHED: Final = {"audience": Audience.PUBLIC.value, "approved_at": True}
"""The facts of a published question, as far as gates look at them."""


def reader_tokens(actor: Actor) -> tuple[str, ...]:
    """Give the tokens of somebody who searches what staff may find: one of them is on whatever their gates admit."""
    cases = ("case",) if reads_all_live(actor) else _rendered("case", visible_cases_in(actor, Environment.LIVE))
    return (
        *cases,
        *_rendered("question", visible_questions(actor)),
        *_rendered("member", visible_members(actor)),
        *_rendered("answer", visible_answers(actor)),
        *_rendered("wiki", visible_pages(actor)),
    )


def public_reader_tokens(actor: Actor) -> tuple[str, ...]:
    """Give the tokens of somebody who searches what the public may find."""
    return (_PUBLIC,) if admits(visible_questions(actor), _PUBLISHED) else ()


def case_readers(case: Case) -> frozenset[str]:
    """Tell who may find a LIVE case; PRACTICE ones are found by nobody, they are reached from their participants' desks."""
    if case.deleted_at is not None or case.environment is not Environment.LIVE:
        return _NOBODY
    return _readers("case", {"channel_id": [case.channel_id], "consulted": case.consulted})


def question_readers(question: Question) -> frozenset[str]:
    """Tell who of the staff may find a question."""
    return _NOBODY if question.deleted_at is not None else _readers("question")


def public_question_readers(question: Question) -> frozenset[str]:
    """Tell who may find a question in the portal: everybody once it is published, else nobody."""
    moments = {"approved_at": question.approved_at, "deleted_at": question.deleted_at}
    facts = {"audience": question.audience.value} | {name: True for name, at in moments.items() if at is not None}
    return frozenset({_PUBLIC}) if admits(APPROVED, facts) else _NOBODY


def member_readers(member: Member) -> frozenset[str]:
    """Tell who may find a member."""
    return _NOBODY if member.deleted_at is not None else _readers("member")


def answer_readers(entry: AnswerBankEntry) -> frozenset[str]:
    """Tell who may find an entry of the answer bank."""
    if entry.deleted_at is not None:
        return _NOBODY
    return _readers("answer", {"status": [entry.status.value], "owner_id": [entry.owner_id]})


def wiki_readers(page: WikiPage) -> frozenset[str]:
    """Tell who may find a page of the wiki."""
    return _NOBODY if page.deleted_at is not None else _readers("wiki")


def _rendered(kind: str, gate: Gate) -> tuple[str, ...]:
    """Render a gate: a view that nothing bounds is the kind itself, any other the values that it looks for."""
    return (kind,) if gate == PRESENT else tokens(gate, lambda field, value: _token(kind, field, value))


def _readers(kind: str, values: dict[str, Iterable[str]] | None = None) -> frozenset[str]:
    """Give the tokens that gates of a kind may look for: only values that admit by themselves, each alone."""
    found = {_token(kind, field, value) for field, several in (values or {}).items() for value in several}
    return frozenset({kind, *found})


def _token(kind: str, field: str, value: str) -> str:
    return f"{kind}.{field}:{value}"
