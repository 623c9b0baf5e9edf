"""Questions that customers and the public ask: they wait until a member publishes them."""

from pydantic import BaseModel

from auth.actor import ANONYMOUS, Actor, Permission
from community.creation import insert_once, made_before
from community.documents import Audience, Question
from community.drafts import Body, Title
from community.events import QuestionAsked, QuestionPublished
from community.policies import may_publish
from community.reading import require_question
from core.clock import now
from core.idempotency import Once
from core.records import change


class PublicQuestionDraft(BaseModel):
    """What a customer asks."""

    title: Title
    body: Body


async def ask_public_question(actor: Actor, draft: PublicQuestionDraft, *, once: Once) -> Question:
    """Ask the company in public; until a member publishes it only members and who asked see it.

    Raises Forbidden without `request:submit`.
    """
    actor.require(Permission.REQUEST_SUBMIT)
    identifier, moment = once.identifier("qst"), now()
    if (before := await made_before(Question, identifier, once)) is not None:
        return before
    author = actor.customer_id or ANONYMOUS.id
    question = Question(
        id=identifier,
        created_at=moment,
        updated_at=moment,
        author_id=author,
        title=draft.title,
        body=draft.body,
        audience=Audience.PUBLIC,
        fingerprint=once.fingerprint,
    )
    question.record(QuestionAsked(question_id=identifier, author_id=author), actor=actor.id)
    return await insert_once(question, once)


async def publish_question(actor: Actor, question_id: str, *, expected_version: int) -> Question:
    """Let the public see a customer's question and the members' answers to it, also those given before.

    Raises NotFound, Forbidden without `question:publish`, NotForThePublic for a member's question, AlreadyDone, Conflict.
    """
    question = await require_question(actor, question_id)
    may_publish(actor, question).enforce()

    def rule(current: Question) -> None:
        may_publish(actor, current).enforce()
        current.approved_at = current.updated_at = now()
        current.record(QuestionPublished(question_id=current.id), actor=actor.id)

    return await change(question, rule, expected_version=expected_version)
