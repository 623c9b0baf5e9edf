"""The only way to read customers for a person of the company; who was merged is read as part of the survivor."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from auth.actor import Actor, Permission
from care.documents.cases import Case
from care.documents.customers import Customer
from care.profiles import united_profile
from care.reading.gates import visible_cases
from community.drafts import may_be_id
from core.errors import NotFound
from core.gates import to_mongo
from core.records import by_ids

_MOST_HOPS: Final = 100


@dataclass(frozen=True, slots=True)
class MergedCustomer:
    """A merge, as the duplicate keeps it."""

    duplicate: Customer


NOBODY: Final[Mapping[str, Customer]] = MappingProxyType({})
"""What is known of customers where nothing was read of them yet; who has just read or written some gives those."""


async def customers_by_ids(
    actor: Actor, customer_ids: Sequence[str], known: Mapping[str, Customer] = NOBODY
) -> dict[str, Customer]:
    """Give those of the customers that the actor may know of: all with `customer:read`, else those of visible cases.

    Under the id of somebody who was merged stands the survivor, who has the identities of all. Somebody whose reach is
    bounded knows the customers of visible cases only, each as they came.
    """
    return await shown_customers(actor, await known_customers(actor, customer_ids, known), known)


async def shown_customers(
    actor: Actor, found: dict[str, Customer], known: Mapping[str, Customer] = NOBODY
) -> dict[str, Customer]:
    """Give customers, whom the actor was given as they are stored, as `customers_by_ids` does."""
    return found if _is_bounded(actor) else await united(found, known)


async def known_customers(
    actor: Actor, customer_ids: Sequence[str], known: Mapping[str, Customer] = NOBODY
) -> dict[str, Customer]:
    """Give the same customers, each by itself as it is stored, also when it was merged."""
    wanted = [one for one in dict.fromkeys(customer_ids) if may_be_id(one, "cus")]
    if not wanted:
        return {}
    if _is_bounded(actor):
        cases = Case.get_pymongo_collection()
        query = {"customer_id": {"$in": wanted}, **to_mongo(visible_cases(actor))}
        wanted = [str(one) for one in await cases.distinct("customer_id", query)]
    return _present(await _read(wanted, known))


async def require_known_customer(
    actor: Actor, customer_id: str, *, path: tuple[str, ...], known: Mapping[str, Customer] = NOBODY
) -> Customer:
    """Give a customer as it is stored; NotFound when there is none for this actor."""
    found = (await known_customers(actor, [customer_id], known)).get(customer_id)
    if found is None:
        raise NotFound("There is no such customer.", path=path)
    return found


async def merges_by_ids(actor: Actor, merge_ids: Sequence[str]) -> dict[str, MergedCustomer]:
    """Give the duplicates of these merges to who may merge."""
    wanted = [one for one in dict.fromkeys(merge_ids) if may_be_id(one, "mrg")]
    if not wanted or not actor.may(Permission.CUSTOMER_MERGE) or actor.scoped:
        return {}
    found = await Customer.find({"merge.id": {"$in": wanted}}).to_list()
    return {customer.merge.id: MergedCustomer(customer) for customer in found if customer.merge is not None}


async def united(found: Mapping[str, Customer], known: Mapping[str, Customer] = NOBODY) -> dict[str, Customer]:
    """Put survivors in the place of who was merged, with the identities of all; nothing more is read where nobody was."""
    survivors = await _survivors(found, known)
    parts = await _read([one for customer in survivors.values() for one in customer.absorbed], known)
    whole = {one: _with_parts(customer, parts) for one, customer in survivors.items()}
    return {one: whole[one] for one in found}


async def same_customers(customer_ids: Sequence[str]) -> dict[str, list[str]]:
    """Give for each customer the ids of everybody who is read as the same one."""
    known = [one for one in dict.fromkeys(customer_ids) if may_be_id(one, "cus")]
    survivors = await _survivors(await by_ids(Customer, known))
    return {one: [survivor.id, *survivor.absorbed] for one, survivor in survivors.items()}


async def surviving_customer(customer_id: str) -> Customer | None:
    """Give who a customer is read as part of, by themselves as stored; the customer where nobody merged them."""
    found = await by_ids(Customer, [customer_id])
    return (await _survivors(found)).get(customer_id)


async def survivor_ids(customer_ids: Iterable[str]) -> dict[str, str]:
    """Give for each customer the id of who they are read as part of now; their own where nobody merged them."""
    found = await by_ids(Customer, customer_ids)
    return {one: survivor.id for one, survivor in (await _survivors(found)).items()}


async def still_one(customer_id: str) -> list[str]:
    """List a customer and everybody who is merged into them at this moment, as the duplicates say it themselves."""
    everybody = newest = [customer_id]
    for _ in range(_MOST_HOPS):
        parts = await Customer.find({"merged_into": {"$in": newest}}).to_list()
        newest = [part.id for part in parts if part.id not in everybody]
        if not newest:
            break
        everybody = [*everybody, *newest]
    return everybody


async def names_of_customers(customer_ids: Sequence[str]) -> dict[str, list[str]]:
    """Give the names by which each customer is known: their own, and those of who they are read as part of."""
    found = await by_ids(Customer, customer_ids)
    survivors = await _survivors(found)
    return {one: list(dict.fromkeys([*_names(customer), *_names(survivors[one])])) for one, customer in found.items()}


def _names(customer: Customer) -> list[str]:
    return [customer.display_name, *(identity.handle for identity in customer.identities)]


async def _survivors(found: Mapping[str, Customer], known: Mapping[str, Customer] = NOBODY) -> dict[str, Customer]:
    """Follow who was merged into whom to the end, all together, one read for each step."""
    reached = dict(found)
    for _ in range(_MOST_HOPS):
        above = {one: customer.merged_into for one, customer in reached.items() if customer.merged_into is not None}
        if not above:
            break
        further = _present(await _read(above.values(), known))
        steps = {one: further[target] for one, target in above.items() if target in further}
        if not steps:
            break
        reached |= steps
    return reached


async def _read(customer_ids: Iterable[str], known: Mapping[str, Customer]) -> dict[str, Customer]:
    """Read customers as they are stored, those that are not known alone."""
    wanted = list(dict.fromkeys(customer_ids))
    found = await by_ids(Customer, [one for one in wanted if one not in known])
    return {one: known[one] for one in wanted if one in known} | found


def _with_parts(customer: Customer, parts: Mapping[str, Customer]) -> Customer:
    absorbed = [parts[one] for one in customer.absorbed if one in parts]
    if not absorbed:
        return customer
    identities = [*customer.identities, *(identity for part in absorbed for identity in part.identities)]
    needs = sorted((note for one in (customer, *absorbed) for note in one.needs), key=lambda note: note.at)
    whole: Customer = customer.model_copy(update={"identities": identities, "needs": needs, **united_profile(customer, absorbed)})
    return whole


def _is_bounded(actor: Actor) -> bool:
    return not actor.may(Permission.CUSTOMER_READ) or actor.scoped


def _present(found: Mapping[str, Customer]) -> dict[str, Customer]:
    return {one: customer for one, customer in found.items() if customer.deleted_at is None}
