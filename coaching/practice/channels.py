"""The house's own channels for practice, one of each kind: no secret, no address, nothing leaves by them."""

from care.documents.channels import Channel, ChannelKind, Environment
from core.clock import now
from core.ids import derived_id
from core.records import by_ids, insert_or_read


def practice_channel_id(kind: ChannelKind) -> str:
    """Give the id of the channel for practice of a kind."""
    return derived_id("chn", "practice", kind.value)


async def practice_channels() -> dict[str, Channel]:
    """Give those of the channels that are there already, by their ids."""
    return await by_ids(Channel, [practice_channel_id(kind) for kind in ChannelKind])


def new_channel(kind: ChannelKind) -> Channel:
    """Make the channel of a kind, not stored yet."""
    name = f"Practice: {kind.value.replace('_', ' ').title()}"
    return Channel(id=practice_channel_id(kind), created_at=now(), name=name, kind=kind, environment=Environment.PRACTICE)


async def keep_channel(channel: Channel) -> Channel:
    """Store a channel that may have just been made; give the one that is there."""
    return channel if channel.revision else await insert_or_read(channel)


async def practice_channel(kind: ChannelKind) -> Channel:
    """Give the channel of a kind, made at its first use."""
    return await Channel.get(practice_channel_id(kind)) or await keep_channel(new_channel(kind))


async def channel_of_run(channel_id: str) -> Channel | None:
    """Give the channel that a run plays on, made if whoever began the run died before that; None for any other."""
    found = await Channel.get(channel_id)
    if found is not None:
        return found if found.environment is Environment.PRACTICE else None
    kind = next((kind for kind in ChannelKind if practice_channel_id(kind) == channel_id), None)
    return await keep_channel(new_channel(kind)) if kind is not None else None
