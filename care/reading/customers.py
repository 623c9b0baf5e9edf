"""The only way to read customers for a person of the company."""

from collections.abc import Sequence

from auth.actor import Actor, Permission
from care.documents.cases import Case
from care.documents.customers import Customer
from care.reading.gates import visible_cases
from community.drafts import may_be_id
from core.gates import to_mongo
from core.records import by_ids


async def customers_by_ids(actor: Actor, customer_ids: Sequence[str]) -> dict[str, Customer]:
    """Give those of the customers that the actor may know of: all with `customer:read`, else those of visible cases.

    Somebody whose reach is bounded knows the customers of visible cases only.
    """
    wanted = [one for one in dict.fromkeys(customer_ids) if may_be_id(one, "cus")]
    if not wanted:
        return {}
    if not actor.may(Permission.CUSTOMER_READ) or actor.scoped:
        cases = Case.get_pymongo_collection()
        query = {"customer_id": {"$in": wanted}, **to_mongo(visible_cases(actor))}
        wanted = [str(one) for one in await cases.distinct("customer_id", query)]
    return {one: customer for one, customer in (await by_ids(Customer, wanted)).items() if customer.deleted_at is None}
