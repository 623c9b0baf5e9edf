"""Requests for information: an agency's person asking the company about a case."""

from datetime import datetime
from typing import Self

import strawberry

from care.documents import cases, information
from care.policies import may_answer_information, may_request_information, may_take_information
from care.reading.cases import cases_by_ids
from care.reading.information import (
    count_waiting_information,
    information_counts,
    information_of_cases,
    waiting_information,
)
from core.paging import Window
from schema.connections import Connection, later
from schema.context import Info
from schema.nodes import Node
from schema.paging import paged, pages
from schema.staff.enums import InformationStatus
from schema.staff.members import Member, member_of


@strawberry.type(description="An agency's person asking the company about a case.")
class InformationRequest(Node):
    """An agency's person asking the company about a case."""

    document: strawberry.Private[information.InformationRequest]
    status: InformationStatus = strawberry.field(description="Where it stands.")
    question: str = strawberry.field(description="What was asked, in Markdown.")
    answer: str | None = strawberry.field(description="The information, in Markdown; null until it was given.")
    asked_at: datetime = strawberry.field(description="When it was asked.")
    due_at: datetime = strawberry.field(description="When the information is needed.")
    overdue: bool = strawberry.field(description="Whether it was not given in time.")
    taken_at: datetime | None = strawberry.field(description="When somebody of the company took it up.")
    answered_at: datetime | None = strawberry.field(description="When the information was given.")
    version: int = strawberry.field(description="Rises with each edit by a person; pass it as `expectedVersion`.")

    @classmethod
    def from_document(cls, document: information.InformationRequest) -> Self:
        """Show a request."""
        return cls(
            id=strawberry.ID(document.id),
            document=document,
            status=document.status,
            question=document.question,
            answer=document.answer,
            asked_at=document.asked_at,
            due_at=document.due_at,
            overdue=document.overdue_at is not None,
            taken_at=document.taken_at,
            answered_at=document.answered_at,
            version=document.version,
        )

    @strawberry.field(
        description="What it is about; null when the viewer may not know of it.",
        graphql_type=later("schema.staff.cases", "Case", optional=True),
    )
    async def case(self, info: Info) -> object:
        """Give the case."""
        found = await info.context.load(cases_by_ids, self.document.case_id)
        return info.context.present(found) if found is not None else None

    @strawberry.field(description="Who asked.")
    async def asked_by(self, info: Info) -> Member | None:
        """Give the member."""
        return await member_of(info, self.document.asked_by)

    @strawberry.field(description="Who took it up.")
    async def taken_by(self, info: Info) -> Member | None:
        """Give the member."""
        return await member_of(info, self.document.taken_by)

    @strawberry.field(description="Who gave the information; null until somebody did.")
    async def answered_by(self, info: Info) -> Member | None:
        """Give the member."""
        return await member_of(info, self.document.answered_by)

    @strawberry.field(description="Whether the viewer can take it up.")
    def viewer_can_take(self, info: Info) -> bool:
        """Ask the policy."""
        return bool(may_take_information(info.context.actor, self.document))

    @strawberry.field(description="Whether the viewer can give the information.")
    def viewer_can_answer(self, info: Info) -> bool:
        """Ask the policy."""
        return bool(may_answer_information(info.context.actor, self.document))


@strawberry.type
class CaseInformation:
    """What agencies asked about a case."""

    document: strawberry.Private[cases.Case]

    @paged("What agencies asked the company about it, newest first.", graphql_type=Connection[InformationRequest])
    async def information_requests(self, info: Info, window: Window) -> object:
        """Give a page of the requests."""

        async def count() -> int:
            return int(await info.context.load(information_counts, self.document.id))

        return pages(info, await info.context.load(information_of_cases, self.document.id, window), count=count)

    @strawberry.field(description="Whether the viewer can ask the company for information.")
    def viewer_can_request_information(self, info: Info) -> bool:
        """Ask the policy."""
        return bool(may_request_information(info.context.actor, self.document))


@strawberry.type
class InformationQueries:
    """What waits for the front office."""

    @paged(
        "What agencies ask and nobody has answered yet, the most urgent first; needs `information:answer`.",
        graphql_type=Connection[InformationRequest],
    )
    async def information_requests(self, info: Info, window: Window) -> object:
        """Give a page of the requests."""
        actor = info.context.actor
        return pages(info, await waiting_information(actor, window), count=lambda: count_waiting_information(actor))
