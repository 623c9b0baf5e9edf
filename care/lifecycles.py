"""How far customers have come with the company: moved on or back by a member, with the reason kept."""

from typing import Annotated, Final

from pydantic import BaseModel

from auth.actor import Actor
from care.documents.customers import Customer, Lifecycle, LifecycleChange
from care.events import LifecycleChanged
from care.policies import may_edit_customer, require_right
from care.reading.customers import require_known_customer
from community.drafts import text
from core.clock import now
from core.errors import AlreadyDone
from core.records import change

KEPT_CHANGES: Final = 100


class LifecycleDraft(BaseModel):
    """Whom to move where, and why."""

    customer_id: str
    lifecycle: Lifecycle
    reason: Annotated[str, text(1, 500, lines="one")]


async def set_lifecycle(actor: Actor, draft: LifecycleDraft, *, expected_version: int) -> Customer:
    """Say how far a customer has come, and keep who said so, when and why.

    Raises NotFound for a customer that the actor may not know of, Forbidden without `customer:edit`, InvalidInput for
    somebody who was merged into another, AlreadyDone when it is so already, Conflict.
    """
    customer = await require_known_customer(actor, draft.customer_id, path=("customer_id",))
    require_right(may_edit_customer(actor, customer))

    def rule(current: Customer) -> None:
        may_edit_customer(actor, current).enforce()
        if current.lifecycle is draft.lifecycle:
            raise AlreadyDone(f"{current.display_name} is {draft.lifecycle.value} already.", path=("lifecycle",))
        step = LifecycleChange(
            before=current.lifecycle, after=draft.lifecycle, reason=draft.reason, changed_by=actor.id, changed_at=now()
        )
        current.lifecycle = draft.lifecycle
        current.lifecycle_changes = [*current.lifecycle_changes, step][-KEPT_CHANGES:]
        current.record(LifecycleChanged(customer_id=current.id), actor=actor.id)

    return await change(customer, rule, expected_version=expected_version)
