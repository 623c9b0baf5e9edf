"""Every document class and every collection of the product, listed once."""

from beanie import Document

from auth import documents as auth
from care.documents.answer_bank import AnswerBankEntry
from care.documents.assignment import AssignmentLedger, AssignmentOrder, AssignmentPolicy
from care.documents.birthdays import BirthdaySuggestion
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
from care.documents.imports import CustomerImport, ImportBatch
from care.documents.information import InformationRequest
from care.documents.links import TrackedLink
from care.documents.listening import ListeningAlert, ListeningQuery, Mention
from care.documents.misses import AnswerBankMiss
from care.documents.mistakes import MistakeKind
from care.documents.orders import Order
from care.documents.phrases import PhraseBook
from care.documents.presence import CasePresence
from care.documents.prospects import ActionPlan
from care.documents.segments import Segment, SegmentMembership, SegmentSnapshot
from care.documents.service_levels import BusinessCalendar, SlaOrder, SlaPolicy
from care.documents.shifts import CoverageRule, Handover, Leave, Rotation, Shift
from care.documents.social_accounts import FollowerCount, SocialAccount
from care.documents.standing import Certificate, Certification, LevelRule, SamplingPolicy, Standing
from care.documents.syncs import CrmSync
from care.documents.tags import CaseTag
from care.documents.templates import MessageTemplate
from care.documents.tone import ToneGuide
from care.documents.twins import LikenessKeys, MergeSuggestion
from care.experiences.documents import Experience, ExperienceVisit
from coaching.courses.documents import Course, CourseEdition, Enrolment
from coaching.documents import DraftReview, ReviewPolicy, SampledReply
from coaching.governance.benchmark_documents import Benchmark
from coaching.governance.documents import Assessment, Initiative, Risk
from coaching.governance.programme_documents import SocialProgramme
from coaching.governance.survey_documents import MotiveSurvey
from coaching.incidents.documents import ConductIncident
from coaching.mentorships.documents import Mentorship, MentorshipProgramme
from coaching.practice.documents import PracticeRun, PracticeScenario, PracticeScore
from coaching.quality.documents import QualityForm
from coaching.recognition.badge_documents import AwardedBadge, Badge
from coaching.recognition.documents import CompanyValue
from coaching.recognition.leaderboard_documents import Leaderboard, LeaderboardChoice, Reward
from coaching.recognition.points_documents import PointDay, PointRules
from coaching.recognition.representative_documents import RepresentativeChoice
from community.blog.documents import Acknowledgement, BlogPost, BlogRevision
from community.documents import Answer, Comment, Department, Evidence, Member, Question, Skill
from community.exports.documents import WikiExport
from community.help.documents import HelpArticle
from community.ideas.documents import Idea, IdeaVote
from community.insights.documents import Insight, InsightDigest
from community.kudos.documents import Kudos
from community.moderation.documents import ModerationAction, ModerationItem
from community.notices.documents import Notice
from community.outcomes.documents import Outcome
from community.peer_answers.documents import AnswerHelp, PublicAnswerPolicy
from community.polls.documents import Poll, PollVote
from community.procedures.documents import Attestation, Concern, Guideline, GuidelineEdition
from community.procedures.template_documents import GuidelineTemplate
from community.prompts.documents import DiscussionPrompt, QuestionCampaign
from community.reactions import Reaction
from community.sketches.documents import QuestionSketch
from community.spaces.documents import Space
from community.staged_files import StagedFile
from community.strategies.documents import StrategyOffer
from community.turns.documents import NewcomerLimits, Pace
from community.watching import Watch
from community.wiki.documents import WikiComment, WikiDraft, WikiFile, WikiPage, WikiRevision, WikiTemplate
from core.records import Record
from notifications.documents import Notification, NotificationGroup, NotificationPreferences, ReadState
from notifications.letters.documents import Letter, LetterPreferences
from notifications.webhooks.documents import Webhook, WebhookDelivery

DOCUMENTS: tuple[type[Document], ...] = (
    *auth.DOCUMENTS,
    Acknowledgement,
    AgencyScope,
    ActionPlan,
    BirthdaySuggestion,
    Answer,
    AnswerBankEntry,
    AssignmentLedger,
    AssignmentOrder,
    AssignmentPolicy,
    AnswerBankMiss,
    BlogPost,
    BlogRevision,
    Brand,
    BusinessCalendar,
    Case,
    CasePresence,
    CaseRules,
    CaseTag,
    Certificate,
    ConductIncident,
    Certification,
    Channel,
    Comment,
    Consultation,
    Conversation,
    Course,
    CourseEdition,
    CoverageRule,
    CustomField,
    Customer,
    CustomerClaim,
    CustomerImport,
    Department,
    DiscussionPrompt,
    QuestionCampaign,
    QuestionSketch,
    DraftReview,
    Initiative,
    Risk,
    Assessment,
    Guideline,
    GuidelineEdition,
    Attestation,
    Concern,
    Poll,
    PollVote,
    CompanyValue,
    Kudos,
    AwardedBadge,
    Badge,
    Leaderboard,
    LeaderboardChoice,
    Reward,
    RepresentativeChoice,
    MotiveSurvey,
    Experience,
    ExperienceVisit,
    Benchmark,
    GuidelineTemplate,
    SocialProgramme,
    PointDay,
    PointRules,
    PracticeRun,
    PracticeScenario,
    PracticeScore,
    Enrolment,
    Evidence,
    Handover,
    HelpArticle,
    WikiExport,
    Idea,
    IdeaVote,
    Insight,
    InsightDigest,
    ImportBatch,
    FollowerCount,
    InformationRequest,
    Leave,
    LikenessKeys,
    Letter,
    LetterPreferences,
    LevelRule,
    ListeningAlert,
    ListeningQuery,
    Member,
    Mention,
    Mentorship,
    MentorshipProgramme,
    MergeSuggestion,
    CrmSync,
    MessageTemplate,
    Order,
    MistakeKind,
    ModerationAction,
    ModerationItem,
    Message,
    Notification,
    NewcomerLimits,
    Notice,
    Outcome,
    AnswerHelp,
    PublicAnswerPolicy,
    NotificationGroup,
    NotificationPreferences,
    Pace,
    PhraseBook,
    ToneGuide,
    QualityForm,
    Question,
    Reaction,
    ReadState,
    ReviewPolicy,
    Rotation,
    Shift,
    SampledReply,
    SamplingPolicy,
    SavedDraft,
    Segment,
    SegmentMembership,
    SegmentSnapshot,
    SocialAccount,
    StagedFile,
    Skill,
    Space,
    Standing,
    StrategyOffer,
    WikiComment,
    WikiDraft,
    Webhook,
    WebhookDelivery,
    Watch,
    WikiFile,
    TrackedLink,
    WikiPage,
    WikiRevision,
    WikiTemplate,
    SlaOrder,
    SlaPolicy,
)


def record_collections() -> list[str]:
    """Name the collections whose documents carry pending events: what the relay sweeps."""
    return [document.get_collection_name() for document in DOCUMENTS if issubclass(document, Record)]
