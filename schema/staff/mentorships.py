"""Mentorships: programmes, and who accompanies whom in them."""

from datetime import datetime
from typing import Annotated, Self

import strawberry

from coaching.mentorships import documents as mentoring
from coaching.mentorships.accompanying import MOST_FEEDBACK, MOST_GOALS, MOST_MEETINGS
from coaching.mentorships.documents import MatchedBy, MatchReasonKind, MeetingStatus, MentorshipStatus
from coaching.mentorships.matching import MOST_SUGGESTIONS, Suggestion, suggest_mentors
from coaching.mentorships.policies import (
    may_accompany,
    may_answer,
    may_complete,
    may_end,
    may_give_feedback,
    may_hand_over,
    may_manage_mentorships,
    may_read_feedback,
)
from coaching.mentorships.programmes import MOST_SKILLS
from coaching.mentorships.reading import (
    count_mentorships,
    count_programmes,
    list_mentorships,
    list_programmes,
    programmes_by_ids,
)
from community.directory import members_by_ids
from core.paging import Window
from schema.connections import Connection
from schema.context import Info
from schema.directives import list_size
from schema.enums import told
from schema.nodes import Node
from schema.paging import paged, pages
from schema.staff.members import Member, Skill, skills_of

_MOST_REASONS = len(MatchReasonKind)

told(
    MentorshipStatus,
    "Where a mentorship stands.",
    PROPOSED="The mentor is asked.",
    ACTIVE="It goes on.",
    COMPLETED="It reached its end.",
    ENDED="It was declined, taken back or broken off.",
)
told(
    MatchedBy,
    "How a mentee and a mentor came together.",
    name="MentorshipMatch",
    RULE="The mentor suits best by skills, languages, shifts and load.",
    ADMIN="Somebody who manages mentorships chose the mentor.",
    CHOICE="The mentee chose the mentor.",
)
told(
    MatchReasonKind,
    "What speaks for a mentor.",
    name="MentorMatchReasonKind",
    SKILLS="They have the skills of the programme, weighed by how well.",
    LANGUAGES="They share a language with the mentee.",
    SHIFTS="They work at the same hours within the next 14 days.",
    LOAD="They accompany few others.",
)
told(
    MeetingStatus,
    "Where a meeting stands.",
    name="MentorshipMeetingStatus",
    PLANNED="It is ahead, or nobody has said what became of it.",
    HELD="It took place.",
    CANCELLED="It did not take place.",
)


@strawberry.type(description="What mentorships are for.")
class MentorshipProgramme(Node):
    """What mentorships are for."""

    document: strawberry.Private[mentoring.MentorshipProgramme]
    name: str = strawberry.field(description="What it is called.")
    summary: str = strawberry.field(description="What it is about, in Markdown.")
    level: int = strawberry.field(description="The level of social experience that it leads to, from 1 to 5.")
    mentees_per_mentor: int = strawberry.field(description="How many newcomers one mentor accompanies at most.")
    closed: bool = strawberry.field(description="Whether nobody can begin in it any more.")
    version: int = strawberry.field(description="Rises with each edit by a person; pass it as `expectedVersion`.")

    @classmethod
    def from_document(cls, document: mentoring.MentorshipProgramme) -> Self:
        """Show a programme."""
        return cls(
            id=strawberry.ID(document.id),
            document=document,
            name=document.name,
            summary=document.summary,
            level=document.level,
            mentees_per_mentor=document.mentees_per_mentor,
            closed=document.closed,
            version=document.version,
        )

    @strawberry.field(description="The skills that its mentors should have.", directives=list_size(MOST_SKILLS))
    async def skills(self, info: Info) -> list[Skill]:
        """Give the skills."""
        return await skills_of(info, self.document.skill_ids)

    @strawberry.field(description="Whether the viewer can close it, and bring people together in it.")
    def viewer_can_manage(self, info: Info) -> bool:
        """Ask the policy."""
        return bool(may_manage_mentorships(info.context.actor))


@strawberry.type(description="One thing that speaks for a mentor.")
class MentorMatchReason:
    """One thing that speaks for a mentor."""

    kind: MatchReasonKind = strawberry.field(description="What it is.")
    points: int = strawberry.field(description="How much it counts; all together at most 100.")
    detail: str = strawberry.field(description="The figures: skills, languages, hours together, or how many they accompany.")

    @classmethod
    def of(cls, reason: mentoring.MatchReason) -> Self:
        """Show a reason."""
        return cls(kind=reason.kind, points=reason.points, detail=reason.detail)


@strawberry.type(description="A mentor who suits, and why.")
class MentorSuggestion:
    """A mentor who suits, and why."""

    mentor: Member = strawberry.field(description="The mentor.")
    points: int = strawberry.field(description="The sum of the reasons' points.")
    reasons: list[MentorMatchReason] = strawberry.field(description="What speaks for them.", directives=list_size(_MOST_REASONS))

    @classmethod
    def of(cls, found: Suggestion) -> Self:
        """Show a suggestion."""
        reasons = [MentorMatchReason.of(one) for one in found.reasons]
        return cls(mentor=Member.from_document(found.mentor), points=found.points, reasons=reasons)


@strawberry.type(description="What a mentee wants to be able to do.")
class MentorshipGoal:
    """What a mentee wants to be able to do."""

    text: str = strawberry.field(description="What it is.")
    due_at: datetime | None = strawberry.field(description="Until when; null when that was not said.")
    reached: bool = strawberry.field(description="Whether it is reached.")


@strawberry.type(description="A conversation of mentee and mentor.")
class MentorshipMeeting:
    """A conversation of mentee and mentor."""

    meeting_id: strawberry.ID = strawberry.field(description="Names it within the mentorship.")
    subject: str = strawberry.field(description="What it is about.")
    starts_at: datetime = strawberry.field(description="When it begins.")
    minutes: int = strawberry.field(description="How long it takes.")
    status: MeetingStatus = strawberry.field(description="Where it stands.")
    notes: str | None = strawberry.field(description="What came of it.")


@strawberry.type(description="What mentee or mentor said of how it goes.")
class MentorshipFeedback:
    """What mentee or mentor said of how it goes."""

    author_id: strawberry.Private[str]
    text: str = strawberry.field(description="What was said.")
    private: bool = strawberry.field(description="Whether it is kept from the other one; who manages mentorships reads it.")
    given_at: datetime = strawberry.field(description="When it was said.")

    @strawberry.field(description="Who said it.")
    async def author(self, info: Info) -> Member:
        """Give the member."""
        return await _member(info, self.author_id)


@strawberry.type(description="When one mentor followed another.")
class MentorHandover:
    """When one mentor followed another."""

    from_id: strawberry.Private[str]
    to_id: strawberry.Private[str]
    note: str = strawberry.field(description="What the next mentor was told.")
    at: datetime = strawberry.field(description="When it was.")

    @strawberry.field(description="Who was the mentor before.")
    async def from_mentor(self, info: Info) -> Member:
        """Give the member."""
        return await _member(info, self.from_id)

    @strawberry.field(description="Who followed.")
    async def to_mentor(self, info: Info) -> Member:
        """Give the member."""
        return await _member(info, self.to_id)


@strawberry.type(description="A newcomer and their mentor; read by the two, and by who manages mentorships.")
class Mentorship(Node):
    """A newcomer and their mentor."""

    document: strawberry.Private[mentoring.Mentorship]
    status: MentorshipStatus = strawberry.field(description="Where it stands.")
    level: int = strawberry.field(description="The level of social experience that it leads to, from 1 to 5.")
    matched_by: MatchedBy = strawberry.field(description="How the two came together.")
    started_at: datetime | None = strawberry.field(description="When it began; null while it is proposed.")
    ended_at: datetime | None = strawberry.field(description="When it ended.")
    end_reason: str | None = strawberry.field(description="What was said of its end.")
    version: int = strawberry.field(description="Rises with each edit by a person; pass it as `expectedVersion`.")

    @classmethod
    def from_document(cls, document: mentoring.Mentorship) -> Self:
        """Show a mentorship."""
        return cls(
            id=strawberry.ID(document.id),
            document=document,
            status=document.status,
            level=document.level,
            matched_by=document.matched_by,
            started_at=document.started_at,
            ended_at=document.ended_at,
            end_reason=document.end_reason,
            version=document.version,
        )

    @strawberry.field(description="Who is accompanied.")
    async def mentee(self, info: Info) -> Member:
        """Give the member."""
        return await _member(info, self.document.mentee_id)

    @strawberry.field(description="Who accompanies, or is asked to.")
    async def mentor(self, info: Info) -> Member:
        """Give the member."""
        return await _member(info, self.document.mentor_id)

    @strawberry.field(description="What it is for.")
    async def programme(self, info: Info) -> MentorshipProgramme:
        """Give the programme."""
        return MentorshipProgramme.from_document(await info.context.load(programmes_by_ids, self.document.programme_id))

    @strawberry.field(description="What spoke for the mentor.", directives=list_size(_MOST_REASONS))
    def reasons(self) -> list[MentorMatchReason]:
        """Give the reasons."""
        return [MentorMatchReason.of(one) for one in self.document.reasons]

    @strawberry.field(description="What the mentee wants to be able to do.", directives=list_size(MOST_GOALS))
    def goals(self) -> list[MentorshipGoal]:
        """Give the goals."""
        return [MentorshipGoal(text=one.text, due_at=one.due_at, reached=one.reached) for one in self.document.goals]

    @strawberry.field(description="Their meetings, as they were planned.", directives=list_size(MOST_MEETINGS))
    def meetings(self) -> list[MentorshipMeeting]:
        """Give the meetings."""
        return [
            MentorshipMeeting(
                meeting_id=strawberry.ID(one.id),
                subject=one.subject,
                starts_at=one.starts_at,
                minutes=one.minutes,
                status=one.status,
                notes=one.notes,
            )
            for one in self.document.meetings
        ]

    @strawberry.field(description="What the two said, as far as the viewer may read it.", directives=list_size(MOST_FEEDBACK))
    def feedback(self, info: Info) -> list[MentorshipFeedback]:
        """Give the feedback."""
        return [
            MentorshipFeedback(author_id=one.author_id, text=one.text, private=one.private, given_at=one.given_at)
            for one in self.document.feedback
            if may_read_feedback(info.context.actor, self.document, one)
        ]

    @strawberry.field(description="How it came from one mentor to the next.", directives=list_size(MOST_MEETINGS))
    def handovers(self) -> list[MentorHandover]:
        """Give the hand-overs."""
        return [MentorHandover(from_id=one.from_id, to_id=one.to_id, note=one.note, at=one.at) for one in self.document.handovers]

    @strawberry.field(description="Whether the viewer can say yes or no.")
    def viewer_can_answer(self, info: Info) -> bool:
        """Ask the policy."""
        return bool(may_answer(info.context.actor, self.document))

    @strawberry.field(description="Whether the viewer can set goals and plan meetings.")
    def viewer_can_accompany(self, info: Info) -> bool:
        """Ask the policy."""
        return bool(may_accompany(info.context.actor, self.document))

    @strawberry.field(description="Whether the viewer can give feedback.")
    def viewer_can_give_feedback(self, info: Info) -> bool:
        """Ask the policy."""
        return bool(may_give_feedback(info.context.actor, self.document))

    @strawberry.field(description="Whether the viewer can hand it over to another mentor.")
    def viewer_can_hand_over(self, info: Info) -> bool:
        """Ask the policy."""
        return bool(may_hand_over(info.context.actor, self.document))

    @strawberry.field(description="Whether the viewer can end it.")
    def viewer_can_end(self, info: Info) -> bool:
        """Ask the policy."""
        return bool(may_end(info.context.actor, self.document))

    @strawberry.field(description="Whether the viewer can say that it reached its end.")
    def viewer_can_complete(self, info: Info) -> bool:
        """Ask the policy."""
        return bool(may_complete(info.context.actor, self.document))


async def _member(info: Info, member_id: str) -> Member:
    return Member.from_document(await info.context.load(members_by_ids, member_id))


@strawberry.type
class MentorshipQueries:
    """Programmes, who suits whom, and one's own mentorships."""

    @paged("Programmes in which one can begin, the newest first.", graphql_type=Connection[MentorshipProgramme])
    async def mentorship_programmes(self, info: Info, window: Window) -> object:
        """Give a page of the programmes."""
        actor = info.context.actor
        return pages(info, await list_programmes(actor, window), count=lambda: count_programmes(actor))

    @paged(
        "The viewer's mentorships as mentee and mentor, the newest first; all with `mentorship:manage`.",
        graphql_type=Connection[Mentorship],
    )
    async def mentorships(self, info: Info, window: Window) -> object:
        """Give a page of the mentorships."""
        actor = info.context.actor
        return pages(info, await list_mentorships(actor, window), count=lambda: count_mentorships(actor))

    @strawberry.field(
        description="The mentors with a free place who suit best, the best first; for others needs `mentorship:manage`.",
        directives=list_size(MOST_SUGGESTIONS),
    )
    async def mentor_suggestions(
        self,
        info: Info,
        programme_id: Annotated[strawberry.ID, strawberry.argument(description="The id of the programme.")],
        mentee_id: Annotated[
            strawberry.ID | None, strawberry.argument(description="Who is to be accompanied; absent: the viewer.")
        ] = None,
    ) -> list[MentorSuggestion]:
        """Give the suggestions."""
        return [MentorSuggestion.of(one) for one in await suggest_mentors(info.context.actor, programme_id, mentee_id)]
