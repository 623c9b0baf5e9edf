"""Who is told about levels: the member, of replies that were looked at too, and who brought them there when it is time again."""

from typing import Any

from care.documents.cases import Case
from care.documents.standing import Standing
from coaching.documents import SampledReply
from coaching.levels.events import LevelLapsed, LevelReached, LevelReviewDue, SampleReviewed
from core.events import Recorded
from core.handlers import Handlers
from notifications.announcements import notify
from notifications.documents import NotificationKind


def subscribe(handlers: Handlers) -> None:
    """Tell people from the moment this is first started."""
    told = handlers.group("notifications.levels", start="head")
    told.on(LevelReached, tell_of_level).on(LevelReviewDue, tell_of_review).on(LevelLapsed, tell_of_review)
    told.on(SampleReviewed, tell_of_sample)


async def tell_of_level(event: Recorded[LevelReached]) -> None:
    """Tell a member at which level they are now."""
    if standing := await Standing.get(event.fact.standing_id):
        kind = NotificationKind.LEVEL_REACHED
        await notify([standing.member_id], kind, subject=standing.level.value, target_id=standing.id, cause=event)


async def tell_of_review(event: Recorded[Any]) -> None:
    """Tell the member, and who brought them there, that it is time to look again."""
    standing = await Standing.get(event.fact.standing_id)
    if standing is None:
        return
    mentors = [one.by for one in standing.steps[-1:] if one.by is not None]
    kind = NotificationKind.LEVEL_REVIEW_DUE
    people = [standing.member_id, *mentors]
    await notify(people, kind, subject=standing.level.value, target_id=standing.id, cause=event)


async def tell_of_sample(event: Recorded[SampleReviewed]) -> None:
    """Tell the author what a mentor thinks of a reply that has left."""
    sample = await SampledReply.get(event.fact.sampled_reply_id)
    case = await Case.get(sample.case_id) if sample else None
    if sample is not None and case is not None:
        kind = NotificationKind.SAMPLE_REVIEWED
        subject = f"#{case.number}"
        await notify([sample.author_id], kind, subject=subject, target_id=sample.id, cause=event)
