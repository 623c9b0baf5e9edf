"""Lists of customers, for who may read them all; who was merged stands in them as part of the survivor only."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from auth.actor import Actor, Permission
from care.documents.customers import Customer, Lifecycle
from care.reading.customers import united
from core.errors import Forbidden, InvalidInput
from core.gates import PRESENT, to_mongo
from core.paging import Order, Slice, Window, count, read_slice


class CustomerOrderField(StrEnum):
    """What customers are listed by; each with indexes of its own that lead with what can be asked for."""

    NAME = "display_name"
    CREATED_AT = "created_at"
    UNREACHABLE_SINCE = "unreachable_since"


@dataclass(frozen=True, slots=True)
class CustomerSelection:
    """Which customers, and in which order: the newest first unless told."""

    lifecycle: Lifecycle | None = None
    unreachable: bool | None = None
    field: CustomerOrderField = CustomerOrderField.CREATED_AT
    sign: int = -1


async def list_customers(actor: Actor, selection: CustomerSelection, *, window: Window) -> Slice[Customer]:
    """Give a page of customers, each with the identities of all its parts.

    Raises Forbidden for who may not read them all, InvalidInput for the order of those who can be reached by since when
    they can't.
    """
    require_all_customers(actor)
    if selection.field is CustomerOrderField.UNREACHABLE_SINCE and not selection.unreachable:
        message = "Only unreachable customers have this order: filter by `unreachable: {eq: true}`."
        raise InvalidInput(message, path=("order_by", "field"))
    order = Order(((selection.field.value, selection.sign),))
    found = await read_slice(Customer, _query(selection), order, window)
    whole = await united({customer.id: customer for customer in found.items})
    return Slice([whole[one.id] for one in found.items], found.positions, found.has_next, found.has_previous)


async def count_customers(actor: Actor, selection: CustomerSelection) -> int:
    """Count the same customers. Forbidden for who may not read them all."""
    require_all_customers(actor)
    return await count(Customer, _query(selection))


def _query(selection: CustomerSelection) -> dict[str, Any]:
    told: dict[str, Any] = {"lifecycle": selection.lifecycle.value} if selection.lifecycle is not None else {}
    if selection.unreachable is not None:
        told["unreachable"] = True if selection.unreachable else None
    return {**told, "merged_into": None, "is_practice": None, **to_mongo(PRESENT)}


def require_all_customers(actor: Actor) -> None:
    """Refuse who may not read all customers; Forbidden."""
    actor.require(Permission.CUSTOMER_READ)
    if actor.scoped:
        raise Forbidden("Only who may read all customers can list them.")
