"""Keeping orders as the systems that sell tell them: each once, by its number there, whatever the order of the news."""

from datetime import datetime
from typing import Annotated, Any, Final

from pydantic import AwareDatetime, BaseModel, Field, StringConstraints
from pydantic.functional_validators import AfterValidator
from pydantic_core import PydanticCustomError
from pymongo.errors import DuplicateKeyError

from auth.actor import Actor, Permission
from care.documents.customers import Customer
from care.documents.orders import Order, OrderLine, OrderState
from care.imports.applying import crm_key
from care.imports.understanding import external_key
from care.orders.events import OrderRecorded
from care.reading.customers import require_known_customer
from community.drafts import text
from core.clock import now
from core.errors import InvalidInput
from core.ids import derived_id
from core.outbound import AddressRefused, check_url
from core.records import change, save
from core.text.fold import fold

MOST_LINES: Final = 100
MOST_AMOUNT: Final = 10**15
"""In minor units; what a whole number of JSON holds exactly everywhere."""


def _shown(url: str) -> str:
    try:
        check_url(url)
    except AddressRefused as refusal:
        raise PydanticCustomError("url", "{reason}", {"reason": str(refusal).rstrip(".")}) from None
    return url


_Word = Annotated[str, text(1, 200, lines="one")]
_Amount = Annotated[int, Field(ge=-MOST_AMOUNT, le=MOST_AMOUNT)]


class OrderLineDraft(BaseModel):
    """One thing that was ordered."""

    name: _Word
    sku: _Word | None = None
    quantity: Annotated[int, Field(ge=0, le=1_000_000)] = 1
    amount_minor: _Amount | None = None


class OrderDraft(BaseModel):
    """An order as its system tells it; the customer is named by our id, or by theirs in the system."""

    system: Annotated[str, text(1, 60, lines="one")]
    number: _Word
    customer_id: str | None = None
    customer_external_id: _Word | None = None
    placed_at: AwareDatetime
    state: OrderState
    total_minor: Annotated[int, Field(ge=0, le=MOST_AMOUNT)]
    currency: Annotated[str, StringConstraints(strip_whitespace=True, to_upper=True, pattern=r"^[A-Za-z]{3}$")]
    lines: Annotated[list[OrderLineDraft], Field(max_length=MOST_LINES)] = Field(default_factory=list)
    url: Annotated[str, StringConstraints(strip_whitespace=True, max_length=2_000), AfterValidator(_shown)] | None = None
    changed_at: AwareDatetime | None = None


async def record_order(actor: Actor, draft: OrderDraft) -> Order:
    """Keep an order as it is now in its system; told again it is the same one, and an older word changes nothing.

    Raises Forbidden without `customer:import`, InvalidInput for a customer who is not known or named in two ways, and for
    times that lie in the future.
    """
    actor.require(Permission.CUSTOMER_IMPORT)
    customer = await _customer(actor, draft)
    order, _ = await keep_order(draft, customer, by=actor.id)
    return order


async def keep_order(draft: OrderDraft, customer: Customer, *, by: str, mark: str | None = None) -> tuple[Order, str]:
    """Store an order of a customer; tell whether that made it, changed it or was nothing new.

    Can run twice: what a row with a mark did the first time is told the second time too. Raises InvalidInput for times
    that lie in the future.
    """
    _require_past(draft)
    identifier = order_id(draft.system, draft.number)
    found = await Order.get(identifier)
    if found is None:
        fresh = _new(draft, customer, identifier, mark)
        fresh.record(OrderRecorded(order_id=fresh.id, customer_id=fresh.customer_id), actor=by)
        try:
            await save(fresh)
        except DuplicateKeyError:  # told by somebody else a moment ago
            return await keep_order(draft, customer, by=by, mark=mark)
        return fresh, "created"
    outcome = "unchanged"

    def rule(current: Order) -> None:
        nonlocal outcome
        before = current.told_by if mark is not None else None
        if before is not None and before.startswith(f"{mark}:"):
            outcome = before.removeprefix(f"{mark}:")
            return
        outcome = _follow(current, draft, customer)
        if outcome == "updated":
            current.told_by = f"{mark}:updated" if mark is not None else None
            current.record(OrderRecorded(order_id=current.id, customer_id=current.customer_id), actor=by)

    return await change(found, rule), outcome


def order_id(system: str, number: str) -> str:
    """Give the id that an order of a system always has."""
    return derived_id("ord", fold(system), number)


async def customer_of(system: str, external_id: str) -> Customer | None:
    """Give who is known by an id in a system, by themselves as stored; None when nobody is."""
    return await Customer.find_one({"crm_keys": crm_key(system, external_key(external_id))})


async def _customer(actor: Actor, draft: OrderDraft) -> Customer:
    if (draft.customer_id is None) is (draft.customer_external_id is None):
        raise InvalidInput("Name the customer by `customerId` or by `customerExternalId`.", path=("customer_id",))
    if draft.customer_id is not None:
        customer = await require_known_customer(actor, draft.customer_id, path=("customer_id",))
        if customer.is_practice:
            raise InvalidInput("Somebody who is only played buys nothing.", path=("customer_id",))
        return customer
    found = await customer_of(draft.system, draft.customer_external_id or "")
    if found is None:
        raise InvalidInput(
            "Nobody is known by this id in this system; take the customer in first.", path=("customer_external_id",)
        )
    return found


def _require_past(draft: OrderDraft) -> None:
    for name in ("placed_at", "changed_at"):
        told = getattr(draft, name)
        if told is not None and told > now():
            raise InvalidInput("This lies in the future.", path=(name,))


def _new(draft: OrderDraft, customer: Customer, identifier: str, mark: str | None) -> Order:
    order = Order(
        id=identifier,
        created_at=now(),
        customer_id=customer.id,
        changed_at=_as_kept(draft.changed_at or draft.placed_at),
        told_by=f"{mark}:created" if mark is not None else None,
        **_told(draft),
        **draft.model_dump(include={"system", "number"}),
    )
    order.lines = _lines(draft)
    return order


def _follow(order: Order, draft: OrderDraft, customer: Customer) -> str:
    """Let an order be as it is told, unless the word is older than the one that is kept."""
    changed_at = _as_kept(draft.changed_at) if draft.changed_at is not None else order.changed_at
    if changed_at < order.changed_at:
        return "unchanged"
    before = order.model_dump(exclude={"changed_at"})
    for name, value in _told(draft).items():
        setattr(order, name, value)
    order.customer_id, order.lines = customer.id, _lines(draft)
    order.changed_at = changed_at
    return "updated" if order.model_dump(exclude={"changed_at"}) != before else "unchanged"


def _told(draft: OrderDraft) -> dict[str, Any]:
    told = draft.model_dump(include={"state", "currency", "url"})
    return told | {"placed_at": _as_kept(draft.placed_at), "total": draft.total_minor}


def _lines(draft: OrderDraft) -> list[OrderLine]:
    return [OrderLine(name=one.name, sku=one.sku, quantity=one.quantity, amount=one.amount_minor) for one in draft.lines]


def _as_kept(moment: datetime) -> datetime:
    """Cut a time to milliseconds, as the store keeps it, so that the same word is no change."""
    return moment.replace(microsecond=moment.microsecond // 1_000 * 1_000)
