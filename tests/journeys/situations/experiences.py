"""Situations of interactive content."""

from care.experiences.documents import Experience
from tests.factories.experiences import QUIZ, make_experience
from tests.journeys.story import Input, Situation, Story


async def _create(story: Story, who: str) -> Input:
    return QUIZ


async def _draft(story: Story) -> Experience:
    return await make_experience(await story.actor("manager"), published=False)


async def _update(story: Story, who: str) -> Input:
    found = await _draft(story)
    return {"experienceId": found.id, "right": [1, 2], "expectedVersion": found.version}


async def _publish(story: Story, who: str) -> Input:
    found = await _draft(story)
    return {"experienceId": found.id, "expectedVersion": found.version}


async def _withdraw(story: Story, who: str) -> Input:
    found = await make_experience(await story.actor("manager"))
    return {"experienceId": found.id, "expectedVersion": found.version}


SITUATIONS: dict[str, Situation] = {
    "createExperience": _create,
    "updateExperience": _update,
    "publishExperience": _publish,
    "withdrawExperience": _withdraw,
}
