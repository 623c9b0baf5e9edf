"""Assessing how ready the company is, and how far it has come: from projects over a programme to Social CRM."""

from collections.abc import Mapping
from typing import Annotated, Final

from pydantic import BaseModel, Field

from auth.actor import Actor
from coaching.governance.documents import Assessment, Dimension, Finding, Maturity, MaturityWarning
from coaching.governance.events import ReadinessAssessed
from coaching.governance.policies import may_govern
from community.creation import insert_once
from community.drafts import Remark
from core.clock import now
from core.errors import InvalidInput
from core.idempotency import Once

HIGHEST: Final = 4
BEGUN: Final = 2
IN_PLACE: Final = 3
D = Dimension
PROGRAMME: Final = (D.MISSION, D.GUIDELINES, D.ANALYTICS, D.GOVERNANCE, D.EXECUTIVES)
"""What makes a programme of projects, once it is begun in all of these."""


class FindingDraft(BaseModel):
    """What was found in one dimension."""

    dimension: Dimension
    score: Annotated[int, Field(ge=0, le=HIGHEST)]
    evidence: Remark


class AssessmentDraft(BaseModel):
    """What was found in every dimension."""

    findings: Annotated[list[FindingDraft], Field(max_length=len(Dimension))]


async def assess_readiness(actor: Actor, draft: AssessmentDraft, *, once: Once) -> Assessment:
    """Keep what was found, with what follows from it.

    Raises Forbidden without `governance:manage`, InvalidInput unless every dimension was looked at once,
    IdempotencyMismatch.
    """
    may_govern(actor).enforce()
    scores = {finding.dimension: finding.score for finding in draft.findings}
    if len(scores) < len(Dimension) or len(draft.findings) > len(scores):
        lacking = ", ".join(one.value for one in Dimension if one not in scores)
        raise InvalidInput(f"Look at each dimension once{f'; still to do: {lacking}' if lacking else ''}.", path=("findings",))
    at = now()
    assessment = Assessment(
        id=once.identifier("ass"),
        created_at=at,
        findings=[Finding(**finding.model_dump()) for finding in draft.findings],
        readiness=round(100 * sum(scores.values()) / (HIGHEST * len(Dimension)), 1),
        maturity=maturity_of(scores),
        warnings=warnings_of(scores),
        assessed_by=actor.member,
        assessed_at=at,
        fingerprint=once.fingerprint,
    )
    assessment.record(ReadinessAssessed(assessment_id=assessment.id), actor=actor.id)
    return await insert_once(assessment, once)


def maturity_of(scores: Mapping[Dimension, int]) -> Maturity:
    """Say how far the company has come: Social CRM is in place everywhere, a programme begun in what makes one."""
    if all(score >= IN_PLACE for score in scores.values()):
        return Maturity.SOCIAL_CRM
    if all(scores[one] >= BEGUN for one in PROGRAMME):
        return Maturity.PROGRAMME
    return Maturity.PROJECT


def warnings_of(scores: Mapping[Dimension, int]) -> list[MaturityWarning]:
    """Name mixtures that do not hold: work across departments that nobody measures, metrics that no executive stands for."""
    found = {
        MaturityWarning.NETWORK_WITHOUT_KPI: scores[D.NETWORK] >= IN_PLACE and scores[D.ANALYTICS] < BEGUN,
        MaturityWarning.METRICS_WITHOUT_SPONSOR: scores[D.ANALYTICS] >= IN_PLACE and scores[D.EXECUTIVES] < BEGUN,
    }
    return [warning for warning, holds in found.items() if holds]
