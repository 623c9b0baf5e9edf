"""What can be reported: each kind of content, how a person reads it, who wrote it and where it stands."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from auth.actor import Actor
from community.blog.documents import BlogPost
from community.blog.reading import posts_by_ids
from community.comment_reading import comments_by_ids
from community.documents import Answer, Comment, Moderated, Question, SpaceContent, Threaded
from community.ideas.documents import Idea
from community.ideas.reading import ideas_by_ids
from community.insights.documents import Insight
from community.insights.reading import insights_by_ids
from community.kudos.documents import Kudos, KudosSubject
from community.kudos.reading import kudos_by_ids
from community.moderation.documents import ContentKind
from community.polls.documents import Poll
from community.polls.reading import polls_by_ids
from community.reading import answers_by_ids, questions_by_ids
from community.spaces.documents import Space, SpaceVisibility
from community.visibility import PREFIX
from community.wiki.comments import comments_by_ids as wiki_comments_by_ids
from community.wiki.documents import WikiComment, WikiPage
from community.wiki.reading import pages_by_ids
from core.errors import NotFound
from core.ids import prefix_of

Read = Callable[[Actor, Sequence[str]], Awaitable[Mapping[str, Any]]]


@dataclass(frozen=True, slots=True)
class Reportable:
    """One kind of content."""

    kind: ContentKind
    model: type[Moderated]
    read: Read


@dataclass(frozen=True, slots=True)
class InSpace:
    """Where the talk of a space stands, as content says it of itself."""

    space_id: str
    closed_space_id: str | None


REPORTABLE: Final[Mapping[str, Reportable]] = {
    "ans": Reportable(ContentKind.ANSWER, Answer, answers_by_ids),
    "cmt": Reportable(ContentKind.COMMENT, Comment, comments_by_ids),
    "ide": Reportable(ContentKind.IDEA, Idea, ideas_by_ids),
    "ins": Reportable(ContentKind.INSIGHT, Insight, insights_by_ids),
    "kud": Reportable(ContentKind.KUDOS, Kudos, kudos_by_ids),
    "pol": Reportable(ContentKind.POLL, Poll, polls_by_ids),
    "pst": Reportable(ContentKind.BLOG_POST, BlogPost, posts_by_ids),
    "qst": Reportable(ContentKind.QUESTION, Question, questions_by_ids),
    "wcm": Reportable(ContentKind.WIKI_COMMENT, WikiComment, wiki_comments_by_ids),
    "wik": Reportable(ContentKind.WIKI_PAGE, WikiPage, pages_by_ids),
}
"""By the prefix of the ids; a new kind joins here."""


async def require_content(actor: Actor, content_id: str, *, path: str = "content_id") -> Moderated:
    """Give a piece of content, of whatever kind; NotFound when there is none for this actor."""
    known = REPORTABLE.get(prefix_of(content_id))
    found: Moderated | None = (await known.read(actor, [content_id])).get(content_id) if known is not None else None
    if found is None:
        raise NotFound("There is no question, answer, remark, page, post, idea, insight or poll with this id.", path=(path,))
    return found


async def stored(content_id: str) -> Moderated | None:
    """Give content whoever may read it."""
    return await REPORTABLE[prefix_of(content_id)].model.get(content_id)


def authors_of(content: Moderated) -> list[str]:
    """Give who really wrote something; of a page who began it. To compare with and to tell them, never to tell others."""
    match content:
        case BlogPost():
            return list(content.author_ids)
        case Question() | Answer() | Comment() | Kudos() | Poll():
            return [content.writer_id]
        case Idea() | Insight() | WikiComment() | WikiPage():
            return [content.author_id]
    return []


def is_shown(content: Moderated) -> bool:
    """Tell whether content is neither deleted, but for an empty place, nor hidden by moderators."""
    is_removed = isinstance(content, Threaded) and content.removal is not None
    return content.deleted_at is None and content.kept_for is None and not is_removed


def root_of(content: Moderated) -> str:
    """Give the id of the question, page, post or idea that something is, or stands below; of kudos about a case their own.

    Of a poll in the talk of a space it is that of the space.
    """
    match content:
        case Answer():
            return content.question_id
        case Comment():
            return content.guarded_by
        case Kudos() if content.subject_kind is not KudosSubject.CASE:
            return content.root_id
        case WikiComment() | Poll():
            return content.page_id if isinstance(content, WikiComment) else content.parent_id
    return content.id


async def place_of(root_id: str) -> SpaceContent | InSpace | None:
    """Give what stands in a space, or could: a question, a page, a post, an idea or kudos; or where the talk of a space is."""
    if prefix_of(root_id) == PREFIX:
        space = await Space.get(root_id)
        is_open = space is None or space.visibility is SpaceVisibility.OPEN
        return InSpace(root_id, None if is_open else root_id)
    root = await stored(root_id)
    return root if isinstance(root, SpaceContent) else None
