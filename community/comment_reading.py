"""The only way to read single remarks for a person, whatever they are about: behind the gate of that."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Final

from auth.actor import Actor, Permission
from community.blog.documents import BlogPost
from community.blog.reading import posts_by_ids
from community.documents import Answer, Comment, Question
from community.drafts import may_be_id
from community.ideas.documents import Idea
from community.ideas.reading import ideas_by_ids
from community.insights.documents import Insight
from community.insights.reading import insights_by_ids
from community.reading import answer_in_question, answers_by_ids, questions_by_ids
from community.threads import Threads
from community.visibility import present_for
from core.errors import NotFound
from core.ids import prefix_of

Remarkable = Question | Answer | BlogPost | Idea | Insight
"""What can be remarked on."""

_READERS: Final[Mapping[str, Callable[[Actor, Sequence[str]], Awaitable[Mapping[str, Any]]]]] = {
    "ans": answers_by_ids,
    "ide": ideas_by_ids,
    "ins": insights_by_ids,
    "pst": posts_by_ids,
    "qst": questions_by_ids,
}

COMMENT_THREADS: Final = Threads(Comment, "target_id", Permission.QUESTION_READ)
"""The threads about questions, answers, posts, ideas and insights."""


async def remarkable(actor: Actor, target_id: str) -> Remarkable | None:
    """Give what a remark is about; None when there is none for this actor."""
    read = _READERS.get(prefix_of(target_id))
    found: Remarkable | None = (await read(actor, [target_id])).get(target_id) if read is not None else None
    return found


async def require_remarkable(actor: Actor, target_id: str) -> Remarkable:
    """Give what a remark is about; NotFound when there is none for this actor."""
    target = await remarkable(actor, target_id)
    if target is None:
        raise NotFound("There is nothing with this id to remark on.", path=("target_id",))
    return target


async def require_remarkable_in_question(actor: Actor, target_id: str) -> tuple[Remarkable, Question | None]:
    """Give what a remark is about, and the question that it is or stands below; NotFound as `require_remarkable`."""
    found = await answer_in_question(actor, target_id)
    if found is not None:
        return found
    target = await require_remarkable(actor, target_id)
    return target, target if isinstance(target, Question) else None


async def comments_by_ids(actor: Actor, comment_ids: Sequence[str]) -> dict[str, Comment]:
    """Give those of the comments that the actor may read: comments are among members."""
    readable = [comment_id for comment_id in dict.fromkeys(comment_ids) if may_be_id(comment_id, "cmt")]
    if not readable or not actor.may(Permission.QUESTION_READ):
        return {}
    comments = await Comment.find({"_id": {"$in": readable}, **present_for(actor)}).to_list()
    guarding = await _guards(actor, [comment.guarded_by for comment in comments])
    return {comment.id: comment for comment in comments if comment.guarded_by in guarding}


async def require_comment(actor: Actor, comment_id: str) -> Comment:
    """Give a remark; NotFound when there is none for this actor."""
    comment = (await comments_by_ids(actor, [comment_id])).get(comment_id)
    if comment is None:
        raise NotFound("There is no such comment.", path=("comment_id",))
    return comment


async def require_guarded(actor: Actor, comment_id: str) -> tuple[Comment, Remarkable]:
    """Give a remark and what guards it, each read once; NotFound when there is none for this actor."""
    may_read = may_be_id(comment_id, "cmt") and actor.may(Permission.QUESTION_READ)
    query = {"_id": comment_id, **present_for(actor)}
    comment = next(iter(await Comment.find(query).to_list()), None) if may_read else None
    guard = await remarkable(actor, comment.guarded_by) if comment is not None else None
    if comment is None or guard is None:
        raise NotFound("There is no such comment.", path=("comment_id",))
    return comment, guard


async def _guards(actor: Actor, ids: Sequence[str]) -> set[str]:
    """Give those of what guards remarks that the actor may read: one read for each kind."""
    by_kind: dict[str, list[str]] = {}
    for identifier in ids:
        by_kind.setdefault(prefix_of(identifier), []).append(identifier)
    found: set[str] = set()
    for kind, several in by_kind.items():
        if kind in _READERS:
            found.update(await _READERS[kind](actor, several))
    return found
