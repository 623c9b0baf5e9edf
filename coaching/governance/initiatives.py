"""Initiatives: begun, measured, moved on from listening to a change, reviewed, and warned of what they lack."""

from datetime import datetime
from typing import Annotated, Final

from pydantic import AwareDatetime, BaseModel, Field

from auth.actor import Actor
from care.policies import require_right
from coaching.governance.documents import (
    Initiative,
    InitiativeKind,
    InitiativeOrigin,
    InitiativeReview,
    InitiativeWarning,
    Kpi,
)
from coaching.governance.events import InitiativeChanged, InitiativeReviewDue
from coaching.governance.policies import may_govern, may_steer
from coaching.governance.reading import require_initiative
from coaching.governance.surveys import require_survey, shown_answers
from community.creation import insert_once
from community.directory import members_by_ids
from community.drafts import Remark, Title, text
from community.stages import KEPT_STEPS, Stage, StageStep, require_next
from core.clock import now
from core.errors import AlreadyDone, InvalidInput, NotFound
from core.idempotency import Once
from core.records import change

MOST_KPIS: Final = 20
KEPT: Final = 50
W = InitiativeWarning

Amount = Annotated[float, Field(ge=0, le=1e12, allow_inf_nan=False)]
Measure = Annotated[float, Field(ge=-1e12, le=1e12, allow_inf_nan=False)]


class KpiDraft(BaseModel):
    """What an initiative is to be measured by."""

    name: Annotated[str, text(1, 200, lines="one")]
    unit: Annotated[str, text(1, 40, lines="one")] | None = None
    target: Measure
    actual: Measure | None = None


Kpis = Annotated[list[KpiDraft], Field(max_length=MOST_KPIS)]


class InitiativeDraft(BaseModel):
    """What an initiative is to be."""

    title: Title
    goal: Remark
    kind: InitiativeKind
    origin: InitiativeOrigin = InitiativeOrigin.COMPANY
    trigger: Remark | None = None
    value_proposition: Remark | None = None
    sponsor_id: str | None = None
    owner_id: str | None = None
    kpis: Kpis = Field(default_factory=list)
    review_at: AwareDatetime | None = None


class InitiativeChange(BaseModel):
    """What to change of an initiative; absent stays as it is."""

    title: Title | None = None
    goal: Remark | None = None
    trigger: Remark | None = None
    value_proposition: Remark | None = None
    sponsor_id: str | None = None
    owner_id: str | None = None
    kpis: Kpis | None = None
    spent: Amount | None = None
    gained: Amount | None = None
    review_at: AwareDatetime | None = None
    archived: bool | None = None


class ReviewDraft(BaseModel):
    """What came of looking at an initiative."""

    outcome: Remark
    with_customers: bool = False
    survey_id: str | None = None
    next_review_at: AwareDatetime | None = None


class MoveDraft(BaseModel):
    """To which stage an initiative moves on, and what was changed."""

    stage: Stage
    change: Remark | None = None


async def create_initiative(actor: Actor, draft: InitiativeDraft, *, once: Once) -> Initiative:
    """Begin an initiative at the stage of listening; who begins it owns it unless somebody else is named.

    Raises Forbidden without `governance:manage`, NotFound for a sponsor or owner who is nobody here, InvalidInput for one
    that customers began without what they said, IdempotencyMismatch.
    """
    may_govern(actor).enforce()
    if draft.origin is InitiativeOrigin.CUSTOMERS and draft.trigger is None:
        raise InvalidInput("Say what customers said or did that begins this.", path=("trigger",))
    owner = draft.owner_id or actor.member
    await _require_members(actor, sponsor_id=draft.sponsor_id, owner_id=draft.owner_id)
    at = now()
    initiative = Initiative(
        id=once.identifier("ini"),
        created_at=at,
        steps=[StageStep(stage=Stage.LISTEN, at=at, by=actor.member)],
        fingerprint=once.fingerprint,
        kpis=[Kpi(**kpi.model_dump()) for kpi in draft.kpis],
        next_act_at=draft.review_at,
        **{**draft.model_dump(exclude={"kpis"}), "owner_id": owner},
    )
    initiative.record(InitiativeChanged(initiative_id=initiative.id), actor=actor.id)
    return await insert_once(initiative, once)


async def update_initiative(actor: Actor, initiative_id: str, told: InitiativeChange, *, expected_version: int) -> Initiative:
    """Change an initiative, its measures among it.

    Raises NotFound, Forbidden for who neither owns it nor holds `governance:manage`, Conflict.
    """
    initiative = await require_initiative(actor, initiative_id)
    require_right(may_steer(actor, initiative))
    await _require_members(actor, sponsor_id=told.sponsor_id, owner_id=told.owner_id)
    changes = told.model_dump(exclude_none=True, exclude={"kpis"})

    def rule(current: Initiative) -> None:
        may_steer(actor, current).enforce()
        for name, value in changes.items():
            setattr(current, name, value)
        if told.kpis is not None:
            current.kpis = [Kpi(**kpi.model_dump()) for kpi in told.kpis]
        if told.review_at is not None:
            current.next_act_at = told.review_at
        if current.archived:
            current.next_act_at = None
        current.record(InitiativeChanged(initiative_id=current.id), actor=actor.id)

    return await change(initiative, rule, expected_version=expected_version)


async def move_initiative(actor: Actor, initiative_id: str, draft: MoveDraft, *, expected_version: int) -> Initiative:
    """Move an initiative on to the next stage; EVOLVE says what was changed, and after it listening begins anew.

    Raises NotFound, Forbidden for who neither owns it nor holds `governance:manage`, InvalidInput for another stage than
    the next one and for EVOLVE without a change, AlreadyDone when it is there or over, Conflict.
    """
    initiative = await require_initiative(actor, initiative_id)
    require_right(may_steer(actor, initiative))

    def rule(current: Initiative) -> None:
        may_steer(actor, current).enforce()
        _require_next(current, draft)
        told = draft.change if draft.stage is Stage.EVOLVE else None
        step = StageStep(stage=draft.stage, at=now(), by=actor.member, change=told)
        current.stage, current.steps = draft.stage, [*current.steps, step][-KEPT_STEPS:]
        current.record(InitiativeChanged(initiative_id=current.id), actor=actor.id)

    return await change(initiative, rule, expected_version=expected_version)


async def review_initiative(actor: Actor, initiative_id: str, draft: ReviewDraft, *, expected_version: int) -> Initiative:
    """Write down what came of looking at an initiative, with customers or without, and when to look again.

    A survey of customers about it, once five have answered, makes it a review with customers. Raises NotFound, Forbidden for
    who neither owns it nor holds `governance:manage`, InvalidInput for a next time that is past and for another survey, Conflict.
    """
    initiative = await require_initiative(actor, initiative_id)
    require_right(may_steer(actor, initiative))
    at = now()
    if draft.next_review_at is not None and draft.next_review_at <= at:
        raise InvalidInput("Choose a time that is still to come.", path=("next_review_at",))
    if draft.survey_id is not None:
        await _require_answers(actor, initiative, draft.survey_id)

    def rule(current: Initiative) -> None:
        may_steer(actor, current).enforce()
        asked = draft.with_customers or draft.survey_id is not None
        looked = InitiativeReview(at=at, by=actor.member, outcome=draft.outcome, with_customers=asked, survey_id=draft.survey_id)
        current.reviews = [*current.reviews, looked][-KEPT:]
        current.review_at = current.next_act_at = draft.next_review_at
        current.record(InitiativeChanged(initiative_id=current.id), actor=actor.id)

    return await change(initiative, rule, expected_version=expected_version)


async def remind_of_reviews(at_once: int) -> int:
    """Tell once of each initiative that is to be looked at again; give how many that were."""
    due = {"next_act_at": {"$lte": now()}}
    found = await Initiative.find(due).sort("next_act_at").limit(at_once).to_list()
    for initiative in found:
        await change(initiative, _remind)
    return len(found)


def warnings_of(initiative: Initiative, at: datetime) -> list[InitiativeWarning]:
    """Say what is amiss with an initiative."""
    amiss = {
        W.NO_SPONSOR: initiative.sponsor_id is None,
        W.NO_KPI: not initiative.kpis,
        W.KPI_NOT_MEASURED: initiative.stage in {Stage.ENGAGE, Stage.EVOLVE}
        and any(kpi.actual is None for kpi in initiative.kpis),
        W.NO_REVIEW_DATE: initiative.review_at is None,
        W.REVIEW_OVERDUE: initiative.review_at is not None and initiative.review_at <= at,
        W.NO_CUSTOMER_REVIEW: initiative.stage is Stage.EVOLVE and not any(one.with_customers for one in initiative.reviews),
    }
    return [warning for warning, holds in amiss.items() if holds]


def return_of(initiative: Initiative) -> float | None:
    """Give what was gained for each unit spent, less that unit; None while either is not known."""
    if initiative.gained is None or not initiative.spent:
        return None
    return round(initiative.gained / initiative.spent - 1, 4)


def _require_next(initiative: Initiative, draft: MoveDraft) -> None:
    if initiative.archived:
        raise AlreadyDone("This initiative is over.", path=("initiative_id",))
    require_next(initiative.stage, draft.stage, draft.change)


def _remind(initiative: Initiative) -> None:
    if initiative.next_act_at is None or initiative.next_act_at > now():
        return
    initiative.next_act_at = None
    if not initiative.archived:
        initiative.record(InitiativeReviewDue(initiative_id=initiative.id))


async def _require_answers(actor: Actor, initiative: Initiative, survey_id: str) -> None:
    survey = await require_survey(actor, survey_id)
    if survey.initiative_id != initiative.id or not shown_answers(survey):
        raise InvalidInput("Name a survey of customers about this initiative that five have answered.", path=("survey_id",))


async def _require_members(actor: Actor, **named: str | None) -> None:
    wanted = {field: one for field, one in named.items() if one is not None}
    known = await members_by_ids(actor, list(wanted.values()))
    for field, one in wanted.items():
        if one not in known:
            raise NotFound("There is no such member.", path=(field,))
