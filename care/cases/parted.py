"""What a case that was split off has because it is another customer's than the case it was part of."""

from care.cases import clocks, lifecycle
from care.documents.case_states import CaseStatus
from care.documents.cases import Case
from care.documents.merges import Parted
from care.documents.obligations import ObligationKind
from care.documents.promises import CLOCKS


async def bring_along(new: Case, case: Case) -> None:
    """Give a new case what is its customer's of the case it is split off from; one of the same customer stays as it is."""
    parted = next((one for one in case.parted if one.id == new.id), None)
    if parted is None:
        return
    _describe(new, await Case.get(parted.like) if parted.like is not None else None)
    new.customer_id, new.left = parted.customer_id, parted.left
    new.incoming, new.outgoing, new.obligations = parted.incoming, parted.outgoing, parted.obligations
    new.open_keys = new.led or None
    _stand(new, case, parted)
    lifecycle.project(new)


def _describe(new: Case, before: Case | None) -> None:
    """Say of the case what was said of it before it was merged, and nothing that was said of the other customer's."""
    new.request_subject = before.request_subject if before is not None else None
    new.fields = before.fields if before is not None else []
    new.field_tokens = before.field_tokens if before is not None else []
    if before is None:
        return
    new.subject, new.tags, new.intent, new.origin = before.subject, before.tags, before.intent, before.origin
    new.priority, new.reach, new.reach_key = before.priority, before.reach, before.reach_key


def _stand(new: Case, case: Case, parted: Parted) -> None:
    """Let it stand where the case stood: done with it, waiting for its customer, or being worked on."""
    is_awaited = clocks.is_awaited(new.first_response)
    if case.status is CaseStatus.CLOSED or (case.status is CaseStatus.RESOLVED and not is_awaited):
        new.status, new.closed_at, new.close_reason = case.status, case.closed_at, case.close_reason
        new.reopens_until = case.reopens_until
        new.cycles = [cycle.model_copy(deep=True) for cycle in case.cycles]
        new.request_cycles, new.current_step = len(new.cycles), case.current_step
        for name in CLOCKS:
            setattr(new, name, clocks.withdrawn(getattr(new, name)))
        if case.status is CaseStatus.CLOSED:
            new.open_keys = None
        return
    if not is_awaited:
        new.status = CaseStatus.OPEN
    if any(owed.kind is ObligationKind.CONTACT_DETAILS for owed in parted.obligations):
        lifecycle.wait_for_customer(new, new.opened_at)
