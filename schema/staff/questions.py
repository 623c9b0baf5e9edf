"""Questions, answers and remarks."""

from datetime import datetime
from typing import Annotated, Self

import strawberry

from care.reading.consultations import consultations_of_questions
from community import documents
from community.directory import members_by_ids
from community.policies import is_following, may_accept, may_answer, may_comment, may_edit, may_vote
from community.reading import accepted_answers, answer_counts, answers_of_questions, comment_counts, comments_of, questions_by_ids
from community.votes import vote_of
from core.paging import Window
from core.text.markdown import render
from schema.connections import connection_of, later
from schema.context import Info
from schema.directives import list_size
from schema.nodes import Node
from schema.paging import paged, pages
from schema.staff.authors import Author, author_of
from schema.staff.enums import QuestionStatus, VoteValue
from schema.staff.members import Member
from schema.staff.values import Tag

_ANSWERS = connection_of("schema.staff.questions", "Answer")
_COMMENTS = connection_of("schema.staff.questions", "Comment")


@strawberry.type(description="A remark on a question or on an answer.")
class Comment(Node):
    """A remark on a question or on an answer."""

    document: strawberry.Private[documents.Comment]
    body: str = strawberry.field(description="The text, in Markdown.")
    created_at: datetime = strawberry.field(description="When it was made.")
    version: int = strawberry.field(description="Rises with each edit by a person.")

    @classmethod
    def from_document(cls, document: documents.Comment) -> Self:
        """Show a remark."""
        return cls(
            id=strawberry.ID(document.id),
            document=document,
            body=document.body,
            created_at=document.created_at,
            version=document.version,
        )

    @strawberry.field(description="The text as HTML that is safe to show.")
    def body_html(self) -> str:
        """Render the text."""
        return render(self.body)

    @strawberry.field(description="Who made it.")
    async def author(self, info: Info) -> Author | None:
        """Give who made it."""
        author: Author | None = await author_of(info.context, self.document.author_id)
        return author

    @strawberry.field(description="Whether the viewer can change the text.")
    def viewer_can_edit(self, info: Info) -> bool:
        """Ask the policy."""
        return bool(may_edit(info.context.actor, self.document))


@strawberry.type(description="An answer to a question.")
class Answer(Node):
    """An answer to a question."""

    document: strawberry.Private[documents.Answer]
    body: str = strawberry.field(description="The text, in Markdown.")
    score: int = strawberry.field(description="Votes for minus votes against.")
    created_at: datetime = strawberry.field(description="When it was given.")
    version: int = strawberry.field(description="Rises with each edit by a person.")

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
        )

    @strawberry.field(description="The text as HTML that is safe to show.")
    def body_html(self) -> str:
        """Render the text."""
        return render(self.body)

    @strawberry.field(description="Whether it was accepted as solving the question.")
    async def accepted(self, info: Info) -> bool:
        """Look whether the question names this answer."""
        question = await info.context.load(questions_by_ids, self.document.question_id)
        return question is not None and self.id in question.accepted_answer_ids

    @strawberry.field(description="Who gave it.")
    async def author(self, info: Info) -> Author | None:
        """Give who gave it."""
        author: Author | None = await author_of(info.context, self.document.author_id)
        return author

    @strawberry.field(description="What it answers.", graphql_type=later("schema.staff.questions", "Question"))
    async def question(self, info: Info) -> object:
        """Give the question."""
        return info.context.present(await info.context.load(questions_by_ids, self.document.question_id))

    @strawberry.field(description="Whether the viewer can change the text.")
    def viewer_can_edit(self, info: Info) -> bool:
        """Ask the policy."""
        return bool(may_edit(info.context.actor, self.document))

    @strawberry.field(description="Whether the viewer can vote on it.")
    def viewer_can_vote(self, info: Info) -> bool:
        """Ask the policy."""
        return bool(may_vote(info.context.actor, self.document))

    @strawberry.field(description="What the viewer voted.")
    def viewer_vote(self, info: Info) -> VoteValue:
        """Look the vote up."""
        return vote_of(info.context.actor.member_id, self.document)

    @strawberry.field(description="Whether the viewer can remark on it.")
    def viewer_can_comment(self, info: Info) -> bool:
        """Ask the policy."""
        return bool(may_comment(info.context.actor))

    @paged("Remarks on the answer, oldest first.", graphql_type=_COMMENTS)
    async def comments(self, info: Info, window: Window) -> object:
        """Give a page of the remarks."""
        return await _remarks(info, self.id, window)


@strawberry.type(description="Something somebody wants to know.")
class Question(Node):
    """Something somebody wants to know."""

    document: strawberry.Private[documents.Question]
    title: str = strawberry.field(description="The question in a line.")
    body: str = strawberry.field(description="The text, in Markdown.")
    status: QuestionStatus = strawberry.field(description="Where it stands.")
    score: int = strawberry.field(description="Votes for minus votes against.")
    tags: list[Tag] = strawberry.field(description="Its labels.", directives=list_size(10))
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
            created_at=document.created_at,
            updated_at=document.updated_at,
            version=document.version,
        )

    @strawberry.field(description="The text as HTML that is safe to show.")
    def body_html(self) -> str:
        """Render the text."""
        return render(self.body)

    @strawberry.field(description="How many answers there are.")
    async def answer_count(self, info: Info) -> int:
        """Count the answers."""
        return int(await info.context.load(answer_counts, self.id))

    @strawberry.field(description="Who asked; null for the anonymous.")
    async def author(self, info: Info) -> Author | None:
        """Give who asked."""
        author: Author | None = await author_of(info.context, self.document.author_id)
        return author

    @strawberry.field(description="The members whose answer is asked for.", directives=list_size(10))
    async def invited_experts(self, info: Info) -> list[Member]:
        """Give who was invited."""
        found = await info.context.load_many(members_by_ids, self.document.invited_expert_ids)
        return [Member.from_document(member) for member in found]

    @paged("The answers, oldest first.", graphql_type=_ANSWERS)
    async def answers(self, info: Info, window: Window) -> object:
        """Give a page of the answers."""

        async def count() -> int:
            return int(await info.context.load(answer_counts, self.id))

        return pages(info, await info.context.load(answers_of_questions, self.id, window), count=count)

    @paged("Remarks on the question, oldest first.", graphql_type=_COMMENTS)
    async def comments(self, info: Info, window: Window) -> object:
        """Give a page of the remarks."""
        return await _remarks(info, self.id, window)

    @strawberry.field(description="The answers accepted as solving it.", directives=list_size(10))
    async def accepted_answers(self, info: Info) -> list[Answer]:
        """Give the accepted answers."""
        found = await info.context.load_many(accepted_answers, self.document.accepted_answer_ids)
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

    @strawberry.field(description="Whether the viewer is told of what happens to it.")
    def viewer_is_following(self, info: Info) -> bool:
        """Ask the policy."""
        return is_following(info.context.actor, self.document)

    @strawberry.field(description="What the viewer voted.")
    def viewer_vote(self, info: Info) -> VoteValue:
        """Look the vote up."""
        return vote_of(info.context.actor.member_id, self.document)

    @strawberry.field(description="Whether the viewer can answer it.")
    def viewer_can_answer(self, info: Info) -> bool:
        """Ask the policy."""
        return bool(may_answer(info.context.actor, self.document))

    @strawberry.field(description="Whether the viewer can accept answers to it.")
    def viewer_can_accept(self, info: Info) -> bool:
        """Ask the policy."""
        return bool(may_accept(info.context.actor, self.document))

    @strawberry.field(description="Whether the viewer can change it.")
    def viewer_can_edit(self, info: Info) -> bool:
        """Ask the policy."""
        return bool(may_edit(info.context.actor, self.document))

    @strawberry.field(description="Whether the viewer can vote on it.")
    def viewer_can_vote(self, info: Info) -> bool:
        """Ask the policy."""
        return bool(may_vote(info.context.actor, self.document))

    @strawberry.field(description="Whether the viewer can remark on it.")
    def viewer_can_comment(self, info: Info) -> bool:
        """Ask the policy."""
        return bool(may_comment(info.context.actor))


Votable = Annotated[Answer | Question, strawberry.union("Votable", description="What can be voted on.")]


async def _remarks(info: Info, target_id: str, window: Window) -> object:
    async def count() -> int:
        return int(await info.context.load(comment_counts, target_id))

    return pages(info, await info.context.load(comments_of, target_id, window), count=count)
