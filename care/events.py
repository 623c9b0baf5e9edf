"""What happens between customers and the front office, as facts."""

from dataclasses import dataclass
from typing import ClassVar

from care.documents.conversations import DeliveryStatus
from care.documents.cycles import CycleOutcome, ResolutionStep
from core.events import Event

INBOX = "INBOX"
CASE = "CASE"
REQUEST = "REQUEST"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelChanged(Event):
    """A channel was set up or its settings changed."""

    channel_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerChanged(Event):
    """A customer was met, or what is known of them changed."""

    customer_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LifecycleChanged(Event):
    """A member moved a customer on, or back."""

    customer_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerMerged(Event):
    """A customer is read as part of another."""

    customer_id: str
    survivor_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerMergeUndone(Event):
    """A customer stands by itself again."""

    customer_id: str
    survivor_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseEvent(Event):
    """Something happened to a case that its list row and its screen show."""

    topics: ClassVar[tuple[str, ...]] = (INBOX, CASE, REQUEST)
    node_field: ClassVar[str | None] = "case_id"

    case_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InternalCaseEvent(CaseEvent):
    """Something happened to a case that its customer neither sees nor hears of."""

    topics: ClassVar[tuple[str, ...]] = (INBOX, CASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseOpened(CaseEvent):
    """A case was opened by a first message."""

    message_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OutreachStarted(InternalCaseEvent):
    """The company opened a case by turning to a customer; its reply is told of by an event of its own."""

    channel_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseReopened(CaseEvent):
    """A closed or resolved case came back to life."""

    cycle: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageReceived(CaseEvent):
    """The customer said something."""

    message_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageChanged(CaseEvent):
    """A message was edited, withdrawn, reacted to, or its delivery came further."""

    message_id: str
    delivery_status: DeliveryStatus | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyQueued(CaseEvent):
    """A reply was written and is on its way out."""

    message_id: str
    answer_bank_entry_id: str | None = None
    scheduled: bool = False
    """Whether it had waited for its time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyScheduled(InternalCaseEvent):
    """A reply was written and waits for its time."""

    message_id: str
    released: bool = False
    """Whether a mentor has just let it go."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyUndone(InternalCaseEvent):
    """A reply was taken back before it left."""

    message_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyHeld(InternalCaseEvent):
    """A reply was written by somebody whose public replies wait for a mentor."""

    message_id: str
    scheduled: bool = False
    """Whether it had waited for its time, and its author may not reply unreviewed any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyReleased(CaseEvent):
    """A held reply was let go."""

    message_id: str
    answer_bank_entry_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyFailed(CaseEvent):
    """A reply will never reach the customer; the clock that it had met runs again."""

    message_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteAdded(InternalCaseEvent):
    """A member wrote an internal note."""

    message_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseAssigned(InternalCaseEvent):
    """A case was given to a member, or taken from everybody."""

    assignee_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseNotAssigned(InternalCaseEvent):
    """A policy found nobody to give a case to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SightChanged(InternalCaseEvent):
    """Other experts may see the case than before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepCompleted(CaseEvent):
    """One of the six steps is done."""

    step: ResolutionStep
    cycle: int


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictRecorded(CaseEvent):
    """The customer said whether it helped; UNSATISFIED starts the next cycle."""

    outcome: CycleOutcome
    cycle: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ObligationStarted(CaseEvent):
    """The company owes the customer something."""

    obligation_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ObligationFulfilled(InternalCaseEvent):
    """What was owed is done."""

    obligation_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ObligationOverdue(InternalCaseEvent):
    """What was owed is late."""

    obligation_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockWarned(InternalCaseEvent):
    """A clock is about to run out; `clock` is first_response, next_response or resolution.

    `targets` are the codes of those who are told, None: who works on the case.
    """

    clock: str
    targets: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockBreached(InternalCaseEvent):
    """A clock ran out."""

    clock: str
    targets: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockEscalated(InternalCaseEvent):
    """A clock ran out some time ago and nobody has acted: the next step of its escalation was taken."""

    clock: str
    step: int
    targets: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseClosed(CaseEvent):
    """A case is done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsultationEvent(Event):
    """Something happened to a consultation; clients hear of it as of the case."""

    topics: ClassVar[tuple[str, ...]] = (CASE,)
    node_field: ClassVar[str | None] = "case_id"

    consultation_id: str
    case_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpertsConsulted(ConsultationEvent):
    """Experts were asked about a case."""

    question_id: str
    invited_expert_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsultationDeclined(ConsultationEvent):
    """An expert said no."""

    member_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsultationDelegated(ConsultationEvent):
    """An expert handed the question on."""

    from_member_id: str
    to_member_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsultationAnswered(ConsultationEvent):
    """The first answer came."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsultationOverdue(ConsultationEvent):
    """No answer came in time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsultationCancelled(ConsultationEvent):
    """The case was closed before an answer came."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InformationEvent(Event):
    """Something happened to a request for information; clients hear of it as of the case."""

    topics: ClassVar[tuple[str, ...]] = (CASE,)
    node_field: ClassVar[str | None] = "case_id"

    request_id: str
    case_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InformationRequested(InformationEvent):
    """An agency's person asked the company about a case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InformationTaken(InformationEvent):
    """Somebody of the company looks after the request."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InformationAnswered(InformationEvent):
    """The company gave the information."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InformationOverdue(InformationEvent):
    """The information was not given in time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InformationCancelled(InformationEvent):
    """The case was closed before the information was given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PhraseBookChanged(Event):
    """The stock phrases or the holding replies were set."""

    book_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ToneGuideChanged(Event):
    """The company's own tone guide was set."""

    guide_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MissEvent(Event):
    """Something happened to a question that the answer bank can't answer."""

    miss_id: str
    case_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerBankMissed(MissEvent):
    """The answer bank has no answer to what a customer asks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerBankMissReminded(MissEvent):
    """Who was asked for the missing answer is reminded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerBankMissOverdue(MissEvent):
    """The answer has been missing for 24 hours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerBankMissSettled(MissEvent):
    """The answer was found, or its case was closed without it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerBankEntrySaved(Event):
    """An answer was written or changed."""

    entry_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerBankReviewDue(Event):
    """An approved answer must be reviewed soon."""

    entry_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerBankEntryExpired(Event):
    """The review date of an approved answer has passed."""

    entry_id: str
