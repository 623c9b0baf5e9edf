"""Asking: members each other, and the front office the back office; editing, and answers' effect on where a question stands."""

from collections.abc import Sequence
from datetime import datetime

from pydantic import BaseModel, Field
from pymongo.errors import DuplicateKeyError

from auth.actor import Actor, Permission
from community.creation import insert_once, made_before
from community.documents import Answer, Question, QuestionStatus
from community.drafts import Body, InvitedIds, TagNames, Title, tag_of
from community.events import QuestionAsked, QuestionChanged
from community.members import require_members
from community.policies import may_edit
from community.reading import require_question
from core.clock import now
from core.errors import InvalidInput, NotFound
from core.events import SYSTEM
from core.idempotency import Once
from core.records import change, save


class QuestionDraft(BaseModel):
    """What a member asks."""

    title: Title
    body: Body
    tag_slugs: TagNames = Field(default_factory=list)
    invited_expert_ids: InvitedIds = Field(default_factory=list)


class QuestionChanges(BaseModel):
    """What is to change; a field that is not given stays."""

    title: Title = ""
    body: Body = ""
    tag_slugs: TagNames = Field(default_factory=list)
    invited_expert_ids: InvitedIds = Field(default_factory=list)


async def ask_question(actor: Actor, draft: QuestionDraft, *, once: Once) -> Question:
    """Ask the community; the invited are told by the event.

    Raises Forbidden without `question:ask`, InvalidInput for invited ids that nobody has or one's own.
    """
    actor.require(Permission.QUESTION_ASK)
    author, identifier, moment = actor.member, once.identifier("qst"), now()
    if (before := await made_before(Question, identifier, once)) is not None:
        return before
    await _require_invitable(draft.invited_expert_ids, author)
    question = Question(
        id=identifier,
        created_at=moment,
        updated_at=moment,
        author_id=author,
        title=draft.title,
        body=draft.body,
        tags=[tag_of(name) for name in draft.tag_slugs],
        invited_expert_ids=draft.invited_expert_ids,
        fingerprint=once.fingerprint,
    )
    invited = tuple(draft.invited_expert_ids)
    question.record(QuestionAsked(question_id=identifier, author_id=author, invited_expert_ids=invited), actor=actor.id)
    return await insert_once(question, once)


async def edit_question(actor: Actor, question_id: str, changes: QuestionChanges, *, expected_version: int) -> Question:
    """Change title, text, tags or the invited experts.

    Raises NotFound, Forbidden for others than the author and moderators, Conflict, InvalidInput for unknown experts.
    Whom a consultation asks is changed by declining and delegating there, not here.
    """
    question = await require_question(actor, question_id)
    may_edit(actor, question).enforce()
    given = changes.model_fields_set
    if "invited_expert_ids" in given:
        if question.consultation_id is not None:
            raise InvalidInput("Experts of a consultation are changed by declining or delegating.", path=("invited_expert_ids",))
        await _require_invitable(changes.invited_expert_ids, question.author_id)

    def rule(current: Question) -> None:
        may_edit(actor, current).enforce()
        newly = tuple(member for member in changes.invited_expert_ids if member not in current.invited_expert_ids)
        for name in given - {"tag_slugs"}:
            setattr(current, name, getattr(changes, name))
        if "tag_slugs" in given:
            current.tags = [tag_of(name) for name in changes.tag_slugs]
        current.updated_at = now()
        current.record(QuestionChanged(question_id=current.id, newly_invited_ids=newly), actor=actor.id)

    return await change(question, rule, expected_version=expected_version)


async def open_for_consultation(  # noqa: PLR0913 - what a consultation knows of its question, all by keyword
    *,
    question_id: str,
    author_id: str,
    title: str,
    body: str,
    case_id: str,
    consultation_id: str,
    invited_expert_ids: Sequence[str],
    asked_at: datetime,
) -> Question:
    """Open the question of a consultation: a follow-up that can run twice; what is there already is given as it is."""
    question = Question(
        id=question_id,
        created_at=asked_at,
        updated_at=asked_at,
        author_id=author_id,
        title=title,
        body=body,
        case_id=case_id,
        consultation_id=consultation_id,
        invited_expert_ids=list(invited_expert_ids),
    )
    question.record(
        QuestionAsked(
            question_id=question_id,
            author_id=author_id,
            invited_expert_ids=tuple(invited_expert_ids),
            consultation_id=consultation_id,
        ),
        actor=author_id,
    )
    try:
        await save(question)
    except DuplicateKeyError:
        return await _stored(question_id)
    return question


async def set_invited(question_id: str, expert_ids: Sequence[str], *, actor_id: str = SYSTEM) -> Question:
    """Let exactly these experts be invited: a follow-up that can run twice. Raises NotFound for an unknown question."""

    def rule(current: Question) -> None:
        if current.invited_expert_ids == list(expert_ids):
            return
        newly = tuple(member for member in expert_ids if member not in current.invited_expert_ids)
        current.invited_expert_ids = list(expert_ids)
        current.record(QuestionChanged(question_id=current.id, newly_invited_ids=newly), actor=actor_id)

    return await change(await _stored(question_id), rule)


async def count_as_answered(answer: Answer) -> Question:
    """Let the question of a new answer be ANSWERED: a follow-up that can run twice. Raises NotFound."""

    def rule(current: Question) -> None:
        current.updated_at = max(current.updated_at, answer.created_at)
        if current.status is QuestionStatus.OPEN:
            current.status = QuestionStatus.ANSWERED
            current.record(QuestionChanged(question_id=current.id), actor=answer.author_id)

    return await change(await _stored(answer.question_id), rule)


async def _require_invitable(expert_ids: Sequence[str], author_id: str) -> None:
    if author_id in expert_ids:
        raise InvalidInput("Who asks a question can't be invited to answer it.", path=("invited_expert_ids",))
    if expert_ids:
        await require_members(expert_ids)


async def _stored(question_id: str) -> Question:
    question = await Question.get(question_id)
    if question is None:
        raise NotFound("There is no such question.", path=("question_id",))
    return question
