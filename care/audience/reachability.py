"""Customers whom the company could not reach: noted by what failed, and over as soon as they are in contact again."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Annotated, Final

from pydantic import BaseModel

from auth.actor import Actor
from care.audience.events import CustomerHeard, ReachabilityChanged
from care.documents.channels import Environment
from care.documents.conversations import ContactKind, DeliveryStatus, Message
from care.documents.customers import Customer
from care.documents.reachability import ContactAttempt, UnreachedReason
from care.policies import may_edit_customer, require_right
from care.reading.customers import require_known_customer, same_customers
from community.drafts import text
from core.clock import now
from core.errors import InvalidInput
from core.ids import derived_id, new_id
from core.records import by_ids, change

NEWS_AFTER: Final = timedelta(hours=1)
"""How exactly is kept when a customer was heard, so that a lively talk does not write the customer with each message."""
KEPT_ATTEMPTS: Final = 50
ARRIVED: Final = frozenset({DeliveryStatus.DELIVERED, DeliveryStatus.READ})
TALKS: Final = frozenset({ContactKind.PHONE, ContactKind.IN_PERSON})


class AttemptDraft(BaseModel):
    """Whom a member tried to reach, by what, and how it went."""

    customer_id: str
    kind: ContactKind
    note: Annotated[str, text(1, 500, lines="one")] | None = None


async def record_attempt(actor: Actor, draft: AttemptDraft, *, expected_version: int) -> Customer:
    """Write down that a member called or visited a customer in vain.

    Raises NotFound for a customer that the actor may not know of, Forbidden without `customer:edit`, InvalidInput for a
    letter and for somebody who was merged into another, Conflict.
    """
    customer = await require_known_customer(actor, draft.customer_id, path=("customer_id",))
    require_right(may_edit_customer(actor, customer))
    if draft.kind not in TALKS:
        raise InvalidInput("Nobody answers a letter at once; choose PHONE or IN_PERSON.", path=("kind",))
    attempt = ContactAttempt(
        id=new_id("att"), reason=UnreachedReason.NOT_MET, at=now(), kind=draft.kind, by=actor.id, note=draft.note
    )

    def rule(current: Customer) -> None:
        may_edit_customer(actor, current).enforce()
        _add(current, attempt)
        current.record(ReachabilityChanged(customer_id=current.id), actor=actor.id)

    return await change(customer, rule, expected_version=expected_version)


async def note_failed_delivery(message_id: str, at: datetime) -> None:
    """Note that a message will never reach its customer. Can run twice."""
    message = await Message.get(message_id)
    if message is None or message.environment is not Environment.LIVE or message.delivery_status is not DeliveryStatus.FAILED:
        return
    attempt = ContactAttempt(
        id=message.id, reason=UnreachedReason.DELIVERY_FAILED, at=at, case_id=message.case_id, note=message.delivery_error
    )
    await _note(message.customer_id, attempt)


async def note_silence(customer_id: str, case_id: str, cycle: int, at: datetime) -> None:
    """Note that a case was given up, for its customer did not answer. Can run twice."""
    identifier = derived_id("att", case_id, str(cycle))
    await _note(customer_id, ContactAttempt(id=identifier, reason=UnreachedReason.NO_ANSWER, at=at, case_id=case_id))


async def note_talk(customer_id: str, at: datetime) -> None:
    """Note that the customer was talked with: whatever failed before is over. Can run twice."""
    await _change_all(customer_id, lambda current: _hear(current, at))


async def note_heard(customer_id: str, at: datetime) -> None:
    """Note that the customer said something, to the hour; whatever failed before is over. Can run twice."""
    same = (await same_customers([customer_id])).get(customer_id, [])
    for customer in (await by_ids(Customer, same)).values():
        if customer.unreachable or _is_news(customer, at):
            await change(customer, lambda current: _heed(current, at))


async def note_arrived(message_id: str, at: datetime) -> None:
    """Note that a message arrived: deliveries that failed before are over, silence is not. Can run twice."""
    message = await Message.get(message_id)
    if message is not None and message.environment is Environment.LIVE:
        await _change_all(message.customer_id, lambda current: _arrive(current, at))


def open_attempts(customer: Customer) -> list[ContactAttempt]:
    """Give what failed since the customer was last in contact, the oldest first."""
    reached = customer.reached_at
    return [attempt for attempt in customer.attempts if reached is None or attempt.at > reached]


async def _note(customer_id: str, attempt: ContactAttempt) -> None:
    """Note an attempt with who is read as the customer; a merged part tells it to the survivor."""
    same = (await same_customers([customer_id])).get(customer_id, [])
    survivor = await Customer.get(same[0]) if same else None
    if survivor is not None:
        await change(survivor, lambda current: _attempt(current, attempt))


async def _change_all(customer_id: str, rule: Callable[[Customer], None]) -> None:
    same = (await same_customers([customer_id])).get(customer_id, [])
    for customer in (await by_ids(Customer, same)).values():
        if customer.unreachable:
            await change(customer, rule)


def _attempt(customer: Customer, attempt: ContactAttempt) -> None:
    is_over = customer.reached_at is not None and attempt.at <= customer.reached_at
    if is_over or any(known.id == attempt.id for known in customer.attempts):
        return
    _add(customer, attempt)
    customer.record(ReachabilityChanged(customer_id=customer.id))


def _add(customer: Customer, attempt: ContactAttempt) -> None:
    customer.attempts = sorted([*customer.attempts, attempt], key=lambda one: one.at)[-KEPT_ATTEMPTS:]
    _project(customer)


def _heed(customer: Customer, at: datetime) -> None:
    _hear(customer, at)
    if _is_news(customer, at):
        customer.heard_at = at
        customer.record(CustomerHeard(customer_id=customer.id))


def _is_news(customer: Customer, at: datetime) -> bool:
    return customer.heard_at is None or at >= customer.heard_at + NEWS_AFTER


def _hear(customer: Customer, at: datetime) -> None:
    if not customer.unreachable or (customer.reached_at is not None and customer.reached_at >= at):
        return
    customer.reached_at = at
    _project(customer)
    if customer.unreachable_since is None:
        customer.record(ReachabilityChanged(customer_id=customer.id))


def _arrive(customer: Customer, at: datetime) -> None:
    before = [attempt for attempt in open_attempts(customer) if attempt.at < at]
    if all(attempt.reason is UnreachedReason.DELIVERY_FAILED for attempt in before):
        _hear(customer, at)


def _project(customer: Customer) -> None:
    left = open_attempts(customer)
    customer.unreachable = True if left else None
    if not left:
        customer.unreachable_since = None
    elif customer.unreachable_since is None or (customer.reached_at and customer.unreachable_since <= customer.reached_at):
        customer.unreachable_since = left[0].at
