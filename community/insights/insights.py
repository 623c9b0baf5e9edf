"""Insights: written down, made to say something else, shown by evidence, and moved on until something was changed."""

from collections.abc import Sequence
from typing import Annotated, Final

from pydantic import BaseModel, Field

from auth.actor import Actor
from community.creation import insert_once, made_before
from community.directory import departments_by_ids, members_by_ids
from community.drafts import Body, Remark, TagNames, Title, ids, tag_of
from community.handles import few_mentions
from community.insights.documents import Insight, InsightEvidence, InsightKind
from community.insights.events import InsightCreated, InsightEdited, InsightEvidenceChanged, InsightMoved
from community.insights.policies import may_add_insight, may_move_insight, may_steer_insight
from community.insights.reading import require_insight
from community.stages import KEPT_STEPS, Stage, StageStep, require_next
from core.clock import now
from core.errors import LimitReached, NotFound
from core.idempotency import Once
from core.records import change

MOST_DEPARTMENTS: Final = 20
MOST_EVIDENCE: Final = 50
DepartmentIds = Annotated[list[str], ids(MOST_DEPARTMENTS, "departments")]


class InsightDraft(BaseModel):
    """What somebody learned, and whom it is for."""

    kind: InsightKind
    title: Title
    body: Annotated[Body, few_mentions]
    tag_slugs: TagNames = Field(default_factory=list)
    department_ids: DepartmentIds = Field(default_factory=list)
    owner_id: str | None = None


class InsightChange(BaseModel):
    """What to change of an insight; absent stays as it is."""

    kind: InsightKind | None = None
    title: Title | None = None
    body: Annotated[Body, few_mentions] | None = None
    tag_slugs: TagNames | None = None
    department_ids: DepartmentIds | None = None
    owner_id: str | None = None
    closed: bool | None = None


class InsightMove(BaseModel):
    """To which stage an insight moves on, and what was changed."""

    stage: Stage
    change: Remark | None = None


class Shown(BaseModel):
    """Something that shows an insight, which the actor may read; of a customer's word, whose it is."""

    target_id: str
    customer_id: str | None = None


async def create_insight(actor: Actor, draft: InsightDraft, *, shown: Sequence[Shown] = (), once: Once) -> Insight:
    """Write down what was learned, at the stage of listening; who writes it owns it unless somebody else is named.

    Raises Forbidden without `idea:submit` for all channels, NotFound for a department or an owner that is not there,
    IdempotencyMismatch.
    """
    may_add_insight(actor).enforce()
    identifier, at = once.identifier("ins"), now()
    if (before := await made_before(Insight, identifier, once)) is not None:
        return before
    await _require_known(actor, draft.department_ids, draft.owner_id)
    insight = Insight(
        id=identifier,
        created_at=at,
        updated_at=at,
        kind=draft.kind,
        title=draft.title,
        body=draft.body,
        tags=[tag_of(name) for name in draft.tag_slugs],
        department_ids=draft.department_ids,
        evidence=[InsightEvidence(target_id=one.target_id, added_by=actor.member, at=at) for one in shown],
        customer_ids=_customers(shown),
        author_id=actor.member,
        owner_id=draft.owner_id or actor.member,
        steps=[StageStep(stage=Stage.LISTEN, at=at, by=actor.member)],
        fingerprint=once.fingerprint,
    )
    insight.record(InsightCreated(insight_id=identifier), actor=actor.id)
    return await insert_once(insight, once)


async def update_insight(actor: Actor, insight_id: str, told: InsightChange, *, expected_version: int) -> Insight:
    """Let an insight say something else, be for others, or be closed.

    Raises NotFound, also for a department or an owner that is not there, Forbidden for others than who owns or wrote it
    and who manages ideas, Conflict.
    """
    insight = await require_insight(actor, insight_id)
    may_steer_insight(actor, insight).enforce()
    await _require_known(actor, told.department_ids or [], told.owner_id)
    changes = told.model_dump(exclude_none=True, exclude={"tag_slugs"})

    def rule(current: Insight) -> None:
        may_steer_insight(actor, current).enforce()
        for name, value in changes.items():
            setattr(current, name, value)
        if told.tag_slugs is not None:
            current.tags = [tag_of(name) for name in told.tag_slugs]
        current.updated_at = now()
        current.record(InsightEdited(insight_id=current.id), actor=actor.id)

    return await change(insight, rule, expected_version=expected_version)


async def move_insight(actor: Actor, insight_id: str, move: InsightMove, *, expected_version: int) -> Insight:
    """Move an insight on to the next stage; EVOLVE says what was changed, and after it listening begins anew.

    Raises NotFound, Forbidden as `update_insight`, InvalidInput for another stage than the next one and for EVOLVE without
    a change, AlreadyDone when it is there or closed, Conflict.
    """
    insight = await require_insight(actor, insight_id)
    may_steer_insight(actor, insight).enforce()

    def rule(current: Insight) -> None:
        may_move_insight(actor, current).enforce()
        require_next(current.stage, move.stage, move.change)
        told = move.change if move.stage is Stage.EVOLVE else None
        step = StageStep(stage=move.stage, at=now(), by=actor.member, change=told)
        current.stage, current.steps, current.updated_at = move.stage, [*current.steps, step][-KEPT_STEPS:], step.at
        current.record(InsightMoved(insight_id=current.id, stage=move.stage.value), actor=actor.id)

    return await change(insight, rule, expected_version=expected_version)


async def set_evidence(actor: Actor, insight_id: str, shown: Shown, *, linked: bool, others: Sequence[Shown] = ()) -> Insight:
    """Say that something shows an insight, or no longer does; saying so again changes nothing.

    `others` is what else shows it, by which it is told of whom it still speaks. Raises NotFound, Forbidden for who may add
    no insights, and to take away for others than who added it or who may steer it, LimitReached.
    """
    insight = await require_insight(actor, insight_id)
    may_add_insight(actor).enforce()

    def rule(current: Insight) -> None:
        at = now()
        known = next((one for one in current.evidence if one.target_id == shown.target_id), None)
        if (known is not None) is linked:
            return
        if known is None:
            if len(current.evidence) >= MOST_EVIDENCE:
                raise LimitReached(f"An insight is shown by at most {MOST_EVIDENCE} things.", path=("evidence_id",))
            added = InsightEvidence(target_id=shown.target_id, added_by=actor.member, at=at)
            current.evidence = [*current.evidence, added]
            current.customer_ids = list(dict.fromkeys([*current.customer_ids, *_customers([shown])]))
        else:
            if known.added_by != actor.member_id:
                may_steer_insight(actor, current).enforce()
            current.evidence = [one for one in current.evidence if one is not known]
            current.customer_ids = _customers([one for one in others if one.target_id != shown.target_id])
        current.updated_at = at
        current.record(InsightEvidenceChanged(insight_id=current.id), actor=actor.id)

    return await change(insight, rule)


def _customers(shown: Sequence[Shown]) -> list[str]:
    return list(dict.fromkeys(one.customer_id for one in shown if one.customer_id is not None))


async def _require_known(actor: Actor, department_ids: Sequence[str], owner_id: str | None) -> None:
    known = await departments_by_ids(actor, department_ids)
    if any(one not in known for one in department_ids):
        raise NotFound("There is no such department.", path=("department_ids",))
    if owner_id is not None and owner_id not in await members_by_ids(actor, [owner_id]):
        raise NotFound("There is no such member.", path=("owner_id",))
