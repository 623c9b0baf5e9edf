"""Merging customers who are one person, in a chosen direction, and undoing it: one write of the duplicate, read everywhere.

Nobody is merged by a machine: that two accounts have different ids, or like names, shows nothing. A member decides.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from pymongo.errors import DuplicateKeyError

from auth.actor import Actor
from care.cases.changing import follow
from care.cases.parting import part_cases
from care.documents.customers import Customer, Merge
from care.events import CustomerMerged, CustomerMergeUndone
from care.follow_ups import follow_up_split
from care.policies import may_merge, may_undo_merge
from care.reading.customers import require_known_customer
from core.clock import now
from core.errors import AlreadyDone, Conflict, InvalidInput, NotFound
from core.idempotency import Once
from core.outcomes import outcome
from core.records import by_ids, change, fresh

UNDOABLE: Final = timedelta(days=30)
"""How long a merge can be undone: as long as events are kept."""
_MOST_HOPS: Final = 100


@dataclass(frozen=True, slots=True)
class Merged:
    """A duplicate, and whom else of both sides was read on the way, by their ids, all as they are stored now."""

    duplicate: Customer
    known: dict[str, Customer]


async def merge_customers(actor: Actor, survivor_id: str, duplicate_id: str, *, expected_version: int, once: Once) -> Merged:
    """Let the duplicate be read as part of the survivor; give the duplicate. `expected_version` is the duplicate's.

    Nothing is moved: identities, cases and messages stay with the duplicate and are shown with the survivor, so that
    undoing it gives everything back, also what arrived since. Raises NotFound for customers the actor may not know of,
    Forbidden without `customer:merge`, InvalidInput for one customer twice and for a survivor that is merged itself,
    AlreadyDone for a duplicate that is merged, Conflict, IdempotencyMismatch.
    """
    may_merge(actor).enforce()
    identifier = once.identifier("mrg")
    before, given, kept = await asyncio.gather(
        _merged_before(identifier, once),
        outcome(require_known_customer(actor, duplicate_id, path=("duplicate_id",))),
        outcome(require_known_customer(actor, survivor_id, path=("survivor_id",))),
    )
    if before is not None:
        once.same_input(before.merge.fingerprint if before.merge else None)
        await settle_absorbed(survivor_id)
        return Merged(before, {})
    duplicate, survivor = given.take(), kept.take()
    _require_apart(survivor, duplicate)
    at = now()
    merge = Merge(
        id=identifier, survivor_id=survivor.id, merged_by=actor.id, merged_at=at, undoable_until=at + UNDOABLE,
        fingerprint=once.fingerprint,
    )  # fmt: skip
    merged = await _merged(duplicate, merge, actor, expected_version, once)
    is_in_ring, parts, known = await asyncio.gather(
        _is_in_ring(merged), _parts_of(survivor.id), by_ids(Customer, [*survivor.absorbed, *merged.absorbed])
    )
    if is_in_ring:
        await _part(merged, merge, actor)
        raise Conflict("Somebody else merged the other way round meanwhile.", current=await fresh(merged))
    settled = await settle_absorbed(survivor.id, survivor, parts)
    return _merged_with(merged, settled, known)


async def _merged_before(identifier: str, once: Once) -> Customer | None:
    return await Customer.find_one({"merge.id": identifier}) if once.may_be_repeat else None


async def undo_merge(actor: Actor, merge_id: str) -> Merged:
    """Let the duplicate stand by itself again, with what they said in cases that were made one meanwhile; give it.

    Raises NotFound, Forbidden without `customer:merge`, AlreadyDone when it was undone, UndoExpired after 30 days.
    """
    duplicate = await Customer.find_one({"merge.id": merge_id})
    if duplicate is None or duplicate.merge is None:
        raise NotFound("There is no such merge.", path=("merge_id",))
    await require_known_customer(actor, duplicate.id, path=("merge_id",), known={duplicate.id: duplicate})
    merge = duplicate.merge
    may_undo_merge(actor, merge, now()).enforce()
    apart, survivor = await asyncio.gather(_part(duplicate, merge, actor), Customer.get(merge.survivor_id))
    everybody = {*apart.absorbed, *(survivor.absorbed if survivor is not None else [])} - {apart.id}
    settled, known = await asyncio.gather(
        _settle_parted(apart.id, merge.survivor_id, by=actor.id, supposed=apart.absorbed, survivor=survivor),
        by_ids(Customer, sorted(everybody)),
    )
    return _merged_with(apart, settled, known)


def _merged_with(duplicate: Customer, survivor: Customer | None, known: dict[str, Customer]) -> Merged:
    return Merged(duplicate, known | {one.id: one for one in (duplicate, survivor) if one is not None})


async def settle_parted(customer_id: str, survivor_id: str, *, by: str) -> None:
    """Do what follows from an undone merge: the cases of the two hold the talk of one of them only. Can run twice."""
    await _settle_parted(customer_id, survivor_id, by=by)


async def _settle_parted(
    customer_id: str, survivor_id: str, *, by: str, supposed: Sequence[str] = (), survivor: Customer | None = None
) -> Customer | None:
    """Do so and give the survivor; who has read it, and supposes who is merged into the customer, says so."""
    settled, parted = await asyncio.gather(
        settle_absorbed(survivor_id, survivor), part_cases(customer_id, by=by, supposed=supposed)
    )
    for case_id in parted:
        await follow_up_split(case_id)
    return settled


async def settle_absorbed(
    customer_id: str, customer: Customer | None = None, parts: list[Customer] | None = None
) -> Customer | None:
    """Let a customer, and whoever absorbed it, name everybody who is read as part of it; give the customer. Can run twice.

    Whoever has read the first of them already gives it, and the parts that were read after it.
    """
    first = above = await _settled(customer_id, customer, parts)
    for _ in range(_MOST_HOPS):
        if above is None or above.merged_into is None:
            break
        above = await _settled(above.merged_into)
    return first


async def _settled(customer_id: str, customer: Customer | None = None, parts: list[Customer] | None = None) -> Customer | None:
    read = [parts] if parts is not None else []

    async def look() -> list[str]:
        found = read.pop() if read else await _parts_of(customer_id)
        return [one for part in found for one in (part.id, *part.absorbed)]

    def put(current: Customer, absorbed: list[str]) -> None:
        current.absorbed = absorbed

    return await follow(Customer, customer_id, (lambda current: current.absorbed, put), look, given=customer)


async def _parts_of(customer_id: str) -> list[Customer]:
    """List who is merged into a customer."""
    return await Customer.find({"merged_into": customer_id}).sort("_id").to_list()


async def _merged(duplicate: Customer, merge: Merge, actor: Actor, expected_version: int, once: Once) -> Customer:
    def rule(current: Customer) -> None:
        if current.merged_into is not None:
            raise AlreadyDone("This customer is merged already; undo that first.", path=("duplicate_id",))
        current.merged_into, current.merge = merge.survivor_id, merge
        current.record(CustomerMerged(customer_id=current.id, survivor_id=merge.survivor_id), actor=actor.id)

    try:
        return await change(duplicate, rule, expected_version=expected_version)
    except (AlreadyDone, Conflict, DuplicateKeyError):
        first = await Customer.find_one({"merge.id": merge.id}) if once.may_be_repeat else None
        if first is None or first.merge is None:
            raise
        once.same_input(first.merge.fingerprint)
        return first


async def _part(duplicate: Customer, merge: Merge, actor: Actor) -> Customer:
    def rule(current: Customer) -> None:
        if current.merge is None or current.merge.id != merge.id or current.merge.undone_at is not None:
            raise AlreadyDone("This merge was undone.", path=("merge_id",))
        current.merged_into = None
        current.merge = current.merge.model_copy(update={"undone_at": now()})
        current.record(CustomerMergeUndone(customer_id=current.id, survivor_id=merge.survivor_id), actor=actor.id)

    return await change(duplicate, rule)


def _require_apart(survivor: Customer, duplicate: Customer) -> None:
    if survivor.id == duplicate.id:
        raise InvalidInput("A customer can't be merged with themselves.", path=("duplicate_id",))
    if survivor.is_practice != duplicate.is_practice:
        raise InvalidInput("Somebody who is only played can't be merged with a real customer.", path=("duplicate_id",))
    if survivor.merged_into is not None:
        raise InvalidInput(
            f"{survivor.display_name} is merged into {survivor.merged_into}; choose that one.", path=("survivor_id",)
        )


async def _is_in_ring(customer: Customer) -> bool:
    above, seen = customer.merged_into, {customer.id}
    while above is not None:
        if above in seen:
            return True
        seen.add(above)
        found = await Customer.get(above)
        above = found.merged_into if found is not None else None
    return False
