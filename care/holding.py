"""Whether a reply that could leave waits for a mentor all the same: for want of a certificate, or because it is drawn."""

import asyncio
from dataclasses import dataclass

from auth.actor import Actor
from care.certification import enforced_certifications, lacks_certificate
from care.documents.conversations import DeliveryStatus
from care.documents.standing import Certification, SamplingPolicy
from care.documents.under_way import Outgoing
from care.sampling import is_drawn, rule_for, sampling_policy


@dataclass(frozen=True, slots=True)
class Holds:
    """What the company says about replies that wait; most companies say nothing."""

    enforced: list[Certification]
    sampling: SamplingPolicy | None


async def read_holds() -> Holds:
    """Read what the company says now."""
    enforced, sampling = await asyncio.gather(enforced_certifications(), sampling_policy())
    return Holds(enforced, sampling)


async def hold(actor: Actor, entry: Outgoing, channel_id: str, holds: Holds) -> None:
    """Let a reply wait for a mentor where its author lacks the certificate, or where it is drawn to be looked at before."""
    if entry.state is DeliveryStatus.HELD_FOR_REVIEW:
        return
    if await lacks_certificate(actor, channel_id, holds.enforced) or await _is_drawn(actor, entry, channel_id, holds):
        entry.state = DeliveryStatus.HELD_FOR_REVIEW


async def _is_drawn(actor: Actor, entry: Outgoing, channel_id: str, holds: Holds) -> bool:
    rule = None if entry.holding else await rule_for(actor.member, channel_id, holds.sampling)
    return rule is not None and rule.before and is_drawn(entry.message_id, rule.percent)
