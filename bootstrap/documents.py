"""Every document class and every collection of the product, listed once."""

from beanie import Document

from auth import documents as auth
from care.documents.answer_bank import AnswerBankEntry
from care.documents.assignment import AssignmentLedger, AssignmentOrder, AssignmentPolicy
from care.documents.brands import AgencyScope, Brand
from care.documents.case_rules import CaseRules
from care.documents.cases import Case
from care.documents.channels import Channel
from care.documents.claims import CustomerClaim
from care.documents.consultations import Consultation
from care.documents.conversations import Conversation, Message
from care.documents.custom_fields import CustomField
from care.documents.customers import Customer
from care.documents.drafts import SavedDraft
from care.documents.imports import CustomerImport, ImportBatch, StagedFile
from care.documents.information import InformationRequest
from care.documents.listening import ListeningAlert, ListeningQuery, Mention
from care.documents.misses import AnswerBankMiss
from care.documents.mistakes import MistakeKind
from care.documents.phrases import PhraseBook
from care.documents.presence import CasePresence
from care.documents.prospects import ActionPlan
from care.documents.service_levels import BusinessCalendar, SlaOrder, SlaPolicy
from care.documents.shifts import CoverageRule, Handover, Leave, Rotation, Shift
from care.documents.tags import CaseTag
from community.documents import Answer, Comment, Department, Evidence, Member, Question, Skill
from community.wiki.documents import WikiPage, WikiRevision
from core.records import Record
from notifications.documents import Notification, ReadState

DOCUMENTS: tuple[type[Document], ...] = (
    *auth.DOCUMENTS,
    AgencyScope,
    ActionPlan,
    Answer,
    AnswerBankEntry,
    AssignmentLedger,
    AssignmentOrder,
    AssignmentPolicy,
    AnswerBankMiss,
    Brand,
    BusinessCalendar,
    Case,
    CasePresence,
    CaseRules,
    CaseTag,
    Channel,
    Comment,
    Consultation,
    Conversation,
    CoverageRule,
    CustomField,
    Customer,
    CustomerClaim,
    CustomerImport,
    Department,
    Evidence,
    Handover,
    ImportBatch,
    InformationRequest,
    Leave,
    ListeningAlert,
    ListeningQuery,
    Member,
    Mention,
    MistakeKind,
    Message,
    Notification,
    PhraseBook,
    Question,
    ReadState,
    Rotation,
    Shift,
    SavedDraft,
    StagedFile,
    Skill,
    WikiPage,
    WikiRevision,
    SlaOrder,
    SlaPolicy,
)


def record_collections() -> list[str]:
    """Name the collections whose documents carry pending events: what the relay sweeps."""
    return [document.get_collection_name() for document in DOCUMENTS if issubclass(document, Record)]
