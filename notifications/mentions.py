"""Who is told that a text mentions them: members who may read it, each once for each text, however often it is changed."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from auth.actor import SYSTEM, Actor
from auth.errors import NotAuthenticated
from auth.identify import actor_of
from care.documents.cases import Case
from care.documents.conversations import Message
from care.events import NoteAdded
from care.reading.conversations import messages_by_ids
from community import events as community
from community.blog.documents import BlogPost, PostStatus
from community.blog.events import BlogPostEdited, BlogPostPublished
from community.documents import Moderated, Question, Written
from community.handles import handles_in
from community.ideas.events import IdeaSubmitted
from community.insights.events import InsightCreated, InsightEdited
from community.mentions import members_by_handles, mentions_in
from community.moderation.contents import REPORTABLE, root_of, stored
from community.watching import Followed
from community.wiki import events as wiki
from community.wiki.documents import WikiPage
from core.events import Recorded
from core.handlers import Handlers
from core.ids import prefix_of, with_prefix
from notifications.announcements import notify
from notifications.documents import NotificationKind

Read = Callable[[Actor, Sequence[str]], Awaitable[Mapping[str, Any]]]


def subscribe(handlers: Handlers) -> None:
    """Tell people from the moment this is first started; what was before is not told again."""
    told = handlers.group("notifications.mentions", start="head")
    told.on(community.QuestionAsked, _question).on(community.QuestionChanged, _question)
    told.on(community.AnswerGiven, _answer).on(community.AnswerChanged, _answer)
    told.on(community.CommentAdded, _comment).on(community.CommentChanged, _comment)
    told.on(community.RemarkAdded, _comment).on(community.RemarkChanged, _comment)
    told.on(wiki.WikiPageCreated, _page).on(wiki.WikiPageEdited, _page)
    told.on(wiki.WikiCommentAdded, _comment).on(wiki.WikiCommentChanged, _comment)
    told.on(BlogPostPublished, _post).on(BlogPostEdited, _post)
    told.on(IdeaSubmitted, _idea)
    told.on(InsightCreated, _insight).on(InsightEdited, _insight)
    told.on(NoteAdded, tell_of_note)


async def tell_of_mentions(content_id: str, cause: Recorded[Any]) -> None:
    """Tell the members whom a piece of content mentions and who may read it; it can run twice."""
    content = await stored(content_id)
    body = _body_of(content) if content is not None else ""
    handles = mentions_in(content, body) if content is not None and body else []
    if content is None or not handles:
        return
    root = await stored(root_of(content))
    if not isinstance(root, Followed):
        return
    told = await _readers(handles, REPORTABLE[prefix_of(content_id)].read, content_id)
    if isinstance(content, Question | Written) and cause.actor == content.author_id:
        told = [one for one in told if one != content.writer_id]
    await _tell(told, root.title, (content_id, root.id), cause)


async def tell_of_note(event: Recorded[NoteAdded]) -> None:
    """Tell the members whom a note beside a case mentions and who may read the case."""
    note, case = await Message.get(event.fact.message_id), await Case.get(event.fact.case_id)
    handles = handles_in(note.body) if note is not None else []
    if note is not None and case is not None and handles:
        told = await _readers(handles, messages_by_ids, note.id)
        await _tell(told, f"#{case.number} {case.subject}", (note.id, case.id), event)


async def _tell(member_ids: list[str], subject: str, ids: tuple[str, str], cause: Recorded[Any]) -> None:
    """Leave the notifications, by the id of the text in place of the event's: an edit tells nobody again."""
    content_id, target_id = ids
    once = replace(cause, event_id=content_id)
    await notify(member_ids, NotificationKind.MENTIONED, subject=subject, target_id=target_id, cause=once)


def _body_of(content: Moderated) -> str:
    """Give the text of content, unless it is still being written: of drafts, and pages that nobody approved, nobody is told."""
    if isinstance(content, BlogPost) and content.status is not PostStatus.PUBLISHED:
        return ""
    if isinstance(content, WikiPage) and content.unpublished:
        return ""
    return str(getattr(content, "body", ""))


async def _readers(handles: Sequence[str], read: Read, identifier: str) -> list[str]:
    """Give those of the mentioned members who may read something, as their accounts are now."""
    found = await members_by_handles(SYSTEM, handles)
    return [member.id for member in found.values() if identifier in await _seen(member.id, read, identifier)]


async def _seen(member_id: str, read: Read, identifier: str) -> Mapping[str, Any]:
    try:
        actor = await actor_of(with_prefix("acc", member_id))
    except NotAuthenticated:
        return {}
    return await read(actor, [identifier])


async def _question(event: Recorded[community.QuestionAsked] | Recorded[community.QuestionChanged]) -> None:
    await tell_of_mentions(event.fact.question_id, event)


async def _answer(event: Recorded[community.AnswerGiven] | Recorded[community.AnswerChanged]) -> None:
    await tell_of_mentions(event.fact.answer_id, event)


async def _comment(event: Recorded[Any]) -> None:
    await tell_of_mentions(event.fact.comment_id, event)


async def _page(event: Recorded[wiki.WikiPageCreated] | Recorded[wiki.WikiPageEdited]) -> None:
    await tell_of_mentions(event.fact.page_id, event)


async def _post(event: Recorded[BlogPostPublished] | Recorded[BlogPostEdited]) -> None:
    await tell_of_mentions(event.fact.post_id, event)


async def _idea(event: Recorded[IdeaSubmitted]) -> None:
    await tell_of_mentions(event.fact.idea_id, event)


async def _insight(event: Recorded[InsightCreated] | Recorded[InsightEdited]) -> None:
    await tell_of_mentions(event.fact.insight_id, event)
