"""The only way to read policies and calendars for a person: whoever reads all cases may know what is promised in them."""

from collections.abc import Sequence
from typing import Final

from auth.actor import Actor, ActorKind
from care.documents.conversations import Message
from care.documents.service_levels import BusinessCalendar, SlaPolicy
from care.reading.conversations import OLDEST_FIRST
from care.reading.gates import reads_all_live
from care.sla_order import read_policies
from community.batches import count_children, read_children
from community.drafts import may_be_id
from core.errors import Forbidden, NotFound
from core.paging import Order, Position, Slice, Window, count, read_slice, take_slice
from core.records import by_ids

BY_NAME: Final = Order((("name", 1),))
_AFTER_BREACH: Final = {"after_breach": True, "deleted_at": {"$exists": False}}
_NO_STAFF: Final = frozenset({ActorKind.ANONYMOUS, ActorKind.CUSTOMER})


async def policies_by_ids(actor: Actor, policy_ids: Sequence[str]) -> dict[str, SlaPolicy]:
    """Give those of the policies that the actor may know of, archived ones too."""
    return await by_ids(SlaPolicy, [one for one in policy_ids if may_be_id(one, "slp")]) if reads_all_live(actor) else {}


async def calendars_by_ids(actor: Actor, calendar_ids: Sequence[str]) -> dict[str, BusinessCalendar]:
    """Give those of the calendars that the actor may know of."""
    return await by_ids(BusinessCalendar, [one for one in calendar_ids if may_be_id(one, "bcl")]) if reads_all_live(actor) else {}


async def require_policy(actor: Actor, policy_id: str) -> SlaPolicy:
    """Give a policy; NotFound when there is none for this actor."""
    found = (await policies_by_ids(actor, [policy_id])).get(policy_id)
    if found is None:
        raise NotFound("There is no such policy.", path=("policy_id",))
    return found


async def require_calendar(actor: Actor, calendar_id: str) -> BusinessCalendar:
    """Give a calendar; NotFound when there is none for this actor."""
    found = (await calendars_by_ids(actor, [calendar_id])).get(calendar_id)
    if found is None:
        raise NotFound("There is no such business calendar.", path=("calendar_id",))
    return found


async def list_policies(actor: Actor, window: Window) -> Slice[SlaPolicy]:
    """List the policies in use in the order in which they are tried. Forbidden for who does not read all cases."""
    _require_reader(actor)
    policies, _ = await read_policies()
    return take_slice(policies, [Position((policy.id,)) for policy in policies], window)


async def count_policies(actor: Actor) -> int:
    """Count the policies in use. Forbidden for who does not read all cases."""
    _require_reader(actor)
    return len((await read_policies())[0])


async def policies_in_order(actor: Actor) -> tuple[list[SlaPolicy], int]:
    """Give all policies in use in their order, and the version of the order. Forbidden for who does not read all cases."""
    _require_reader(actor)
    policies, order = await read_policies()
    return policies, order.version if order else 0


async def list_calendars(actor: Actor, window: Window) -> Slice[BusinessCalendar]:
    """List the calendars by name. Forbidden for who does not read all cases."""
    _require_reader(actor)
    return await read_slice(BusinessCalendar, {}, BY_NAME, window)


async def count_calendars(actor: Actor) -> int:
    """Count the calendars. Forbidden for who does not read all cases."""
    _require_reader(actor)
    return await count(BusinessCalendar, {})


async def said_after_breach(actor: Actor, case_ids: Sequence[str], window: Window) -> dict[str, Slice[Message]]:
    """Give the same window of what customers said after a promise was broken, for cases that the actor was given."""
    ids = [] if actor.kind in _NO_STAFF else list(case_ids)
    return await read_children(Message, ("case_id", ids), _AFTER_BREACH, OLDEST_FIRST, window)


async def count_said_after_breach(actor: Actor, case_ids: Sequence[str]) -> dict[str, int]:
    """Count what customers said after a promise was broken, for cases that the actor was given."""
    return await count_children(Message, "case_id", [] if actor.kind in _NO_STAFF else list(case_ids), _AFTER_BREACH)


def _require_reader(actor: Actor) -> None:
    if not reads_all_live(actor):
        raise Forbidden("Only who may read all cases sees what is promised in them.")
