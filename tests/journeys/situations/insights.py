"""Situations of insights."""

from coaching.insights.evidence import ShownInsightDraft, keep_insight
from community.documents import Department
from community.insights.documents import Insight, InsightKind
from core.idempotency import Once
from tests.factories.community import make_department
from tests.journeys.story import MARK, Input, Situation, Story


async def insight(story: Story) -> Insight:
    """Let a colleague write down what they learned."""
    title, body = f"{MARK} İade süresi {next(story.numbers)}", f"{MARK} Çok soruluyor."
    draft = ShownInsightDraft(kind=InsightKind.NEED, title=title, body=body)
    return await keep_insight(await story.actor("colleague"), draft, once=Once())


async def department(story: Story) -> Department:
    """Add a department of which nobody set anything."""
    return await make_department(f"{MARK} Ar-Ge {next(story.numbers)}")


async def _create(story: Story, who: str) -> Input:
    question = await story.question()
    return {
        "kind": "OPPORTUNITY",
        "title": f"{MARK} İade süresi",
        "body": f"{MARK} Çok soruluyor.",
        "tagSlugs": ["iade"],
        "departmentIds": [(await department(story)).id],
        "evidenceIds": [question.id],
        "ownerId": story.world.members["colleague"],
    }


async def _update(story: Story, who: str) -> Input:
    found = await insight(story)
    return {"insightId": found.id, "title": f"{MARK} Süre bilinmiyor", "closed": True, "expectedVersion": found.version}


async def _link(story: Story, who: str) -> Input:
    return {"insightId": (await insight(story)).id, "evidenceId": (await story.question()).id, "linked": True}


async def _move(story: Story, who: str) -> Input:
    found = await insight(story)
    return {"insightId": found.id, "stage": "ANALYSE", "expectedVersion": found.version}


async def _digest(story: Story, who: str) -> Input:
    return {"departmentId": (await department(story)).id, "period": "WEEKLY", "expectedVersion": 0}


SITUATIONS: dict[str, Situation] = {
    "createInsight": _create,
    "updateInsight": _update,
    "setInsightEvidence": _link,
    "moveInsight": _move,
    "setInsightDigest": _digest,
}
