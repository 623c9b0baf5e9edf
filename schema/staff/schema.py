"""The staff schema, put together."""

from datetime import datetime
from typing import Any

import strawberry
from strawberry.schema.config import StrawberryConfig

from schema.execution.guarded import GuardedSchema
from schema.scalars import DATE_TIME
from schema.staff.answer_bank_misses import AnswerBankMissMutations
from schema.staff.answer_bank_mutations import AnswerBankMutations
from schema.staff.assignment_mutations import AssignmentMutations
from schema.staff.badges import BadgeMutations
from schema.staff.benchmarks import BenchmarkMutations
from schema.staff.birthdays import BirthdayMutations
from schema.staff.blog_mutations import BlogMutations
from schema.staff.brand_mutations import BrandMutations
from schema.staff.calm_mutations import CalmMutations
from schema.staff.case_mutations import CaseMutations
from schema.staff.case_rule_mutations import CaseRuleMutations
from schema.staff.casework_mutations import CaseworkMutations
from schema.staff.certificate_mutations import CertificateMutations
from schema.staff.channel_mutations import ChannelMutations
from schema.staff.claim_mutations import ClaimMutations
from schema.staff.closing_mutations import ClosingMutations
from schema.staff.comment_mutations import CommentMutations
from schema.staff.competence import CompetenceMutations
from schema.staff.conduct_incidents import ConductIncidentMutations
from schema.staff.consultation_mutations import ConsultationMutations
from schema.staff.contact_mutations import ContactMutations
from schema.staff.course_mutations import CourseMutations
from schema.staff.crm_syncs import CrmSyncMutations
from schema.staff.custom_field_mutations import CustomFieldMutations
from schema.staff.customer_mutations import CustomerMutations
from schema.staff.department_mutations import DepartmentMutations
from schema.staff.directory import DirectoryMutations
from schema.staff.draft_review_mutations import DraftReviewMutations
from schema.staff.endorsement_mutations import EndorsementMutations
from schema.staff.experience_mutations import ExperienceMutations
from schema.staff.going_live_mutations import GoLiveMutations
from schema.staff.governance_mutations import GovernanceMutations
from schema.staff.guideline_templates import GuidelineTemplateMutations
from schema.staff.help_articles import HelpArticleMutations
from schema.staff.idea_mutations import IdeaMutations
from schema.staff.imports import ImportMutations
from schema.staff.information_mutations import InformationMutations
from schema.staff.insight_mutations import InsightMutations
from schema.staff.keeping_mutations import KeepingMutations
from schema.staff.kudos_mutations import KudosMutations
from schema.staff.leaderboards import LeaderboardMutations
from schema.staff.listening_alert_mutations import ListeningAlertMutations
from schema.staff.listening_mutations import ListeningMutations
from schema.staff.member_mutations import MemberMutations
from schema.staff.members import Department, Skill
from schema.staff.mentorship_mutations import MentorshipMutations
from schema.staff.merge_mutations import MergeMutations
from schema.staff.message_template_mutations import MessageTemplateMutations
from schema.staff.mistake_mutations import MistakeMutations
from schema.staff.moderation_mutations import ModerationMutations
from schema.staff.motive_surveys import MotiveSurveyMutations
from schema.staff.notification_groups import NotificationMutations
from schema.staff.notification_preferences import NotificationPreferenceMutations
from schema.staff.orders import OrderMutations
from schema.staff.outreach_mutations import OutreachMutations
from schema.staff.phrase_books import PhraseBookMutations
from schema.staff.points import PointMutations
from schema.staff.polls import PollMutations
from schema.staff.practice_mutations import PracticeMutations
from schema.staff.practice_score_mutations import PracticeScoreMutations
from schema.staff.presence_mutations import PresenceMutations
from schema.staff.procedure_mutations import ProcedureMutations
from schema.staff.prompt_mutations import PromptMutations
from schema.staff.prospects import ProspectMutations
from schema.staff.quality_mutations import QualityMutations
from schema.staff.queries import Query
from schema.staff.question_drafts import QuestionDraftMutations
from schema.staff.question_mutations import QuestionMutations
from schema.staff.reachability_mutations import ReachabilityMutations
from schema.staff.reaction_mutations import ReactionMutations
from schema.staff.reply_mutations import ReplyMutations
from schema.staff.reply_sources import PublicCreditMutations
from schema.staff.retraction_mutations import RetractionMutations
from schema.staff.review_policy import ReviewPolicyMutations
from schema.staff.rewards import RewardMutations
from schema.staff.sampling import SamplingMutations
from schema.staff.segment_mutations import SegmentMutations
from schema.staff.service_level_mutations import ServiceLevelMutations
from schema.staff.shift_mutations import ShiftMutations
from schema.staff.social_accounts import SocialAccountMutations
from schema.staff.social_programmes import SocialProgrammeMutations
from schema.staff.space_mutations import SpaceMutations
from schema.staff.standings import StandingMutations
from schema.staff.strategy_mutations import StrategyMutations
from schema.staff.subscriptions import Subscription
from schema.staff.tone_guide import ToneGuideMutations
from schema.staff.tracked_links import TrackedLinkMutations
from schema.staff.twin_mutations import MergeSuggestionMutations
from schema.staff.value_mapping import ValueMappingMutations
from schema.staff.viewer import ViewerMutations
from schema.staff.watch_mutations import WatchMutations
from schema.staff.webhook_mutations import WebhookMutations
from schema.staff.wiki_approval_mutations import WikiApprovalMutations
from schema.staff.wiki_comment_mutations import WikiCommentMutations
from schema.staff.wiki_draft_mutations import WikiDraftMutations
from schema.staff.wiki_exports import WikiExportMutations
from schema.staff.wiki_files import WikiFileMutations
from schema.staff.wiki_imports import WikiImportMutations
from schema.staff.wiki_mutations import WikiMutations
from schema.staff.wiki_template_mutations import WikiTemplateMutations


@strawberry.type(description="What can be done.")
class Mutation(
    KudosMutations,
    PointMutations,
    MotiveSurveyMutations,
    ExperienceMutations,
    BenchmarkMutations,
    GuidelineTemplateMutations,
    ValueMappingMutations,
    SocialProgrammeMutations,
    CompetenceMutations,
    BadgeMutations,
    LeaderboardMutations,
    RewardMutations,
    CaseMutations,
    AssignmentMutations,
    CaseworkMutations,
    CaseRuleMutations,
    MessageTemplateMutations,
    MistakeMutations,
    CustomFieldMutations,
    PresenceMutations,
    MergeMutations,
    ReplyMutations,
    PublicCreditMutations,
    DirectoryMutations,
    MemberMutations,
    RetractionMutations,
    CrmSyncMutations,
    OrderMutations,
    OutreachMutations,
    DepartmentMutations,
    ContactMutations,
    ConsultationMutations,
    QuestionMutations,
    CommentMutations,
    ClosingMutations,
    KeepingMutations,
    AnswerBankMutations,
    ViewerMutations,
    DraftReviewMutations,
    GovernanceMutations,
    CourseMutations,
    SamplingMutations,
    QualityMutations,
    StandingMutations,
    CertificateMutations,
    MentorshipMutations,
    ConductIncidentMutations,
    ReviewPolicyMutations,
    PracticeMutations,
    ProcedureMutations,
    PracticeScoreMutations,
    NotificationMutations,
    NotificationPreferenceMutations,
    InformationMutations,
    ImportMutations,
    ProspectMutations,
    ServiceLevelMutations,
    BirthdayMutations,
    BlogMutations,
    WebhookMutations,
    WatchMutations,
    ReactionMutations,
    GoLiveMutations,
    IdeaMutations,
    InsightMutations,
    HelpArticleMutations,
    ModerationMutations,
    CalmMutations,
    PollMutations,
    PromptMutations,
    QuestionDraftMutations,
    WikiMutations,
    StrategyMutations,
    SpaceMutations,
    EndorsementMutations,
    WikiApprovalMutations,
    WikiCommentMutations,
    WikiDraftMutations,
    WikiFileMutations,
    WikiImportMutations,
    WikiExportMutations,
    WikiTemplateMutations,
    CustomerMutations,
    ClaimMutations,
    ReachabilityMutations,
    SegmentMutations,
    SocialAccountMutations,
    TrackedLinkMutations,
    MergeSuggestionMutations,
    ShiftMutations,
    BrandMutations,
    ListeningAlertMutations,
    ListeningMutations,
    ChannelMutations,
    PhraseBookMutations,
    ToneGuideMutations,
    AnswerBankMissMutations,
):
    """What can be done."""


def staff_schema(**options: Any) -> GuardedSchema:
    """Build the schema of `/graphql`; takes what GuardedSchema takes."""
    config = StrawberryConfig(scalar_map={datetime: DATE_TIME})
    return GuardedSchema(Query, mutation=Mutation, subscription=Subscription, types=[Department, Skill], config=config, **options)
