"""Situations of segments."""

from care.segments.editing import SegmentDraft, create_segment
from core.idempotency import Once
from tests.journeys.story import MARK, Input, Situation, Story


async def _create(story: Story, who: str) -> Input:
    return {"name": f"{MARK} Kış {next(story.numbers)}", "rule": {"lifecycles": ["CUSTOMER"], "heardWithinDays": 30}}


async def _segment(story: Story) -> Input:
    draft = SegmentDraft.model_validate({"name": f"{MARK} Yaz", "rule": {"platforms": ["X"]}})
    segment = await create_segment(await story.actor("manager"), draft, once=Once())
    return {"segmentId": segment.id, "expectedVersion": segment.version}


async def _update(story: Story, who: str) -> Input:
    return {**await _segment(story), "name": f"{MARK} Güz", "rule": {"cities": ["İzmir"]}}


async def _archive(story: Story, who: str) -> Input:
    return await _segment(story)


SITUATIONS: dict[str, Situation] = {"createSegment": _create, "updateSegment": _update, "archiveSegment": _archive}
