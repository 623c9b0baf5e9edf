"""Situations of ideas."""

from community.ideas.documents import Idea
from community.ideas.ideas import IdeaDraft, submit_idea
from core.idempotency import Once
from tests.journeys.story import MARK, Input, Situation, Story


async def public_idea(story: Story) -> Idea:
    """Let a colleague tell everybody of an idea."""
    draft = IdeaDraft(title=f"Kargo bildirimi {next(story.numbers)}", body="Yola çıkınca haber verin.", public=True)
    return await submit_idea(await story.actor("colleague"), draft, once=Once())


async def _submit(story: Story, who: str) -> Input:
    return {"title": f"{MARK} Kargo bildirimi", "body": f"{MARK} Yola çıkınca."}


async def _from_message(story: Story, who: str) -> Input:
    case = await story.case()
    return {"messageId": case.last_message_id, "title": f"{MARK} Kargo bildirimi", "body": f"{MARK} Yola çıkınca."}


async def _link(story: Story, who: str) -> Input:
    return {"ideaId": (await public_idea(story)).id, "messageId": (await story.case()).last_message_id}


async def _vote(story: Story, who: str) -> Input:
    return {"ideaId": (await public_idea(story)).id, "voted": True}


async def _set_status(story: Story, who: str) -> Input:
    idea = await public_idea(story)
    return {"ideaId": idea.id, "status": "PLANNED", "answer": "Yazın geliyor.", "expectedVersion": idea.version}


async def _merge(story: Story, who: str) -> Input:
    idea, into = await public_idea(story), await public_idea(story)
    return {"ideaId": idea.id, "intoId": into.id, "expectedVersion": idea.version}


SITUATIONS: dict[str, Situation] = {
    "submitIdea": _submit,
    "createIdeaFromMessage": _from_message,
    "linkIdeaToMessage": _link,
    "voteIdea": _vote,
    "setIdeaStatus": _set_status,
    "mergeIdea": _merge,
}
