"""Saying how urgent a case is, and, when asked to, what is promised in it from then on."""

import asyncio

from pydantic import BaseModel

from auth.actor import Actor
from care.cases import lifecycle
from care.cases.promises import Book, promise_again, read_book
from care.documents.case_states import Priority
from care.documents.cases import Case
from care.documents.customers import Customer
from care.policies import may_set_priority, require_right
from care.reading.cases import require_case
from care.service_levels.events import PriorityChanged
from core.clock import now
from core.records import change


class PriorityDraft(BaseModel):
    """How urgent a case is, and whether its policy is chosen anew."""

    case_id: str
    priority: Priority
    choose_policy: bool = False


async def set_priority(actor: Actor, draft: PriorityDraft, *, expected_version: int) -> Case:
    """Say how urgent a case is. It keeps its policy, unless `choose_policy` asks to choose by what the case is now.

    With an unchanged priority `choose_policy` lets other changes count, of labels or of the policies themselves. Raises
    NotFound, Forbidden without `case:work`, CaseClosed, Conflict.
    """
    case = await require_case(actor, draft.case_id)
    require_right(may_set_priority(actor, case))
    book, customer = await _chosen_by(case) if draft.choose_policy else (None, None)

    def rule(current: Case) -> None:
        may_set_priority(actor, current).enforce()
        _set(current, draft.priority, actor)
        if book is not None:
            promise_again(current, customer, book, actor=actor.id)
        lifecycle.project(current, touched_at=now())

    return await change(case, rule, expected_version=expected_version)


async def _chosen_by(case: Case) -> tuple[Book, Customer | None]:
    """Read what the policy of a case is chosen by."""
    reading = [Customer.get(case.customer_id)] if case.customer_id else []
    book, customers = await asyncio.gather(read_book(), asyncio.gather(*reading))
    return book, next(iter(customers), None)


def _set(case: Case, priority: Priority, actor: Actor) -> None:
    case.priority_by_hand = True
    if case.priority is not priority:
        case.priority = priority
        case.record(PriorityChanged(case_id=case.id, priority=priority), actor=actor.id)
