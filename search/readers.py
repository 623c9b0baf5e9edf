"""Who may find what: reader tokens, rendered from the same gates that guard every other way of reading."""

from collections.abc import Iterable
from typing import Final

from auth.actor import Actor
from care.documents.answer_bank import AnswerBankEntry, AnswerBankStatus
from care.documents.cases import Case
from care.documents.channels import Environment
from care.reading.gates import reads_all_live, visible_answers, visible_cases_in
from community.blog.documents import BlogPost, PostStatus
from community.blog.reading import visible_posts
from community.directory import visible_members
from community.documents import Audience, Member, Moderated, Question, SpaceContent
from community.help.documents import ArticleStatus, HelpArticle
from community.ideas.documents import Idea
from community.ideas.reading import visible_ideas
from community.insights.documents import Insight
from community.insights.reading import visible_insights
from community.reading import APPROVED, visible_questions
from community.wiki.documents import WikiPage
from community.wiki.reading import visible_pages
from core.gates import All, Exists, Gate, InOrAbsent, admits, tokens

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
        *_rendered("blog", visible_posts(actor)),
        *_rendered("idea", visible_ideas(actor)),
        *_rendered("insight", visible_insights(actor)),
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
    return _NOBODY if _is_gone(question) else _content_readers("question", question)


def public_question_readers(question: Question) -> frozenset[str]:
    """Tell who may find a question in the portal: everybody once it is published, else nobody."""
    fields = {
        "approved_at": question.approved_at,
        "deleted_at": question.deleted_at,
        "closed_space_id": question.closed_space_id,
        "kept_for": question.kept_for,
    }
    facts = {"audience": question.audience.value} | {name: True for name, value in fields.items() if value is not None}
    return frozenset({_PUBLIC}) if admits(APPROVED, facts) else _NOBODY


def help_readers(article: HelpArticle) -> frozenset[str]:
    """Tell who may find an article in the portal: everybody while it is published, else nobody."""
    is_open = article.status is ArticleStatus.PUBLISHED and article.closed_space_id is None and not _is_gone(article)
    return frozenset({_PUBLIC}) if is_open else _NOBODY


def member_readers(member: Member) -> frozenset[str]:
    """Tell who may find a member."""
    return _NOBODY if member.deleted_at is not None else _readers("member")


def answer_readers(entry: AnswerBankEntry) -> frozenset[str]:
    """Tell who may find an entry of the answer bank; what was archived, nobody."""
    if entry.deleted_at is not None or entry.status is AnswerBankStatus.ARCHIVED:
        return _NOBODY
    return _readers("answer", {"status": [entry.status.value], "owner_id": [entry.owner_id]})


def wiki_readers(page: WikiPage) -> frozenset[str]:
    """Tell who may find a page of the wiki: nobody before something of it was approved."""
    return _NOBODY if _is_gone(page) or page.unpublished else _content_readers("wiki", page)


def idea_readers(idea: Idea) -> frozenset[str]:
    """Tell who of the staff may find an idea; one that was merged into another is found by that."""
    return _NOBODY if _is_gone(idea) or idea.merged_into is not None else _content_readers("idea", idea)


def insight_readers(insight: Insight) -> frozenset[str]:
    """Tell who of the staff may find an insight."""
    return _NOBODY if _is_gone(insight) else _readers("insight")


def post_readers(post: BlogPost) -> frozenset[str]:
    """Tell who may find a post: nobody before it is published."""
    if _is_gone(post) or post.status is not PostStatus.PUBLISHED:
        return _NOBODY
    return _content_readers("blog", post, {"status": [post.status.value]})


def _is_gone(content: Moderated) -> bool:
    """Tell what nobody finds: what was deleted, and what moderators hid, though its author still reads it."""
    return content.deleted_at is not None or content.kept_for is not None


def _rendered(kind: str, gate: Gate) -> tuple[str, ...]:
    """Render a gate: a view that nothing bounds is the kind itself, any other the values that it looks for.

    What must not be published yet has no readers at all, so that a gate which only leaves it out bounds nothing. What a
    closed space holds has its token instead of the kind's: who is in the space looks for both.
    """
    gate = All(tuple(part for part in _parts(gate) if not (isinstance(part, InOrAbsent) and part.field == "kept_for")))
    values = tokens(gate, lambda field, value: _token(kind, field, value))
    return (kind, *values) if all(isinstance(part, Exists | InOrAbsent) for part in _parts(gate)) else values


def _parts(gate: Gate) -> tuple[Gate, ...]:
    return gate.parts if isinstance(gate, All) else (gate,)


def _content_readers(kind: str, content: SpaceContent, values: dict[str, Iterable[str]] | None = None) -> frozenset[str]:
    """Tell who may find content that may stand in a space: of a closed one its members alone."""
    if content.closed_space_id is None:
        return _readers(kind, values)
    return frozenset({_token(kind, "closed_space_id", content.closed_space_id)})


def _readers(kind: str, values: dict[str, Iterable[str]] | None = None) -> frozenset[str]:
    """Give the tokens that gates of a kind may look for: only values that admit by themselves, each alone."""
    found = {_token(kind, field, value) for field, several in (values or {}).items() for value in several}
    return frozenset({kind, *found})


def _token(kind: str, field: str, value: str) -> str:
    return f"{kind}.{field}:{value}"
