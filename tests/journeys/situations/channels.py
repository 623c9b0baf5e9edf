"""Situations of channels."""

from auth.actor import SYSTEM
from care.channel_drafts import ChannelDraft
from care.channels import archive_channel, create_channel
from care.documents.channels import Channel, Environment
from core.idempotency import Once
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


async def _archive(story: Story, who: str) -> Input:
    channel = await _another(story)
    return {"channelId": channel.id, "expectedVersion": channel.version}


async def _restore(story: Story, who: str) -> Input:
    channel = await _another(story)
    archived = await archive_channel(SYSTEM, channel.id, expected_version=channel.version)
    return {"channelId": channel.id, "expectedVersion": archived.version}


async def _another(story: Story) -> Channel:
    draft = ChannelDraft(name=f"{MARK} Eski kanal")
    return (await create_channel(SYSTEM, draft, keyring=story.world.platform.keyring, once=Once())).channel


async def _mark(story: Story, who: str) -> Input:
    channel = await _for_practice(story)
    point = {"point": "TEAM_BRIEFED", "note": f"{MARK} Salı günü", "expectedVersion": channel.version}
    return {"channelId": channel.id, **point}


async def _go_live(story: Story, who: str) -> Input:
    channel = await _for_practice(story)
    return {"channelId": channel.id, "note": f"{MARK} Kampanya", "expectedVersion": channel.version}


async def _probe(story: Story, who: str) -> Input:
    draft = ChannelDraft(name=f"{MARK} Denenecek", environment=Environment.PRACTICE, send_url="https://narin.example/send")
    channel = (await create_channel(SYSTEM, draft, keyring=story.world.platform.keyring, once=Once())).channel
    return {"channelId": channel.id, "expectedVersion": channel.version}


async def _for_practice(story: Story) -> Channel:
    draft = ChannelDraft(name=f"{MARK} Deneme", environment=Environment.PRACTICE)
    return (await create_channel(SYSTEM, draft, keyring=story.world.platform.keyring, once=Once())).channel


SITUATIONS: dict[str, Situation] = {
    "createChannel": _make,
    "updateChannel": _change,
    "rotateChannelSecret": _rotate,
    "markGoLivePoint": _mark,
    "takeChannelLive": _go_live,
    "probeChannel": _probe,
    "archiveChannel": _archive,
    "restoreChannel": _restore,
}
