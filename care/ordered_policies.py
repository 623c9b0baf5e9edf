"""Policies of which the first that fits decides: reading, archiving and ordering them, for every kind."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from auth.actor import Actor
from care.documents.ordered import OrderedPolicy, PolicyOrder
from core.clock import now
from core.defaults import change_or_insert
from core.errors import AlreadyDone, InvalidInput, LimitReached
from core.events import Event
from core.records import change

MOST_POLICIES: Final = 50

PolicyT = TypeVar("PolicyT", bound=OrderedPolicy)
OrderT = TypeVar("OrderT", bound=PolicyOrder)


@dataclass(frozen=True, slots=True)
class PolicyKind(Generic[PolicyT, OrderT]):
    """A kind of policies: where they and their order are kept."""

    policy: type[PolicyT]
    order: type[OrderT]
    order_id: str


async def read_ordered(kind: PolicyKind[PolicyT, OrderT]) -> tuple[list[PolicyT], OrderT | None]:
    """Read all policies that are not archived, in the order in which they are tried, and the document of the order."""
    found, order = await asyncio.gather(
        kind.policy.find({"archived": False}).sort("created_at", "_id").limit(MOST_POLICIES).to_list(),
        kind.order.get(kind.order_id),
    )
    places = {policy_id: place for place, policy_id in enumerate(order.policy_ids if order else [])}
    return sorted(found, key=lambda policy: places.get(policy.id, len(places))), order


async def require_room(kind: PolicyKind[PolicyT, OrderT]) -> None:
    """Raise LimitReached when there are as many policies in use as can be."""
    if len((await read_ordered(kind))[0]) >= MOST_POLICIES:
        raise LimitReached(f"There are {MOST_POLICIES} policies already; archive one first.")


def require_in_use(policy: OrderedPolicy) -> None:
    """Raise AlreadyDone for an archived policy."""
    if policy.archived:
        raise AlreadyDone("This policy is archived; make a new one.", path=("policy_id",))


async def archive(actor: Actor, policy: PolicyT, told: Callable[[str], Event], *, expected_version: int) -> PolicyT:
    """Take a policy out of use; `told` gives what is told of it by its id.

    Raises AlreadyDone, Conflict; the right to do it was asked for before.
    """

    def rule(current: PolicyT) -> None:
        require_in_use(current)
        current.archived = True
        current.record(told(current.id), actor=actor.id)

    return await change(policy, rule, expected_version=expected_version)


async def reorder(
    actor: Actor,
    kind: PolicyKind[PolicyT, OrderT],
    policy_ids: Sequence[str],
    told: Callable[[str], Event],
    *,
    expected_version: int,
) -> OrderT:
    """Say in which order the policies are tried; those not named come after them, the oldest first.

    The version is that of the order, 0 before there was one; `told` gives what is told of it by its id. Raises InvalidInput
    for an id that no policy in use has or that is named twice, Conflict; the right to do it was asked for before.
    """
    policies, order = await read_ordered(kind)
    _require_each_once(policy_ids, {policy.id for policy in policies})

    def rule(current: OrderT) -> None:
        current.policy_ids = list(policy_ids)
        current.record(told(current.id), actor=actor.id)

    default = kind.order(id=kind.order_id, created_at=now())
    return await change_or_insert(order or default, rule, expected_version=expected_version)


def _require_each_once(policy_ids: Sequence[str], known: set[str]) -> None:
    place = next((number for number, one in enumerate(policy_ids, 1) if one not in known), None)
    if place is not None:
        raise InvalidInput(f"There is no policy in use with the id at place {place}.", path=("policy_ids",))
    if len(set(policy_ids)) < len(policy_ids):
        raise InvalidInput("Name each policy once.", path=("policy_ids",))
