"""Which type of the schema shows which document; the one module that knows them all."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from care.documents import (
    answer_bank,
    assignment,
    brands,
    case_rules,
    cases,
    channels,
    claims,
    consultations,
    conversations,
    custom_fields,
    customers,
    drafts,
    imports,
    information,
    listening,
    misses,
    mistakes,
    phrases,
    prospects,
    service_levels,
    shifts,
)
from care.duty import Plan, plan_of_shift
from care.reading.customers import MergedCustomer
from community import documents as community
from community.wiki import documents as wiki
from core.errors import InvalidInput
from core.paging import MOST
from notifications import documents as notifications
from schema.context import Context
from schema.staff.answer_bank import AnswerBankEntry
from schema.staff.answer_bank_misses import AnswerBankMiss
from schema.staff.assignment import AssignmentPolicy, AssignmentPolicyOrder
from schema.staff.brand_queries import AgencyScope
from schema.staff.brands import Brand
from schema.staff.business_calendars import BusinessCalendar
from schema.staff.case_rules import CaseRules
from schema.staff.cases import Case, Obligation, SuggestionsFor
from schema.staff.channels import Channel
from schema.staff.claims import CustomerClaim
from schema.staff.consultations import Consultation
from schema.staff.custom_fields import CustomField
from schema.staff.customers import Customer, CustomerMerge
from schema.staff.imports import CustomerImport
from schema.staff.information import InformationRequest
from schema.staff.listening import ListeningQuery, Mention
from schema.staff.listening_alerts import ListeningAlert
from schema.staff.members import Department, ExpertEvidence, Member, Skill
from schema.staff.messages import Conversation, Message
from schema.staff.mistakes import MistakeKind
from schema.staff.notifications import Notification
from schema.staff.phrase_books import PhraseBook
from schema.staff.prospects import ActionPlan
from schema.staff.questions import Answer, Comment, Question
from schema.staff.reach import reach
from schema.staff.saved_drafts import SavedDraft
from schema.staff.service_levels import SlaPolicy, SlaPolicyOrder
from schema.staff.shifts import CoverageRule, Handover, Leave, Rotation, Shift
from schema.staff.suggestions import CaseSuggestions
from schema.staff.wiki import WikiPage, WikiRevision


def _owed(pair: tuple[cases.Case, cases.Obligation]) -> Obligation:
    return Obligation.of_case(*pair)


_SHOWN: Final[Mapping[type, Callable[[Any], Any]]] = {
    answer_bank.AnswerBankEntry: AnswerBankEntry.from_document,
    assignment.AssignmentOrder: AssignmentPolicyOrder.from_document,
    assignment.AssignmentPolicy: AssignmentPolicy.from_document,
    case_rules.CaseRules: CaseRules.from_document,
    cases.Case: Case.from_document,
    channels.Channel: Channel.from_document,
    community.Answer: Answer.from_document,
    community.Comment: Comment.from_document,
    community.Department: Department.from_document,
    community.Evidence: ExpertEvidence.from_document,
    community.Member: Member.from_document,
    community.Question: Question.from_document,
    community.Skill: Skill.from_document,
    consultations.Consultation: Consultation.from_document,
    conversations.Conversation: Conversation.from_document,
    conversations.Message: Message.from_document,
    claims.CustomerClaim: CustomerClaim.from_document,
    custom_fields.CustomField: CustomField.from_document,
    customers.Customer: Customer.from_document,
    MergedCustomer: lambda merged: CustomerMerge.of(merged.duplicate),
    imports.CustomerImport: CustomerImport.from_document,
    prospects.ActionPlan: ActionPlan.from_document,
    information.InformationRequest: InformationRequest.from_document,
    brands.AgencyScope: AgencyScope.from_document,
    brands.Brand: Brand.from_document,
    listening.ListeningAlert: ListeningAlert.from_document,
    listening.ListeningQuery: ListeningQuery.from_document,
    listening.Mention: Mention.from_document,
    drafts.SavedDraft: SavedDraft.from_document,
    notifications.Notification: Notification.from_document,
    service_levels.BusinessCalendar: BusinessCalendar.from_document,
    mistakes.MistakeKind: MistakeKind.from_document,
    misses.AnswerBankMiss: AnswerBankMiss.from_document,
    phrases.PhraseBook: PhraseBook.from_document,
    service_levels.SlaOrder: SlaPolicyOrder.from_document,
    service_levels.SlaPolicy: SlaPolicy.from_document,
    wiki.WikiPage: WikiPage.from_document,
    wiki.WikiRevision: WikiRevision.from_document,
    shifts.CoverageRule: CoverageRule.from_document,
    shifts.Handover: Handover.from_document,
    shifts.Leave: Leave.from_document,
    shifts.Rotation: Rotation.from_document,
    shifts.Shift: lambda shift: Shift.of(plan_of_shift(shift)),
    Plan: Shift.of,
    SuggestionsFor: CaseSuggestions.of,
    tuple: _owed,
}


def present(document: Any) -> Any:
    """Turn a document, or an obligation with its case, into the type that shows it."""
    return _SHOWN[type(document)](document)


async def reach_node(context: Context, ids: Sequence[str]) -> list[Any]:
    """Read what the viewer may see of some ids, in their order; None for what it may not know of and for what is not there.

    Raises InvalidInput for more than 100 ids.
    """
    if len(ids) > MOST:
        raise InvalidInput(f"Ask for at most {MOST} ids at once; these are {len(ids)}.", path=("ids",))
    found = await asyncio.gather(*(reach(context, identifier) for identifier in ids))
    return [present(document) if document is not None else None for document in found]
