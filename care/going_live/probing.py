"""Trying the way out of a channel: a signed test call to its send URL, on demand, which says nothing to any customer."""

from typing import Final

import orjson

from auth.actor import Actor, Permission
from care.channels import open_secrets, read_channels
from care.dispatch import posted
from care.documents.channels import Channel, ChannelAdapter, Probe
from care.going_live.checking import Checklist, checked
from care.going_live.events import ChannelProbeAsked, ChannelProbeEnded
from care.jobs import PROBE, jobs
from care.signatures import sign
from core.clock import now
from core.errors import InvalidInput, NotFound
from core.leases import GiveUp, Job
from core.outbound import AddressRefused, Outbound, Unreachable
from core.records import change
from core.secrets import Keyring

_SUCCESS: Final = range(200, 300)
_LONGEST_REASON: Final = 300
_PATH: Final = ("channel_id",)


async def probe_channel(actor: Actor, channel_id: str, *, expected_version: int) -> Checklist:
    """Have the send URL of a channel called by the worker, once; the checklist shows what came of it.

    `expected_version` is the channel's. Raises Forbidden without `channel:manage`, NotFound, InvalidInput for a channel
    without a send URL, one that a provider's own interface sends for, and one out of use, Conflict.
    """
    actor.require(Permission.CHANNEL_MANAGE)
    channel = (await read_channels(actor, [channel_id])).get(channel_id)
    if channel is None:
        raise NotFound("There is no such channel.", path=_PATH)

    def rule(current: Channel) -> None:
        _require_callable(current)
        number = current.probe.number + 1 if current.probe is not None else 1
        current.probe = Probe(number=number, asked_at=now(), asked_by=actor.id)
        current.record(ChannelProbeAsked(channel_id=current.id), actor=actor.id)

    changed = await change(channel, rule, expected_version=expected_version)
    await follow_up_probe(changed.id)
    return await checked(actor, changed)


async def follow_up_probe(channel_id: str) -> None:
    """Have a test call made that was asked for: one job each, however often this runs."""
    channel = await Channel.get(channel_id)
    if channel is not None and channel.probe is not None and channel.probe.ended_at is None:
        number = channel.probe.number
        await jobs().add(f"probe:{channel.id}:{number}", {"kind": PROBE, "channel_id": channel.id, "number": number})


async def probe(job: Job, *, keyring: Keyring, outbound: Outbound) -> None:
    """Make the test call of a job, and keep what came of it. Raises GiveUp where nobody waits for it any more."""
    channel = await Channel.get(job.row["channel_id"])
    if channel is None or channel.probe is None or channel.probe.number != job.row["number"]:
        raise GiveUp("nobody waits for this test call")
    if channel.probe.ended_at is None:
        await _end(channel, await _call(channel, keyring, outbound))


async def _call(channel: Channel, keyring: Keyring, outbound: Outbound) -> str | None:
    """Call the send URL; give why that came to nothing, None when it was answered."""
    identifier = f"probe_{channel.id}_{channel.probe.number if channel.probe else 0}"
    at = now()
    body = orjson.dumps({"type": "probe", "id": identifier, "createdAt": at}, option=orjson.OPT_UTC_Z)
    headers = sign(open_secrets(channel, keyring), identifier, at, body)
    headers |= {"content-type": "application/json", "user-agent": "Kopru"}
    try:
        status, _ = await posted(outbound, channel.send_url or "", body, headers)
    except (AddressRefused, Unreachable) as error:
        return str(error)
    return None if status in _SUCCESS else f"the channel answered with HTTP {status}"


async def _end(channel: Channel, reason: str | None) -> None:
    number = channel.probe.number if channel.probe is not None else 0

    def rule(current: Channel) -> None:
        if current.probe is None or current.probe.number != number or current.probe.ended_at is not None:
            return
        current.probe.ended_at = now()
        current.probe.failed_because = reason[:_LONGEST_REASON] if reason is not None else None
        current.record(ChannelProbeEnded(channel_id=current.id))

    await change(channel, rule)


def _require_callable(channel: Channel) -> None:
    if channel.adapter is not ChannelAdapter.GENERIC or channel.send_url is None:
        raise InvalidInput("Only a channel with a `sendUrl` can be tried.", path=_PATH)
    if channel.archived_at is not None:
        raise InvalidInput("This channel is out of use; take it into use again first.", path=_PATH)
