"""Customers answer each other: held until a member publishes or declines it, unless the company trusts who wrote it."""

from typing import Annotated, Any, Final

from pydantic import BaseModel, Field

from auth.actor import Actor, Permission
from community.answers import follow_answer
from community.creation import insert_once, made_before
from community.documents import Answer
from community.drafts import Body, text
from community.events import AnswerChanged, AnswerGiven
from community.peer_answers.documents import PublicAnswerPolicy
from community.peer_answers.events import PeerAnswerDeclined, PeerAnswerHeld, PeerAnswerPublished
from community.peer_answers.policies import may_answer_publicly, may_decide
from community.peer_answers.settings import policy_now
from community.peer_standing import PeerStanding
from community.reading import require_answer, require_question
from community.turns.taking import take_customer_turn
from community.visibility import MODERATORS, PUBLISHERS
from core.clock import now
from core.errors import Forbidden
from core.idempotency import Once
from core.paging import Order, Slice, Window, count, read_slice
from core.records import change

LONGEST_WAITING_FIRST: Final = Order((("held_at", 1),))
_MOST_LOOKED_AT: Final = 1_000
Reason = Annotated[str, text(1, 500)]


class DecliningDraft(BaseModel):
    """Why a customer's answer is not published."""

    reason: Reason


class PublicAnswerDraft(BaseModel):
    """What a customer answers."""

    question_id: Annotated[str, Field(max_length=100)]
    body: Body


async def answer_public_question(actor: Actor, draft: PublicAnswerDraft, *, once: Once) -> Answer:
    """Answer a published question as a customer; until a member publishes it only its author and members read it.

    Raises Forbidden for who is not signed in, NotFound, InvalidInput for a question that is not published, QuestionClosed,
    Locked, RateLimited, IdempotencyMismatch.
    """
    question = await require_question(actor, draft.question_id)
    may_answer_publicly(actor, question).enforce()
    author, identifier, at = _customer(actor), once.identifier("ans"), now()
    if (before := await made_before(Answer, identifier, once)) is not None:
        return before
    policy = await policy_now()
    trusted = await _is_trusted(author, policy)
    answer = Answer(
        id=identifier,
        created_at=at,
        question_id=question.id,
        author_id=author,
        body=draft.body,
        peer=PeerStanding(published_at=at if trusted else None),
        held_at=None if trusted else at,
        kept_for=None if trusted else readers_of(author),
        fingerprint=once.fingerprint,
    )
    if trusted:
        answer.record(AnswerGiven(answer_id=answer.id, question_id=question.id, author_id=author), actor=actor.id)
        answer.record(PeerAnswerPublished(answer_id=answer.id, question_id=question.id), actor=actor.id)
    else:
        answer.record(PeerAnswerHeld(answer_id=answer.id, question_id=question.id), actor=actor.id)
    await take_customer_turn(actor, identifier, question, per_hour=policy.per_hour, per_day=policy.per_day)
    answer = await insert_once(answer, once)
    if trusted:
        await follow_answer(answer)
    return answer


async def publish_answer(actor: Actor, answer_id: str, *, expected_version: int) -> Answer:
    """Let everybody read a customer's answer.

    Raises NotFound, Forbidden without `question:publish`, InvalidInput for a member's, AlreadyDone, Conflict.
    """
    answer = await require_answer(actor, answer_id)
    may_decide(actor, answer).enforce()

    def rule(current: Answer) -> None:
        may_decide(actor, current).enforce()
        current.peer, current.held_at, current.kept_for = PeerStanding(published_at=now(), decided_by=actor.id), None, None
        given = AnswerGiven(answer_id=current.id, question_id=current.question_id, author_id=current.author_id)
        current.record(given, actor=actor.id)
        current.record(PeerAnswerPublished(answer_id=current.id, question_id=current.question_id), actor=actor.id)

    answer = await change(answer, rule, expected_version=expected_version)
    await follow_answer(answer)
    return answer


async def decline_answer(actor: Actor, answer_id: str, draft: DecliningDraft, *, expected_version: int) -> Answer:
    """Keep a customer's answer from the others; its author reads why. Errors as of `publish_answer`."""
    answer = await require_answer(actor, answer_id)
    may_decide(actor, answer).enforce()

    def rule(current: Answer) -> None:
        may_decide(actor, current).enforce()
        current.peer, current.held_at = PeerStanding(decided_by=actor.id, declined_because=draft.reason), None
        current.record(PeerAnswerDeclined(answer_id=current.id, question_id=current.question_id), actor=actor.id)

    return await change(answer, rule, expected_version=expected_version)


async def withdraw_own_answer(actor: Actor, answer_id: str) -> Answer:
    """Take one's own answer back, published or not; doing so again changes nothing. Raises NotFound, Forbidden for another's."""
    answer = await require_answer(actor, answer_id)
    if answer.author_id != actor.customer_id:
        raise Forbidden("Only who wrote the answer can take it back.")

    def rule(current: Answer) -> None:
        if current.deleted_at is None:
            current.deleted_at = now()
            current.record(AnswerChanged(answer_id=current.id, question_id=current.question_id), actor=actor.id)

    return await change(answer, rule)


async def list_held(actor: Actor, window: Window) -> Slice[Answer]:
    """List the customers' answers that wait, the longest waiting first; nothing without `question:publish`."""
    if not actor.may(Permission.QUESTION_PUBLISH):
        return Slice([], [])
    return await read_slice(Answer, _held(), LONGEST_WAITING_FIRST, window)


async def count_held(actor: Actor) -> int:
    """Count the same answers, up to 10,001."""
    return await count(Answer, _held()) if actor.may(Permission.QUESTION_PUBLISH) else 0


def readers_of(author_id: str) -> list[str]:
    """Give who reads an answer that waits: its author, who publishes and who moderates."""
    return [author_id, PUBLISHERS, MODERATORS]


def _held() -> dict[str, Any]:
    return {"held_at": {"$exists": True}, "deleted_at": {"$exists": False}}


async def _is_trusted(customer_id: str, policy: PublicAnswerPolicy) -> bool:
    """Tell whether enough of a customer's answers were published, and none was declined or taken away by moderators."""
    if not policy.trusted_after:
        return False
    newest = Answer.find({"author_id": customer_id}).sort("-created_at", "-_id").limit(_MOST_LOOKED_AT)
    decided = [one for one in await newest.to_list() if one.peer is not None and one.held_at is None]
    stood = [one for one in decided if one.peer is not None and one.peer.declined_because is None and one.kept_for is None]
    return len(stood) == len(decided) >= policy.trusted_after


def _customer(actor: Actor) -> str:
    if actor.customer_id is None:
        raise Forbidden("Sign in to do this.")
    return actor.customer_id
