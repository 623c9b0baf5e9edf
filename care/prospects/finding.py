"""Prospects: who speaks of a competitor, and whom nothing else makes a customer, may be won."""

from typing import Final

from auth.actor import SYSTEM
from care.documents.customers import Customer, Lifecycle, LifecycleChange
from care.documents.listening import ListeningKind, ListeningQuery
from care.events import LifecycleChanged
from care.lifecycles import KEPT_CHANGES
from core.clock import now
from core.records import change

_MET: Final = frozenset({Lifecycle.CUSTOMER, Lifecycle.VISITOR, Lifecycle.LEAD})


async def find_prospect(customer_id: str, queries: list[ListeningQuery]) -> None:
    """Move who speaks of a competitor to PROSPECT, with the query as the reason. Can run twice.

    Left alone are: who is known in another system of the company, where a member has decided, and whom this was done
    for before.
    """
    query = next((one for one in queries if one.kind is ListeningKind.COMPETITOR), None)
    customer = await Customer.get(customer_id) if query is not None else None
    if query is None or customer is None:
        return
    reason = f"Speaks of a competitor: {query.name}"[:500]

    def rule(current: Customer) -> None:
        if current.lifecycle_changes or current.crm_keys or current.lifecycle not in _MET:
            return
        step = LifecycleChange(
            before=current.lifecycle, after=Lifecycle.PROSPECT, reason=reason, changed_by=SYSTEM.id, changed_at=now()
        )
        current.lifecycle = Lifecycle.PROSPECT
        current.lifecycle_changes = [*current.lifecycle_changes, step][-KEPT_CHANGES:]
        current.record(LifecycleChanged(customer_id=current.id))

    await change(customer, rule)
