"""A customer's requests and what was said in them: nothing here could hold what is internal."""

from datetime import datetime
from typing import Any, Self

import strawberry

from care import policies
from care.citing import MOST_SOURCES
from care.documents import cases, conversations
from care.documents.case_states import RequestStatus
from care.documents.conversations import Direction
from care.reading.attributions import attributions_of, distinct
from care.reading.requests import message_counts, messages_of_requests
from core.clock import now
from core.ids import with_prefix
from core.paging import Slice, Window
from schema.connections import connection_of
from schema.context import Info
from schema.directives import list_size
from schema.nodes import Node
from schema.paging import paged, pages
from schema.public_html import html


@strawberry.type(description="An expert of the company's, by what they do there.")
class ExpertAttribution:
    """An expert of the company's, by what they do there."""

    department: str | None = strawberry.field(description="The part of the company.")
    job_title: str | None = strawberry.field(description="What they do.")


@strawberry.type(description="Something said in a request, by you or by the company.")
class RequestMessage(Node):
    """Something said in a request, by the customer or by the company."""

    body: str = strawberry.field(description="The text, in Markdown.")
    from_company: bool = strawberry.field(description="Whether the company said it; never who.")
    sent_at: datetime = strawberry.field(description="When it was said.")
    source_ids: strawberry.Private[list[str]]

    @classmethod
    def from_document(cls, message: conversations.Message) -> Self:
        """Show a message without its author."""
        return cls(
            id=strawberry.ID(with_prefix("rms", message.id)),
            body=message.body,
            from_company=message.direction is Direction.OUTBOUND,
            sent_at=message.sent_at or message.created_at,
            source_ids=[source.id for source in message.sources],
        )

    @strawberry.field(description="The text as HTML that is safe to show.")
    def body_html(self, info: Info) -> str:
        """Render the text."""
        return html(info, self.body)

    @strawberry.field(
        description="Which of the company's experts stand behind it, where they want that to be told; never who they are.",
        directives=list_size(MOST_SOURCES),
    )
    async def experts(self, info: Info) -> list[ExpertAttribution]:
        """Give department and job title of the experts who let them be told."""
        found = await info.context.load_many(attributions_of, self.source_ids)
        return [ExpertAttribution(department=one.department, job_title=one.job_title) for one in distinct(found)]


@strawberry.type(description="Something you asked the company for.")
class Request(Node):
    """A case as its customer sees it."""

    document: strawberry.Private[cases.Case]
    number: int = strawberry.field(description="The number to name it by.")
    subject: str = strawberry.field(description="What it is about, in your own words.")
    status: RequestStatus = strawberry.field(description="Where it stands.")
    opened_at: datetime = strawberry.field(description="When it arrived.")
    version: int = strawberry.field(description="Rises when the status or the round changes; send it as `expectedVersion`.")

    @classmethod
    def from_document(cls, case: cases.Case) -> Self:
        """Show a case to its customer: what they wrote, never what the staff made of it."""
        return cls(
            id=strawberry.ID(with_prefix("req", case.id)),
            document=case,
            number=case.number,
            subject=case.request_subject or f"#{case.number}",
            status=case.request_status,
            opened_at=case.opened_at,
            version=case.request_version,
        )

    @paged("What was said, the oldest first.", graphql_type=connection_of("schema.portal.requests", "RequestMessage"))
    async def messages(self, info: Info, window: Window) -> Any:
        """Read what the customer said and heard."""
        page = await info.context.load(messages_of_requests, self.document.id, window)
        return pages(info, page or Slice([], []), count=lambda: self._count(info))

    async def _count(self, info: Info) -> int:
        return int(await info.context.load(message_counts, self.document.id) or 0)

    @strawberry.field(description="Whether you can write to it.")
    def viewer_can_add_message(self, info: Info) -> bool:
        """Ask the policy."""
        return bool(policies.may_add_message(info.context.actor, self.document, now()))

    @strawberry.field(description="Whether you can say now whether it helped.")
    def viewer_can_record_verdict(self, info: Info) -> bool:
        """Ask the policy."""
        return bool(policies.may_judge(info.context.actor, self.document))
