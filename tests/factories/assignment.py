"""Policies of assignment, and people on a shift, for tests."""

from datetime import timedelta
from typing import Any

from auth.actor import SYSTEM, Actor, Role
from care.assignment.drafts import PolicyDraft
from care.assignment.policies import create_policy
from care.documents.assignment import AssignmentPolicy
from care.documents.channels import Channel
from community.documents import Availability
from community.members import set_availability
from core.clock import now
from core.idempotency import Once
from tests.factories.care import make_actor
from tests.factories.community import make_actor as join
from tests.factories.shifts import make_shift


async def make_policy(method: str = "BALANCED", **given: Any) -> AssignmentPolicy:
    """Make a policy, of everybody who works on cases and is on a shift unless told."""
    draft = PolicyDraft.model_validate({"name": "Sırayla", "method": method, **given})
    return await create_policy(make_actor(Role.MANAGER), draft, once=Once())


async def somebody(*roles: Role, **overrides: Any) -> Actor:
    """Let a member join who is online, an agent unless told, and on no shift."""
    actor = await join(*(roles or (Role.AGENT,)), **overrides)
    await set_availability(SYSTEM, actor.member, Availability.ONLINE)
    return actor


async def on_shift(channel: Channel, *roles: Role, hours: float = 8, **overrides: Any) -> Actor:
    """Let a member join who is online and on a shift for a channel from now on."""
    actor = await somebody(*roles, **overrides)
    await make_shift(actor, channel, now() - timedelta(minutes=1), now() + timedelta(hours=hours))
    return actor


def named(*actors: Actor, **capacities: int) -> list[dict[str, Any]]:
    """Name members in a policy; `capacity` holds for all of them."""
    return [{"member_id": actor.member, **capacities} for actor in actors]
