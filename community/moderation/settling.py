"""What follows from a decision: the content is hidden, shown or deleted, and the log says so; can run twice."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from pymongo.errors import DuplicateKeyError

from community.answers import reflect_in_evidence
from community.blog.documents import BlogPost
from community.blog.events import BlogPostDeleted, BlogPostModerated
from community.documents import Answer, Comment, Moderated, Question, Threaded
from community.events import AnswerChanged, QuestionChanged
from community.ideas.documents import Idea
from community.ideas.events import IdeaModerated
from community.insights.documents import Insight
from community.insights.events import InsightModerated
from community.kudos.documents import Kudos
from community.kudos.events import KudosChanged
from community.moderation.contents import place_of, stored
from community.moderation.documents import ContentState, ModerationAct, ModerationAction, ModerationItem
from community.peer_answers.answers import readers_of
from community.polls.documents import Poll
from community.polls.events import PollModerated
from community.spaces.documents import Space
from community.tombstones import has_answers, take_away
from community.visibility import MODERATORS
from community.wiki.documents import WikiComment, WikiPage
from community.wiki.events import WikiPageDeleted, WikiPageModerated
from core.clock import now
from core.events import Event
from core.ids import derived_id
from core.records import change, save


async def settle_item(item_id: str) -> None:
    """Let the content and the log follow what was decided about it last."""
    item = await ModerationItem.get(item_id)
    if item is None:
        return
    content = await stored(item.content_id)
    if content is not None:
        readers = await _readers(item) if item.state is ContentState.HIDDEN else None
        keeps_place = isinstance(content, Threaded) and await has_answers(content)
        await change(content, lambda current: _apply(current, item, readers, keeps_place=keeps_place))
    if isinstance(content, Answer):
        await reflect_in_evidence(content.id)
    await _keep_log(item)


async def settle_space(space_id: str) -> None:
    """Let who looks after a space now read what is hidden there, and who did before no longer."""
    hidden = ModerationItem.find({"space_id": space_id, "state": ContentState.HIDDEN.value})
    for item in await hidden.to_list():
        await settle_item(item.id)


async def settle_places(root_id: str) -> None:
    """Let the queue and the log follow what stands in spaces into another one."""
    place = await place_of(root_id)
    if place is None:
        return

    def rule(current: ModerationItem | ModerationAction) -> None:
        current.space_id, current.closed_space_id = place.space_id, place.closed_space_id

    for item in await ModerationItem.find({"root_id": root_id}).to_list():
        await change(item, rule)
        await settle_item(item.id)
    for action in await ModerationAction.find({"root_id": root_id}).to_list():
        await change(action, rule)


async def has_pages_below(page_id: str) -> bool:
    """Tell whether pages stand below a page, whoever may read them."""
    return await WikiPage.find({"parent_id": page_id, "deleted_at": {"$exists": False}}).limit(1).count() > 0


async def _readers(item: ModerationItem) -> list[str]:
    space = await Space.get(item.space_id) if item.space_id is not None else None
    return list(dict.fromkeys([*item.author_ids, MODERATORS, *(space.moderator_ids() if space is not None else ())]))


def _apply(content: Moderated, item: ModerationItem, readers: list[str] | None, *, keeps_place: bool) -> None:
    if content.deleted_at is not None or (isinstance(content, Threaded) and content.removal is not None):
        return
    deleting = item.state is ContentState.DELETED
    if isinstance(content, Answer) and content.peer is not None and content.peer.published_at is None:
        readers = readers_of(content.author_id)  # nobody published it yet, whatever moderators say of it
    if content.kept_for == readers and not deleting:
        return
    content.kept_for = readers
    if deleting and isinstance(content, Threaded):
        verdict = item.decisions[-1]
        take_away(content, verdict.by, reason=verdict.reason, keeps_place=keeps_place)
    elif deleting:
        content.deleted_at = now()
        if isinstance(content, WikiPage):
            content.place = None
        if isinstance(content, WikiPage | BlogPost | Poll):
            content.next_act_at = None
    content.record(_fact(content))


def _fact(content: Moderated) -> Event:
    return _FACTS[type(content)](content)


def _page_changed(page: WikiPage) -> Event:
    return WikiPageModerated(page_id=page.id) if page.deleted_at is None else WikiPageDeleted(page_id=page.id)


def _post_changed(post: BlogPost) -> Event:
    return BlogPostModerated(post_id=post.id) if post.deleted_at is None else BlogPostDeleted(post_id=post.id)


_FACTS: Final[Mapping[type[Moderated], Callable[[Any], Event]]] = {
    Answer: lambda answer: AnswerChanged(answer_id=answer.id, question_id=answer.question_id),
    BlogPost: _post_changed,
    Comment: lambda comment: comment.change(),
    Idea: lambda idea: IdeaModerated(idea_id=idea.id),
    Insight: lambda insight: InsightModerated(insight_id=insight.id),
    Kudos: lambda kudos: KudosChanged(kudos_id=kudos.id),
    Poll: lambda poll: PollModerated(poll_id=poll.id),
    Question: lambda question: QuestionChanged(question_id=question.id),
    WikiComment: lambda comment: comment.change(),
    WikiPage: _page_changed,
}
"""What each kind says of itself when it is hidden, shown or deleted."""


async def _keep_log(item: ModerationItem) -> None:
    for number, made in enumerate(item.decisions, start=1):
        action = ModerationAction(
            id=derived_id("mac", item.id, str(number)),
            created_at=made.at,
            item_id=item.id,
            content_id=item.content_id,
            kind=item.kind,
            root_id=item.root_id,
            space_id=item.space_id,
            closed_space_id=item.closed_space_id,
            decision=ModerationAct(made.decision.value),
            reason=made.reason,
            by=made.by,
        )
        try:
            await save(action)
        except DuplicateKeyError:
            continue
