"""Who may do what with cases, replies, consultations and answers: pure rules, shown and enforced alike."""

from collections.abc import Sequence
from datetime import datetime

from auth.actor import Actor, ActorKind, Permission
from care.documents.answer_bank import AnswerBankEntry, AnswerBankStatus
from care.documents.case_states import CaseStatus
from care.documents.cases import Case
from care.documents.channels import Environment
from care.documents.claims import ClaimState, CustomerClaim
from care.documents.consultations import Consultation, ConsultationStatus
from care.documents.conversations import IN_THE_HOUSE, DeliveryStatus
from care.documents.customers import Customer, Merge
from care.documents.cycles import JUDGED, ChecklistItem, CycleOutcome, ResolutionStep
from care.documents.imports import CustomerImport, ImportState
from care.documents.information import InformationRequest, InformationStatus
from care.documents.obligations import Obligation
from care.documents.prospects import ActionPlan, PlanState
from care.errors import (
    CaseClosed,
    ChecklistOpen,
    NothingToJudge,
    NotJudged,
    ObligationOpen,
    ReviewPending,
    UndoExpired,
    WrongStep,
)
from community.policies import ALLOWED, Ruling
from core.errors import AlreadyDone, Forbidden, InvalidInput

_UNANSWERED = frozenset({ConsultationStatus.WAITING, ConsultationStatus.OVERDUE})


def require_right(ruling: Ruling) -> None:
    """Raise a refusal that is about the person; one about the state of things waits until the version was compared."""
    if isinstance(ruling.refusal, Forbidden):
        raise ruling.refusal


def may_reply(actor: Actor, case: Case) -> Ruling:
    """Allow a member with `case:reply`, unless the case is closed; without `case:reply_public` the reply waits for a mentor."""
    return _work(actor, Permission.CASE_REPLY, case)


def may_reach_out(actor: Actor) -> Ruling:
    """Allow a member with `case:reply`; without `case:reply_public` the first message waits for a mentor."""
    return member_with(actor, Permission.CASE_REPLY)


def may_log_contact(actor: Actor) -> Ruling:
    """Allow a member with `case:reply`; what was said already waits for nobody."""
    return member_with(actor, Permission.CASE_REPLY)


def may_merge(actor: Actor) -> Ruling:
    """Allow whoever has `customer:merge` and knows all customers."""
    if actor.may(Permission.CUSTOMER_MERGE) and not actor.scoped:
        return ALLOWED
    return Ruling(Forbidden(f"You need the permission {Permission.CUSTOMER_MERGE.value} for this."))


def may_decide_claim(actor: Actor, claim: CustomerClaim) -> Ruling:
    """Allow whoever has `customer:edit` and knows all customers, while nobody has decided."""
    ruling = _edits_customers(actor)
    if ruling and claim.state is not ClaimState.PROPOSED:
        return Ruling(AlreadyDone(f"This claim is {claim.state.value} already.", path=("claim_id",)))
    return ruling


def may_edit_customer(actor: Actor, customer: Customer) -> Ruling:
    """Allow whoever has `customer:edit` and knows all customers; who was merged follows the survivor."""
    if not (ruling := _edits_customers(actor)):
        return ruling
    if customer.merged_into is not None:
        return Ruling(
            InvalidInput(f"This customer is merged into {customer.merged_into}; choose that one.", path=("customer_id",))
        )
    return ALLOWED


def _edits_customers(actor: Actor) -> Ruling:
    if actor.may(Permission.CUSTOMER_EDIT) and not actor.scoped:
        return ALLOWED
    return Ruling(Forbidden(f"You need the permission {Permission.CUSTOMER_EDIT.value} for this."))


def may_undo_merge(actor: Actor, merge: Merge, at: datetime) -> Ruling:
    """Allow whoever may merge, once, as long as the merge can be undone."""
    if not (allowed := may_merge(actor)):
        return allowed
    if merge.undone_at is not None:
        return Ruling(AlreadyDone("This merge was undone.", path=("merge_id",)))
    if merge.undoable_until <= at:
        return Ruling(UndoExpired("The time in which this merge could be undone is over.", path=("merge_id",)))
    return ALLOWED


def may_work_on_plan(actor: Actor, plan: ActionPlan) -> Ruling:
    """Allow whoever has `customer:edit` and knows all customers, until the plan has ended."""
    ruling = _edits_customers(actor)
    if ruling and plan.state is not PlanState.OPEN:
        return Ruling(AlreadyDone(f"This plan has ended: {plan.state.value}.", path=("plan_id",)))
    return ruling


def may_cancel_import(actor: Actor, imported: CustomerImport) -> Ruling:
    """Allow whoever has `customer:import`, until the import is over."""
    if not actor.may(Permission.CUSTOMER_IMPORT):
        return Ruling(Forbidden(f"You need the permission {Permission.CUSTOMER_IMPORT.value} for this."))
    if imported.state not in {ImportState.QUEUED, ImportState.RUNNING}:
        return Ruling(AlreadyDone(f"This import is {imported.state.value} already.", path=("import_id",)))
    return ALLOWED


def must_wait(actor: Actor) -> bool:
    """Tell whether the replies of this member are held until somebody releases them."""
    return not actor.may(Permission.CASE_REPLY_PUBLIC)


def may_release(actor: Actor, case: Case) -> Ruling:
    """Allow a member with `reply:release`."""
    return _work(actor, Permission.REPLY_RELEASE, case)


def may_take_back(actor: Actor, author_id: str | None, state: DeliveryStatus | None) -> Ruling:
    """Allow a member with `case:reply` what has not left; what waits for a mentor only its author and those who release."""
    ruling = member_with(actor, Permission.CASE_REPLY)
    if not ruling:
        return ruling
    if state not in IN_THE_HOUSE:
        return Ruling(UndoExpired("This reply has left already and can't be taken back.", path=("message_id",)))
    if state is DeliveryStatus.SCHEDULED or author_id == actor.member_id or actor.may(Permission.REPLY_RELEASE):
        return ALLOWED
    return Ruling(Forbidden("Only its author, or somebody who releases replies, can take back what waits for review."))


def may_request_contact_details(actor: Actor, case: Case) -> Ruling:
    """Allow whoever may reply."""
    return _work(actor, Permission.CASE_REPLY, case)


def may_add_note(actor: Actor, case: Case) -> Ruling:  # noqa: ARG001 - the case is what the rule is about, and closed ones take notes too
    """Allow a member with `case:note`, also on a closed case."""
    return member_with(actor, Permission.CASE_NOTE)


def may_assign(actor: Actor, case: Case) -> Ruling:
    """Allow a member with `case:assign`, unless the case is closed."""
    return _work(actor, Permission.CASE_ASSIGN, case)


def may_set_priority(actor: Actor, case: Case) -> Ruling:
    """Allow a member with `case:work`, unless the case is closed."""
    return _work(actor, Permission.CASE_WORK, case)


def may_set_intent(actor: Actor, case: Case) -> Ruling:
    """Allow a member with `case:work`, unless the case is closed."""
    return _work(actor, Permission.CASE_WORK, case)


def may_consult(actor: Actor, case: Case) -> Ruling:
    """Allow a member with `case:consult`, unless the case is closed, or only practised: experts are asked about real ones."""
    if case.environment is Environment.PRACTICE:
        return Ruling(Forbidden("Experts are not asked about what is only practised; write a note instead."))
    return _work(actor, Permission.CASE_CONSULT, case)


def may_report_miss(actor: Actor, case: Case) -> Ruling:
    """Allow whoever may consult experts about the case."""
    return may_consult(actor, case)


def may_snooze(actor: Actor, case: Case) -> Ruling:
    """Allow a member with `case:work`, while the company works on the case or waits for the customer's answer."""
    ruling = _work(actor, Permission.CASE_WORK, case)
    if ruling and case.status is CaseStatus.RESOLVED:
        return Ruling(InvalidInput("This case is resolved and waits for the verdict; it needs no snooze.", path=("case_id",)))
    return ruling


def may_unsnooze(actor: Actor, case: Case) -> Ruling:
    """Allow a member with `case:work`, while the case is put aside."""
    ruling = _work(actor, Permission.CASE_WORK, case)
    if ruling and case.status is not CaseStatus.SNOOZED:
        return Ruling(AlreadyDone("This case is not snoozed.", path=("case_id",)))
    return ruling


def may_merge_case(actor: Actor, case: Case, *, path: str = "case_id") -> Ruling:
    """Allow a member with `case:close`, unless the case is closed."""
    ruling = member_with(actor, Permission.CASE_CLOSE)
    if ruling and case.status is CaseStatus.CLOSED:
        return Ruling(CaseClosed("This case is closed and can't be merged.", path=(path,)))
    return ruling


def may_split(actor: Actor, case: Case) -> Ruling:
    """Allow a member with `case:work`, unless the case is closed."""
    return _work(actor, Permission.CASE_WORK, case)


def may_tag(actor: Actor, case: Case) -> Ruling:  # noqa: ARG001 - the case is what the rule is about, and closed ones take tags too
    """Allow a member with `case:work`, also on a closed case: tags sort what is kept."""
    return member_with(actor, Permission.CASE_WORK)


def may_set_fields(actor: Actor, case: Case) -> Ruling:
    """Allow a member with `case:work`, unless the case is closed."""
    return _work(actor, Permission.CASE_WORK, case)


def may_record_mistake(actor: Actor, case: Case) -> Ruling:
    """Allow a member with `case:work`, also on a closed case; what a merged one has learned is its survivor's."""
    ruling = member_with(actor, Permission.CASE_WORK)
    if ruling and case.merge is not None:
        return Ruling(InvalidInput(f"This case is part of {case.merge.into} now; record it there.", path=("case_id",)))
    return ruling


def may_complete_step(actor: Actor, case: Case) -> Ruling:
    """Allow a member with `case:work`, while the cycle runs and is not at its last step: that one is the customer's word."""
    ruling = _work(actor, Permission.CASE_WORK, case)
    if not ruling:
        return ruling
    if case.cycle.outcome is not None:
        return Ruling(AlreadyDone("This cycle has ended; there is no step left to complete.", path=("step",)))
    if case.current_step is ResolutionStep.CONFIRM:
        return Ruling(WrongStep("CONFIRM is completed by the customer's verdict: record that instead.", path=("step",)))
    return _looked_at(case.cycle.missing(case.current_step), "complete the step", path="step")


def may_tick(actor: Actor, case: Case) -> Ruling:
    """Allow a member with `case:work`, unless the case is closed."""
    return _work(actor, Permission.CASE_WORK, case)


def may_record_verdict(actor: Actor, case: Case) -> Ruling:
    """Allow a member with `case:work`, once a cycle."""
    ruling = _work(actor, Permission.CASE_WORK, case)
    return _once_a_cycle(case) if ruling else ruling


def may_close(actor: Actor, case: Case) -> Ruling:
    """Allow a member with `case:close`, once nothing is owed, held or on its way, and it was judged or is overridden."""
    ruling = member_with(actor, Permission.CASE_CLOSE)
    if not ruling:
        return ruling
    if case.status is CaseStatus.CLOSED:
        return Ruling(AlreadyDone("This case is closed already.", path=("case_id",)))
    ruling = finished(case)
    if not ruling:
        return ruling
    if case.cycle.outcome not in JUDGED and not actor.may(Permission.CASE_OVERRIDE):
        return Ruling(NotJudged("Nobody has said whether it helped: record the customer's verdict first.", path=("case_id",)))
    return ALLOWED


def may_fulfil(actor: Actor, case: Case, obligation: Obligation) -> Ruling:  # noqa: ARG001 - the case is part of what is judged
    """Allow a member with `case:work`, once."""
    ruling = member_with(actor, Permission.CASE_WORK)
    if ruling and obligation.fulfilled_at is not None:
        return Ruling(AlreadyDone("This obligation is fulfilled already.", path=("obligation_id",)))
    return ruling


def may_answer(actor: Actor, consultation: Consultation) -> Ruling:
    """Allow any member with `question:answer`, unless the consultation was cancelled."""
    ruling = member_with(actor, Permission.QUESTION_ANSWER)
    if ruling and consultation.status is ConsultationStatus.CANCELLED:
        return Ruling(AlreadyDone("The case is closed; an answer is no longer needed.", path=("consultation_id",)))
    return ruling


def may_decline(actor: Actor, consultation: Consultation) -> Ruling:
    """Allow an invited expert, until there is an answer."""
    return _invited(actor, consultation)


def may_delegate(actor: Actor, consultation: Consultation) -> Ruling:
    """Allow an invited expert, until there is an answer."""
    return _invited(actor, consultation)


def may_request_information(actor: Actor, case: Case) -> Ruling:
    """Allow a member with `information:request`: agencies' people, and managers, unless the case is closed."""
    return _work(actor, Permission.INFORMATION_REQUEST, case)


def may_take_information(actor: Actor, request: InformationRequest) -> Ruling:
    """Allow a member with `information:answer`, while nobody has taken the request up."""
    ruling = member_with(actor, Permission.INFORMATION_ANSWER)
    if ruling and request.status is not InformationStatus.ASKED:
        return Ruling(AlreadyDone("Somebody took this request up already, or it is over.", path=("request_id",)))
    return ruling


def may_answer_information(actor: Actor, request: InformationRequest) -> Ruling:
    """Allow a member with `information:answer`, once."""
    ruling = member_with(actor, Permission.INFORMATION_ANSWER)
    if ruling and request.status not in {InformationStatus.ASKED, InformationStatus.TAKEN}:
        return Ruling(AlreadyDone("This request is over already.", path=("request_id",)))
    return ruling


def may_edit_entry(actor: Actor, entry: AnswerBankEntry) -> Ruling:
    """Allow a member with `answer_bank:edit`; what was approved, its owner or who may approve."""
    ruling = member_with(actor, Permission.ANSWER_BANK_EDIT)
    if not ruling or entry.status is AnswerBankStatus.DRAFT or actor.may(Permission.ANSWER_BANK_APPROVE):
        return ruling
    if entry.owner_id == actor.member_id:
        return ALLOWED
    return Ruling(Forbidden("Only the owner, or somebody who may approve answers, can change an approved answer."))


def may_add_message(actor: Actor, case: Case, at: datetime) -> Ruling:
    """Allow the customer of the case, unless it was closed too long ago to come back."""
    if not _is_customer(actor, case):
        return Ruling(Forbidden("Only the customer who made this request can do this."))
    if case.status is CaseStatus.CLOSED and case.merge is None and not case.can_come_back(at):
        return Ruling(CaseClosed("This request was closed some time ago; please make a new one.", path=("request_id",)))
    return ALLOWED


def may_judge(actor: Actor, case: Case) -> Ruling:
    """Allow the customer of the case, once a cycle, after the company has answered."""
    if not _is_customer(actor, case):
        return Ruling(Forbidden("Only the customer who made this request can do this."))
    if case.status is CaseStatus.CLOSED:
        return Ruling(CaseClosed("This request is closed; write a message to open it again.", path=("request_id",)))
    if case.cycle.replied_at is None:
        return Ruling(NothingToJudge("There is no answer to judge yet.", path=("request_id",)))
    return _once_a_cycle(case)


def _work(actor: Actor, permission: Permission, case: Case) -> Ruling:
    ruling = member_with(actor, permission)
    if ruling and case.status is CaseStatus.CLOSED:
        return Ruling(CaseClosed("This case is closed.", path=("case_id",)))
    return ruling


def _once_a_cycle(case: Case) -> Ruling:
    if case.cycle.outcome is not None:
        return Ruling(AlreadyDone("The verdict of this cycle is recorded already.", path=("outcome",)))
    return ALLOWED


def finished(case: Case) -> Ruling:
    """Tell whether nothing stands against a closing but that it was not judged: what is owed, on its way, or not looked at."""
    if any(entry.state is DeliveryStatus.HELD_FOR_REVIEW for entry in case.outgoing):
        return Ruling(ReviewPending("A reply still waits for a mentor; release it first.", path=("case_id",)))
    if any(entry.state is DeliveryStatus.SCHEDULED for entry in case.outgoing):
        return Ruling(InvalidInput("A reply is scheduled; take it back or let it go before closing the case.", path=("case_id",)))
    if case.outgoing:
        return Ruling(
            InvalidInput("A reply is still on its way to the customer; close the case once it was sent.", path=("case_id",))
        )
    if case.owed:
        return Ruling(ObligationOpen("Something is still owed to the customer; fulfil the obligation first.", path=("case_id",)))
    return _looked_at(case.cycle.missing(*_asked_for(case)), "close the case", path="case_id")


def _asked_for(case: Case) -> list[ResolutionStep]:
    """List the steps whose checklists a closing needs: all, but CONFIRM only where the customer confirmed."""
    confirmed = case.cycle.outcome is CycleOutcome.SATISFIED
    return [step for step in ResolutionStep if confirmed or step is not ResolutionStep.CONFIRM]


def _looked_at(missing: Sequence[ChecklistItem], aim: str, *, path: str) -> Ruling:
    if not missing:
        return ALLOWED
    named = "; ".join(item.text for item in missing)
    return Ruling(ChecklistOpen(f"Look at this first, to {aim}: {named}.", path=(path,)))


def _invited(actor: Actor, consultation: Consultation) -> Ruling:
    if actor.member_id is None or actor.member_id not in consultation.invited_expert_ids:
        return Ruling(Forbidden("Only an expert who was asked can do this."))
    if consultation.status not in _UNANSWERED:
        return Ruling(AlreadyDone("This consultation is over already.", path=("consultation_id",)))
    return ALLOWED


def _is_customer(actor: Actor, case: Case) -> bool:
    return actor.kind is ActorKind.CUSTOMER and actor.customer_id is not None and actor.customer_id == case.customer_id


def member_with(actor: Actor, permission: Permission) -> Ruling:
    """Allow a member of the company with a permission."""
    if actor.member_id is None:
        return Ruling(Forbidden("Only a member of the company can do this."))
    if not actor.may(permission):
        return Ruling(Forbidden(f"You need the permission {permission.value} for this."))
    return ALLOWED
