"""What the company has put into somebody's training, counted; nothing of customers."""

from dataclasses import dataclass
from typing import Final

from auth.actor import Actor
from care.documents.standing import Certificate
from coaching.courses.documents import AttemptState, Enrolment
from coaching.documents import DraftReview
from coaching.levels.reading import require_known_member
from coaching.mentorships.documents import MeetingStatus, Mentorship
from coaching.practice.documents import PracticeRun, PracticeRunStatus

MOST: Final = 500
_MINUTE: Final = 60


@dataclass(frozen=True, slots=True)
class Investment:
    """What went into somebody's training."""

    courses_completed: int
    quizzes_passed: int
    practice_runs: int
    practice_minutes: int
    meetings: int
    meeting_minutes: int
    replies_reviewed: int
    certificates_issued: int


async def investment_in(actor: Actor, member_id: str | None) -> Investment:
    """Count what went into a member's training, the actor's unless somebody is named.

    Raises NotFound, Forbidden for somebody else without `training:manage`.
    """
    return await counted_for(await require_known_member(actor, member_id))


async def counted_for(wanted: str) -> Investment:
    """Count what went into the training of a member of whom somebody may know it."""
    learned = await Enrolment.find({"member_id": wanted}).sort("enrolled_at", "_id").limit(MOST).to_list()
    runs = await PracticeRun.find({"participants": wanted}).sort("started_at", "_id").limit(MOST).to_list()
    over = [run for run in runs if run.status is PracticeRunStatus.FINISHED and run.ended_at is not None]
    pairs = await Mentorship.find({"parties": wanted}).sort("created_at", "_id").limit(MOST).to_list()
    held = [one for pair in pairs for one in pair.meetings if pair.mentee_id == wanted and one.status is MeetingStatus.HELD]
    reviews = await DraftReview.find({"author_id": wanted}).limit(MOST).to_list()
    certificates = await Certificate.find({"member_id": wanted}).sort("created_at", "_id").limit(MOST).to_list()
    return Investment(
        courses_completed=sum(len(one.completions) for one in learned),
        quizzes_passed=sum(attempt.state is AttemptState.PASSED for one in learned for attempt in one.attempts),
        practice_runs=len(over),
        practice_minutes=sum(int((run.ended_at - run.started_at).total_seconds()) // _MINUTE for run in over if run.ended_at),
        meetings=len(held),
        meeting_minutes=sum(one.minutes for one in held),
        replies_reviewed=sum(one.decided_by not in {None, wanted} for one in reviews),
        certificates_issued=sum(one.issued_at is not None for one in certificates),
    )
