"""What coaching does upon events: reviews open and close with the replies that they are about."""

from care.events import MessageReceived, ReplyHeld, ReplyReleased, ReplyScheduled, ReplyUndone
from care.service_levels.events import PolicyChosen, PriorityChanged
from coaching.documents import DraftReview
from coaching.draft_reviews import settle_review
from coaching.events import DraftApproved, DraftSuperseded
from coaching.letting_go import hold_the_line, let_go
from coaching.levels import handlers as levels
from coaching.mentorships.programmes import follow_skill_merge
from coaching.opening import open_review
from coaching.practice import handlers as practice
from coaching.recognition import handlers as recognition
from coaching.superseding import retime_reviews
from community.events import SkillMerged
from core.events import Recorded
from core.handlers import Handlers


def subscribe(handlers: Handlers) -> None:
    """Put coaching's reactions into the table."""
    group = handlers.group("coaching.draft_reviews", start="first")
    group.on(ReplyHeld, _held).on(ReplyReleased, _settled).on(ReplyScheduled, _settled).on(ReplyUndone, _settled)
    group.on(DraftApproved, _approved).on(DraftSuperseded, _superseded)
    group.on(MessageReceived, _retimed).on(PriorityChanged, _retimed).on(PolicyChosen, _retimed)
    handlers.group("coaching.skills", start="first").on(SkillMerged, _skill_merged)
    for part in (practice, recognition, levels):
        part.subscribe(handlers)


async def _held(event: Recorded[ReplyHeld]) -> None:
    await open_review(event.fact.message_id)


async def _settled(event: Recorded[ReplyReleased] | Recorded[ReplyScheduled] | Recorded[ReplyUndone]) -> None:
    await settle_review(event.fact.message_id)


async def _approved(event: Recorded[DraftApproved]) -> None:
    if review := await DraftReview.get(event.fact.review_id):
        await let_go(review)


async def _superseded(event: Recorded[DraftSuperseded]) -> None:
    if review := await DraftReview.get(event.fact.review_id):
        await hold_the_line(review)


async def _retimed(event: Recorded[MessageReceived] | Recorded[PriorityChanged] | Recorded[PolicyChosen]) -> None:
    await retime_reviews(event.fact.case_id)


async def _skill_merged(event: Recorded[SkillMerged]) -> None:
    await follow_skill_merge(event.fact.skill_id)
