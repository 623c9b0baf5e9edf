"""What the answer bank misses: questions of customers that it has no answer to, and who is asked for one."""

from datetime import datetime
from typing import Annotated, ClassVar, Self

import strawberry

from care.documents import misses
from care.misses import Dismissal, MissDraft, dismiss_miss, may_dismiss_miss, report_miss
from care.phrase_books import holding_reply
from care.reading.answer_bank import entries_by_ids
from care.reading.cases import cases_by_ids
from care.reading.consultations import consultations_by_ids
from care.reading.misses import count_misses, list_misses
from core.paging import Window
from schema.connections import Connection, later
from schema.context import Info
from schema.enums import told
from schema.errors import Payload, mutation, parse
from schema.inputs import INPUT, changed, expected_version, given, idempotency_key, once_for, required, values_of
from schema.nodes import Node
from schema.paging import paged, pages
from schema.staff.answer_bank import AnswerBankEntry
from schema.staff.consultations import Consultation
from schema.staff.members import Member, member_of

MissStatus = misses.MissStatus
told(
    MissStatus,
    "Where a missing answer stands.",
    OPEN="Nobody was found to ask yet.",
    ROUTED="Experts are asked.",
    ANSWERED="An answer was accepted, and is a draft of the answer bank.",
    DROPPED="The case was closed before there was an answer.",
    DISMISSED="Somebody said that no answer of the bank is needed.",
)


@strawberry.type(description="A question of a customer that the answer bank has no answer to.")
class AnswerBankMiss(Node):
    """A question of a customer that the answer bank has no answer to."""

    document: strawberry.Private[misses.AnswerBankMiss]
    version: int = strawberry.field(description="Rises with each edit by a person; pass it as `expectedVersion`.")
    status: MissStatus = strawberry.field(description="Where it stands.")
    question: str = strawberry.field(description="What is asked.")
    detected: bool = strawberry.field(description="Whether it was noticed when experts were asked; if not, somebody reported it.")
    reported_at: datetime = strawberry.field(description="When it was noticed.")
    reminded_at: datetime | None = strawberry.field(description="When the experts were reminded; 4 hours later.")
    alarmed_at: datetime | None = strawberry.field(description="When the managers were called; 24 hours later.")
    answered_at: datetime | None = strawberry.field(description="When an answer was accepted.")
    dismissed_at: datetime | None = strawberry.field(description="When it was dismissed.")
    dismissal_reason: str | None = strawberry.field(description="Why it was dismissed.")

    @classmethod
    def from_document(cls, document: misses.AnswerBankMiss) -> Self:
        """Show a miss."""
        return cls(
            id=strawberry.ID(document.id),
            document=document,
            version=document.version,
            status=document.status,
            question=document.question,
            detected=document.detected,
            reported_at=document.reported_at,
            reminded_at=document.reminded_at,
            alarmed_at=document.alarmed_at,
            answered_at=document.answered_at,
            dismissed_at=document.dismissed_at,
            dismissal_reason=document.dismissal_reason,
        )

    @strawberry.field(
        description="The case it came up in; null when the viewer may not know of it.",
        graphql_type=later("schema.staff.cases", "Case", optional=True),
    )
    async def case(self, info: Info) -> object:
        """Give the case."""
        found = await info.context.load(cases_by_ids, self.document.case_id)
        return info.context.present(found) if found is not None else None

    @strawberry.field(description="Who reported it, or asked the experts.")
    async def reported_by(self, info: Info) -> Member | None:
        """Give the member."""
        return await member_of(info, self.document.reported_by)

    @strawberry.field(description="Who dismissed it.")
    async def dismissed_by(self, info: Info) -> Member | None:
        """Give the member."""
        return await member_of(info, self.document.dismissed_by)

    @strawberry.field(description="Whether the viewer can dismiss it.")
    def viewer_can_dismiss(self, info: Info) -> bool:
        """Ask the policy."""
        return bool(may_dismiss_miss(info.context.actor, self.document))

    @strawberry.field(description="Who is asked; null while nobody was found.")
    async def expert(self, info: Info) -> Member | None:
        """Give the expert."""
        return await member_of(info, self.document.expert_id)

    @strawberry.field(description="Who is asked beside; null where nobody else was found.")
    async def backup(self, info: Info) -> Member | None:
        """Give the backup."""
        return await member_of(info, self.document.backup_id)

    @strawberry.field(description="How the experts are asked; null while they are not.")
    async def consultation(self, info: Info) -> Consultation | None:
        """Give the consultation."""
        wanted = self.document.consultation_id
        found = await info.context.load(consultations_by_ids, wanted) if wanted else None
        return Consultation.from_document(found) if found is not None else None

    @strawberry.field(description="The draft of the answer bank that the accepted answer became.")
    async def entry(self, info: Info) -> AnswerBankEntry | None:
        """Give the entry."""
        found = await info.context.load(entries_by_ids, self.document.entry_id) if self.document.entry_id else None
        return AnswerBankEntry.from_document(found) if found is not None else None

    @strawberry.field(description="What can be sent meanwhile, in the customer's language; null where none is offered.")
    async def holding_reply(self) -> str | None:
        """Give the holding reply."""
        return await holding_reply(self.document.locale)


@strawberry.input(description="What the answer bank does not know.")
class ReportAnswerBankMissInput:
    """What the answer bank does not know."""

    case_id: strawberry.ID = required("The id of the case.")
    question: str | None = given("What the customer asks; absent: the subject of the case.")
    idempotency_key: str | None = idempotency_key()


@strawberry.type(description="The answer of `reportAnswerBankMiss`.")
class ReportAnswerBankMissPayload(Payload):
    """The answer of `reportAnswerBankMiss`."""

    miss: AnswerBankMiss | None = changed("What is missing, with a holding reply; experts are asked within seconds.")


@strawberry.input(description="Which miss needs no answer of the bank, and why.")
class DismissAnswerBankMissInput:
    """Which miss needs no answer of the bank, and why."""

    miss_id: strawberry.ID = required("The id of the miss.")
    reason: str = required("Why no answer of the bank is needed, at most 5,000 characters.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `dismissAnswerBankMiss`.")
class DismissAnswerBankMissPayload(Payload):
    """The answer of `dismissAnswerBankMiss`."""

    written: ClassVar[str | None] = "miss"

    miss: AnswerBankMiss | None = changed("The miss as it is now.")


@strawberry.type
class AnswerBankMissMutations:
    """What is done about missing answers."""

    @mutation(
        ReportAnswerBankMissPayload,
        description="Reports that the answer bank has no answer: the expert who fits best and a backup are asked. Reported "
        "again upon the same message of the customer's, it is the same.",
    )
    async def report_answer_bank_miss(self, info: Info, input: Annotated[ReportAnswerBankMissInput, INPUT]) -> object:
        """Report a miss."""
        draft = parse(MissDraft, **values_of(input))
        miss = await report_miss(info.context.actor, draft, once=once_for(info, "reportAnswerBankMiss", input))
        return ReportAnswerBankMissPayload(miss=AnswerBankMiss.from_document(miss))

    @mutation(
        DismissAnswerBankMissPayload,
        description="Says that no answer of the bank is needed: nobody is reminded or called any more, and what is answered "
        "becomes no draft. The question of the experts who were asked stays.",
    )
    async def dismiss_answer_bank_miss(self, info: Info, input: Annotated[DismissAnswerBankMissInput, INPUT]) -> object:
        """Dismiss a miss."""
        dismissal = parse(Dismissal, reason=input.reason)
        miss = await dismiss_miss(info.context.actor, input.miss_id, dismissal, expected_version=input.expected_version)
        return DismissAnswerBankMissPayload(miss=AnswerBankMiss.from_document(miss))


@strawberry.type
class AnswerBankMissQueries:
    """What the answer bank misses."""

    @paged("What the answer bank misses, the newest first; for who may read all cases.", graphql_type=Connection[AnswerBankMiss])
    async def answer_bank_misses(
        self,
        info: Info,
        window: Window,
        status: Annotated[MissStatus | None, strawberry.argument(description="Where they stand; absent: all of them.")] = None,
    ) -> object:
        """Give a page of the misses."""
        actor = info.context.actor
        return pages(info, await list_misses(actor, window, status), count=lambda: count_misses(actor, status))
