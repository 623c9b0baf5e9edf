"""Cases: clocks, the cycle of six steps, what is owed, and everything around them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Self

import strawberry

from auth.actor import Permission
from care import policies
from care.documents import cases, obligations
from care.reading.children import consultation_counts_of, consultations_of, conversations_of_case, last_messages
from care.reading.customers import customers_by_ids
from core.clock import now
from core.paging import Window
from schema.connections import Connection, later
from schema.context import Info
from schema.directives import list_size
from schema.nodes import Node
from schema.paging import paged, pages, pages_of_ids
from schema.staff.assignment import CaseAssignments
from schema.staff.case_departments import CaseDepartments
from schema.staff.casework import CaseWork
from schema.staff.channels import Channel, channel_of
from schema.staff.consultations import Consultation
from schema.staff.custom_fields import CaseFields
from schema.staff.customers import Customer
from schema.staff.cycles import ResolutionCycle
from schema.staff.draft_reviews import CaseDraftReviews
from schema.staff.enums import CaseOrigin, CaseStatus, Environment, ObligationKind, Priority, ResolutionStep
from schema.staff.information import CaseInformation
from schema.staff.insights_on import ShowsInsights
from schema.staff.intents import CaseIntents
from schema.staff.members import Member, member_of
from schema.staff.messages import Conversation, Message
from schema.staff.mistakes import CaseMistakes
from schema.staff.presence import CasePresences
from schema.staff.reputation import CaseReputation
from schema.staff.service_levels import CasePromises
from schema.staff.values import ResponseClock, Tag


@strawberry.type(description="Something the company owes a customer; a case with an open one can't be closed.")
class Obligation(Node):
    """Something the company owes a customer."""

    case_document: strawberry.Private[cases.Case]
    document: strawberry.Private[obligations.Obligation]
    kind: ObligationKind = strawberry.field(description="What is owed.")
    due_at: datetime = strawberry.field(description="When it must be done.")
    fulfilled_at: datetime | None = strawberry.field(description="When it was done.")
    note: str | None = strawberry.field(description="How it was done, as the member wrote; null when nothing was said.")
    overdue: bool = strawberry.field(description="Whether it is late and still not done.")

    @classmethod
    def of_case(cls, case: cases.Case, obligation: obligations.Obligation) -> Self:
        """Show an obligation."""
        return cls(
            id=strawberry.ID(obligation.id),
            case_document=case,
            document=obligation,
            kind=obligation.kind,
            due_at=obligation.due_at,
            fulfilled_at=obligation.fulfilled_at,
            note=obligation.note,
            overdue=obligation.fulfilled_at is None and obligation.due_at <= now(),
        )

    @strawberry.field(description="Who did it; null while it is not done.")
    async def fulfilled_by(self, info: Info) -> Member | None:
        """Give the member."""
        return await member_of(info, self.document.fulfilled_by)

    @strawberry.field(description="Whether the viewer can say that it is done.")
    def viewer_can_fulfil(self, info: Info) -> bool:
        """Ask the policy."""
        return bool(policies.may_fulfil(info.context.actor, self.case_document, self.document))


@dataclass(frozen=True, slots=True)
class SuggestionsFor:
    """A case for which the viewer wants suggestions: presented by the type that knows all that can be found."""

    document: cases.Case


@strawberry.type(description="What a customer wants, until it is done.")
class Case(
    ShowsInsights,
    CaseInformation,
    CaseIntents,
    CaseMistakes,
    CaseFields,
    CasePresences,
    CaseReputation,
    CaseWork,
    CaseAssignments,
    CaseDepartments,
    CasePromises,
    CaseDraftReviews,
    Node,
):
    """What a customer wants, until it is done."""

    document: strawberry.Private[cases.Case]
    number: int = strawberry.field(description="Its number, for people.")
    subject: str = strawberry.field(description="What it is about, in a line.")
    status: CaseStatus = strawberry.field(description="Where it stands.")
    current_step: ResolutionStep = strawberry.field(description="The step of the cycle it is at.")
    tags: list[Tag] = strawberry.field(description="Its labels.", directives=list_size(20))
    priority: Priority = strawberry.field(description="How urgent it is.")
    origin: CaseOrigin = strawberry.field(description="Who began.")
    outreach_reason: str | None = strawberry.field(
        description="Why the company came to the customer; null for cases that a customer began."
    )
    version: int = strawberry.field(description="Rises with each edit by a person; pass it as `expectedVersion`.")
    environment: Environment = strawberry.field(description="Whether it is real.")
    opened_at: datetime = strawberry.field(description="When it was opened.")
    updated_at: datetime = strawberry.field(description="When something was last done.")
    closed_at: datetime | None = strawberry.field(description="When it was closed.")
    severity: int = strawberry.field(description="How grave it is, 0 to 100: sentiment x reach x repeat. It never falls.")
    reach: int | None = strawberry.field(description="How many people may see what is said in public; null when unknown.")
    first_response: ResponseClock = strawberry.field(description="The promise of a first answer, by default in 30 minutes.")
    next_response: ResponseClock = strawberry.field(description="The promise of an answer to what the customer said since.")
    resolution: ResponseClock = strawberry.field(
        description="The promise to be done, by default in 72 hours, standing while the customer has the turn."
    )
    cycles: list[ResolutionCycle] = strawberry.field(
        description="The rounds of the six steps, in order.", directives=list_size(20)
    )
    obligations: list[Obligation] = strawberry.field(
        description="What was and is owed to the customer.", directives=list_size(20)
    )

    @classmethod
    def from_document(cls, document: cases.Case) -> Self:
        """Show a case."""
        at = now()
        return cls(
            id=strawberry.ID(document.id),
            document=document,
            number=document.number,
            subject=document.subject,
            status=document.status,
            current_step=document.current_step,
            tags=[Tag.from_document(tag) for tag in document.tags],
            priority=document.priority,
            origin=document.origin,
            outreach_reason=document.outreach_reason,
            version=document.version,
            environment=document.environment,
            opened_at=document.opened_at,
            updated_at=document.updated_at,
            closed_at=document.closed_at,
            severity=document.severity,
            reach=document.reach,
            first_response=ResponseClock.from_document(document.first_response, at),
            next_response=ResponseClock.from_document(document.next_response, at),
            resolution=ResponseClock.from_document(document.resolution, at),
            cycles=[ResolutionCycle.from_document(cycle) for cycle in document.cycles],
            obligations=[Obligation.of_case(document, obligation) for obligation in document.obligations],
        )

    @strawberry.field(description="Where it came in.")
    async def channel(self, info: Info) -> Channel:
        """Give the channel."""
        return await channel_of(info, self.document.channel_id, self.document.channel_kind)

    @strawberry.field(description="Whose it is; null when the viewer may not know.")
    async def customer(self, info: Info) -> Customer | None:
        """Give the customer."""
        if self.document.customer_id is None:
            return None
        found = await info.context.load(customers_by_ids, self.document.customer_id)
        return Customer.from_document(found) if found is not None else None

    @strawberry.field(description="Who works on it; null while nobody does.")
    async def assignee(self, info: Info) -> Member | None:
        """Give the assignee."""
        if self.document.assignee_id is None:
            return None
        return await member_of(info, self.document.assignee_id)

    @strawberry.field(description="What was said last, internal notes too.")
    async def last_message(self, info: Info) -> Message | None:
        """Give the last message."""
        if self.document.last_message_id is None:
            return None
        found = await info.context.load(last_messages, self.document.last_message_id)
        return Message.from_document(found) if found is not None else None

    @paged("The conversations it is about, the first one first.", graphql_type=Connection[Conversation])
    async def conversations(self, info: Info, window: Window) -> object:
        """Give a page of the conversations."""
        return await pages_of_ids(info, self.document.conversation_ids, conversations_of_case, window)

    @paged("What experts were asked about it, newest first.", graphql_type=Connection[Consultation])
    async def consultations(self, info: Info, window: Window) -> object:
        """Give a page of the consultations."""

        async def count() -> int:
            return int(await info.context.load(consultation_counts_of, self.id))

        return pages(info, await info.context.load(consultations_of, self.id, window), count=count)

    @strawberry.field(
        description="Who could help, and what is known already; null when the viewer may not search.",
        graphql_type=later("schema.staff.suggestions", "CaseSuggestions", optional=True),
    )
    def suggestions(self, info: Info) -> object:
        """Offer suggestions, which are looked for when asked for."""
        if not info.context.actor.may(Permission.SEARCH_USE):
            return None
        return info.context.present(SuggestionsFor(self.document))

    @strawberry.field(description="Whether the viewer can reply to the customer.")
    def viewer_can_reply(self, info: Info) -> bool:
        """Ask the policy."""
        return bool(policies.may_reply(info.context.actor, self.document))

    @strawberry.field(description="Whether the viewer can write an internal note.")
    def viewer_can_add_note(self, info: Info) -> bool:
        """Ask the policy."""
        return bool(policies.may_add_note(info.context.actor, self.document))

    @strawberry.field(description="Whether the viewer can give it to somebody.")
    def viewer_can_assign(self, info: Info) -> bool:
        """Ask the policy."""
        return bool(policies.may_assign(info.context.actor, self.document))

    @strawberry.field(description="Whether the viewer can close it as it stands, but for fields that a closing needs.")
    def viewer_can_close(self, info: Info) -> bool:
        """Ask the policy."""
        return bool(policies.may_close(info.context.actor, self.document))

    @strawberry.field(description="Whether the viewer can ask experts about it.")
    def viewer_can_consult(self, info: Info) -> bool:
        """Ask the policy."""
        return bool(policies.may_consult(info.context.actor, self.document))

    @strawberry.field(description="Whether the viewer can complete the current step.")
    def viewer_can_complete_step(self, info: Info) -> bool:
        """Ask the policy."""
        return bool(policies.may_complete_step(info.context.actor, self.document))

    @strawberry.field(description="Whether the viewer can ask the customer for contact details.")
    def viewer_can_request_contact_details(self, info: Info) -> bool:
        """Ask the policy."""
        return bool(policies.may_request_contact_details(info.context.actor, self.document))

    @strawberry.field(description="Whether the viewer can record what the customer says of the outcome.")
    def viewer_can_record_verdict(self, info: Info) -> bool:
        """Ask the policy."""
        return bool(policies.may_record_verdict(info.context.actor, self.document))
