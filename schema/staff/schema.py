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
from schema.staff.brand_mutations import BrandMutations
from schema.staff.case_mutations import CaseMutations
from schema.staff.case_rule_mutations import CaseRuleMutations
from schema.staff.casework_mutations import CaseworkMutations
from schema.staff.channel_mutations import ChannelMutations
from schema.staff.claim_mutations import ClaimMutations
from schema.staff.consultation_mutations import ConsultationMutations
from schema.staff.contact_mutations import ContactMutations
from schema.staff.custom_field_mutations import CustomFieldMutations
from schema.staff.customer_mutations import CustomerMutations
from schema.staff.imports import ImportMutations
from schema.staff.information_mutations import InformationMutations
from schema.staff.listening_alert_mutations import ListeningAlertMutations
from schema.staff.listening_mutations import ListeningMutations
from schema.staff.members import Department, Skill
from schema.staff.merge_mutations import MergeMutations
from schema.staff.mistake_mutations import MistakeMutations
from schema.staff.outreach_mutations import OutreachMutations
from schema.staff.phrase_books import PhraseBookMutations
from schema.staff.presence_mutations import PresenceMutations
from schema.staff.prospects import ProspectMutations
from schema.staff.queries import Query
from schema.staff.question_mutations import QuestionMutations
from schema.staff.reply_mutations import ReplyMutations
from schema.staff.service_level_mutations import ServiceLevelMutations
from schema.staff.shift_mutations import ShiftMutations
from schema.staff.subscriptions import Subscription
from schema.staff.viewer import ViewerMutations
from schema.staff.wiki_mutations import WikiMutations


@strawberry.type(description="What can be done.")
class Mutation(
    CaseMutations,
    AssignmentMutations,
    CaseworkMutations,
    CaseRuleMutations,
    MistakeMutations,
    CustomFieldMutations,
    PresenceMutations,
    MergeMutations,
    ReplyMutations,
    OutreachMutations,
    ContactMutations,
    ConsultationMutations,
    QuestionMutations,
    AnswerBankMutations,
    ViewerMutations,
    InformationMutations,
    ImportMutations,
    ProspectMutations,
    ServiceLevelMutations,
    WikiMutations,
    CustomerMutations,
    ClaimMutations,
    ShiftMutations,
    BrandMutations,
    ListeningAlertMutations,
    ListeningMutations,
    ChannelMutations,
    PhraseBookMutations,
    AnswerBankMissMutations,
):
    """What can be done."""


def staff_schema(**options: Any) -> GuardedSchema:
    """Build the schema of `/graphql`; takes what GuardedSchema takes."""
    config = StrawberryConfig(scalar_map={datetime: DATE_TIME})
    return GuardedSchema(Query, mutation=Mutation, subscription=Subscription, types=[Department, Skill], config=config, **options)
