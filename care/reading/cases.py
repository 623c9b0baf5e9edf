"""The only way to read cases for a person: by their ids, as a list, or as the cases of customers."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from auth.actor import Actor
from care.documents.cases import Case
from care.documents.channels import Environment
from care.documents.obligations import Obligation
from care.reading.customers import same_customers
from care.reading.gates import reads_all_live, visible_cases, visible_cases_in
from care.reading.selection import CaseSelection, customers_named, naming_customers, render
from community.batches import count_children, read_children
from community.drafts import may_be_id
from community.listing import MOST_VALUES
from core.errors import NotFound
from core.gates import to_mongo
from core.paging import Order, Slice, Window, count, read_slice
from core.records import AT_ONCE

NEWEST_FIRST: Final = Order((("opened_at", -1),))


async def cases_by_ids(actor: Actor, case_ids: Sequence[str]) -> dict[str, Case]:
    """Give those of the cases that the actor may know of."""
    wanted = [case_id for case_id in dict.fromkeys(case_ids) if may_be_id(case_id, "case")]
    return {case.id: case for case in await _visible(actor, {"_id": {"$in": wanted}})} if wanted else {}


async def case_for(actor: Actor, case_id: str) -> Case | None:
    """Give a case, None when there is none for this actor."""
    return (await cases_by_ids(actor, [case_id])).get(case_id)


async def require_case(actor: Actor, case_id: str) -> Case:
    """Give a case; NotFound when there is none for this actor."""
    case = await case_for(actor, case_id)
    if case is None:
        raise NotFound("There is no such case.", path=("case_id",))
    return case


async def obligations_by_ids(actor: Actor, obligation_ids: Sequence[str]) -> dict[str, tuple[Case, Obligation]]:
    """Give those of the obligations, each with its case, that the actor may know of."""
    wanted = [one for one in dict.fromkeys(obligation_ids) if may_be_id(one, "obl")]
    cases = await _visible(actor, {"obligations.id": {"$in": wanted}}) if wanted else []
    return {owed.id: (case, owed) for case in cases for owed in case.obligations if owed.id in wanted}


async def case_of_obligation(actor: Actor, obligation_id: str) -> tuple[Case, Obligation] | None:
    """Give an obligation with its case, None when there is none for this actor."""
    return (await obligations_by_ids(actor, [obligation_id])).get(obligation_id)


async def case_of_outgoing(actor: Actor, message_id: str) -> Case | None:
    """Give the case of a reply that is held or on its way, None when there is none for this actor."""
    found = await _visible(actor, {"outgoing.message_id": message_id}) if may_be_id(message_id, "msg") else []
    return next(iter(found), None)


async def list_cases(actor: Actor, selection: CaseSelection, *, window: Window) -> Slice[Case]:
    """List the cases that the actor may know of; LIVE ones unless the selection names an environment.

    Raises InvalidInput for a filter that can't be served; it names the orders that can.
    """
    whole = await _with_merged(actor, selection)
    return await read_slice(Case, _query(actor, whole), selection.ordered.keys, window)


async def count_cases(actor: Actor, selection: CaseSelection) -> int:
    """Count what `list_cases` lists, up to 10,001. Raises InvalidInput as it does."""
    return await count(Case, _query(actor, await _with_merged(actor, selection)))


async def cases_of_customers(actor: Actor, customer_ids: Sequence[str], window: Window) -> dict[str, Slice[Case]]:
    """Give the same window of every customer's LIVE cases, the newest first, that the actor may know of."""
    query = to_mongo(visible_cases_in(actor, Environment.LIVE))
    return await read_children(Case, ("customer_id", customer_ids), query, NEWEST_FIRST, window)


async def case_counts_of_customers(actor: Actor, customer_ids: Sequence[str]) -> dict[str, int]:
    """Count every customer's LIVE cases that the actor may know of."""
    return await count_children(Case, "customer_id", customer_ids, to_mongo(visible_cases_in(actor, Environment.LIVE)))


async def _with_merged(actor: Actor, selection: CaseSelection) -> CaseSelection:
    """Let the customers that a selection names stand for everybody merged with them; of no use to whose reach is bounded."""
    named = customers_named(selection.condition)
    if not named or len(named) > MOST_VALUES or not reads_all_live(actor):
        return selection
    return replace(selection, condition=naming_customers(selection.condition, await same_customers(named)))


async def _visible(actor: Actor, query: dict[str, Any]) -> list[Case]:
    return await Case.find({**query, **to_mongo(visible_cases(actor))}, batch_size=AT_ONCE).to_list()


def _query(actor: Actor, selection: CaseSelection) -> dict[str, Any]:
    leading = () if reads_all_live(actor) or actor.scoped else ("consulted",)
    rendered = render(selection, leading=leading)
    environments = selection.environments
    gate = visible_cases_in(actor, environments[0]) if len(environments) == 1 else visible_cases(actor)
    parts = [part for part in (to_mongo(gate), rendered) if part]
    return parts[0] if len(parts) == 1 else {"$and": parts}
