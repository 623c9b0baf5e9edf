"""Who is told of what happens to questions, pages, posts and ideas: whom it concerns, and who follows them, by one table.

`community.watching.TELLS` says what each level is told of.
"""

from collections.abc import Iterable
from typing import Any

from community.anonymity import but_who_acted
from community.blog.documents import BlogPost, PostStatus
from community.blog.events import BlogPostPublished
from community.comment_reading import COMMENT_THREADS
from community.documents import Comment, Question
from community.events import CommentAdded, QuestionAsked, RemarkAdded
from community.ideas.documents import Idea
from community.ideas.events import IdeaSubmitted
from community.insights.documents import Insight
from community.moderation.contents import authors_of, is_shown, root_of, stored
from community.watching import Followed, Happening, followers_of, looked_after_by
from community.wiki.comments import WIKI_THREADS
from community.wiki.documents import WikiComment, WikiPage
from community.wiki.events import WikiCommentAdded, WikiPageCreated, WikiPageEdited
from core.events import Recorded
from core.handlers import Handlers
from notifications.announcements import notify
from notifications.documents import NotificationKind
from notifications.recipients import MOST_TOLD


def subscribe(handlers: Handlers) -> None:
    """Tell people from the moment this is first started; what was before is not told again."""
    told = handlers.group("notifications.following", start="head")
    told.on(QuestionAsked, tell_of_question).on(WikiPageCreated, tell_of_page).on(BlogPostPublished, tell_of_post)
    told.on(IdeaSubmitted, tell_of_idea)
    told.on(WikiPageEdited, tell_of_edit).on(WikiCommentAdded, tell_of_wiki_comment)
    told.on(CommentAdded, tell_of_remark).on(RemarkAdded, tell_of_remark)


async def tell_followers(
    content: Followed, concerned: Iterable[str], happening: Happening, kind: NotificationKind, cause: Recorded[Any]
) -> None:
    """Tell whom it concerns and who follows something, however many, but not who caused it; of what is hidden or gone nobody."""
    if not _is_told_of(content):
        return
    told = await followers_of(content, concerned, happening)
    if isinstance(content, Question):
        told = but_who_acted(told, content, cause.actor)
    for start in range(0, len(told), MOST_TOLD):
        await notify(told[start : start + MOST_TOLD], kind, subject=content.title, target_id=content.id, cause=cause)


async def tell_of_question(event: Recorded[QuestionAsked]) -> None:
    """Tell who watches a tag of it or its space."""
    question = await Question.get(event.fact.question_id)
    if question is not None:
        await tell_followers(question, (), Happening.STARTED, NotificationKind.CONTENT_ADDED, event)


async def tell_of_page(event: Recorded[WikiPageCreated]) -> None:
    """Tell who watches a page above it, a tag of it or its space."""
    page = await WikiPage.get(event.fact.page_id)
    if page is not None:
        await tell_followers(page, (), Happening.STARTED, NotificationKind.CONTENT_ADDED, event)


async def tell_of_post(event: Recorded[BlogPostPublished]) -> None:
    """Tell who watches a tag of it or its space."""
    post = await BlogPost.get(event.fact.post_id)
    if post is not None:
        await tell_followers(post, (), Happening.STARTED, NotificationKind.CONTENT_ADDED, event)


async def tell_of_idea(event: Recorded[IdeaSubmitted]) -> None:
    """Tell who watches its space."""
    idea = await Idea.get(event.fact.idea_id)
    if idea is not None:
        await tell_followers(idea, (), Happening.STARTED, NotificationKind.CONTENT_ADDED, event)


async def tell_of_edit(event: Recorded[WikiPageEdited]) -> None:
    """Tell who looks after a page and who follows it that it says something else."""
    page = await WikiPage.get(event.fact.page_id)
    if page is not None:
        others = [one for one in looked_after_by(page) if one != event.fact.author_id]
        await tell_followers(page, others, Happening.CHANGED, NotificationKind.WIKI_EDITED, event)


async def tell_of_remark(event: Recorded[CommentAdded] | Recorded[RemarkAdded]) -> None:
    """Tell who wrote what is remarked on or what that belongs to, who takes part in the thread, and who watches."""
    comment, target = await Comment.get(event.fact.comment_id), await stored(event.fact.target_id)
    if comment is None or target is None or not (is_shown(comment) and is_shown(target)):
        return
    root = await stored(root_of(target))
    if isinstance(root, Followed):
        invited = root.invited_expert_ids if isinstance(root, Question) else []
        owner = [root.owner_id] if isinstance(root, Insight) else []
        concerned = [*authors_of(root), *owner, *invited, *authors_of(target), *await COMMENT_THREADS.participants(comment)]
        others = [one for one in concerned if one != comment.writer_id]
        await tell_followers(root, others, Happening.REMARKED, NotificationKind.COMMENTED, event)


async def tell_of_wiki_comment(event: Recorded[WikiCommentAdded]) -> None:
    """Tell who looks after the page, who takes part in the thread, and who watches."""
    page, comment = await WikiPage.get(event.fact.page_id), await WikiComment.get(event.fact.comment_id)
    if page is None or comment is None or not is_shown(comment):
        return
    concerned = [*looked_after_by(page), *await WIKI_THREADS.participants(comment)]
    others = [one for one in concerned if one != comment.author_id]
    await tell_followers(page, others, Happening.REMARKED, NotificationKind.WIKI_COMMENTED, event)


def _is_told_of(content: Followed) -> bool:
    """Tell whether others than its authors read it: neither hidden, nor gone, nor still being written."""
    if isinstance(content, BlogPost) and content.status is not PostStatus.PUBLISHED:
        return False
    return is_shown(content) and not (isinstance(content, WikiPage) and content.unpublished)
