"""What belongs to a mentorship while it goes on: goals, meetings, and feedback both ways."""

from typing import Annotated

from pydantic import AwareDatetime, BaseModel, Field

from auth.actor import Actor
from coaching.mentorships.documents import Feedback, Goal, Meeting, MeetingStatus, Mentorship
from coaching.mentorships.events import (
    MentorshipFeedbackGiven,
    MentorshipGoalsSet,
    MentorshipMeetingConcluded,
    MentorshipMeetingPlanned,
)
from coaching.mentorships.policies import may_accompany, may_give_feedback
from coaching.mentorships.reading import require_mentorship
from community.drafts import Remark, Title
from core.clock import now
from core.errors import AlreadyDone, InvalidInput, LimitReached, NotFound
from core.ids import new_id
from core.records import change

MOST_GOALS = 20
MOST_MEETINGS = 100
MOST_FEEDBACK = 100


class GoalDraft(BaseModel):
    """What the mentee wants to be able to do."""

    text: Remark
    due_at: AwareDatetime | None = None
    reached: bool = False


class GoalsDraft(BaseModel):
    """The goals of a mentorship, taken whole."""

    mentorship_id: str
    goals: Annotated[list[GoalDraft], Field(max_length=MOST_GOALS)]


class MeetingDraft(BaseModel):
    """When the two are to meet, and about what."""

    mentorship_id: str
    subject: Title
    starts_at: AwareDatetime
    minutes: Annotated[int, Field(ge=5, le=480)] = 30


class ConclusionDraft(BaseModel):
    """What became of a meeting."""

    mentorship_id: str
    meeting_id: str
    held: bool
    notes: Remark | None = None


class FeedbackDraft(BaseModel):
    """What one of the two says of how it goes."""

    mentorship_id: str
    text: Remark
    private: bool = False


async def set_goals(actor: Actor, draft: GoalsDraft, *, expected_version: int) -> Mentorship:
    """Set the goals anew.

    Raises NotFound, AlreadyDone unless it goes on, Conflict.
    """
    goals = [Goal(**one.model_dump()) for one in draft.goals]

    def rule(current: Mentorship) -> None:
        may_accompany(actor, current).enforce()
        current.goals = goals
        current.record(MentorshipGoalsSet(mentorship_id=current.id), actor=actor.id)

    return await change(await require_mentorship(actor, draft.mentorship_id), rule, expected_version=expected_version)


async def plan_meeting(actor: Actor, draft: MeetingDraft, *, expected_version: int) -> Mentorship:
    """Plan a meeting; both are told.

    Raises NotFound, AlreadyDone unless it goes on, InvalidInput for a time that is past, LimitReached, Conflict.
    """
    mentorship = await require_mentorship(actor, draft.mentorship_id)
    if draft.starts_at <= now():
        raise InvalidInput("Choose a time from now on.", path=("starts_at",))
    given = draft.model_dump(exclude={"mentorship_id"})
    meeting = Meeting(id=new_id("mtg"), planned_by=actor.member, **given)

    def rule(current: Mentorship) -> None:
        may_accompany(actor, current).enforce()
        if len(current.meetings) >= MOST_MEETINGS:
            raise LimitReached(f"A mentorship has at most {MOST_MEETINGS} meetings.")
        current.meetings = [*current.meetings, meeting]
        current.record(MentorshipMeetingPlanned(mentorship_id=current.id), actor=actor.id)

    return await change(mentorship, rule, expected_version=expected_version)


async def conclude_meeting(actor: Actor, draft: ConclusionDraft, *, expected_version: int) -> Mentorship:
    """Say that a meeting was held, with what came of it, or that it is cancelled.

    Raises NotFound, AlreadyDone when that was said or unless the mentorship goes on, Conflict.
    """
    mentorship = await require_mentorship(actor, draft.mentorship_id)

    def rule(current: Mentorship) -> None:
        may_accompany(actor, current).enforce()
        meeting = next((one for one in current.meetings if one.id == draft.meeting_id), None)
        if meeting is None:
            raise NotFound("There is no such meeting in this mentorship.", path=("meeting_id",))
        if meeting.status is not MeetingStatus.PLANNED:
            raise AlreadyDone(f"This meeting is {meeting.status.value} already.", path=("meeting_id",))
        meeting.status = MeetingStatus.HELD if draft.held else MeetingStatus.CANCELLED
        meeting.notes = draft.notes
        current.record(MentorshipMeetingConcluded(mentorship_id=current.id), actor=actor.id)

    return await change(mentorship, rule, expected_version=expected_version)


async def give_feedback(actor: Actor, draft: FeedbackDraft, *, expected_version: int) -> Mentorship:
    """Say how it goes, to the other one or, in private, to who manages mentorships alone.

    Raises NotFound, Forbidden for anybody but the two, AlreadyDone before it began, LimitReached, Conflict.
    """
    mentorship = await require_mentorship(actor, draft.mentorship_id)

    def rule(current: Mentorship) -> None:
        may_give_feedback(actor, current).enforce()
        if len(current.feedback) >= MOST_FEEDBACK:
            raise LimitReached(f"A mentorship has at most {MOST_FEEDBACK} pieces of feedback.")
        said = Feedback(author_id=actor.member, given_at=now(), text=draft.text, private=draft.private)
        current.feedback = [*current.feedback, said]
        current.record(MentorshipFeedbackGiven(mentorship_id=current.id), actor=actor.id)

    return await change(mentorship, rule, expected_version=expected_version)
