"""Mutations of the front office: replying, noting, assigning, the six steps, verdicts, what is owed, closing."""

from datetime import datetime
from typing import Annotated, ClassVar

import strawberry

from care.cases.assignment import assign_case
from care.cases.closing import ClosingDraft, close_case
from care.cases.obligations import fulfil_obligation
from care.cases.steps import StepDraft, complete_step
from care.cases.verdicts import VerdictDraft, record_customer_verdict
from care.notes import NoteDraft, add_internal_note
from care.replies import ContactDetailsDraft, ReplyDraft, reply_to_case, request_contact_details
from coaching.draft_reviews import release_reply
from schema.context import Info
from schema.errors import Payload, mutation, parse
from schema.inputs import INPUT, changed, expected_version, given, idempotency_key, once_for, required, values_of
from schema.staff.cases import Case, Obligation
from schema.staff.draft_reviews import DraftReview, reviewed
from schema.staff.enums import CycleOutcome, ResolutionStep
from schema.staff.messages import Message, knowing_author, said

_CASE = "The id of the case."
_CONVERSATION = "The id of the case's conversation in which to say it."
_HELD = "The review that the reply waits for; null when it waits for none."


@strawberry.input(description="What to answer a customer.")
class ReplyToCaseInput:
    """What to answer a customer."""

    case_id: strawberry.ID = required(_CASE)
    conversation_id: strawberry.ID = required(_CONVERSATION)
    body: str = required("The answer, in Markdown.")
    answer_bank_entry_id: strawberry.ID | None = given("The id of the entry of the answer bank that it was made from.")
    holding: bool | None = given(
        "Whether it only says that an answer will come: it leaves like any other, and meets a clock only if the policy says so."
    )
    send_at: datetime | None = given("When it is to leave, at most a year away; absent: now. No clock is met before.")
    undoable: bool | None = given(
        "Whether it is to wait for 15 s, within which `undoReply` takes it back; absent: it leaves now."
    )
    privately: bool | None = given(
        "Whether to answer a public conversation in private, where the talk goes on in the same case; the two conversations "
        "are linked. ANOTHER_CASE_OPEN when the private one is part of another open case."
    )
    source_ids: list[strawberry.ID] | None = given(
        "What it relies on, at most five: ids of revisions of the wiki, of entries of the answer bank and of answers that were "
        "accepted or given in a consultation of the case. Staff see them as `Message.sources`."
    )
    idempotency_key: str | None = idempotency_key()


@strawberry.type(description="The answer of `replyToCase`.")
class ReplyToCasePayload(Payload):
    """The answer of `replyToCase`."""

    written: ClassVar[str | None] = "case"

    message: Message | None = changed("The reply; its `deliveryStatus` says whether it is on its way or held.")
    draft_review: DraftReview | None = changed(_HELD)
    case: Case | None = changed("The case as it is now.")


@strawberry.input(description="What to note for colleagues.")
class AddInternalNoteInput:
    """What to note for colleagues."""

    case_id: strawberry.ID = required(_CASE)
    body: str = required("The note, in Markdown; customers never see it.")
    idempotency_key: str | None = idempotency_key()


@strawberry.type(description="The answer of `addInternalNote`.")
class AddInternalNotePayload(Payload):
    """The answer of `addInternalNote`."""

    message: Message | None = changed("The note.")


@strawberry.input(description="Who is to work on a case.")
class AssignCaseInput:
    """Who is to work on a case."""

    case_id: strawberry.ID = required(_CASE)
    assignee_id: strawberry.ID | None = given("The id of the member; null or absent: nobody.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `assignCase`.")
class AssignCasePayload(Payload):
    """The answer of `assignCase`."""

    written: ClassVar[str | None] = "case"

    case: Case | None = changed("The case as it is now.")


@strawberry.input(description="How to ask a customer for contact details.")
class RequestContactDetailsInput:
    """How to ask a customer for contact details."""

    case_id: strawberry.ID = required(_CASE)
    conversation_id: strawberry.ID = required(_CONVERSATION)
    body: str = required("The request, in Markdown.")
    expected_version: int = expected_version()
    idempotency_key: str | None = idempotency_key()


@strawberry.type(description="The answer of `requestContactDetails`.")
class RequestContactDetailsPayload(Payload):
    """The answer of `requestContactDetails`."""

    written: ClassVar[str | None] = "case"

    obligation: Obligation | None = changed("What is owed from now on: to use the details; null while the request is held.")
    message: Message | None = changed("The request.")
    draft_review: DraftReview | None = changed(_HELD)
    case: Case | None = changed("The case as it is now.")


@strawberry.input(description="What was owed and is done.")
class FulfilObligationInput:
    """What was owed and is done."""

    obligation_id: strawberry.ID = required("The id of the obligation.")
    note: str | None = given("What there is to say about it.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `fulfilObligation`.")
class FulfilObligationPayload(Payload):
    """The answer of `fulfilObligation`."""

    written: ClassVar[str | None] = "case"

    obligation: Obligation | None = changed("The obligation as it is now.")
    case: Case | None = changed("The case as it is now.")


@strawberry.input(description="Which step is done.")
class CompleteStepInput:
    """Which step is done."""

    case_id: strawberry.ID = required(_CASE)
    step: ResolutionStep = required("The step that the case is at.")
    note: str | None = given("What there is to say about it.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `completeStep`.")
class CompleteStepPayload(Payload):
    """The answer of `completeStep`."""

    written: ClassVar[str | None] = "case"

    case: Case | None = changed("The case as it is now.")


@strawberry.input(description="What the customer says of the outcome.")
class RecordCustomerVerdictInput:
    """What the customer says of the outcome."""

    case_id: strawberry.ID = required(_CASE)
    outcome: CycleOutcome = required("How the cycle ended.")
    note: str | None = given("Why; needed for NO_ANSWER and OVERRIDDEN.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `recordCustomerVerdict`.")
class RecordCustomerVerdictPayload(Payload):
    """The answer of `recordCustomerVerdict`."""

    written: ClassVar[str | None] = "case"

    case: Case | None = changed("The case as it is now.")


@strawberry.input(description="Which case to close, and why.")
class CloseCaseInput:
    """Which case to close, and why."""

    case_id: strawberry.ID = required(_CASE)
    reason: str | None = given("Why; needed to close what no customer has judged.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `closeCase`.")
class CloseCasePayload(Payload):
    """The answer of `closeCase`."""

    written: ClassVar[str | None] = "case"

    case: Case | None = changed("The case as it is now.")


@strawberry.input(description="Which held reply to let go.")
class ReleaseReplyInput:
    """Which held reply to let go."""

    message_id: strawberry.ID = required("The id of the message.")


@strawberry.type(description="The answer of `releaseReply`.")
class ReleaseReplyPayload(Payload):
    """The answer of `releaseReply`."""

    message: Message | None = changed("The reply, now on its way.")
    case: Case | None = changed("The case as it is now.")


@strawberry.type
class CaseMutations:
    """What the front office does."""

    @mutation(
        ReplyToCasePayload, description="Answers the customer; meets the clock that runs. A trainee's reply is held for review."
    )
    async def reply_to_case(self, info: Info, input: Annotated[ReplyToCaseInput, INPUT]) -> object:
        """Answer the customer."""
        draft = parse(ReplyDraft, **values_of(input))
        once = once_for(info, "replyToCase", input)
        reply, review = await reviewed(info, lambda beside: reply_to_case(info.context.actor, draft, once=once, beside=beside))
        return ReplyToCasePayload(
            message=Message.from_document(reply.message),
            draft_review=review,
            case=Case.from_document(reply.case),
        )

    @mutation(AddInternalNotePayload, description="Writes a note that only colleagues see.")
    async def add_internal_note(self, info: Info, input: Annotated[AddInternalNoteInput, INPUT]) -> object:
        """Write a note."""
        draft = parse(NoteDraft, **values_of(input))
        note = await add_internal_note(info.context.actor, draft, once=once_for(info, "addInternalNote", input))
        return AddInternalNotePayload(message=Message.from_document(note))

    @mutation(AssignCasePayload, description="Gives the case to a member, or to nobody.")
    async def assign_case(self, info: Info, input: Annotated[AssignCaseInput, INPUT]) -> object:
        """Give the case to somebody."""
        assignee_id = input.assignee_id or None
        case = await assign_case(info.context.actor, input.case_id, assignee_id, expected_version=input.expected_version)
        return AssignCasePayload(case=Case.from_document(case))

    @mutation(
        RequestContactDetailsPayload,
        description="Asks the customer for contact details; the case waits for them, and the company owes to use them.",
    )
    async def request_contact_details(self, info: Info, input: Annotated[RequestContactDetailsInput, INPUT]) -> object:
        """Ask for contact details."""
        actor, draft, version = info.context.actor, parse(ContactDetailsDraft, **values_of(input)), input.expected_version
        once = once_for(info, "requestContactDetails", input)
        asked, review = await reviewed(
            info,
            lambda beside: request_contact_details(actor, draft, expected_version=version, once=once, beside=beside),
        )
        return RequestContactDetailsPayload(
            obligation=Obligation.of_case(asked.case, asked.obligation) if asked.obligation is not None else None,
            message=Message.from_document(asked.message),
            draft_review=review,
            case=Case.from_document(asked.case),
        )

    @mutation(FulfilObligationPayload, description="Says that what was owed to the customer is done.")
    async def fulfil_obligation(self, info: Info, input: Annotated[FulfilObligationInput, INPUT]) -> object:
        """Mark an obligation as done."""
        case, obligation = await fulfil_obligation(
            info.context.actor, input.obligation_id, input.note or None, expected_version=input.expected_version
        )
        return FulfilObligationPayload(obligation=Obligation.of_case(case, obligation), case=Case.from_document(case))

    @mutation(CompleteStepPayload, description="Completes the step that the case is at; after FEEDBACK it waits for the verdict.")
    async def complete_step(self, info: Info, input: Annotated[CompleteStepInput, INPUT]) -> object:
        """Complete a step."""
        draft = parse(StepDraft, **values_of(input))
        case = await complete_step(info.context.actor, draft, expected_version=input.expected_version)
        return CompleteStepPayload(case=Case.from_document(case))

    @mutation(
        RecordCustomerVerdictPayload, description="Ends the cycle with the customer's word; UNSATISFIED starts the next one."
    )
    async def record_customer_verdict(self, info: Info, input: Annotated[RecordCustomerVerdictInput, INPUT]) -> object:
        """Record the customer's word."""
        draft = parse(VerdictDraft, **values_of(input))
        case = await record_customer_verdict(info.context.actor, draft, expected_version=input.expected_version)
        return RecordCustomerVerdictPayload(case=Case.from_document(case))

    @mutation(CloseCasePayload, description="Closes a case whose customer is done and to whom nothing is owed.")
    async def close_case(self, info: Info, input: Annotated[CloseCaseInput, INPUT]) -> object:
        """Close a case."""
        draft = parse(ClosingDraft, **values_of(input))
        case = await close_case(info.context.actor, draft, expected_version=input.expected_version)
        return CloseCasePayload(case=Case.from_document(case))

    @mutation(ReleaseReplyPayload, description="Lets a held reply go to the customer.")
    async def release_reply(self, info: Info, input: Annotated[ReleaseReplyInput, INPUT]) -> object:
        """Let a reply go."""
        reply = await said(info, release_reply(info.context.actor, input.message_id, beside=knowing_author(info)))
        return ReleaseReplyPayload(message=Message.from_document(reply.message), case=Case.from_document(reply.case))
