"""The only way to read for a customer: their own requests, and of those what was said to and by them.

A message is theirs when its conversation is, or is somebody's who is merged into them now: that a case of theirs holds
it does not make it theirs, for cases are merged and customers parted again.
"""

import asyncio
from collections.abc import Sequence
from typing import Any, Final

from auth.actor import Actor
from care.documents.cases import Case
from care.documents.conversations import WAITING, DeliveryStatus, Message, RetractionState, Visibility
from care.documents.customers import Customer
from care.reading.customers import still_one
from care.reading.gates import own_requests
from community.batches import count_children, read_children
from community.drafts import may_be_id
from core.errors import NotFound
from core.gates import to_mongo
from core.ids import with_prefix
from core.paging import Order, Slice, Window, count, read_slice
from core.records import by_ids

NEWEST_FIRST: Final = Order((("opened_at", -1),))
OLDEST_FIRST: Final = Order((("created_at", 1),))

_UNHEARD: Final = WAITING | {DeliveryStatus.FAILED}
_HEARD: Final = {
    "visibility": {"$in": [Visibility.PUBLIC.value, Visibility.PRIVATE.value]},
    "delivery_status": {"$nin": sorted(status.value for status in _UNHEARD)},
    "deleted_at": {"$exists": False},
    "retraction.state": {"$ne": RetractionState.RETRACTED.value},
}


async def own_customers(actor: Actor, customer_ids: Sequence[str]) -> dict[str, Customer]:
    """Give the customer who asks, and nobody else."""
    return await by_ids(Customer, [one for one in customer_ids if one and one == actor.customer_id])


def case_id_of(request_id: str) -> str | None:
    """Give the case behind a portal id `req_…`, None for any other id: the staff's ids mean nothing in the portal."""
    return with_prefix("case", request_id) if may_be_id(request_id, "req") else None


async def requests_by_ids(actor: Actor, request_ids: Sequence[str]) -> dict[str, Case]:
    """Give, by portal id, those of the requests that are the customer's own."""
    behind = {request_id: case_id for request_id in request_ids if (case_id := case_id_of(request_id))}
    if not behind:
        return {}
    found = await Case.find({"_id": {"$in": sorted(set(behind.values()))}, **to_mongo(own_requests(actor))}).to_list()
    own = {case.id: case for case in found}
    return {request_id: own[case_id] for request_id, case_id in behind.items() if case_id in own}


async def require_request(actor: Actor, request_id: str) -> Case:
    """Give the case behind a request of the customer's own; NotFound when there is none."""
    case = (await requests_by_ids(actor, [request_id])).get(request_id)
    if case is None:
        raise NotFound("There is no such request.", path=("request_id",))
    return case


async def list_requests(actor: Actor, window: Window) -> Slice[Case]:
    """List the customer's own requests, the newest first."""
    return await read_slice(Case, to_mongo(own_requests(actor)), NEWEST_FIRST, window)


async def count_requests(actor: Actor) -> int:
    """Count the customer's own requests."""
    return await count(Case, to_mongo(own_requests(actor)))


async def messages_of_requests(actor: Actor, case_ids: Sequence[str], window: Window) -> dict[str, Slice[Message]]:
    """Give, by case, the same window of what the customer said and heard, the oldest first: nothing held or internal."""
    own, heard = await asyncio.gather(_own(actor, case_ids), _heard(actor))
    return await read_children(Message, ("case_id", own), heard, OLDEST_FIRST, window)


async def message_counts(actor: Actor, case_ids: Sequence[str]) -> dict[str, int]:
    """Count, by case, what the customer said and heard."""
    own, heard = await asyncio.gather(_own(actor, case_ids), _heard(actor))
    return await count_children(Message, "case_id", own, heard)


async def request_messages_by_ids(actor: Actor, portal_ids: Sequence[str]) -> dict[str, Message]:
    """Give, by portal id `rms_…`, those of the messages that the customer said or heard in their own requests."""
    behind = {one: with_prefix("msg", one) for one in portal_ids if may_be_id(one, "rms")}
    found = await by_ids(Message, behind.values())
    own, people = await asyncio.gather(_own(actor, [message.case_id for message in found.values()]), _people(actor))
    theirs = {one: found[two] for one, two in behind.items() if two in found and found[two].customer_id in people}
    return {one: message for one, message in theirs.items() if message.case_id in own and is_heard(message)}


def is_heard(message: Message) -> bool:
    """Tell whether a message is one that its customer said or was told, and nothing that stayed in the house."""
    return (
        message.visibility is not Visibility.INTERNAL
        and message.delivery_status not in _UNHEARD
        and message.deleted_at is None
        and not message.is_retracted
    )  # fmt: skip


async def _heard(actor: Actor) -> dict[str, Any]:
    return {"customer_id": {"$in": await _people(actor)}, **_HEARD}


async def _people(actor: Actor) -> list[str]:
    """List the customer who asks and who is merged into them; nobody where no customer asks."""
    return await still_one(actor.customer_id) if actor.customer_id is not None else []


async def _own(actor: Actor, case_ids: Sequence[str]) -> list[str]:
    query: dict[str, Any] = {"_id": {"$in": sorted(set(case_ids))}, **to_mongo(own_requests(actor))}
    return [str(one) for one in await Case.get_pymongo_collection().distinct("_id", query)] if case_ids else []
