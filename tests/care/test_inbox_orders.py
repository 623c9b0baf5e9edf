"""Every filter with every order: an index serves it, or the refusal names the orders that it goes with."""

import itertools
from typing import Any

import pytest

from auth.actor import Actor, Role
from care.documents.case_states import CaseStatus, Priority
from care.documents.cases import LIST_INDEXES, Case
from care.documents.channels import ChannelKind, Environment
from care.reading.cases import list_cases
from care.reading.gates import visible_cases
from care.reading.selection import PATHS, CaseOrder, CaseOrderField, CaseSelection, render
from community.listing import Comparison, Filter, Where
from core.clock import now
from core.database import Database
from core.errors import InvalidInput
from core.gates import to_mongo
from core.paging import Window
from core.text.intent import Intent
from tests.factories.care import make_actor
from tests.store.shapes import DeclaredIndex, Shape, unserved_shapes

C, F = Comparison, CaseOrderField
VALUES: dict[str, Any] = {
    "status": CaseStatus.OPEN,
    "priority": Priority.HIGH,
    "channel_kind": ChannelKind.X,
    "channel_id": "chn_a",
    "assignee_id": "mem_a",
    "department_id": "dep_a",
    "customer_id": "cus_a",
    "environment": Environment.LIVE,
    "tag": "kargo",
    "first_response_due_at": now(),
    "answer_due_at": now(),
    "opened_at": now(),
    "updated_at": now(),
    "severity": 2,
    "reach": 100,
    "stuck": True,
    "custom_field": "region=ege",
    "intent": Intent.COMPLAINT,
}
TIMES = {"first_response_due_at", "answer_due_at", "opened_at", "updated_at"}
NUMBERS = {"severity", "reach"}
INBOX = ("status", "assignee_id", "channel_id", "customer_id")
INBOX_ORDERS = (F.FIRST_RESPONSE_DUE_AT, F.OPENED_AT, F.UPDATED_AT, F.SEVERITY)
READERS = {"agent": make_actor(Role.AGENT), "agency": make_actor(Role.AGENCY, reach=frozenset({"chn_a", "chn_b"}))}
DECLARED = [
    DeclaredIndex(tuple(index.document["key"].items()), bool(index.document.get("sparse"))) for index in Case.Settings.indexes
]


def conditions() -> list[Where]:
    """List one condition for each field and each way in which it can be compared."""
    found = []
    for field, value in VALUES.items():
        if field in TIMES:
            found += [Where(field, one, value) for one in (C.BEFORE, C.AFTER)]
        elif field in NUMBERS:
            found += [Where(field, one, value) for one in (C.EQ, C.AT_LEAST, C.AT_MOST)]
        else:
            found += [Where(field, C.EQ, value), Where(field, C.IN, [value, value])]
        if field in {"assignee_id", "customer_id", "channel_id"} | TIMES:
            found += [Where(field, C.IS_NULL, is_null) for is_null in (True, False)]
    return found


def shape_of(condition: Filter, order: CaseOrder) -> Shape:
    """Give what the store would be asked, inside the LIVE cases; InvalidInput when it is refused."""
    rendered = render(CaseSelection(condition, order))
    inside = {"environment": Environment.LIVE.value, "deleted_at": {"$exists": False}}
    asked = {"$and": [inside, rendered]} if rendered else inside
    return Shape.of("cases", asked, {order.field.value: order.direction, "_id": order.direction})


def test_every_field_has_a_condition() -> None:
    assert {condition.field for condition in conditions()} == set(PATHS)


@pytest.mark.parametrize("direction", [1, -1])
@pytest.mark.parametrize("order", list(CaseOrderField))
def test_filter_with_an_order_is_served_or_refused_by_name(order: CaseOrderField, direction: int) -> None:
    unserved, nameless = [], []
    for condition in conditions():
        try:
            shape = shape_of(condition, CaseOrder(order, direction))
        except InvalidInput as refusal:
            if refusal.path != ("order_by", "field") or not any(one.name in refusal.message for one in CaseOrderField):
                nameless.append((condition, refusal.message))
        else:
            unserved += [(condition, line) for line in unserved_shapes([shape], {"cases": DECLARED})]

    assert nameless == []
    assert unserved == []


@pytest.mark.parametrize(("field", "order"), list(itertools.product(INBOX, INBOX_ORDERS)))
def test_what_an_inbox_asks_naturally_is_accepted(field: str, order: CaseOrderField) -> None:
    shape = shape_of(Where(field, C.EQ, VALUES[field]), CaseOrder(order, 1))

    assert unserved_shapes([shape], {"cases": DECLARED}) == []


@pytest.mark.parametrize("reader", sorted(READERS))
async def test_a_refusal_s_advice_works(store: Database, reader: str) -> None:
    """Whoever follows a refusal is served: each order that is named, with the filter that was refused."""
    actor: Actor = READERS[reader]
    assert to_mongo(visible_cases(actor))
    for condition, order in itertools.product(conditions(), CaseOrderField):
        try:
            await list_cases(actor, CaseSelection(condition, CaseOrder(order)), window=Window(limit=1))
        except InvalidInput as refusal:
            named = refusal.message.partition("order by one of ")[2].rstrip(".").split(", ")
            for advised in named:
                await list_cases(actor, CaseSelection(condition, CaseOrder(F[advised])), window=Window(limit=1))


def test_indexes_of_the_list_are_used_by_some_order() -> None:
    assert {order for orders in LIST_INDEXES.values() for order in orders} == {order.value for order in CaseOrderField}
