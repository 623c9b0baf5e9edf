"""Situations of polls: a specialist's, in an open space of theirs."""

from community.polls.documents import Poll
from community.polls.polls import PollDraft, create_poll
from community.spaces.documents import SpaceVisibility
from core.idempotency import Once
from tests.journeys.situations.spaces import make
from tests.journeys.story import MARK, Input, Situation, Story


async def poll(story: Story) -> Poll:
    """Let the specialist ask."""
    space = await make(story, SpaceVisibility.OPEN)
    draft = PollDraft(parent_id=space.id, title=f"{MARK} Hangi gün?", options=[f"{MARK} Salı", f"{MARK} Cuma"])
    return await create_poll(await story.actor("specialist"), draft, once=Once())


async def _create(story: Story, who: str) -> Input:
    space = await make(story, SpaceVisibility.OPEN)
    return {"parentId": space.id, "title": f"{MARK} Hangi gün?", "options": [f"{MARK} Salı", f"{MARK} Cuma"]}


async def _vote(story: Story, who: str) -> Input:
    return {"pollId": (await poll(story)).id, "optionKeys": ["1"]}


async def _close(story: Story, who: str) -> Input:
    asked = await poll(story)
    return {"pollId": asked.id, "expectedVersion": asked.version}


SITUATIONS: dict[str, Situation] = {"createPoll": _create, "voteInPoll": _vote, "closePoll": _close}
