"""Customers say which answers helped them: set, never toggled, and everybody once for each answer."""

from collections.abc import Sequence

from auth.actor import Actor
from community.documents import Answer
from community.marks import set_mark, settle_count
from community.peer_answers.documents import AnswerHelp
from community.peer_answers.events import AnswerHelpSaid
from community.peer_answers.policies import may_find_helpful
from community.reading import require_answer
from core.clock import now
from core.errors import Forbidden
from core.ids import derived_id
from core.records import by_ids


async def say_answer_helped(actor: Actor, answer_id: str, *, helped: bool) -> Answer:
    """Say that an answer helped, or take that back. Give the answer.

    Raises NotFound, Forbidden for who is not signed in, OwnVote.
    """
    answer = await require_answer(actor, answer_id)
    may_find_helpful(actor, answer).enforce()
    if actor.customer_id is None:
        raise Forbidden("Sign in to do this.")
    identifier = _id(answer.id, actor.customer_id)
    mark = AnswerHelp(id=identifier, created_at=now(), answer_id=answer.id, customer_id=actor.customer_id)
    await set_mark(mark, AnswerHelpSaid(answer_id=answer.id), stands=helped, by=actor.id)
    return await settle_help(answer)


async def settle_help(answer: Answer) -> Answer:
    """Let an answer's count follow what customers said; can run twice."""
    return await settle_count(answer, "helped_count", _count)


async def helped_viewer(actor: Actor, answer_ids: Sequence[str]) -> dict[str, bool]:
    """Tell for each answer whether it helped the actor."""
    if actor.customer_id is None:
        return {}
    marks = await by_ids(AnswerHelp, [_id(one, actor.customer_id) for one in answer_ids])
    return {one.answer_id: not one.withdrawn for one in marks.values()}


async def _count(answer: Answer) -> int:
    return await AnswerHelp.find({"answer_id": answer.id, "withdrawn": False}).count()


def _id(answer_id: str, customer_id: str) -> str:
    return derived_id("hlm", answer_id, customer_id)
