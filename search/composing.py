"""What of a document can be found: rows to entries."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from care.documents.answer_bank import AnswerBankEntry
from care.documents.cases import Case
from care.documents.conversations import Message
from community.blog.documents import BlogPost
from community.documents import Answer, Comment, Department, Member, Question, Skill, Tag
from community.help.documents import HelpArticle
from community.ideas.documents import Idea
from community.insights.documents import Insight
from community.wiki.documents import WikiPage
from core.text.markdown import plain, plain_for_portal
from search.entries import SearchEntry, SearchKind
from search.readers import (
    answer_readers,
    case_readers,
    help_readers,
    idea_readers,
    insight_readers,
    member_readers,
    post_readers,
    public_question_readers,
    question_readers,
    wiki_readers,
)

MOST_CHARACTERS: Final = 100_000
"""How much of the text of one thing can be found; what was said first stays."""


def case_entry(case: Case, messages: Sequence[Message], names: Sequence[str]) -> SearchEntry:
    """Make a case found by its subject, number, customer's names, tags and by what was said and noted, the oldest first."""
    return SearchEntry(
        id=case.id,
        kind=SearchKind.CASE,
        title=case.subject,
        body=_joined(_said(case, messages)),
        updated_at=max(case.updated_at, case.last_message_at or case.updated_at),
        readers=case_readers(case),
        tags=_slugs(case.tags),
        keywords=(str(case.number), *names, *_names(case.tags)),
    )


def question_entry(question: Question, answers: Sequence[Answer], comments: Sequence[Comment]) -> SearchEntry:
    """Make a question found by the staff: by its text, its tags, and by answers and remarks."""
    written = [*(answer.body for answer in answers), *(comment.body for comment in comments)]
    return SearchEntry(
        id=question.id,
        kind=SearchKind.QUESTION,
        title=question.title,
        body=_joined(map(plain, [question.body, *written])),
        updated_at=_last_touched(question, [*answers, *comments]),
        readers=frozenset() if question.merged_into_id else question_readers(question),
        tags=_slugs(question.tags),
        keywords=_names(question.tags),
    )


def public_question_entry(question: Question, answers: Sequence[Answer]) -> SearchEntry:
    """Make a published question found in the portal: by its text and the company's answers, by nothing internal."""
    return SearchEntry(
        id=question.id,
        kind=SearchKind.PUBLIC_QUESTION,
        title=question.title,
        body=_joined(plain_for_portal(text) for text in [question.body, *(answer.body for answer in answers)]),
        updated_at=_last_touched(question, answers),
        readers=public_question_readers(question),
    )


def help_entry(article: HelpArticle) -> SearchEntry:
    """Make an article found in the portal: by what was published of it, and nothing else."""
    return SearchEntry(
        id=article.id,
        kind=SearchKind.HELP_ARTICLE,
        title=article.title,
        body=_joined([plain_for_portal(article.body)]),
        updated_at=article.published_at,
        readers=help_readers(article),
        language=article.locale,
    )


def member_entry(member: Member, department: Department | None, skills: Sequence[Skill]) -> SearchEntry:
    """Make a member found by name, job, department, skills in every language, and what they say of themselves."""
    known = [word for skill in skills for word in skill.words]
    return SearchEntry(
        id=member.id,
        kind=SearchKind.MEMBER,
        title=member.display_name,
        body=_joined(filter(None, [member.job_title, plain(member.bio or "")])),
        updated_at=member.created_at,
        readers=member_readers(member),
        keywords=tuple(filter(None, [department.name if department else "", *known])),
    )


def answer_entry(entry: AnswerBankEntry) -> SearchEntry:
    """Make an entry of the answer bank found by its text and by the ways in which people ask for it."""
    return SearchEntry(
        id=entry.id,
        kind=SearchKind.ANSWER_BANK_ENTRY,
        title=entry.title,
        body=_joined([plain(entry.body)]),
        updated_at=entry.updated_at,
        readers=answer_readers(entry),
        keywords=tuple(entry.question_variants),
        language=entry.locale,
    )


def wiki_entry(page: WikiPage) -> SearchEntry:
    """Make a page of the wiki found by what it says now, its tags and the words of its path."""
    return SearchEntry(
        id=page.id,
        kind=SearchKind.WIKI_PAGE,
        title=page.title,
        body=_joined([plain(page.body)]),
        updated_at=page.updated_at,
        readers=wiki_readers(page),
        tags=_slugs(page.tags),
        keywords=(*_names(page.tags), page.path.replace("/", " ").replace("-", " ")),
        language=page.locale,
    )


def idea_entry(idea: Idea) -> SearchEntry:
    """Make an idea found by what it says and what the company answered."""
    return SearchEntry(
        id=idea.id,
        kind=SearchKind.IDEA,
        title=idea.title,
        body=_joined(map(plain, [idea.body, *(step.answer or "" for step in idea.steps)])),
        updated_at=idea.updated_at,
        readers=idea_readers(idea),
    )


def insight_entry(insight: Insight) -> SearchEntry:
    """Make an insight found by what it says, its tags and what was changed because of it."""
    return SearchEntry(
        id=insight.id,
        kind=SearchKind.INSIGHT,
        title=insight.title,
        body=_joined(map(plain, [insight.body, *(step.change or "" for step in insight.steps)])),
        updated_at=insight.updated_at,
        readers=insight_readers(insight),
        tags=_slugs(insight.tags),
        keywords=_names(insight.tags),
    )


def post_entry(post: BlogPost) -> SearchEntry:
    """Make a published post found by what it says, its tags and its series."""
    return SearchEntry(
        id=post.id,
        kind=SearchKind.BLOG_POST,
        title=post.title,
        body=_joined(map(plain, [post.summary or "", post.body])),
        updated_at=post.updated_at,
        readers=post_readers(post),
        tags=_slugs(post.tags),
        keywords=(*_names(post.tags), *((post.series.name,) if post.series else ())),
        language=post.locale,
    )


def _said(case: Case, messages: Sequence[Message]) -> list[str]:
    """List what was said, also what is not a message of its own yet; what was withdrawn is left out."""
    stored = {message.id for message in messages}
    waiting = {entry.message_id: entry.body for entry in case.incoming} | {
        entry.message_id: entry.body for entry in case.outgoing
    }
    new = [body for message_id, body in waiting.items() if message_id not in stored]
    return [*(message.body for message in messages if message.deleted_at is None), *new]


def _last_touched(question: Question, children: Iterable[Answer | Comment]) -> datetime:
    return max(question.updated_at, *(child.created_at for child in children), question.created_at)


def _slugs(tags: Iterable[Tag]) -> tuple[str, ...]:
    return tuple(tag.slug for tag in tags)


def _names(tags: Iterable[Tag]) -> tuple[str, ...]:
    return tuple(tag.name for tag in tags)


def _joined(texts: Iterable[str]) -> str:
    return "\n".join(texts)[:MOST_CHARACTERS]
