"""The quality form: what replies are judged by, published in versions that are never changed."""

from collections.abc import Sequence
from typing import Annotated, Final

from pydantic import BaseModel, Field
from pymongo.errors import DuplicateKeyError

from auth.actor import Actor, Permission
from coaching.documents import Mark
from coaching.quality.documents import (
    DEFAULT_WEIGHTS,
    HIGHEST_MARK,
    EvidenceWeight,
    QualityCriterion,
    QualityEvidence,
    QualityForm,
)
from coaching.quality.events import QualityFormPublished
from community.drafts import Remark, slug_of, text
from core.clock import now
from core.errors import Conflict, InvalidInput, NotFound
from core.records import save

MOST_CRITERIA: Final = 20
_MOVED: Final = "Somebody else published a form meanwhile; look at it again."
Weight = Annotated[int, Field(ge=0, le=100)]


class CriterionDraft(BaseModel):
    """What a reviewer is to look at, and how much it counts."""

    name: Annotated[str, text(2, 100, lines="one")]
    description: Remark | None = None
    weight: Annotated[int, Field(ge=1, le=100)]


class EvidenceWeightDraft(BaseModel):
    """How much one kind of evidence is to count."""

    kind: QualityEvidence
    weight: Weight


class QualityFormDraft(BaseModel):
    """What replies are to be judged by."""

    criteria: Annotated[list[CriterionDraft], Field(min_length=1, max_length=MOST_CRITERIA)]
    weights: Annotated[list[EvidenceWeightDraft], Field(max_length=len(QualityEvidence))] = Field(default_factory=list)
    minimum_cases: Annotated[int, Field(ge=1, le=1_000)] = 5
    calibration_percent: Annotated[int, Field(ge=0, le=100)] = 0


class MarkDraft(BaseModel):
    """How far a reply meets a criterion."""

    key: str
    score: Annotated[int, Field(ge=0, le=HIGHEST_MARK)]


Marks = Annotated[list[MarkDraft], Field(max_length=MOST_CRITERIA)]


async def current_form() -> QualityForm:
    """Give the form that holds now; one without criteria and of number 0 while nobody has published any."""
    found = await QualityForm.find_all().sort("-number").limit(1).to_list()
    return found[0] if found else QualityForm(id=_id_of(0), created_at=now(), number=0)


async def show_quality_form(actor: Actor, number: int | None = None) -> QualityForm:
    """Give the form that holds now, or an earlier version of it. Raises Forbidden without `case:reply`, NotFound."""
    actor.require(Permission.CASE_REPLY)
    return await current_form() if number is None else await form_of(number)


async def form_of(number: int) -> QualityForm:
    """Give one version of the form; NotFound when there is none."""
    found = await QualityForm.find_one({"number": number})
    if found is None:
        raise NotFound("There is no such version of the quality form.", path=("version",))
    return found


async def publish_quality_form(actor: Actor, draft: QualityFormDraft, *, expected_version: int) -> QualityForm:
    """Let replies be judged by these criteria and weights from now on; earlier marks stay by the version they were given by.

    The version is 0 before anybody has published any. Kinds of evidence that are not named keep their default weight.
    Raises Forbidden without `sla:manage`, InvalidInput for a criterion or a kind named twice, and when nothing would
    count, Conflict.
    """
    actor.require(Permission.SLA_MANAGE)
    criteria, weights = _criteria(draft), _weights(draft)
    before = await current_form()
    if before.number != expected_version:
        raise Conflict(_MOVED, current=before)
    form = QualityForm(
        id=_id_of(before.number + 1),
        created_at=now(),
        number=before.number + 1,
        criteria=criteria,
        weights=weights,
        minimum_cases=draft.minimum_cases,
        calibration_percent=draft.calibration_percent,
        published_by=actor.member_id,
    )
    form.record(QualityFormPublished(quality_form_id=form.id), actor=actor.id)
    try:
        await save(form)
    except DuplicateKeyError:
        raise Conflict(_MOVED, current=await current_form()) from None
    return form


def marks_by(form: QualityForm, given: Sequence[MarkDraft]) -> list[Mark]:
    """Give marks in the order of the form; InvalidInput unless each criterion has one."""
    scores = {one.key: one.score for one in given}
    wanted = [one.key for one in form.criteria]
    if not wanted:
        raise InvalidInput("There are no criteria to mark by; a manager publishes them.", path=("marks",))
    if len(scores) < len(given) or set(scores) != set(wanted):
        raise InvalidInput(f"Give one mark for each criterion: {', '.join(wanted)}.", path=("marks",))
    return [Mark(key=key, score=scores[key]) for key in wanted]


def worth_of(form: QualityForm, marks: Sequence[Mark]) -> float:
    """Give what marks come to, from 0 to 1, each by the weight of its criterion."""
    weights = {one.key: one.weight for one in form.criteria}
    whole = sum(weights.values())
    return sum(weights[mark.key] * mark.score for mark in marks) / (whole * HIGHEST_MARK)


def _criteria(draft: QualityFormDraft) -> list[QualityCriterion]:
    found: dict[str, QualityCriterion] = {}
    for place, one in enumerate(draft.criteria):
        key = slug_of(one.name)
        if not key or key in found:
            raise InvalidInput("Give each criterion a name of its own, with letters.", path=("criteria", str(place), "name"))
        found[key] = QualityCriterion(key=key, **one.model_dump())
    return list(found.values())


def _weights(draft: QualityFormDraft) -> list[EvidenceWeight]:
    given = {one.kind: one.weight for one in draft.weights}
    if len(given) < len(draft.weights):
        raise InvalidInput("Name each kind of evidence once.", path=("weights",))
    weights = [EvidenceWeight(kind=one.kind, weight=given.get(one.kind, one.weight)) for one in DEFAULT_WEIGHTS]
    if not any(one.weight for one in weights if one.kind is not QualityEvidence.CONDUCT):
        raise InvalidInput("Let something count besides the conduct check.", path=("weights",))
    return weights


def _id_of(number: int) -> str:
    return f"qfm_{number:06}"
