"""Situations of moderation: a question that a colleague reported, and one that is locked."""

from community.moderation.calming import LockDraft, lock
from community.moderation.documents import ModerationItem, ReportReason
from community.moderation.reports import ReportDraft, report_content
from community.turns.limits import limits_now
from tests.journeys.story import MARK, Input, Situation, Story


async def reported(story: Story) -> ModerationItem:
    """Let a colleague report what the specialist asked."""
    question = await story.question("specialist")
    draft = ReportDraft(content_id=question.id, reason=ReportReason.SPAM, note=f"{MARK} Reklam")
    return await report_content(await story.actor("colleague"), draft)


async def _report(story: Story, who: str) -> Input:
    return {"contentId": (await story.question("specialist")).id, "reason": "SPAM", "note": f"{MARK} Reklam"}


async def _claim(story: Story, who: str) -> Input:
    item = await reported(story)
    return {"itemId": item.id, "claimed": True, "expectedVersion": item.version}


async def _decide(story: Story, who: str) -> Input:
    item = await reported(story)
    return {"itemId": item.id, "decision": "HIDE", "reason": f"{MARK} Reklam yazısı.", "expectedVersion": item.version}


async def _slow(story: Story, who: str) -> Input:
    question = await story.question("specialist")
    return {"targetId": question.id, "seconds": 60, "reason": f"{MARK} Tartışma.", "expectedVersion": question.version}


async def _lock(story: Story, who: str) -> Input:
    question = await story.question("specialist")
    return {"targetId": question.id, "reason": f"{MARK} Tartışma.", "expectedVersion": question.version}


async def _unlock(story: Story, who: str) -> Input:
    question = await story.question("specialist")
    moderator = await story.actor("manager")
    locked = await lock(moderator, question.id, LockDraft(reason="Tartışma."), expected_version=question.version)
    return {"targetId": locked.id, "reason": f"{MARK} Yatıştı.", "expectedVersion": locked.version}


async def _limits(story: Story, who: str) -> Input:
    version = (await limits_now()).version
    return {"days": 0, "contributions": 0, "perHour": 0, "perDay": 0, "expectedVersion": version}


SITUATIONS: dict[str, Situation] = {
    "reportContent": _report,
    "claimModerationItem": _claim,
    "decideModerationItem": _decide,
    "setSlowMode": _slow,
    "lockContent": _lock,
    "unlockContent": _unlock,
    "setNewcomerLimits": _limits,
}
