"""Situations of sampling."""

from auth.actor import Role
from coaching.documents import SampledReply, SampleVerdict
from coaching.levels.sampling import SampleReviewDraft, review_sample, show_sampling_policy
from coaching.quality.forms import MarkDraft, QualityFormDraft, current_form, publish_quality_form
from core.clock import now
from core.ids import with_prefix
from core.records import save
from tests.factories.community import make_actor
from tests.journeys.story import MARK, Input, Story


async def _policy(story: Story, who: str) -> Input:
    version = (await show_sampling_policy(await story.actor("manager"))).version
    return {"rules": [{"levels": ["ADVANCED"], "percent": 10}], "expectedVersion": version}


async def _drawn(story: Story) -> SampledReply:
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
    return drawn


async def _review(story: Story, who: str) -> Input:
    drawn = await _drawn(story)
    return {
        "sampledReplyId": drawn.id,
        "verdict": "NEEDS_WORK",
        "feedback": f"{MARK} Özür dileyin.",
        "expectedVersion": drawn.version,
    }


async def _form(story: Story, who: str = "manager", percent: int = 0) -> Input:
    return {
        "criteria": [{"name": f"{MARK} Doğru", "description": f"{MARK} Stimmt es?", "weight": 3}],
        "weights": [{"kind": "DRAFT", "weight": 10}],
        "minimumCases": 3,
        "calibrationPercent": percent,
        "expectedVersion": (await current_form()).number,
    }


async def _calibrate(story: Story, who: str) -> Input:
    given = await _form(story, percent=100)
    draft = QualityFormDraft.model_validate(
        {"criteria": given["criteria"], "calibration_percent": 100, "minimum_cases": 1, "weights": given["weights"]}
    )
    form = await publish_quality_form(await story.actor("manager"), draft, expected_version=given["expectedVersion"])
    drawn, marks = await _drawn(story), [MarkDraft(key=one.key, score=3) for one in form.criteria]
    first = SampleReviewDraft(verdict=SampleVerdict.GOOD, marks=marks)
    looked = await review_sample(await make_actor(Role.MENTOR), drawn.id, first, expected_version=drawn.version)
    return {
        "sampledReplyId": drawn.id,
        "marks": [{"key": one.key, "score": 2} for one in form.criteria],
        "feedback": f"{MARK} Kısa yazın.",
        "expectedVersion": looked.version,
    }


SITUATIONS = {
    "setSamplingPolicy": _policy,
    "reviewSampledReply": _review,
    "publishQualityForm": _form,
    "calibrateSampledReply": _calibrate,
}
