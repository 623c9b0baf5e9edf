"""Reviews of replies by mentors, and the desk on which they wait."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Self

import strawberry

from care.documents import cases
from care.reading.cases import cases_by_ids
from care.reading.conversations import messages_by_ids
from care.replies import Beside
from care.reply_checks import MOST_ADVICE, check_reply
from coaching import documents as coaching
from coaching.mentorships.reading import count_mentored_by, mentored_by
from coaching.opening import Opening
from coaching.policies import may_resubmit, may_review
from coaching.reading import count_reviews_of_case, count_waiting_reviews, has_desk, reviews_of_case, waiting_reviews
from community.directory import members_by_ids
from core.paging import Window
from core.text.markdown import render
from schema.connections import Connection, later
from schema.context import Info
from schema.directives import list_size
from schema.nodes import Node
from schema.paging import paged, pages
from schema.staff.enums import DraftReviewStatus
from schema.staff.members import Member, member_of
from schema.staff.mentorships import Mentorship
from schema.staff.messages import Message, SaidT, said
from schema.staff.reply_checks import ReplyAdvice


@strawberry.type(description="What a mentor says of a passage of a reply.")
class PassageComment:
    """What a mentor says of a passage of a reply."""

    start: int = strawberry.field(description="Where the passage begins in the text, counted in characters from 0.")
    end: int = strawberry.field(description="Where it ends: the first character that is not part of it.")
    text: str = strawberry.field(description="What there is to say of it.")


@strawberry.type(description="A reply that a mentor looks at before it leaves.")
class DraftReview(Node):
    """A reply that a mentor looks at before it leaves."""

    document: strawberry.Private[coaching.DraftReview]
    status: DraftReviewStatus = strawberry.field(description="Where it stands.")
    submitted_at: datetime = strawberry.field(description="When it was handed in.")
    supersede_at: datetime | None = strawberry.field(
        description="When the next reviewer is asked, or a holding reply takes its place; null when neither is ahead."
    )
    superseded_at: datetime | None = strawberry.field(description="When the clock ran short and a holding reply took its place.")
    body: str = strawberry.field(description="The text of the reply, in Markdown.")
    body_html: str = strawberry.field(description="The text as HTML that is safe to show.")
    feedback: str | None = strawberry.field(description="What the mentor says of it.")
    comments: list[PassageComment] = strawberry.field(description="What the mentor says of passages.", directives=list_size(20))
    alternatives: list[str] = strawberry.field(description="Other words that the mentor offers.", directives=list_size(5))
    edited: bool = strawberry.field(description="Whether the mentor changed the words before they left.")
    returns: int = strawberry.field(description="How often it was returned.")
    policy_version: int = strawberry.field(description="Which version of the policy of reviews it keeps.")
    version: int = strawberry.field(description="Rises with each edit by a person; pass it as `expectedVersion`.")

    @classmethod
    def from_document(cls, document: coaching.DraftReview) -> Self:
        """Show a review."""
        return cls(
            id=strawberry.ID(document.id),
            document=document,
            status=document.status,
            submitted_at=document.submitted_at,
            supersede_at=document.next_act_at,
            superseded_at=document.superseded_at,
            body=document.body,
            body_html=render(document.body),
            feedback=document.feedback,
            comments=[PassageComment(start=one.start, end=one.end, text=one.text) for one in document.comments],
            alternatives=list(document.alternatives),
            edited=document.edited,
            returns=document.returns,
            policy_version=document.terms.policy_version,
            version=document.version,
        )

    @strawberry.field(
        description="What to look at again in the text: personal data, tone, shouting, with the reasons; it stops nobody.",
        directives=list_size(MOST_ADVICE),
    )
    async def advice(self, info: Info) -> list[ReplyAdvice]:
        """Check the text."""
        found = await check_reply(info.context.actor, self.document.case_id, self.document.body)
        return [ReplyAdvice.of(one) for one in found]

    @strawberry.field(description="Who wrote the reply.")
    async def author(self, info: Info) -> Member:
        """Give the member."""
        return Member.from_document(await info.context.load(members_by_ids, self.document.author_id))

    @strawberry.field(description="Whose turn it is to decide; null when there is nobody to ask.")
    async def reviewer(self, info: Info) -> Member | None:
        """Give the member."""
        return await member_of(info, self.document.reviewer_id)

    @strawberry.field(description="Who decided last.")
    async def decided_by(self, info: Info) -> Member | None:
        """Give the member."""
        return await member_of(info, self.document.decided_by)

    @strawberry.field(description="What it answers.", graphql_type=later("schema.staff.cases", "Case"))
    async def case(self, info: Info) -> object:
        """Give the case."""
        return info.context.present(await info.context.load(cases_by_ids, self.document.case_id))

    @strawberry.field(description="The reply as it is held or was sent; null once it was taken back.")
    async def message(self, info: Info) -> Message | None:
        """Give the message."""
        found = await info.context.load(messages_by_ids, self.document.message_id)
        return Message.from_document(found) if found is not None else None

    @strawberry.field(description="Whether the viewer can decide on it.")
    def viewer_can_review(self, info: Info) -> bool:
        """Ask the policy."""
        return bool(may_review(info.context.actor, self.document))

    @strawberry.field(description="Whether the viewer can hand it in again.")
    def viewer_can_resubmit(self, info: Info) -> bool:
        """Ask the policy."""
        return bool(may_resubmit(info.context.actor, self.document))


async def reviewed(info: Info, saying: Callable[[Beside], Awaitable[SaidT]]) -> tuple[SaidT, DraftReview | None]:
    """Say something as the viewer, as `said` does, with the review that it waits for; None where it waits for none."""
    opening = Opening(info.context.actor)
    reply = await said(info, opening.around(saying))
    return reply, DraftReview.from_document(opening.review) if opening.review is not None else None


@strawberry.type
class CaseDraftReviews:
    """The replies of a case that waited for a mentor."""

    document: strawberry.Private[cases.Case]

    @paged(
        "Replies that waited for a mentor, newest first; all for mentors, else the viewer's.",
        graphql_type=Connection[DraftReview],
    )
    async def draft_reviews(self, info: Info, window: Window) -> object:
        """Give a page of the reviews."""
        actor, case_id = info.context.actor, self.document.id
        page = await reviews_of_case(actor, case_id, window)
        return pages(info, page, count=lambda: count_reviews_of_case(actor, case_id))


@strawberry.type(description="What waits for the viewer as a mentor.")
class MentorDesk:
    """What waits for the viewer as a mentor."""

    @paged("Replies that wait for a decision, the most urgent first.", graphql_type=Connection[DraftReview])
    async def draft_reviews(self, info: Info, window: Window) -> object:
        """Give a page of the reviews."""
        actor = info.context.actor
        return pages(info, await waiting_reviews(actor, window), count=lambda: count_waiting_reviews(actor))

    @paged("Whom the viewer accompanies, or is asked to, the newest first.", graphql_type=Connection[Mentorship])
    async def mentorships(self, info: Info, window: Window) -> object:
        """Give a page of the mentorships."""
        actor = info.context.actor
        return pages(info, await mentored_by(actor, window), count=lambda: count_mentored_by(actor))


@strawberry.type
class CoachingQueries:
    """What mentors look at."""

    @strawberry.field(description="What waits for the viewer as a mentor; null for who decides on no replies.")
    def mentor_desk(self, info: Info) -> MentorDesk | None:
        """Give the viewer's desk."""
        return MentorDesk() if has_desk(info.context.actor) else None
