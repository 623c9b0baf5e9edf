"""Moving content into a space, into another one, or out of all of them."""

from pydantic import BaseModel

from auth.actor import Actor
from community.anonymity import acting_as
from community.contents import CONTENTS
from community.documents import Audience, Question
from community.errors import NotForThePublic
from community.events import QuestionMoved
from community.policies import may_edit
from community.reading import require_question
from community.spaces.content import put_in
from community.spaces.documents import Space, SpaceVisibility
from community.spaces.reading import moderates, page_space, writable_space
from community.wiki.documents import WikiPage
from community.wiki.places import move_to_top, page_to_edit
from core.errors import Forbidden, NotFound
from core.ids import prefix_of
from core.records import change


class SpaceMove(BaseModel):
    """What is to stand in which space; None: in none, for all staff."""

    content_id: str
    space_id: str | None = None


async def move_to_space(actor: Actor, move: SpaceMove, *, expected_version: int) -> Question | WikiPage:
    """Let a question or a page of the wiki, with all that belongs to it, stand in a space or in none.

    Raises NotFound, Forbidden for who may not change it or may not write there, and, out of a closed space, for others
    than who looks after it; NotForThePublic for a customer's question into a closed space; SpaceArchived, Conflict.
    """
    if CONTENTS.get(prefix_of(move.content_id)) is WikiPage:
        return await _move_page(actor, move, expected_version)
    if CONTENTS.get(prefix_of(move.content_id)) is Question:
        return await _move_question(actor, move, expected_version)
    raise NotFound("There is no such question or page.", path=("content_id",))


async def _move_question(actor: Actor, move: SpaceMove, expected_version: int) -> Question:
    question = await require_question(actor, move.content_id)
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


async def _require_may_take_out(actor: Actor, content: Question | WikiPage) -> None:
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
