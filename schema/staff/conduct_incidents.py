"""Incidents of conduct: what was said to a customer, what mentor and member agreed on, and what goes into their training."""

from datetime import datetime
from typing import Annotated, ClassVar, Self

import strawberry

from care.reading.cases import cases_by_ids
from care.reading.conversations import messages_by_ids
from coaching.incidents import documents
from coaching.incidents.documents import IncidentSeverity, IncidentStatus
from coaching.incidents.incidents import (
    ClosingDraft,
    IncidentDraft,
    OutcomeDraft,
    agree_to_outcome,
    close_incident,
    propose_outcome,
    record_incident,
)
from coaching.incidents.policies import may_agree, may_close_incident
from coaching.incidents.reading import count_incidents, list_incidents
from coaching.levels.investment import counted_for
from coaching.mentorships.reading import mentorships_by_ids
from core.paging import Window
from schema.connections import Connection, later
from schema.context import Info
from schema.enums import told
from schema.errors import Payload, mutation, parse
from schema.inputs import INPUT, changed, expected_version, given, idempotency_key, once_for, required, values_of
from schema.nodes import Node
from schema.paging import paged, pages
from schema.staff.members import Member, member_of
from schema.staff.mentorships import Mentorship
from schema.staff.reach import require_staff
from schema.staff.training_investment import TrainingInvestment

_INCIDENT = "The id of the incident."
told(
    IncidentSeverity,
    "How much a bad word hurt.",
    name="ConductSeverity",
    MINOR="Unkind, and mended by a word.",
    SERIOUS="It hurt the customer, or others saw it.",
    GRAVE="It insulted, threatened or shut somebody out.",
)
told(
    IncidentStatus,
    "Where an incident stands.",
    name="ConductIncidentStatus",
    OPEN="It was recorded.",
    PROPOSED="The mentor proposes what to do.",
    AGREED="Mentor and member agree on what to do.",
    CLOSED="Nothing is left to do.",
)


@strawberry.type(description="What mentor and member want to do about an incident.")
class CoachingOutcome:
    """What mentor and member want to do about it."""

    document: strawberry.Private[documents.CoachingOutcome]
    text: str = strawberry.field(description="What it is.")
    proposed_at: datetime = strawberry.field(description="When the mentor proposed it.")
    agreed_at: datetime | None = strawberry.field(description="When the member agreed; null: not yet.")

    @classmethod
    def of(cls, stored: documents.CoachingOutcome | None) -> Self | None:
        """Show it."""
        if stored is None:
            return None
        return cls(document=stored, text=stored.text, proposed_at=stored.proposed_at, agreed_at=stored.agreed_at)

    @strawberry.field(description="The mentor who proposed it.")
    async def proposed_by(self, info: Info) -> Member | None:
        """Give the mentor."""
        return await member_of(info, self.document.proposed_by)

    @strawberry.field(description="The mentorship in which it is agreed on; null for who may not know of it.")
    async def mentorship(self, info: Info) -> Mentorship | None:
        """Give the mentorship."""
        found = await info.context.load(mentorships_by_ids, self.document.mentorship_id)
        return Mentorship.from_document(found) if found is not None else None


@strawberry.type(description="That nothing is left to do about an incident.")
class IncidentClosing:
    """That nothing is left to do."""

    by_id: strawberry.Private[str]
    at: datetime = strawberry.field(description="When.")
    note: str = strawberry.field(description="What came of it.")

    @classmethod
    def of(cls, stored: documents.IncidentClosing | None) -> Self | None:
        """Show it."""
        return cls(by_id=stored.by, at=stored.at, note=stored.note) if stored is not None else None

    @strawberry.field(description="Who closed it.")
    async def by(self, info: Info) -> Member | None:
        """Give who."""
        return await member_of(info, self.by_id)


@strawberry.type(
    description="A bad word of a member's to a customer, in confidence: for the member, who recorded it, the member's "
    "mentors, and who manages mentorships. It is there to learn from."
)
class ConductIncident(Node):
    """A bad word of a member's to a customer."""

    document: strawberry.Private[documents.ConductIncident]
    said: str = strawberry.field(description="What was said.")
    severity: IncidentSeverity = strawberry.field(description="How much it hurt.")
    status: IncidentStatus = strawberry.field(description="Where it stands.")
    note: str | None = strawberry.field(description="What else there is to know.")
    recorded_at: datetime = strawberry.field(description="When it was recorded.")
    outcome: CoachingOutcome | None = strawberry.field(description="What is to be done; null: nothing was proposed yet.")
    closing: IncidentClosing | None = strawberry.field(description="What came of it; null until it is closed.")
    version: int = strawberry.field(description="Rises with each edit by a person; pass it as `expectedVersion`.")

    @classmethod
    def from_document(cls, document: documents.ConductIncident) -> Self:
        """Show an incident."""
        return cls(
            id=strawberry.ID(document.id),
            document=document,
            said=document.said,
            severity=document.severity,
            status=document.status,
            note=document.note,
            recorded_at=document.created_at,
            outcome=CoachingOutcome.of(document.outcome),
            closing=IncidentClosing.of(document.closing),
            version=document.version,
        )

    @strawberry.field(description="Whose word it was.")
    async def member(self, info: Info) -> Member | None:
        """Give the member."""
        return await member_of(info, self.document.member_id)

    @strawberry.field(description="Who recorded it.")
    async def recorded_by(self, info: Info) -> Member | None:
        """Give who recorded it."""
        return await member_of(info, self.document.recorded_by)

    @strawberry.field(
        description="The case in which it was said; null for none, and for who may not know of it.",
        graphql_type=later("schema.staff.cases", "Case", optional=True),
    )
    async def case(self, info: Info) -> object:
        """Give the case."""
        held = self.document.case_id
        found = await info.context.load(cases_by_ids, held) if held is not None else None
        return info.context.present(found) if found is not None else None

    @strawberry.field(
        description="The message that said it; null for none, and for who may not know of it.",
        graphql_type=later("schema.staff.messages", "Message", optional=True),
    )
    async def message(self, info: Info) -> object:
        """Give the message."""
        held = self.document.message_id
        found = await info.context.load(messages_by_ids, held) if held is not None else None
        return info.context.present(found) if found is not None else None

    @strawberry.field(description="What the company has put into the member's training: dismissing throws it away.")
    async def training_investment(self) -> TrainingInvestment:
        """Count it."""
        return TrainingInvestment.of(await counted_for(self.document.member_id))

    @strawberry.field(description="Whether the viewer can agree to what was proposed.")
    def viewer_can_agree(self, info: Info) -> bool:
        """Ask the policy."""
        return bool(may_agree(info.context.actor, self.document))

    @strawberry.field(description="Whether the viewer can close it.")
    def viewer_can_close(self, info: Info) -> bool:
        """Ask the policy."""
        return bool(may_close_incident(info.context.actor, self.document))


@strawberry.input(description="Who said what to a customer.")
class RecordConductIncidentInput:
    """Who said what to a customer."""

    member_id: strawberry.ID = required("The id of the member.")
    severity: IncidentSeverity = required("How much it hurt.")
    said: str | None = given("What was said; absent: the words of the message.")
    message_id: strawberry.ID | None = given("The id of the reply in which it was said.")
    case_id: strawberry.ID | None = given("The id of the case; absent: that of the message.")
    note: str | None = given("What else there is to know.")
    idempotency_key: str | None = idempotency_key()


@strawberry.type(description="The answer of `recordConductIncident`.")
class RecordConductIncidentPayload(Payload):
    """The answer of `recordConductIncident`."""

    incident: ConductIncident | None = changed("The incident.")


@strawberry.input(description="What mentor and member could do about it.")
class ProposeConductOutcomeInput:
    """What mentor and member could do about it."""

    incident_id: strawberry.ID = required(_INCIDENT)
    mentorship_id: strawberry.ID = required("The id of the viewer's mentorship with the member.")
    text: str = required("What to do.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `proposeConductOutcome`.")
class ProposeConductOutcomePayload(Payload):
    """The answer of `proposeConductOutcome`."""

    written: ClassVar[str | None] = "incident"

    incident: ConductIncident | None = changed()


@strawberry.input(description="What the viewer agrees to.")
class AgreeToConductOutcomeInput:
    """What the viewer agrees to."""

    incident_id: strawberry.ID = required(_INCIDENT)
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `agreeToConductOutcome`.")
class AgreeToConductOutcomePayload(Payload):
    """The answer of `agreeToConductOutcome`."""

    written: ClassVar[str | None] = "incident"

    incident: ConductIncident | None = changed()


@strawberry.input(description="What came of it.")
class CloseConductIncidentInput:
    """What came of it."""

    incident_id: strawberry.ID = required(_INCIDENT)
    note: str = required("What came of it; the member reads it.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `closeConductIncident`.")
class CloseConductIncidentPayload(Payload):
    """The answer of `closeConductIncident`."""

    written: ClassVar[str | None] = "incident"

    incident: ConductIncident | None = changed()


@strawberry.type
class ConductIncidentQueries:
    """What can be asked about conduct."""

    @paged(
        "Incidents of conduct, the newest first: the viewer's own and those of whom the viewer accompanies; all for who manages "
        "mentorships.",
        graphql_type=Connection[ConductIncident],
    )
    async def conduct_incidents(
        self,
        info: Info,
        window: Window,
        member_id: Annotated[strawberry.ID | None, strawberry.argument(description="Only this member's.")] = None,
    ) -> object:
        """Give a page of the incidents."""
        require_staff(info)
        actor, whose = info.context.actor, str(member_id) if member_id is not None else None
        found = await list_incidents(actor, window, member_id=whose)
        return pages(info, found, count=lambda: count_incidents(actor, member_id=whose))


@strawberry.type
class ConductIncidentMutations:
    """What can be done about conduct."""

    @mutation(
        RecordConductIncidentPayload,
        description="Records a bad word to a customer in confidence; needs `training:manage`, and is never about oneself.",
    )
    async def record_conduct_incident(self, info: Info, input: Annotated[RecordConductIncidentInput, INPUT]) -> object:
        """Record an incident."""
        draft = parse(IncidentDraft, **values_of(input))
        made = await record_incident(info.context.actor, draft, once=once_for(info, "recordConductIncident", input))
        return RecordConductIncidentPayload(incident=ConductIncident.from_document(made))

    @mutation(ProposeConductOutcomePayload, description="Says, as the member's mentor, what could be done about it.")
    async def propose_conduct_outcome(self, info: Info, input: Annotated[ProposeConductOutcomeInput, INPUT]) -> object:
        """Propose an outcome."""
        draft, version = parse(OutcomeDraft, **values_of(input, "incident_id")), input.expected_version
        found = await propose_outcome(info.context.actor, input.incident_id, draft, expected_version=version)
        return ProposeConductOutcomePayload(incident=ConductIncident.from_document(found))

    @mutation(AgreeToConductOutcomePayload, description="Agrees, as the member whom it is about, to what the mentor proposed.")
    async def agree_to_conduct_outcome(self, info: Info, input: Annotated[AgreeToConductOutcomeInput, INPUT]) -> object:
        """Agree."""
        found = await agree_to_outcome(info.context.actor, input.incident_id, expected_version=input.expected_version)
        return AgreeToConductOutcomePayload(incident=ConductIncident.from_document(found))

    @mutation(
        CloseConductIncidentPayload,
        description="Closes an incident: the mentor what was agreed on, anything who manages mentorships.",
    )
    async def close_conduct_incident(self, info: Info, input: Annotated[CloseConductIncidentInput, INPUT]) -> object:
        """Close an incident."""
        draft, version = parse(ClosingDraft, **values_of(input, "incident_id")), input.expected_version
        found = await close_incident(info.context.actor, input.incident_id, draft, expected_version=version)
        return CloseConductIncidentPayload(incident=ConductIncident.from_document(found))
