"""What a customer needs, in the words of who works with them: a note that is kept with all that it was before."""

from typing import Annotated, Final

from pydantic import BaseModel

from auth.actor import Actor
from care.documents.customers import Customer, NeedsNote
from care.events import CustomerChanged
from care.policies import may_edit_customer, require_right
from care.reading.customers import require_known_customer
from community.drafts import text
from core.clock import now
from core.errors import AlreadyDone
from core.records import change

KEPT_NEEDS: Final = 50


class NeedsDraft(BaseModel):
    """Who needs what; None: what was written does not hold any more."""

    customer_id: str
    needs: Annotated[str, text(1, 2_000)] | None = None


async def set_needs(actor: Actor, draft: NeedsDraft, *, expected_version: int) -> Customer:
    """Write down what a customer needs, in the place of what was written before, which is kept.

    Raises NotFound for a customer that the actor may not know of, Forbidden without `customer:edit`, InvalidInput for
    somebody who was merged into another, AlreadyDone when it says so already, Conflict.
    """
    customer = await require_known_customer(actor, draft.customer_id, path=("customer_id",))
    require_right(may_edit_customer(actor, customer))

    def rule(current: Customer) -> None:
        may_edit_customer(actor, current).enforce()
        if draft.needs == (current.needs[-1].text if current.needs else None):
            raise AlreadyDone("The note says so already.", path=("needs",))
        current.needs = [*current.needs, NeedsNote(text=draft.needs, by=actor.id, at=now())][-KEPT_NEEDS:]
        current.record(CustomerChanged(customer_id=current.id), actor=actor.id)

    return await change(customer, rule, expected_version=expected_version)
