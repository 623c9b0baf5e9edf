"""Asking: members each other, and the front office the back office; editing, and answers' effect on where a question stands."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field

from auth.actor import Actor, Permission
from community.anonymity import acting_as, authorship, is_hidden
from community.creation import insert_once, made_before
from community.documents import Answer, Member, Question, QuestionStatus
from community.drafts import Body, InvitedIds, TagNames, Title, tag_of
from community.escalation import schedule
from community.events import QuestionAsked, QuestionChanged
from community.handles import few_mentions
from community.members import require_members
from community.policies import may_edit
from community.prompts.campaigns import running_campaign
from community.reading import require_question
from community.spaces.content import outsiders, put_in
from community.spaces.documents import Space
from community.spaces.reading import writable_space
from community.turns.limits import limits_now
from community.turns.taking import require_unlocked, take_turn
from core.clock import now
from core.errors import InvalidInput, NotFound
from core.events import SYSTEM
from core.idempotency import Once
from core.outcomes import Outcome, outcome
from core.records import change, insert_or_read


class QuestionDraft(BaseModel):
    """What a member asks."""

    title: Title
    body: Annotated[Body, few_mentions]
    tag_slugs: TagNames = Field(default_factory=list)
    invited_expert_ids: InvitedIds = Field(default_factory=list)
    space_id: str | None = None
    anonymous: bool = False
    """Whether nobody is to learn who asks."""
    campaign_id: Annotated[str, Field(max_length=100)] | None = None
    urgent: bool = False


class QuestionChanges(BaseModel):
    """What is to change; a field that is not given stays."""

    title: Title = ""
    body: Annotated[Body, few_mentions] = ""
    tag_slugs: TagNames = Field(default_factory=list)
    invited_expert_ids: InvitedIds = Field(default_factory=list)
    urgent: bool = False


async def ask_question(actor: Actor, draft: QuestionDraft, *, once: Once) -> Question:
    """Ask the community; the invited are told by the event.

    Raises Forbidden without `question:ask` and for a space in which the actor may not write, NotFound for space or campaign,
    InvalidInput for invited ids that nobody has, one's own, or of who is not in the closed space; Locked, RateLimited.
    """
    actor.require(Permission.QUESTION_ASK)
    author, identifier, moment = actor.member, once.identifier("qst"), now()
    made, experts, limits = await asyncio.gather(
        outcome(made_before(Question, identifier, once)), outcome(require_members(draft.invited_expert_ids)), limits_now()
    )
    if (before := made.take()) is not None:
        return before
    space = await writable_space(actor, draft.space_id)
    _require_invitable(draft.invited_expert_ids, author, space, experts)
    campaign = await running_campaign(actor, draft.campaign_id, draft.space_id)
    question = Question(
        id=identifier,
        created_at=moment,
        updated_at=moment,
        **authorship(actor, anonymous=draft.anonymous),
        title=draft.title,
        body=draft.body,
        tags=[tag_of(name) for name in draft.tag_slugs],
        invited_expert_ids=draft.invited_expert_ids,
        campaign_id=campaign.id if campaign is not None else None,
        urgent=draft.urgent or None,
        fingerprint=once.fingerprint,
    )
    put_in(question, space)
    schedule(question, space)
    await take_turn(actor, identifier, [space] if space is not None else [], limits)
    invited = tuple(draft.invited_expert_ids)
    asked = QuestionAsked(question_id=identifier, author_id=question.author_id, invited_expert_ids=invited)
    question.record(asked, actor=acting_as(actor, question))
    return await insert_once(question, once)


async def edit_question(actor: Actor, question_id: str, changes: QuestionChanges, *, expected_version: int) -> Question:
    """Change title, text, tags or the invited experts.

    Raises NotFound, Forbidden for others than the author and moderators, Locked, Conflict, InvalidInput for unknown experts.
    Whom a consultation asks is changed by declining and delegating there, not here.
    """
    question = await require_question(actor, question_id)
    may_edit(actor, question).enforce()
    await require_unlocked(actor, question)
    given = changes.model_fields_set
    stands_in = await Space.get(question.space_id) if "urgent" in given and question.space_id is not None else None
    if "invited_expert_ids" in given:
        if question.consultation_id is not None:
            raise InvalidInput("Experts of a consultation are changed by declining or delegating.", path=("invited_expert_ids",))
        space = await writable_space(actor, question.space_id, path="question_id")
        # A moderator's invitation is not compared with who asked anonymously: a refusal would tell who that is.
        asker = actor.member_id if is_hidden(actor, question) else question.author_id
        experts = await outcome(require_members(changes.invited_expert_ids))
        _require_invitable(changes.invited_expert_ids, asker or "", space, experts)

    def rule(current: Question) -> None:
        may_edit(actor, current).enforce()
        newly = tuple(member for member in changes.invited_expert_ids if member not in current.invited_expert_ids)
        for name in given - {"tag_slugs", "urgent"}:
            setattr(current, name, getattr(changes, name))
        if "urgent" in given:
            current.urgent = changes.urgent or None
            schedule(current, stands_in)
        if "tag_slugs" in given:
            current.tags = [tag_of(name) for name in changes.tag_slugs]
        current.updated_at = now()
        current.record(QuestionChanged(question_id=current.id, newly_invited_ids=newly), actor=acting_as(actor, current))

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
    return await insert_or_read(question)


async def set_invited(question_id: str, expert_ids: Sequence[str], *, actor_id: str = SYSTEM) -> Question:
    """Let exactly these experts be invited: a follow-up that can run twice. Raises NotFound for an unknown question."""

    def rule(current: Question) -> None:
        if current.invited_expert_ids == list(expert_ids):
            return
        newly = tuple(member for member in expert_ids if member not in current.invited_expert_ids)
        current.invited_expert_ids = list(expert_ids)
        current.record(QuestionChanged(question_id=current.id, newly_invited_ids=newly), actor=actor_id)

    return await change(await _stored(question_id), rule)


async def count_as_answered(answer: Answer, question: Question | None = None) -> Question:
    """Let the question of a new answer be ANSWERED: a follow-up that can run twice. Raises NotFound.

    Whoever has just read the question gives it.
    """

    def rule(current: Question) -> None:
        current.updated_at = max(current.updated_at, answer.created_at)
        if current.status is QuestionStatus.OPEN:
            current.status = QuestionStatus.ANSWERED
            current.record(QuestionChanged(question_id=current.id), actor=answer.author_id)

    return await change(question or await _stored(answer.question_id), rule)


def _require_invitable(expert_ids: Sequence[str], author_id: str, space: Space | None, experts: Outcome[list[Member]]) -> None:
    if author_id in expert_ids:
        raise InvalidInput("Who asks a question can't be invited to answer it.", path=("invited_expert_ids",))
    experts.take()
    if space is not None and (outside := outsiders(space, expert_ids)):
        raise InvalidInput(f"{outside[0]} is not in this space and can't read the question.", path=("invited_expert_ids",))


async def _stored(question_id: str) -> Question:
    question = await Question.get(question_id)
    if question is None:
        raise NotFound("There is no such question.", path=("question_id",))
    return question
