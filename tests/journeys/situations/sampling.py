"""Situations of sampling."""

from coaching.documents import SampledReply
from coaching.levels.sampling import show_sampling_policy
from core.clock import now
from core.ids import with_prefix
from core.records import save
from tests.journeys.story import MARK, Input, Story


async def _policy(story: Story, who: str) -> Input:
    version = (await show_sampling_policy(await story.actor("manager"))).version
    return {"rules": [{"levels": ["ADVANCED"], "percent": 10}], "expectedVersion": version}


async def _review(story: Story, who: str) -> Input:
    reply = await story.held()
    drawn = SampledReply(
        id=with_prefix("smr", reply.message.id),
        created_at=now(),
        message_id=reply.message.id,
        case_id=reply.case.id,
        channel_id=reply.case.channel_id,
        author_id=story.world.members["colleague"],
    )
    await save(drawn)
    return {
        "sampledReplyId": drawn.id,
        "verdict": "NEEDS_WORK",
        "feedback": f"{MARK} Özür dileyin.",
        "expectedVersion": drawn.version,
    }


SITUATIONS = {"setSamplingPolicy": _policy, "reviewSampledReply": _review}
