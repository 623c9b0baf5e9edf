"""“You said, we did”: writing, publishing and withdrawing what the company did upon what customers said."""

from collections.abc import Sequence
from typing import Annotated, Any, Final

from pydantic import BaseModel, Field

from auth.actor import Actor, ActorKind, Permission
from community.creation import insert_once, made_before
from community.documents import Audience, Question
from community.drafts import Title, ids, may_be_id, text
from community.ideas.documents import Idea
from community.ideas.reading import ideas_by_ids
from community.outcomes.documents import Outcome, OutcomeStatus
from community.outcomes.events import OutcomePublished, OutcomeSaved
from community.reading import questions_by_ids
from core.clock import now
from core.errors import AlreadyDone, InvalidInput, NotFound
from core.idempotency import Once
from core.paging import Order, Slice, Window, count, read_slice
from core.records import by_ids, change

MOST_SOURCES: Final = 50
Words = Annotated[str, text(1, 5_000)]
IdeaIds = Annotated[list[str], ids(MOST_SOURCES, "ideas")]
QuestionIds = Annotated[list[str], ids(MOST_SOURCES, "questions")]
MessageIds = Annotated[list[str], ids(MOST_SOURCES, "messages")]
_LATEST_FIRST: Final = Order((("published_at", -1),))
_NEWEST_FIRST: Final = Order((("created_at", -1),))


class OutcomeDraft(BaseModel):
    """What customers said, with what shows it, and what the company did."""

    title: Title
    heard: Words
    done: Words
    idea_ids: IdeaIds = Field(default_factory=list)
    question_ids: QuestionIds = Field(default_factory=list)
    message_ids: MessageIds = Field(default_factory=list)


class OutcomeChanges(BaseModel):
    """What to change; what is not given stays, lists are taken whole."""

    title: Title | None = None
    heard: Words | None = None
    done: Words | None = None
    idea_ids: IdeaIds | None = None
    question_ids: QuestionIds | None = None
    message_ids: MessageIds | None = None


async def create_outcome(actor: Actor, draft: OutcomeDraft, *, once: Once) -> Outcome:
    """Write an outcome; customers read it once it is published. The messages are ones that the actor was given.

    Raises Forbidden without `idea:manage`, InvalidInput for ideas and questions that are not public, IdempotencyMismatch.
    """
    actor.require(Permission.IDEA_MANAGE)
    identifier = once.identifier("out")
    if (before := await made_before(Outcome, identifier, once)) is not None:
        return before
    await _require_public(actor, draft.idea_ids, draft.question_ids)
    outcome = Outcome(id=identifier, created_at=now(), author_id=actor.member, fingerprint=once.fingerprint, **draft.model_dump())
    outcome.record(OutcomeSaved(outcome_id=identifier), actor=actor.id)
    return await insert_once(outcome, once)


async def update_outcome(actor: Actor, outcome_id: str, changes: OutcomeChanges, *, expected_version: int) -> Outcome:
    """Change an outcome; a published one for everybody at once. Raises as `create_outcome`, NotFound, Conflict."""
    outcome = await _require(actor, outcome_id)
    await _require_public(actor, changes.idea_ids or [], changes.question_ids or [])

    def rule(current: Outcome) -> None:
        for name, value in changes.model_dump(exclude_none=True).items():
            setattr(current, name, value)
        if current.status is OutcomeStatus.PUBLISHED:
            _require_shown(current)
        current.record(OutcomeSaved(outcome_id=current.id), actor=actor.id)

    return await change(outcome, rule, expected_version=expected_version)


async def publish_outcome(actor: Actor, outcome_id: str, *, expected_version: int) -> Outcome:
    """Let customers read an outcome; those whose words it names are told.

    Raises Forbidden without `idea:manage`, NotFound, InvalidInput for one that names nothing that was said, AlreadyDone,
    Conflict.
    """
    outcome = await _require(actor, outcome_id)

    def rule(current: Outcome) -> None:
        if current.status is OutcomeStatus.PUBLISHED:
            raise AlreadyDone("This is published already.", path=("outcome_id",))
        _require_shown(current)
        current.status, current.published_at = OutcomeStatus.PUBLISHED, now()
        current.record(OutcomePublished(outcome_id=current.id), actor=actor.id)

    return await change(outcome, rule, expected_version=expected_version)


async def withdraw_outcome(actor: Actor, outcome_id: str, *, expected_version: int) -> Outcome:
    """Let customers read an outcome no longer. Raises Forbidden without `idea:manage`, NotFound, AlreadyDone, Conflict."""
    outcome = await _require(actor, outcome_id)

    def rule(current: Outcome) -> None:
        if current.status is not OutcomeStatus.PUBLISHED:
            raise AlreadyDone("Nobody reads this now.", path=("outcome_id",))
        current.status = OutcomeStatus.WITHDRAWN
        current.record(OutcomeSaved(outcome_id=current.id), actor=actor.id)

    return await change(outcome, rule, expected_version=expected_version)


async def outcomes_by_ids(actor: Actor, outcome_ids: Sequence[str]) -> dict[str, Outcome]:
    """Give those of the outcomes that the actor may read: with `idea:read` all, others what is published."""
    readable = [one for one in dict.fromkeys(outcome_ids) if may_be_id(one, "out")]
    found = await by_ids(Outcome, readable)
    return {one.id: one for one in found.values() if _reads(actor, one)}


async def list_outcomes(actor: Actor, window: Window) -> Slice[Outcome]:
    """List outcomes: to staff with `idea:read` all, the newest first; to others what is published, the latest first."""
    query, order = _listed(actor)
    return await read_slice(Outcome, query, order, window) if query is not None else Slice([], [])


async def count_outcomes(actor: Actor) -> int:
    """Count the same outcomes, up to 10,001."""
    query, _ = _listed(actor)
    return await count(Outcome, query) if query is not None else 0


def _listed(actor: Actor) -> tuple[dict[str, Any] | None, Order]:
    if actor.may(Permission.IDEA_READ):
        return {}, _NEWEST_FIRST
    is_public = actor.kind in {ActorKind.CUSTOMER, ActorKind.ANONYMOUS}
    return ({"status": OutcomeStatus.PUBLISHED.value} if is_public else None), _LATEST_FIRST


def _reads(actor: Actor, outcome: Outcome) -> bool:
    is_public = actor.kind in {ActorKind.CUSTOMER, ActorKind.ANONYMOUS} and outcome.status is OutcomeStatus.PUBLISHED
    return actor.may(Permission.IDEA_READ) or is_public


async def _require(actor: Actor, outcome_id: str) -> Outcome:
    actor.require(Permission.IDEA_MANAGE)
    outcome = (await outcomes_by_ids(actor, [outcome_id])).get(outcome_id)
    if outcome is None:
        raise NotFound("There is no such outcome.", path=("outcome_id",))
    return outcome


def _require_shown(outcome: Outcome) -> None:
    if not (outcome.idea_ids or outcome.question_ids or outcome.message_ids):
        raise InvalidInput("Name at least one idea, question or message that it comes from.", path=("idea_ids",))


async def _require_public(actor: Actor, idea_ids: Sequence[str], question_ids: Sequence[str]) -> None:
    """Refuse ideas and questions that customers can't read: they would learn of them."""
    ideas = await ideas_by_ids(actor, idea_ids)
    if unknown := [one for one in idea_ids if one not in ideas or not _is_public_idea(ideas[one])]:
        raise InvalidInput(f"There is no public idea with the id {unknown[0][:100]}.", path=("idea_ids",))
    questions = await questions_by_ids(actor, question_ids)
    if unknown := [one for one in question_ids if one not in questions or not _is_published(questions[one])]:
        raise InvalidInput(f"There is no published question with the id {unknown[0][:100]}.", path=("question_ids",))


def _is_public_idea(idea: Idea) -> bool:
    return idea.audience is Audience.PUBLIC and idea.merged_into is None and idea.kept_for is None


def _is_published(question: Question) -> bool:
    return question.approved_at is not None and question.kept_for is None
