"""What can be asked of the staff schema."""

from typing import Annotated

import strawberry

from care.reading.cases import count_cases, list_cases
from community.listing import UNFILTERED
from community.reading import count_questions, list_questions
from core.errors import InvalidInput
from core.paging import MOST, Window
from schema.connections import Connection
from schema.context import Info
from schema.directives import list_size
from schema.nodes import Node
from schema.paging import paged, pages
from schema.staff.answer_bank import AnswerBankQueries
from schema.staff.answer_bank_misses import AnswerBankMissQueries
from schema.staff.assignment import AssignmentQueries
from schema.staff.audience import AudienceQueries
from schema.staff.badges import BadgeQueries
from schema.staff.benchmarks import BenchmarkQueries
from schema.staff.birthdays import BirthdayQueries
from schema.staff.blog_queries import BlogQueries
from schema.staff.brand_queries import BrandQueries
from schema.staff.calm import CalmQueries
from schema.staff.case_rules import CaseRuleQueries
from schema.staff.cases import Case
from schema.staff.casework import CaseworkQueries
from schema.staff.certificates import CertificateQueries
from schema.staff.channel_queries import ChannelQueries
from schema.staff.claims import ClaimQueries
from schema.staff.comparators import condition_of
from schema.staff.competence import CompetenceQueries
from schema.staff.conduct_incidents import ConductIncidentQueries
from schema.staff.courses import CourseQueries
from schema.staff.crm_syncs import CrmSyncQueries
from schema.staff.custom_fields import CustomFieldQueries
from schema.staff.customer_queries import CustomerQueries
from schema.staff.desk import ExpertDesk
from schema.staff.directory import DirectoryQueries
from schema.staff.draft_reviews import CoachingQueries
from schema.staff.enrolments import EnrolmentQueries
from schema.staff.events import Event, events_since
from schema.staff.experiences import ExperienceQueries
from schema.staff.filters import (
    CaseFilter,
    CaseOrder,
    QuestionFilter,
    QuestionOrder,
    case_selection,
    order_of_questions,
)
from schema.staff.going_live import GoLiveQueries
from schema.staff.governance import GovernanceQueries
from schema.staff.guideline_templates import GuidelineTemplateQueries
from schema.staff.help_articles import HelpArticleQueries
from schema.staff.idea_queries import IdeaQueries
from schema.staff.imports import ImportQueries
from schema.staff.information import InformationQueries
from schema.staff.insights import InsightQueries
from schema.staff.kudos import KudosQueries
from schema.staff.leaderboards import LeaderboardQueries
from schema.staff.listening import ListeningQueries
from schema.staff.listening_alerts import ListeningAlertQueries
from schema.staff.mention_queries import MentionQueries
from schema.staff.mentorships import MentorshipQueries
from schema.staff.message_templates import MessageTemplateQueries
from schema.staff.mistakes import MistakeQueries
from schema.staff.moderation import ModerationQueries
from schema.staff.motive_surveys import MotiveSurveyQueries
from schema.staff.networks import NetworkQueries
from schema.staff.notification_groups import NotificationGroupQueries
from schema.staff.notification_preferences import NotificationPreferenceQueries
from schema.staff.notifications import Notification, list_page
from schema.staff.outcomes import OutcomeQueries
from schema.staff.peer_answers import PeerAnswerQueries
from schema.staff.peers import PeerQueries
from schema.staff.phrase_books import PhraseBookQueries
from schema.staff.points import PointQueries
from schema.staff.practice import PracticeQueries
from schema.staff.presence_map import PresenceMapQueries
from schema.staff.previews import PreviewQueries
from schema.staff.procedures import ProcedureQueries
from schema.staff.prompts import PromptQueries
from schema.staff.prospects import ProspectQueries
from schema.staff.quality import QualityQueries
from schema.staff.question_drafts import QuestionDraftQueries
from schema.staff.questions import Question
from schema.staff.reach import require_staff
from schema.staff.reply_checks import ReplyCheckQueries
from schema.staff.reports import ReportQueries
from schema.staff.review_policy import ReviewPolicyQueries
from schema.staff.rewards import RewardQueries
from schema.staff.sampling import SamplingQueries
from schema.staff.searching import SearchQueries
from schema.staff.segments import SegmentQueries
from schema.staff.service_levels import ServiceLevelQueries
from schema.staff.shift_queries import ShiftQueries
from schema.staff.social_accounts import SocialAccountQueries
from schema.staff.social_programmes import SocialProgrammeQueries
from schema.staff.space_queries import SpaceQueries
from schema.staff.standings import StandingQueries
from schema.staff.strategies import StrategyQueries
from schema.staff.tone_guide import ToneGuideQueries
from schema.staff.tracked_links import TrackedLinkQueries
from schema.staff.training_investment import TrainingInvestmentQueries
from schema.staff.twins import MergeSuggestionQueries
from schema.staff.value_mapping import ValueMappingQueries
from schema.staff.viewer import Viewer
from schema.staff.webhooks import WebhookQueries
from schema.staff.wiki_drafts import WikiDraftQueries
from schema.staff.wiki_exports import WikiExportQueries
from schema.staff.wiki_queries import WikiQueries
from schema.staff.wiki_templates import WikiTemplateQueries

Filtered = strawberry.argument(description="Which ones; absent: all that the viewer may see.")
Ordered = strawberry.argument(description="In which order.")


@strawberry.type(description="What can be asked.")
class Query(
    SearchQueries,
    PreviewQueries,
    AssignmentQueries,
    CaseworkQueries,
    CaseRuleQueries,
    CrmSyncQueries,
    MessageTemplateQueries,
    MistakeQueries,
    CustomFieldQueries,
    CustomerQueries,
    AudienceQueries,
    SegmentQueries,
    PresenceMapQueries,
    SocialAccountQueries,
    TrackedLinkQueries,
    MergeSuggestionQueries,
    ClaimQueries,
    CoachingQueries,
    GovernanceQueries,
    CourseQueries,
    TrainingInvestmentQueries,
    ConductIncidentQueries,
    SamplingQueries,
    QualityQueries,
    StandingQueries,
    CertificateQueries,
    EnrolmentQueries,
    PracticeQueries,
    ProcedureQueries,
    MentionQueries,
    MentorshipQueries,
    ReviewPolicyQueries,
    InformationQueries,
    ImportQueries,
    ProspectQueries,
    PhraseBookQueries,
    ToneGuideQueries,
    AnswerBankQueries,
    AnswerBankMissQueries,
    ReportQueries,
    PeerQueries,
    ServiceLevelQueries,
    WikiDraftQueries,
    BirthdayQueries,
    BlogQueries,
    WebhookQueries,
    IdeaQueries,
    OutcomeQueries,
    PeerAnswerQueries,
    InsightQueries,
    ModerationQueries,
    CalmQueries,
    PromptQueries,
    QuestionDraftQueries,
    WikiQueries,
    StrategyQueries,
    HelpArticleQueries,
    WikiExportQueries,
    SpaceQueries,
    NetworkQueries,
    DirectoryQueries,
    WikiTemplateQueries,
    ShiftQueries,
    BrandQueries,
    ListeningAlertQueries,
    ListeningQueries,
    ChannelQueries,
    GoLiveQueries,
    ReplyCheckQueries,
    NotificationGroupQueries,
    NotificationPreferenceQueries,
    KudosQueries,
    PointQueries,
    MotiveSurveyQueries,
    ExperienceQueries,
    BenchmarkQueries,
    GuidelineTemplateQueries,
    ValueMappingQueries,
    SocialProgrammeQueries,
    CompetenceQueries,
    BadgeQueries,
    LeaderboardQueries,
    RewardQueries,
):
    """What can be asked."""

    @strawberry.field(description="Who is asking, and what is theirs.")
    def viewer(self, info: Info) -> Viewer:
        """Show who is asking."""
        return Viewer.of(info)

    @strawberry.field(description="An object by its id; null when the viewer may not know of it, and when there is none.")
    async def node(self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="The id.")]) -> Node | None:
        """Give an object."""
        found: Node | None = (await info.context.reach_node(info.context, [id]))[0]
        return found

    @strawberry.field(
        description="Objects by their ids, in the same order, null for those the viewer may not know of.",
        directives=list_size(MOST),
    )
    async def nodes(
        self, info: Info, ids: Annotated[list[strawberry.ID], strawberry.argument(description="The ids, at most 100.")]
    ) -> list[Node | None]:
        """Give objects."""
        return await info.context.reach_node(info.context, ids)

    @paged("Cases; without an order the newest first.", graphql_type=Connection[Case])
    async def cases(
        self,
        info: Info,
        window: Window,
        filter: Annotated[CaseFilter | None, Filtered] = strawberry.UNSET,
        order_by: Annotated[CaseOrder | None, Ordered] = strawberry.UNSET,
    ) -> object:
        """Give a page of cases."""
        require_staff(info)
        actor, selection = info.context.actor, case_selection(filter, order_by)
        return pages(info, await list_cases(actor, selection, window=window), count=lambda: count_cases(actor, selection))

    @paged("Questions; without an order the newest first.", graphql_type=Connection[Question])
    async def questions(
        self,
        info: Info,
        window: Window,
        filter: Annotated[QuestionFilter | None, Filtered] = strawberry.UNSET,
        order_by: Annotated[QuestionOrder | None, Ordered] = strawberry.UNSET,
    ) -> object:
        """Give a page of questions."""
        require_staff(info)
        actor, order = info.context.actor, order_of_questions(order_by)
        condition = condition_of(filter) if filter else UNFILTERED
        found = await list_questions(actor, condition=condition, order=order, window=window)
        return pages(info, found, count=lambda: count_questions(actor, condition=condition, order=order))

    @strawberry.field(description="What waits for the viewer as an expert; null for callers that are no member.")
    def expert_desk(self, info: Info) -> ExpertDesk | None:
        """Give the viewer's desk."""
        member_id = info.context.actor.member_id
        return ExpertDesk(member_id=member_id) if member_id is not None else None

    @paged("What the viewer was told, newest first.", graphql_type=Connection[Notification])
    async def notifications(self, info: Info, window: Window) -> object:
        """Give a page of notifications."""
        return await list_page(info, window)

    @strawberry.field(
        description="What happened since a cursor; CURSOR_EXPIRED when that is too long ago, and the state must be fetched anew.",
        graphql_type=Connection[Event],
    )
    async def events_since(
        self,
        info: Info,
        cursor: Annotated[str, strawberry.argument(description="From `viewer.eventCursor`, an event, or the page before.")],
        first: Annotated[int | None, strawberry.argument(description="At most so many events, 1 to 100.")] = 20,
    ) -> object:
        """Give the events since a cursor."""
        require_staff(info)
        wanted = 20 if first is None else first
        if not 1 <= wanted <= MOST:
            raise InvalidInput(f"Ask for 1 to {MOST} events; `first` is {wanted}.", path=("first",))
        return await events_since(info.context, cursor, wanted)
