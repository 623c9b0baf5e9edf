"""Consultations: the front office asking the back office about a case."""

from datetime import datetime
from typing import Self

import strawberry

from care.documents import consultations
from care.policies import may_answer, may_decline, may_delegate
from care.reading.cases import cases_by_ids
from community.reading import questions_by_ids
from schema.connections import later
from schema.context import Info
from schema.directives import list_size
from schema.nodes import Node
from schema.staff.enums import ConsultationStatus
from schema.staff.members import Member, member_of, members_of
from schema.staff.questions import Question


@strawberry.type(description="That an expert who was asked said no.")
class ConsultationDecline:
    """That an expert who was asked said no."""

    decline: strawberry.Private[consultations.Decline]
    at: datetime = strawberry.field(description="When.")
    reason: str | None = strawberry.field(description="Why; null when nothing was said.")

    @strawberry.field(description="Who said no; null when the viewer may not know them.")
    async def member(self, info: Info) -> Member | None:
        """Give the member."""
        return await member_of(info, self.decline.member_id)


@strawberry.type(description="That an expert who was asked handed their part on.")
class ConsultationDelegation:
    """That an expert who was asked handed their part on."""

    delegation: strawberry.Private[consultations.Delegation]
    at: datetime = strawberry.field(description="When.")
    note: str | None = strawberry.field(description="What was said with it; null when nothing was.")

    @strawberry.field(description="Who handed it on; null when the viewer may not know them.")
    async def from_member(self, info: Info) -> Member | None:
        """Give the member."""
        return await member_of(info, self.delegation.from_member_id)

    @strawberry.field(description="Who is asked instead; null when the viewer may not know them.")
    async def to_member(self, info: Info) -> Member | None:
        """Give the member."""
        return await member_of(info, self.delegation.to_member_id)


@strawberry.type(description="Experts asked about a case; the question carries text and answers.")
class Consultation(Node):
    """Experts asked about a case; the question carries text and answers."""

    document: strawberry.Private[consultations.Consultation]
    status: ConsultationStatus = strawberry.field(description="Where it stands.")
    asked_at: datetime = strawberry.field(description="When the experts were asked.")
    due_at: datetime = strawberry.field(description="When an answer is needed.")
    answered_at: datetime | None = strawberry.field(description="When the first answer came.")
    version: int = strawberry.field(description="Rises with each edit by a person; pass it as `expectedVersion`.")

    @classmethod
    def from_document(cls, document: consultations.Consultation) -> Self:
        """Show a consultation."""
        return cls(
            id=strawberry.ID(document.id),
            document=document,
            status=document.status,
            asked_at=document.asked_at,
            due_at=document.due_at,
            answered_at=document.answered_at,
            version=document.version,
        )

    @strawberry.field(description="What was asked, with the answers; null when the viewer may not know of it.")
    async def question(self, info: Info) -> Question | None:
        """Give the question."""
        found = await info.context.load(questions_by_ids, self.document.question_id)
        return Question.from_document(found) if found is not None else None

    @strawberry.field(
        description="What it is about; null when the viewer may not know of it.",
        graphql_type=later("schema.staff.cases", "Case", optional=True),
    )
    async def case(self, info: Info) -> object:
        """Give the case."""
        found = await info.context.load(cases_by_ids, self.document.case_id)
        return info.context.present(found) if found is not None else None

    @strawberry.field(description="Who is asked now.", directives=list_size(10))
    async def invited_experts(self, info: Info) -> list[Member]:
        """Give the experts."""
        return await members_of(info, self.document.invited_expert_ids)

    @strawberry.field(description="Who said no and why, in the order of time.", directives=list_size(10))
    def declines(self) -> list[ConsultationDecline]:
        """Give the refusals."""
        return [ConsultationDecline(decline=one, at=one.at, reason=one.reason) for one in self.document.declines]

    @strawberry.field(description="Who handed their part on, and to whom, in the order of time.", directives=list_size(10))
    def delegations(self) -> list[ConsultationDelegation]:
        """Give the handings on."""
        return [ConsultationDelegation(delegation=one, at=one.at, note=one.note) for one in self.document.delegations]

    @strawberry.field(description="Whether the viewer can answer.")
    def viewer_can_answer(self, info: Info) -> bool:
        """Ask the policy."""
        return bool(may_answer(info.context.actor, self.document))

    @strawberry.field(description="Whether the viewer can say no.")
    def viewer_can_decline(self, info: Info) -> bool:
        """Ask the policy."""
        return bool(may_decline(info.context.actor, self.document))

    @strawberry.field(description="Whether the viewer can hand it on to somebody else.")
    def viewer_can_delegate(self, info: Info) -> bool:
        """Ask the policy."""
        return bool(may_delegate(info.context.actor, self.document))
