"""Moving content into a space, into another one, or out of all of them."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Annotated, Any, Final

from pydantic import BaseModel, Field

from auth.actor import Actor
from community.anonymity import acting_as
from community.blog import policies as blog
from community.blog.documents import BlogPost
from community.blog.events import BlogPostMoved
from community.blog.reading import posts_by_ids
from community.documents import Audience, Question, SpaceContent
from community.errors import NotForThePublic
from community.events import QuestionMoved
from community.ideas.documents import Idea
from community.ideas.events import IdeaMoved
from community.ideas.ideas import require_staff_only
from community.ideas.policies import may_move
from community.ideas.reading import ideas_by_ids
from community.policies import may_edit
from community.reading import questions_by_ids
from community.spaces.content import put_in
from community.spaces.documents import Space, SpaceVisibility
from community.spaces.reading import looks_after_space, moderates, page_space, writable_space
from community.turns.taking import require_unlocked
from community.wiki.documents import WikiPage
from community.wiki.places import move_to_top, page_to_edit
from core.errors import Forbidden, NotFound
from core.ids import prefix_of
from core.records import change

Movable = Question | WikiPage | BlogPost | Idea
"""What can be moved."""


class SpaceMove(BaseModel):
    """What is to stand in which space; None: in none, for all staff."""

    content_id: Annotated[str, Field(max_length=100)]
    space_id: Annotated[str, Field(max_length=100)] | None = None


async def move_to_space(actor: Actor, move: SpaceMove, *, expected_version: int) -> Movable:
    """Let a question, a page of the wiki, a post or an idea, with all that belongs to it, stand in a space or in none.

    Raises NotFound, Forbidden for who may not change it or may not write there, and, out of a closed space, for others
    than who looks after it; NotForThePublic for a customer's question and a public idea into a closed space and for a
    customer's idea into any; SpaceArchived, Locked for a post, Conflict.
    """
    moving = _MOVING.get(prefix_of(move.content_id))
    if moving is None:
        raise _nothing()
    return await moving(actor, move, expected_version)


async def _move_question(actor: Actor, move: SpaceMove, expected_version: int) -> Question:
    question = _found(await questions_by_ids(actor, [move.content_id]), move)
    if not await moderates(actor, question.space_id):
        may_edit(actor, question).enforce()
    await _require_may_take_out(actor, question)
    space = await writable_space(actor, move.space_id)
    _require_for_staff(question, space)

    def rule(current: Question) -> None:
        put_in(current, space)
        current.record(QuestionMoved(question_id=current.id), actor=acting_as(actor, current))

    return await change(question, rule, expected_version=expected_version)


async def _move_page(actor: Actor, move: SpaceMove, expected_version: int) -> WikiPage:
    page = await page_to_edit(actor, move.content_id, path="content_id")
    await _require_may_take_out(actor, page)
    space = await page_space(actor, move.space_id)
    return await move_to_top(actor, page, space, expected_version=expected_version)


async def _move_post(actor: Actor, move: SpaceMove, expected_version: int) -> BlogPost:
    post = _found(await posts_by_ids(actor, [move.content_id]), move)
    if not await looks_after_space(actor, post.space_id):
        blog.may_edit(actor, post).enforce()
    await require_unlocked(actor, post)
    await _require_may_take_out(actor, post)
    space = await writable_space(actor, move.space_id)

    def rule(current: BlogPost) -> None:
        put_in(current, space)
        current.record(BlogPostMoved(post_id=current.id), actor=actor.id)

    return await change(post, rule, expected_version=expected_version)


async def _move_idea(actor: Actor, move: SpaceMove, expected_version: int) -> Idea:
    idea = _found(await ideas_by_ids(actor, [move.content_id]), move)
    may_move(actor, idea, looks_after=await looks_after_space(actor, idea.space_id)).enforce()
    await _require_may_take_out(actor, idea)
    space = await writable_space(actor, move.space_id)
    require_staff_only(space, public=idea.audience is Audience.PUBLIC, path="space_id")

    def rule(current: Idea) -> None:
        put_in(current, space)
        current.record(IdeaMoved(idea_id=current.id), actor=actor.id)

    return await change(idea, rule, expected_version=expected_version)


async def _require_may_take_out(actor: Actor, content: SpaceContent) -> None:
    """Leave it to who looks after a closed space to let others read what its members said to each other."""
    if content.closed_space_id is not None and not await moderates(actor, content.space_id):
        raise Forbidden("Only owners and moderators of a closed space can move something out of it.")


def _require_for_staff(question: Question, space: Space | None) -> None:
    if space is None or space.visibility is SpaceVisibility.OPEN:
        return
    if question.audience is Audience.PUBLIC:
        raise NotForThePublic("A customer's question stays where the customer sees it.", path=("content_id",))
    if question.consultation_id is not None:
        raise Forbidden("The question of a consultation stays where the front office sees it.")


def _found(found: Mapping[str, Any], move: SpaceMove) -> Any:
    if move.content_id not in found:
        raise _nothing()
    return found[move.content_id]


def _nothing() -> NotFound:
    return NotFound("There is no question, page, post or idea with this id.", path=("content_id",))


_MOVING: Final[Mapping[str, Callable[[Actor, SpaceMove, int], Awaitable[Movable]]]] = {
    "ide": _move_idea,
    "pst": _move_post,
    "qst": _move_question,
    "wik": _move_page,
}
"""By the prefix of the ids."""
