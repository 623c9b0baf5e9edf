"""Situations of channels."""

from care.documents.channels import Channel
from core.records import fresh
from tests.journeys.story import MARK, Input, Situation, Story


async def _make(story: Story, who: str) -> Input:
    return {"name": f"{MARK} Yeni kanal", "kind": "GENERIC", "sendUrl": "https://narin.example/send"}


async def _channel(story: Story) -> Channel:
    return await fresh(story.channel)


async def _change(story: Story, who: str) -> Input:
    channel = await _channel(story)
    return {"channelId": channel.id, "name": f"{MARK} Narin", "expectedVersion": channel.version}


async def _rotate(story: Story, who: str) -> Input:
    channel = await _channel(story)
    return {"channelId": channel.id, "expectedVersion": channel.version}


SITUATIONS: dict[str, Situation] = {
    "createChannel": _make,
    "updateChannel": _change,
    "rotateChannelSecret": _rotate,
}
