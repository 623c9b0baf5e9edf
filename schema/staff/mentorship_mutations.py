"""Mutations of mentorships: programmes are made, newcomers and mentors come together, meet, and part."""

from datetime import datetime
from typing import Annotated, ClassVar

import strawberry

from coaching.mentorships.accompanying import (
    ConclusionDraft,
    FeedbackDraft,
    GoalsDraft,
    MeetingDraft,
    conclude_meeting,
    give_feedback,
    plan_meeting,
    set_goals,
)
from coaching.mentorships.mentorships import (
    AnswerDraft,
    EndDraft,
    HandoverDraft,
    MentorAnswer,
    MentorshipDraft,
    answer_mentorship,
    end_mentorship,
    hand_over_mentorship,
    propose_mentorship,
)
from coaching.mentorships.programmes import ProgrammeDraft, close_programme, create_programme
from schema.context import Info
from schema.enums import told
from schema.errors import Payload, mutation, parse
from schema.inputs import INPUT, changed, expected_version, given, idempotency_key, once_for, required, values_of
from schema.staff.mentorships import Mentorship, MentorshipProgramme

_MENTORSHIP = "The id of the mentorship."

told(
    MentorAnswer,
    "What a mentor says who is asked.",
    ACCEPT="They accompany the newcomer.",
    DECLINE="They do not.",
)


@strawberry.input(description="What a programme is to be.")
class CreateMentorshipProgrammeInput:
    """What a programme is to be."""

    name: str = required("What it is called, 5 to 200 characters.")
    summary: str = required("What it is about, in Markdown.")
    level: int | None = given("The level of social experience that it leads to, from 1 to 5; absent: 1.")
    skill_ids: list[strawberry.ID] | None = given("The skills that its mentors should have, up to 10.")
    mentees_per_mentor: int | None = given("How many newcomers one mentor accompanies at most, 1 to 20; absent: 3.")
    idempotency_key: str | None = idempotency_key()


@strawberry.type(description="The answer of `createMentorshipProgramme`.")
class CreateMentorshipProgrammePayload(Payload):
    """The answer of `createMentorshipProgramme`."""

    programme: MentorshipProgramme | None = changed("The programme.")


@strawberry.input(description="Which programme to close.")
class CloseMentorshipProgrammeInput:
    """Which programme to close."""

    programme_id: strawberry.ID = required("The id of the programme.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `closeMentorshipProgramme`.")
class CloseMentorshipProgrammePayload(Payload):
    """The answer of `closeMentorshipProgramme`."""

    written: ClassVar[str | None] = "programme"

    programme: MentorshipProgramme | None = changed()


@strawberry.input(description="Who is to be accompanied, and by whom.")
class ProposeMentorshipInput:
    """Who is to be accompanied, and by whom."""

    programme_id: strawberry.ID = required("The id of the programme.")
    mentee_id: strawberry.ID | None = given("The newcomer; absent: the viewer. Others need `mentorship:manage`.")
    mentor_id: strawberry.ID | None = given("The mentor; absent: who suits best.")
    idempotency_key: str | None = idempotency_key()


@strawberry.type(description="The answer of `proposeMentorship`.")
class ProposeMentorshipPayload(Payload):
    """The answer of `proposeMentorship`."""

    mentorship: Mentorship | None = changed("The mentorship.")


@strawberry.input(description="What the mentor says.")
class AnswerMentorshipInput:
    """What the mentor says."""

    mentorship_id: strawberry.ID = required(_MENTORSHIP)
    answer: MentorAnswer = required("Whether they accompany the newcomer.")
    reason: str | None = given("What to say of it, when declining.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `answerMentorship`.")
class AnswerMentorshipPayload(Payload):
    """The answer of `answerMentorship`."""

    written: ClassVar[str | None] = "mentorship"

    mentorship: Mentorship | None = changed()


@strawberry.input(description="How a mentorship comes to its end.")
class EndMentorshipInput:
    """How a mentorship comes to its end."""

    mentorship_id: strawberry.ID = required(_MENTORSHIP)
    completed: bool = required("Whether it reached its end; else it is broken off or taken back.")
    reason: str | None = given("What to say of it.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `endMentorship`.")
class EndMentorshipPayload(Payload):
    """The answer of `endMentorship`."""

    written: ClassVar[str | None] = "mentorship"

    mentorship: Mentorship | None = changed()


@strawberry.input(description="Who follows as a mentor.")
class HandOverMentorshipInput:
    """Who follows as a mentor."""

    mentorship_id: strawberry.ID = required(_MENTORSHIP)
    mentor_id: strawberry.ID | None = given("The next mentor; absent: who suits best.")
    note: str = required("What the next mentor has to know; the mentee reads it too.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `handOverMentorship`.")
class HandOverMentorshipPayload(Payload):
    """The answer of `handOverMentorship`."""

    written: ClassVar[str | None] = "mentorship"

    mentorship: Mentorship | None = changed()


@strawberry.input(description="What the mentee wants to be able to do.")
class MentorshipGoalInput:
    """What the mentee wants to be able to do."""

    text: str = required("What it is.")
    due_at: datetime | None = given("Until when.")
    reached: bool | None = given("Whether it is reached; absent: no.")


@strawberry.input(description="The goals of a mentorship.")
class SetMentorshipGoalsInput:
    """The goals of a mentorship."""

    mentorship_id: strawberry.ID = required(_MENTORSHIP)
    goals: list[MentorshipGoalInput] = required("What the mentee wants to be able to do, up to 20; taken whole.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `setMentorshipGoals`.")
class SetMentorshipGoalsPayload(Payload):
    """The answer of `setMentorshipGoals`."""

    written: ClassVar[str | None] = "mentorship"

    mentorship: Mentorship | None = changed()


@strawberry.input(description="When the two are to meet.")
class PlanMentorshipMeetingInput:
    """When the two are to meet."""

    mentorship_id: strawberry.ID = required(_MENTORSHIP)
    subject: str = required("What it is about, 5 to 200 characters.")
    starts_at: datetime = required("When it begins.")
    minutes: int | None = given("How long it takes, 5 to 480; absent: 30.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `planMentorshipMeeting`.")
class PlanMentorshipMeetingPayload(Payload):
    """The answer of `planMentorshipMeeting`."""

    written: ClassVar[str | None] = "mentorship"

    mentorship: Mentorship | None = changed()


@strawberry.input(description="What became of a meeting.")
class ConcludeMentorshipMeetingInput:
    """What became of a meeting."""

    mentorship_id: strawberry.ID = required(_MENTORSHIP)
    meeting_id: strawberry.ID = required("The id of the meeting.")
    held: bool = required("Whether it took place; else it is cancelled.")
    notes: str | None = given("What came of it, for both.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `concludeMentorshipMeeting`.")
class ConcludeMentorshipMeetingPayload(Payload):
    """The answer of `concludeMentorshipMeeting`."""

    written: ClassVar[str | None] = "mentorship"

    mentorship: Mentorship | None = changed()


@strawberry.input(description="What to say of how it goes.")
class GiveMentorshipFeedbackInput:
    """What to say of how it goes."""

    mentorship_id: strawberry.ID = required(_MENTORSHIP)
    text: str = required("What there is to say.")
    private: bool | None = given("Whether the other one must not read it; who manages mentorships does. Absent: no.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `giveMentorshipFeedback`.")
class GiveMentorshipFeedbackPayload(Payload):
    """The answer of `giveMentorshipFeedback`."""

    written: ClassVar[str | None] = "mentorship"

    mentorship: Mentorship | None = changed()


@strawberry.type
class MentorshipMutations:
    """What newcomers, mentors and who brings them together do."""

    @mutation(CreateMentorshipProgrammePayload, description="Makes a programme; needs `mentorship:manage`.")
    async def create_mentorship_programme(self, info: Info, input: Annotated[CreateMentorshipProgrammeInput, INPUT]) -> object:
        """Make a programme."""
        once = once_for(info, "createMentorshipProgramme", input)
        programme = await create_programme(info.context.actor, parse(ProgrammeDraft, **values_of(input)), once=once)
        return CreateMentorshipProgrammePayload(programme=MentorshipProgramme.from_document(programme))

    @mutation(
        CloseMentorshipProgrammePayload,
        description="Lets nobody begin in a programme any more; what goes on stays. Needs `mentorship:manage`.",
    )
    async def close_mentorship_programme(self, info: Info, input: Annotated[CloseMentorshipProgrammeInput, INPUT]) -> object:
        """Close a programme."""
        programme = await close_programme(info.context.actor, input.programme_id, expected_version=input.expected_version)
        return CloseMentorshipProgrammePayload(programme=MentorshipProgramme.from_document(programme))

    @mutation(
        ProposeMentorshipPayload,
        description="Brings a newcomer and a mentor together: at once with `mentorship:manage`, else the mentor is asked first.",
    )
    async def propose_mentorship(self, info: Info, input: Annotated[ProposeMentorshipInput, INPUT]) -> object:
        """Bring two together."""
        once = once_for(info, "proposeMentorship", input)
        found = await propose_mentorship(info.context.actor, parse(MentorshipDraft, **values_of(input)), once=once)
        return ProposeMentorshipPayload(mentorship=Mentorship.from_document(found))

    @mutation(AnswerMentorshipPayload, description="Says whether the viewer, who was asked, accompanies a newcomer.")
    async def answer_mentorship(self, info: Info, input: Annotated[AnswerMentorshipInput, INPUT]) -> object:
        """Say yes or no."""
        draft = parse(AnswerDraft, **values_of(input))
        found = await answer_mentorship(info.context.actor, draft, expected_version=input.expected_version)
        return AnswerMentorshipPayload(mentorship=Mentorship.from_document(found))

    @mutation(
        EndMentorshipPayload,
        description="Ends a mentorship; that it reached its end is not for the mentee to say.",
    )
    async def end_mentorship(self, info: Info, input: Annotated[EndMentorshipInput, INPUT]) -> object:
        """End a mentorship."""
        draft = parse(EndDraft, **values_of(input))
        found = await end_mentorship(info.context.actor, draft, expected_version=input.expected_version)
        return EndMentorshipPayload(mentorship=Mentorship.from_document(found))

    @mutation(
        HandOverMentorshipPayload,
        description="Lets another mentor follow; goals and meetings stay.",
    )
    async def hand_over_mentorship(self, info: Info, input: Annotated[HandOverMentorshipInput, INPUT]) -> object:
        """Hand over."""
        draft = parse(HandoverDraft, **values_of(input))
        found = await hand_over_mentorship(info.context.actor, draft, expected_version=input.expected_version)
        return HandOverMentorshipPayload(mentorship=Mentorship.from_document(found))

    @mutation(SetMentorshipGoalsPayload, description="Sets the goals of a mentorship anew.")
    async def set_mentorship_goals(self, info: Info, input: Annotated[SetMentorshipGoalsInput, INPUT]) -> object:
        """Set goals."""
        draft = parse(GoalsDraft, **values_of(input))
        found = await set_goals(info.context.actor, draft, expected_version=input.expected_version)
        return SetMentorshipGoalsPayload(mentorship=Mentorship.from_document(found))

    @mutation(PlanMentorshipMeetingPayload, description="Plans a meeting of mentee and mentor; both are told.")
    async def plan_mentorship_meeting(self, info: Info, input: Annotated[PlanMentorshipMeetingInput, INPUT]) -> object:
        """Plan a meeting."""
        draft = parse(MeetingDraft, **values_of(input))
        found = await plan_meeting(info.context.actor, draft, expected_version=input.expected_version)
        return PlanMentorshipMeetingPayload(mentorship=Mentorship.from_document(found))

    @mutation(ConcludeMentorshipMeetingPayload, description="Says that a meeting was held, or is cancelled.")
    async def conclude_mentorship_meeting(self, info: Info, input: Annotated[ConcludeMentorshipMeetingInput, INPUT]) -> object:
        """Conclude a meeting."""
        draft = parse(ConclusionDraft, **values_of(input))
        found = await conclude_meeting(info.context.actor, draft, expected_version=input.expected_version)
        return ConcludeMentorshipMeetingPayload(mentorship=Mentorship.from_document(found))

    @mutation(GiveMentorshipFeedbackPayload, description="Says how it goes, to the other one or in private.")
    async def give_mentorship_feedback(self, info: Info, input: Annotated[GiveMentorshipFeedbackInput, INPUT]) -> object:
        """Give feedback."""
        draft = parse(FeedbackDraft, **values_of(input))
        found = await give_feedback(info.context.actor, draft, expected_version=input.expected_version)
        return GiveMentorshipFeedbackPayload(mentorship=Mentorship.from_document(found))
