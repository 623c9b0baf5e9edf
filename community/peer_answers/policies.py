"""Who may do what with answers by customers: pure rules."""

from enum import StrEnum

from auth.actor import Actor, ActorKind, Permission
from community.documents import Answer, Question, QuestionStatus
from community.errors import OwnVote, QuestionClosed
from community.policies import ALLOWED, Ruling
from core.errors import AlreadyDone, Forbidden, InvalidInput


class PeerAnswerStatus(StrEnum):
    """Where a customer's answer stands."""

    WAITING_FOR_APPROVAL = "WAITING_FOR_APPROVAL"
    PUBLISHED = "PUBLISHED"
    DECLINED = "DECLINED"


def peer_status(answer: Answer) -> PeerAnswerStatus | None:
    """Tell where an answer by a customer stands; None for a member's."""
    if answer.peer is None:
        return None
    if answer.held_at is not None:
        return PeerAnswerStatus.WAITING_FOR_APPROVAL
    return PeerAnswerStatus.PUBLISHED if answer.peer.declined_because is None else PeerAnswerStatus.DECLINED


def may_answer_publicly(actor: Actor, question: Question) -> Ruling:
    """Allow a customer who is signed in, what is published and takes answers."""
    if not (ruling := _signed_in(actor)):
        return ruling
    if question.approved_at is None:
        return Ruling(InvalidInput("This question is not published yet.", path=("question_id",)))
    if question.status is QuestionStatus.CLOSED:
        return Ruling(QuestionClosed("This question is closed and takes no more answers.", path=("question_id",)))
    return ALLOWED


def may_decide(actor: Actor, answer: Answer) -> Ruling:
    """Allow somebody with `question:publish`, an answer by a customer that waits."""
    if not actor.may(Permission.QUESTION_PUBLISH):
        return Ruling(Forbidden(f"You need the permission {Permission.QUESTION_PUBLISH.value} for this."))
    if answer.peer is None:
        return Ruling(InvalidInput("Only an answer by a customer can be published.", path=("answer_id",)))
    if answer.held_at is None:
        return Ruling(AlreadyDone("Somebody decided about this answer already.", path=("answer_id",)))
    return ALLOWED


def may_find_helpful(actor: Actor, answer: Answer) -> Ruling:
    """Allow a customer who is signed in, what is published and by somebody else."""
    if not (ruling := _signed_in(actor)):
        return ruling
    if answer.author_id == actor.customer_id:
        return Ruling(OwnVote("You can't say so of what you wrote yourself.", path=("answer_id",)))
    return ALLOWED


def _signed_in(actor: Actor) -> Ruling:
    if actor.kind is ActorKind.CUSTOMER and actor.customer_id is not None:
        return ALLOWED
    return Ruling(Forbidden("Sign in to do this."))
