"""Questions and answers."""

from datetime import datetime
from typing import Annotated, Self

import strawberry
from typing_extensions import override

from care.reading.consultations import consultations_of_questions
from community import documents
from community.anonymity import stands_for_somebody
from community.escalation import EscalationStep
from community.help.reading import articles_of
from community.peer_answers.policies import may_decide, peer_status
from community.policies import is_following, may_accept, may_answer, may_close, may_edit, may_reopen, may_vote
from community.reading import answer_counts, answers_below, answers_of_questions, questions_by_ids
from community.turns.policies import may_write_at
from community.votes import vote_of
from core.paging import Window
from schema.connections import connection_of, later
from schema.context import Info
from schema.directives import list_size
from schema.paging import paged, pages
from schema.peer_answer_status import PeerAnswerStatus
from schema.staff.authors import Author, author_of
from schema.staff.calm import Calmable, places_for
from schema.staff.comments import Discussed
from schema.staff.enums import CloseReason, QuestionStatus, VoteValue
from schema.staff.hidden import Hideable
from schema.staff.insights_on import ShowsInsights
from schema.staff.members import Member, member_of, members_of
from schema.staff.polls import Polled
from schema.staff.prompts import Prompted
from schema.staff.spaces import Space, moderates, space_of
from schema.staff.values import Tag
from schema.staff.watching import Watched

_ANSWERS = connection_of("schema.staff.questions", "Answer")


@strawberry.type(description="An answer to a question.")
class Answer(Hideable, Discussed):
    """An answer to a question."""

    document: strawberry.Private[documents.Answer]
    body: str = strawberry.field(description="The text, in Markdown.")
    score: int = strawberry.field(description="Votes for minus votes against.")
    created_at: datetime = strawberry.field(description="When it was given.")
    version: int = strawberry.field(description="Rises with each edit by a person.")
    helped_count: int = strawberry.field(description="How many customers said that it helped.")
    peer_status: PeerAnswerStatus | None = strawberry.field(
        description="Of an answer by a customer whether the others read it; null: a member gave it."
    )
    declined_because: str | None = strawberry.field(
        description="Why a customer's answer was not published; null: it was not declined."
    )

    @classmethod
    def from_document(cls, document: documents.Answer) -> Self:
        """Show an answer."""
        return cls(
            id=strawberry.ID(document.id),
            document=document,
            body=document.body,
            score=document.score,
            created_at=document.created_at,
            version=document.version,
            helped_count=document.helped_count,
            peer_status=peer_status(document),
            declined_because=document.peer.declined_because if document.peer is not None else None,
        )

    @strawberry.field(description="Whether the viewer can publish or decline it.")
    def viewer_can_publish(self, info: Info) -> bool:
        """Ask the policy."""
        return bool(may_decide(info.context.actor, self.document))

    @strawberry.field(description="Whether it was accepted as solving the question.")
    async def accepted(self, info: Info) -> bool:
        """Look whether the question names this answer."""
        question = await info.context.load(questions_by_ids, self.document.question_id)
        return question is not None and self.id in question.accepted_answer_ids

    @strawberry.field(description="Whether who asked the question anonymously gave it.")
    def by_anonymous_asker(self) -> bool:
        """Tell whether the author is hidden."""
        return stands_for_somebody(self.document.author_id)

    @strawberry.field(description="Who gave it; null for who asked the question anonymously.")
    async def author(self, info: Info) -> Author | None:
        """Give who gave it."""
        author: Author | None = await author_of(info.context, self.document.author_id)
        return author

    @strawberry.field(
        description="What customers read of it; null: nothing was published.",
        graphql_type=later("schema.staff.help_articles", "HelpArticle", optional=True),
    )
    async def help_article(self, info: Info) -> object:
        """Give the article."""
        found = await info.context.load(articles_of, self.id)
        return info.context.present(found) if found is not None else None

    @strawberry.field(description="What it answers.", graphql_type=later("schema.staff.questions", "Question"))
    async def question(self, info: Info) -> object:
        """Give the question."""
        return info.context.present(await info.context.load(questions_by_ids, self.document.question_id))

    @strawberry.field(description="Whether the viewer can change the text.")
    async def viewer_can_edit(self, info: Info) -> bool:
        """Ask the policies."""
        return bool(may_edit(info.context.actor, self.document)) and await self._unlocked(info)

    @override
    async def _unlocked(self, info: Info) -> bool:
        question = await info.context.load(questions_by_ids, self.document.question_id)
        return question is not None and bool(may_write_at(info.context.actor, await places_for(info, question)))

    @strawberry.field(description="Whether the viewer can vote on it.")
    def viewer_can_vote(self, info: Info) -> bool:
        """Ask the policy."""
        return bool(may_vote(info.context.actor, self.document))

    @strawberry.field(description="What the viewer voted.")
    def viewer_vote(self, info: Info) -> VoteValue:
        """Look the vote up."""
        return vote_of(info.context.actor.member_id, self.document)


@strawberry.type(description="Why, when and by whom a question was closed.")
class QuestionClosing:
    """Why, when and by whom a question was closed."""

    document: strawberry.Private[documents.Closing]
    reason: CloseReason = strawberry.field(description="Why it takes no more answers.")
    note: str | None = strawberry.field(description="What who closed it says about that; null when they said nothing.")
    closed_at: datetime = strawberry.field(description="When it was closed.")
    merged: bool = strawberry.field(description="Whether its answers and followers went to the question it leads to.")

    @classmethod
    def from_document(cls, closing: documents.Closing) -> Self:
        """Show a closing."""
        return cls(document=closing, reason=closing.reason, note=closing.note, closed_at=closing.at, merged=closing.merged)

    @strawberry.field(description="Who closed it; null for who asked anonymously, and for who is there no more.")
    async def closed_by(self, info: Info) -> Member | None:
        """Give who closed it."""
        return await member_of(info, self.document.by)

    @strawberry.field(
        description="The question that it leads to; null for other reasons and when the viewer may not read that question.",
        graphql_type=later("schema.staff.questions", "Question", optional=True),
    )
    async def duplicate_of(self, info: Info) -> object:
        """Give the other question."""
        other_id = self.document.duplicate_of_id
        found = await info.context.load(questions_by_ids, other_id) if other_id is not None else None
        return info.context.present(found) if found is not None else None


@strawberry.type(description="Something somebody wants to know.")
class Question(ShowsInsights, Calmable, Polled, Prompted, Hideable, Watched, Discussed):
    """Something somebody wants to know."""

    document: strawberry.Private[documents.Question]
    title: str = strawberry.field(description="The question in a line.")
    body: str = strawberry.field(description="The text, in Markdown.")
    status: QuestionStatus = strawberry.field(description="Where it stands.")
    score: int = strawberry.field(description="Votes for minus votes against.")
    tags: list[Tag] = strawberry.field(description="Its labels.", directives=list_size(10))
    urgent: bool = strawberry.field(description="Whether an answer is needed soon: unanswered it goes on sooner.")
    created_at: datetime = strawberry.field(description="When it was asked.")
    updated_at: datetime = strawberry.field(description="When it or its answers last changed.")
    version: int = strawberry.field(description="Rises with each edit by a person; pass it as `expectedVersion`.")

    @classmethod
    def from_document(cls, document: documents.Question) -> Self:
        """Show a question."""
        return cls(
            id=strawberry.ID(document.id),
            document=document,
            title=document.title,
            body=document.body,
            status=document.status,
            score=document.score,
            tags=[Tag.from_document(tag) for tag in document.tags],
            urgent=bool(document.urgent),
            created_at=document.created_at,
            updated_at=document.updated_at,
            version=document.version,
        )

    @strawberry.field(description="The space it stands in; null: in none, for all staff.")
    async def space(self, info: Info) -> Space | None:
        """Give the space."""
        return await space_of(info, self.document)

    @strawberry.field(description="Why it was closed; null while it takes answers.")
    def closing(self) -> QuestionClosing | None:
        """Give the closing."""
        return QuestionClosing.from_document(self.document.closing) if self.document.closing is not None else None

    @strawberry.field(description="When it went to the next expert, as nobody answered; null: not yet.")
    def escalated_to_expert_at(self) -> datetime | None:
        """Look the step up."""
        return self.document.escalated_at.get(EscalationStep.EXPERT.value)

    @strawberry.field(description="When who owns the space was told that nobody answers; null: not yet.")
    def escalated_to_owners_at(self) -> datetime | None:
        """Look the step up."""
        return self.document.escalated_at.get(EscalationStep.OWNERS.value)

    @strawberry.field(description="How many answers there are.")
    async def answer_count(self, info: Info) -> int:
        """Count the answers."""
        return int(await info.context.load(answer_counts, self.id))

    @strawberry.field(description="Whether a member asked who wants nobody to learn who it is.")
    def anonymous(self) -> bool:
        """Tell whether the author is hidden."""
        return stands_for_somebody(self.document.author_id)

    @strawberry.field(description="Whether the viewer asked it; of an anonymous question only who asked is told so.")
    def viewer_is_author(self, info: Info) -> bool:
        """Compare the author."""
        return info.context.actor.member_id is not None and self.document.writer_id == info.context.actor.member_id

    @strawberry.field(description="Who asked; null for the anonymous, for every viewer.")
    async def author(self, info: Info) -> Author | None:
        """Give who asked."""
        author: Author | None = await author_of(info.context, self.document.author_id)
        return author

    @strawberry.field(description="The members whose answer is asked for.", directives=list_size(10))
    async def invited_experts(self, info: Info) -> list[Member]:
        """Give who was invited."""
        return await members_of(info, self.document.invited_expert_ids)

    @paged("The answers, oldest first.", graphql_type=_ANSWERS)
    async def answers(self, info: Info, window: Window) -> object:
        """Give a page of the answers."""

        async def count() -> int:
            return int(await info.context.load(answer_counts, self.id))

        return pages(info, await info.context.load(answers_of_questions, self.id, window), count=count)

    @strawberry.field(description="The answers accepted as solving it.", directives=list_size(10))
    async def accepted_answers(self, info: Info) -> list[Answer]:
        """Give the accepted answers."""
        found = await info.context.load_many(answers_below, self.document.accepted_answer_ids)
        return [Answer.from_document(answer) for answer in found]

    @strawberry.field(
        description="The consultation of a case that it belongs to; null for other questions.",
        graphql_type=later("schema.staff.consultations", "Consultation", optional=True),
    )
    async def consultation(self, info: Info) -> object:
        """Give the consultation."""
        if self.document.consultation_id is None:
            return None
        found = await info.context.load(consultations_of_questions, self.id)
        return info.context.present(found) if found is not None else None

    @override
    async def _concerned(self, info: Info) -> bool:
        return is_following(info.context.actor, self.document)

    @strawberry.field(description="What the viewer voted.")
    def viewer_vote(self, info: Info) -> VoteValue:
        """Look the vote up."""
        return vote_of(info.context.actor.member_id, self.document)

    @strawberry.field(description="Whether the viewer can answer it.")
    async def viewer_can_answer(self, info: Info) -> bool:
        """Ask the policies."""
        return bool(may_answer(info.context.actor, self.document)) and await self._unlocked(info)

    @strawberry.field(description="Whether the viewer can accept answers to it.")
    def viewer_can_accept(self, info: Info) -> bool:
        """Ask the policy."""
        return bool(may_accept(info.context.actor, self.document))

    @strawberry.field(description="Whether the viewer can close it.")
    async def viewer_can_close(self, info: Info) -> bool:
        """Ask the policy."""
        return bool(may_close(info.context.actor, self.document, is_moderator=await moderates(info, self.document)))

    @strawberry.field(description="Whether the viewer can reopen it.")
    async def viewer_can_reopen(self, info: Info) -> bool:
        """Ask the policy."""
        return bool(may_reopen(info.context.actor, self.document, is_moderator=await moderates(info, self.document)))

    @strawberry.field(description="Whether the viewer can change it.")
    async def viewer_can_edit(self, info: Info) -> bool:
        """Ask the policies."""
        return bool(may_edit(info.context.actor, self.document)) and await self._unlocked(info)

    @strawberry.field(description="Whether the viewer can vote on it.")
    def viewer_can_vote(self, info: Info) -> bool:
        """Ask the policy."""
        return bool(may_vote(info.context.actor, self.document))


Votable = Annotated[Answer | Question, strawberry.union("Votable", description="What can be voted on.")]
