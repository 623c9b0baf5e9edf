"""Situations of prompts and campaigns: the company's, by a manager."""

from datetime import timedelta
from typing import Any

from community.prompts.campaigns import CampaignDraft, create_campaign
from community.prompts.documents import DiscussionPrompt
from community.prompts.prompts import PromptDraft, create_prompt
from core.clock import now
from core.idempotency import Once
from tests.journeys.story import MARK, Input, Situation, Story


def texts() -> list[dict[str, Any]]:
    return [
        {"locale": "tr", "title": f"{MARK} Bu hafta ne öğrendiniz?", "body": f"{MARK} Anlatın."},
        {"locale": "fa", "title": f"{MARK} این هفته چه آموختید؟", "body": f"{MARK} بگویید."},
    ]


async def prompt(story: Story) -> DiscussionPrompt:
    """Let the manager write a prompt."""
    return await create_prompt(await story.actor("manager"), PromptDraft.model_validate({"texts": texts()}), once=Once())


async def _create(story: Story, who: str) -> Input:
    return {"texts": texts(), "tagSlugs": ["kargo"]}


async def _edit(story: Story, who: str) -> Input:
    written = await prompt(story)
    return {"promptId": written.id, "texts": texts()[:1], "expectedVersion": written.version}


async def _schedule(story: Story, who: str) -> Input:
    written = await prompt(story)
    return {"promptId": written.id, "weekday": "MONDAY", "hour": 8, "locale": "fa", "expectedVersion": written.version}


async def _ask(story: Story, who: str) -> Input:
    written = await prompt(story)
    return {"promptId": written.id, "locale": "tr", "expectedVersion": written.version}


async def _campaign(story: Story, who: str) -> Input:
    return {"name": f"{MARK} Kargo haftası", "goal": f"{MARK} Soralım.", "endsAt": "2099-01-01T00:00:00Z"}


async def _end(story: Story, who: str) -> Input:
    draft = CampaignDraft(name=f"{MARK} Kargo haftası", goal=f"{MARK} Soralım.", ends_at=now() + timedelta(days=7))
    campaign = await create_campaign(await story.actor("manager"), draft, once=Once())
    return {"campaignId": campaign.id, "expectedVersion": campaign.version}


SITUATIONS: dict[str, Situation] = {
    "createPrompt": _create,
    "editPrompt": _edit,
    "schedulePrompt": _schedule,
    "askPrompt": _ask,
    "createQuestionCampaign": _campaign,
    "endQuestionCampaign": _end,
}
