"""Which type of the schema shows which document; the one module that knows them all."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from care.documents import (
    answer_bank,
    assignment,
    birthdays,
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
    links,
    listening,
    misses,
    mistakes,
    obligations,
    orders,
    phrases,
    prospects,
    segments,
    service_levels,
    shifts,
    social_accounts,
    standing,
    syncs,
    templates,
    tone,
    twins,
)
from care.duty import Plan, plan_of_shift
from care.experiences import documents as experience_documents
from care.reading.customers import MergedCustomer
from care.reading.timelines import Happened
from coaching import documents as coaching
from coaching.courses import documents as courses
from coaching.governance import benchmark_documents as benchmarks
from coaching.governance import documents as governance
from coaching.governance import programme_documents as programmes
from coaching.governance import survey_documents as surveys
from coaching.incidents import documents as incidents
from coaching.mentorships import documents as mentoring
from coaching.practice import documents as practice
from coaching.quality import documents as quality
from coaching.recognition import badge_documents as badges
from coaching.recognition import documents as recognition
from coaching.recognition import leaderboard_documents as leaderboards
from coaching.recognition import points_documents as points
from coaching.recognition import representative_documents as representatives
from community import documents as community
from community.blog import documents as blog
from community.exports import documents as exports
from community.help import documents as customers_help
from community.ideas import documents as ideas
from community.insights import documents as insights
from community.kudos import documents as kudos
from community.moderation import documents as moderation
from community.polls import documents as polls
from community.procedures import documents as procedures
from community.procedures import template_documents as guideline_templates
from community.prompts import documents as prompts
from community.sketches import documents as sketches
from community.spaces import documents as spaces
from community.strategies import documents as strategies
from community.turns import documents as turns
from community.wiki import documents as wiki
from core.errors import InvalidInput
from core.paging import MOST
from notifications import documents as notifications
from notifications.webhooks import documents as webhooks
from schema.context import Context
from schema.staff.answer_bank import AnswerBankEntry
from schema.staff.answer_bank_misses import AnswerBankMiss
from schema.staff.assignment import AssignmentPolicy, AssignmentPolicyOrder
from schema.staff.badges import Badge
from schema.staff.benchmarks import Benchmark
from schema.staff.birthdays import BirthdaySuggestion
from schema.staff.blog import BlogPost, BlogRevision
from schema.staff.brand_queries import AgencyScope
from schema.staff.brands import Brand
from schema.staff.business_calendars import BusinessCalendar
from schema.staff.calm import NewcomerLimits
from schema.staff.case_rules import CaseRules
from schema.staff.cases import Case, Obligation, SuggestionsFor
from schema.staff.certificates import Certificate, Certification
from schema.staff.channels import Channel
from schema.staff.claims import CustomerClaim
from schema.staff.comments import Comment
from schema.staff.competence import RepresentativeChoice
from schema.staff.conduct_incidents import ConductIncident
from schema.staff.consultations import Consultation
from schema.staff.courses import Course
from schema.staff.crm_syncs import CrmSync
from schema.staff.custom_fields import CustomField
from schema.staff.customers import Customer, CustomerMerge
from schema.staff.draft_reviews import DraftReview
from schema.staff.enrolments import Enrolment
from schema.staff.experiences import Experience
from schema.staff.governance import Initiative, ReadinessAssessment, Risk
from schema.staff.guideline_templates import GuidelineTemplate
from schema.staff.help_articles import HelpArticle
from schema.staff.ideas import Idea
from schema.staff.imports import CustomerImport
from schema.staff.information import InformationRequest
from schema.staff.insights import Insight, InsightDigest
from schema.staff.kudos import CompanyValue, Kudos
from schema.staff.leaderboards import Leaderboard
from schema.staff.listening import ListeningQuery, Mention
from schema.staff.listening_alerts import ListeningAlert
from schema.staff.members import Department, ExpertEvidence, Member, Skill
from schema.staff.mentorships import Mentorship, MentorshipProgramme
from schema.staff.message_templates import MessageTemplate
from schema.staff.messages import Conversation, Message
from schema.staff.mistakes import MistakeKind
from schema.staff.moderation import ModerationAction, ModerationItem
from schema.staff.motive_surveys import MotiveSurvey
from schema.staff.notification_groups import NotificationGroup, NotificationReadState
from schema.staff.notification_preferences import NotificationPreferences
from schema.staff.notifications import Notification
from schema.staff.orders import Order
from schema.staff.phrase_books import PhraseBook
from schema.staff.points import PointRules
from schema.staff.polls import Poll
from schema.staff.practice import PracticeRun, PracticeScenario, PracticeScore
from schema.staff.procedures import Attestation, Concern, Guideline, GuidelineEdition
from schema.staff.prompts import DiscussionPrompt, QuestionCampaign
from schema.staff.prospects import ActionPlan
from schema.staff.quality import QualityForm
from schema.staff.question_drafts import QuestionDraft
from schema.staff.questions import Answer, Question
from schema.staff.reach import reach
from schema.staff.review_policy import ReviewPolicy
from schema.staff.rewards import Reward
from schema.staff.sampling import SampledReply, SamplingPolicy
from schema.staff.saved_drafts import SavedDraft
from schema.staff.segments import Segment, SegmentSnapshot
from schema.staff.service_levels import SlaPolicy, SlaPolicyOrder
from schema.staff.shifts import CoverageRule, Handover, Leave, Rotation, Shift
from schema.staff.social_accounts import FollowerCount, SocialAccount
from schema.staff.social_programmes import SocialProgramme
from schema.staff.spaces import Space
from schema.staff.standings import LevelRule, Standing
from schema.staff.strategies import StrategyOffer
from schema.staff.suggestions import CaseSuggestions
from schema.staff.timelines import TimelineEntry
from schema.staff.tone_guide import ToneGuide
from schema.staff.tracked_links import TrackedLink
from schema.staff.twins import MergeSuggestion
from schema.staff.webhooks import Webhook, WebhookDelivery
from schema.staff.wiki import WikiPage, WikiRevision
from schema.staff.wiki_comments import WikiComment
from schema.staff.wiki_drafts import WikiDraft
from schema.staff.wiki_exports import WikiExport
from schema.staff.wiki_files import WikiFile
from schema.staff.wiki_templates import WikiTemplate


def _owed(pair: tuple[cases.Case, obligations.Obligation]) -> Obligation:
    return Obligation.of_case(*pair)


_SHOWN: Final[Mapping[type, Callable[[Any], Any]]] = {
    answer_bank.AnswerBankEntry: AnswerBankEntry.from_document,
    assignment.AssignmentOrder: AssignmentPolicyOrder.from_document,
    assignment.AssignmentPolicy: AssignmentPolicy.from_document,
    birthdays.BirthdaySuggestion: BirthdaySuggestion.from_document,
    blog.BlogPost: BlogPost.from_document,
    blog.BlogRevision: BlogRevision.from_document,
    case_rules.CaseRules: CaseRules.from_document,
    cases.Case: Case.from_document,
    channels.Channel: Channel.from_document,
    coaching.DraftReview: DraftReview.from_document,
    coaching.ReviewPolicy: ReviewPolicy.from_document,
    incidents.ConductIncident: ConductIncident.from_document,
    mentoring.Mentorship: Mentorship.from_document,
    mentoring.MentorshipProgramme: MentorshipProgramme.from_document,
    polls.Poll: Poll.from_document,
    prompts.DiscussionPrompt: DiscussionPrompt.from_document,
    sketches.QuestionSketch: QuestionDraft.from_document,
    prompts.QuestionCampaign: QuestionCampaign.from_document,
    kudos.Kudos: Kudos.from_document,
    points.PointRules: PointRules.from_document,
    badges.Badge: Badge.from_document,
    leaderboards.Leaderboard: Leaderboard.from_document,
    leaderboards.Reward: Reward.from_document,
    representatives.RepresentativeChoice: RepresentativeChoice.from_document,
    programmes.SocialProgramme: SocialProgramme.from_document,
    surveys.MotiveSurvey: MotiveSurvey.from_document,
    experience_documents.Experience: Experience.from_document,
    benchmarks.Benchmark: Benchmark.from_document,
    guideline_templates.GuidelineTemplate: GuidelineTemplate.from_document,
    recognition.CompanyValue: CompanyValue.from_document,
    practice.PracticeRun: PracticeRun.from_document,
    procedures.Attestation: Attestation.from_document,
    quality.QualityForm: QualityForm.from_document,
    coaching.SampledReply: SampledReply.from_document,
    standing.SamplingPolicy: SamplingPolicy.from_document,
    standing.LevelRule: LevelRule.from_document,
    standing.Standing: Standing.from_document,
    standing.Certificate: Certificate.from_document,
    standing.Certification: Certification.from_document,
    courses.Course: Course.from_document,
    courses.Enrolment: Enrolment.from_document,
    governance.Assessment: ReadinessAssessment.from_document,
    governance.Initiative: Initiative.from_document,
    governance.Risk: Risk.from_document,
    procedures.Concern: Concern.from_document,
    procedures.GuidelineEdition: GuidelineEdition.from_document,
    procedures.Guideline: Guideline.from_document,
    practice.PracticeScenario: PracticeScenario.from_document,
    practice.PracticeScore: PracticeScore.from_document,
    community.Answer: Answer.from_document,
    community.Comment: Comment.from_document,
    community.Department: Department.from_document,
    community.Evidence: ExpertEvidence.from_document,
    community.Member: Member.from_document,
    community.Question: Question.from_document,
    community.Skill: Skill.from_document,
    twins.MergeSuggestion: MergeSuggestion.from_document,
    links.TrackedLink: TrackedLink.from_document,
    social_accounts.SocialAccount: SocialAccount.from_document,
    social_accounts.FollowerCount: FollowerCount.from_document,
    segments.Segment: Segment.from_document,
    segments.SegmentSnapshot: SegmentSnapshot.from_document,
    consultations.Consultation: Consultation.from_document,
    conversations.Conversation: Conversation.from_document,
    conversations.Message: Message.from_document,
    claims.CustomerClaim: CustomerClaim.from_document,
    custom_fields.CustomField: CustomField.from_document,
    customers.Customer: Customer.from_document,
    MergedCustomer: lambda merged: CustomerMerge.of(merged.duplicate),
    customers_help.HelpArticle: HelpArticle.from_document,
    ideas.Idea: Idea.from_document,
    insights.Insight: Insight.from_document,
    insights.InsightDigest: InsightDigest.from_document,
    moderation.ModerationAction: ModerationAction.from_document,
    turns.NewcomerLimits: NewcomerLimits.from_document,
    moderation.ModerationItem: ModerationItem.from_document,
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
    notifications.NotificationGroup: NotificationGroup.from_document,
    notifications.NotificationPreferences: NotificationPreferences.from_document,
    notifications.ReadState: NotificationReadState.from_document,
    webhooks.Webhook: Webhook.from_document,
    webhooks.WebhookDelivery: WebhookDelivery.from_document,
    service_levels.BusinessCalendar: BusinessCalendar.from_document,
    syncs.CrmSync: CrmSync.from_document,
    orders.Order: Order.from_document,
    templates.MessageTemplate: MessageTemplate.from_document,
    Happened: TimelineEntry.of,
    mistakes.MistakeKind: MistakeKind.from_document,
    misses.AnswerBankMiss: AnswerBankMiss.from_document,
    phrases.PhraseBook: PhraseBook.from_document,
    tone.ToneGuide: ToneGuide.from_document,
    service_levels.SlaOrder: SlaPolicyOrder.from_document,
    service_levels.SlaPolicy: SlaPolicy.from_document,
    spaces.Space: Space.from_document,
    strategies.StrategyOffer: StrategyOffer.from_document,
    wiki.WikiComment: WikiComment.from_document,
    wiki.WikiDraft: WikiDraft.from_document,
    exports.WikiExport: WikiExport.from_document,
    wiki.WikiFile: WikiFile.from_document,
    wiki.WikiPage: WikiPage.from_document,
    wiki.WikiRevision: WikiRevision.from_document,
    wiki.WikiTemplate: WikiTemplate.from_document,
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
