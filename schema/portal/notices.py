"""What you were told: of your requests, questions, answers and ideas."""

from datetime import datetime
from typing import Annotated, Any, Self

import strawberry

from care.reading.requests import requests_by_ids
from community.ideas.reading import ideas_by_ids
from community.notices import documents
from community.notices.documents import NoticeKind
from community.notices.notices import MOST_READ, ReadDraft, mark_notices_read
from community.outcomes.outcomes import outcomes_by_ids
from community.reading import questions_by_ids
from core.ids import prefix_of
from schema.context import Info
from schema.enums import told
from schema.errors import Payload, mutation, parse
from schema.inputs import INPUT, required
from schema.nodes import Node

told(
    NoticeKind,
    "Why you are told.",
    QUESTION_PUBLISHED="Everybody reads your question now.",
    QUESTION_ANSWERED="There is an answer to your question.",
    ANSWER_PUBLISHED="Everybody reads your answer now.",
    ANSWER_DECLINED="Your answer was not published; why stands there.",
    IDEA_ANSWERED="The company said what becomes of an idea of yours, or of one that you voted for.",
    OUTCOME_PUBLISHED="The company did something upon what you said.",
    REQUEST_ANSWERED="The company answered a request of yours.",
)
_TARGETS: dict[str, Any] = {
    "qst": questions_by_ids,
    "ide": ideas_by_ids,
    "out": outcomes_by_ids,
    "req": requests_by_ids,
}


@strawberry.type(description="Something that you are told.")
class Notice(Node):
    """Something that a customer is told."""

    target_id: strawberry.Private[str]
    kind: NoticeKind = strawberry.field(description="Why.")
    at: datetime = strawberry.field(description="When.")
    is_read: bool = strawberry.field(description="Whether you marked it as read.")

    @classmethod
    def from_document(cls, document: documents.Notice) -> Self:
        """Show a notice."""
        return cls(
            id=strawberry.ID(document.id),
            target_id=document.target_id,
            kind=document.kind,
            at=document.created_at,
            is_read=document.read_at is not None,
        )

    @strawberry.field(description="The request, question, idea or outcome to look at; null when it is not for you any more.")
    async def target(self, info: Info) -> Node | None:
        """Give what it is about."""
        found = await info.context.load(_TARGETS[prefix_of(self.target_id)], self.target_id)
        shown: Node | None = info.context.present(found) if found is not None else None
        return shown


@strawberry.input(description="Which notices you read.")
class MarkNoticesReadInput:
    """Which notices were read."""

    notice_ids: list[strawberry.ID] = required(f"The ids of at most {MOST_READ} notices.")


@strawberry.type(description="The answer of `markNoticesRead`.")
class MarkNoticesReadPayload(Payload):
    """The answer of `markNoticesRead`."""

    unread_notice_count: int | None = strawberry.field(default=None, description="How many are left unread.")


@strawberry.type
class NoticeMutations:
    """What is done with notices."""

    @mutation(MarkNoticesReadPayload, description="Say which notices you read.")
    async def mark_notices_read(self, info: Info, input: Annotated[MarkNoticesReadInput, INPUT]) -> MarkNoticesReadPayload:
        """Mark notices as read."""
        draft = parse(ReadDraft, notice_ids=[str(one) for one in input.notice_ids])
        return MarkNoticesReadPayload(unread_notice_count=await mark_notices_read(info.context.actor, draft))
