"""Customers say which answers helped them: set, never toggled, and everybody once for each answer."""

from collections.abc import Sequence

from pymongo.errors import DuplicateKeyError

from auth.actor import Actor
from community.documents import Answer
from community.peer_answers.documents import AnswerHelp
from community.peer_answers.events import AnswerHelpSaid
from community.peer_answers.policies import may_find_helpful
from community.reading import require_answer
from core.clock import now
from core.errors import Forbidden, NotFound
from core.ids import derived_id
from core.records import by_ids, change, save


async def say_answer_helped(actor: Actor, answer_id: str, *, helped: bool) -> Answer:
    """Say that an answer helped, or take that back. Give the answer.

    Raises NotFound, Forbidden for who is not signed in, OwnVote.
    """
    answer = await require_answer(actor, answer_id)
    may_find_helpful(actor, answer).enforce()
    if actor.customer_id is None:
        raise Forbidden("Sign in to do this.")
    await _set(actor, answer.id, actor.customer_id, helped=helped)
    return await settle_help(answer.id)


async def settle_help(answer_id: str) -> Answer:
    """Let an answer's count follow what customers said; can run twice. Raises NotFound."""
    while True:
        answer = await Answer.get(answer_id)
        if answer is None:
            raise NotFound("There is no such answer.", path=("answer_id",))
        counted = await AnswerHelp.find({"answer_id": answer_id, "withdrawn": False}).count()
        if answer.helped_count == counted:
            return answer

        def rule(current: Answer, counted: int = counted) -> None:
            current.helped_count = counted

        await change(answer, rule)


async def helped_viewer(actor: Actor, answer_ids: Sequence[str]) -> dict[str, bool]:
    """Tell for each answer whether it helped the actor."""
    if actor.customer_id is None:
        return {}
    marks = await by_ids(AnswerHelp, [_id(one, actor.customer_id) for one in answer_ids])
    return {one.answer_id: not one.withdrawn for one in marks.values()}


async def _set(actor: Actor, answer_id: str, customer_id: str, *, helped: bool) -> None:
    identifier = _id(answer_id, customer_id)
    mark = await AnswerHelp.get(identifier)
    if mark is None and not helped:
        return
    if mark is None:
        mark = AnswerHelp(id=identifier, created_at=now(), answer_id=answer_id, customer_id=customer_id)
        mark.record(AnswerHelpSaid(answer_id=answer_id), actor=actor.id)
        try:
            await save(mark)
        except DuplicateKeyError:
            await _set(actor, answer_id, customer_id, helped=helped)
        return

    def rule(current: AnswerHelp) -> None:
        if current.withdrawn is helped:
            current.withdrawn = not helped
            current.record(AnswerHelpSaid(answer_id=answer_id), actor=actor.id)

    await change(mark, rule)


def _id(answer_id: str, customer_id: str) -> str:
    return derived_id("hlm", answer_id, customer_id)
