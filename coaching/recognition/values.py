"""The values of the company: what it stands for, in its own words."""

from typing import Annotated

from pydantic import BaseModel

from auth.actor import Actor
from coaching.governance.policies import may_govern
from coaching.recognition.documents import CompanyValue
from coaching.recognition.events import CompanyValueChanged
from coaching.recognition.reading import require_value
from community.creation import insert_once, made_before
from community.drafts import Remark, text
from core.clock import now
from core.idempotency import Once
from core.records import change

Name = Annotated[str, text(2, 100, lines="one")]


class ValueDraft(BaseModel):
    """What the company stands for."""

    name: Name
    description: Remark


class ValueChange(BaseModel):
    """What to change of a value; absent stays as it is."""

    name: Name | None = None
    description: Remark | None = None
    retired: bool | None = None


async def create_value(actor: Actor, draft: ValueDraft, *, once: Once) -> CompanyValue:
    """Put down what the company stands for. Raises Forbidden without `governance:manage`, IdempotencyMismatch."""
    may_govern(actor).enforce()
    identifier = once.identifier("val")
    if (before := await made_before(CompanyValue, identifier, once)) is not None:
        return before
    value = CompanyValue(id=identifier, created_at=now(), fingerprint=once.fingerprint, **draft.model_dump())
    value.record(CompanyValueChanged(value_id=identifier), actor=actor.id)
    return await insert_once(value, once)


async def update_value(actor: Actor, value_id: str, told: ValueChange, *, expected_version: int) -> CompanyValue:
    """Change a value, or let it hold no longer: kudos that named it keep it.

    Raises NotFound, Forbidden without `governance:manage`, Conflict.
    """
    may_govern(actor).enforce()
    value = await require_value(actor, value_id)
    changes = told.model_dump(exclude_none=True)

    def rule(current: CompanyValue) -> None:
        for name, given in changes.items():
            setattr(current, name, given)
        current.record(CompanyValueChanged(value_id=current.id), actor=actor.id)

    return await change(value, rule, expected_version=expected_version)
