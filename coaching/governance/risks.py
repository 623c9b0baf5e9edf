"""The register of risks: what may go wrong, and how much the company is exposed to it."""

from typing import Annotated

from pydantic import BaseModel, Field

from auth.actor import Actor
from coaching.governance.documents import Risk, RiskStatus
from coaching.governance.events import RiskChanged
from coaching.governance.policies import may_govern
from coaching.governance.reading import require_initiative, require_risk
from community.creation import insert_once
from community.directory import members_by_ids
from community.drafts import Remark, Title
from core.clock import now
from core.errors import NotFound
from core.idempotency import Once
from core.records import change

Grade = Annotated[int, Field(ge=1, le=5)]


class RiskDraft(BaseModel):
    """What may go wrong."""

    title: Title
    description: Remark | None = None
    likelihood: Grade
    impact: Grade
    mitigation: Remark | None = None
    owner_id: str | None = None
    initiative_id: str | None = None


class RiskChange(BaseModel):
    """What to change of a risk; absent stays as it is."""

    title: Title | None = None
    description: Remark | None = None
    likelihood: Grade | None = None
    impact: Grade | None = None
    mitigation: Remark | None = None
    owner_id: str | None = None
    status: RiskStatus | None = None


async def create_risk(actor: Actor, draft: RiskDraft, *, once: Once) -> Risk:
    """Put a risk down; who does owns it unless somebody else is named.

    Raises Forbidden without `governance:manage`, NotFound for the owner or the initiative, IdempotencyMismatch.
    """
    may_govern(actor).enforce()
    await _require_owner(actor, draft.owner_id)
    if draft.initiative_id is not None:
        await require_initiative(actor, draft.initiative_id)
    risk = Risk(
        id=once.identifier("rsk"),
        created_at=now(),
        exposure=draft.likelihood * draft.impact,
        fingerprint=once.fingerprint,
        **{**draft.model_dump(), "owner_id": draft.owner_id or actor.member},
    )
    risk.record(RiskChanged(risk_id=risk.id), actor=actor.id)
    return await insert_once(risk, once)


async def update_risk(actor: Actor, risk_id: str, told: RiskChange, *, expected_version: int) -> Risk:
    """Change what is known of a risk, or what is done about it; its exposure follows.

    Raises NotFound, also for who does not govern, Conflict.
    """
    risk = await require_risk(actor, risk_id)
    await _require_owner(actor, told.owner_id)
    changes = told.model_dump(exclude_none=True)

    def rule(current: Risk) -> None:
        for name, value in changes.items():
            setattr(current, name, value)
        current.exposure = current.likelihood * current.impact
        current.record(RiskChanged(risk_id=current.id), actor=actor.id)

    return await change(risk, rule, expected_version=expected_version)


async def _require_owner(actor: Actor, owner_id: str | None) -> None:
    if owner_id is not None and owner_id not in await members_by_ids(actor, [owner_id]):
        raise NotFound("There is no such member.", path=("owner_id",))
