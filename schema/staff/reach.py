"""Reading any object by its id, whatever its kind: one batched read behind each kind's gate."""

from collections.abc import Mapping
from typing import Any, Final

from auth.actor import Actor, ActorKind
from care.birthdays.reading import suggestions_by_ids as birthdays_by_ids
from care.brands.reading import brands_by_ids
from care.cases.custom_fields import custom_fields_by_ids
from care.cases.mistake_kinds import mistake_kinds_by_ids
from care.experiences.reading import experiences_by_ids
from care.reading.answer_bank import entries_by_ids
from care.reading.assignment import assignment_policies_by_ids
from care.reading.cases import cases_by_ids, obligations_by_ids
from care.reading.claims import claims_by_ids
from care.reading.consultations import consultations_by_ids
from care.reading.conversations import channels_by_ids, conversations_by_ids, messages_by_ids
from care.reading.customers import customers_by_ids, merges_by_ids
from care.reading.imports import imports_by_ids
from care.reading.information import information_by_ids
from care.reading.links import links_by_ids
from care.reading.listening import alerts_by_ids, mentions_by_ids, queries_by_ids
from care.reading.misses import misses_by_ids
from care.reading.orders import orders_by_ids
from care.reading.prospects import plans_by_ids as action_plans_by_ids
from care.reading.segments import segments_by_ids
from care.reading.service_levels import calendars_by_ids, policies_by_ids
from care.reading.shifts import leaves_by_ids, plans_by_ids, rotations_by_ids
from care.reading.social_accounts import accounts_by_ids
from care.reading.twins import suggestions_by_ids
from care.syncs.keeping import syncs_by_ids
from care.templates.keeping import templates_by_ids as message_templates_by_ids
from coaching.courses.reading import courses_by_ids, enrolments_by_ids
from coaching.governance.benchmarks import benchmarks_by_ids
from coaching.governance.programmes import programmes_by_ids as social_programmes_by_ids
from coaching.governance.reading import assessments_by_ids, initiatives_by_ids, risks_by_ids
from coaching.governance.surveys import surveys_by_ids
from coaching.incidents.reading import incidents_by_ids
from coaching.levels.reading import certificates_by_ids, certifications_by_ids
from coaching.levels.sampling import samples_by_ids
from coaching.levels.standings import standings_by_ids
from coaching.mentorships.reading import mentorships_by_ids, programmes_by_ids
from coaching.practice.reading import runs_by_ids, scenarios_by_ids, scores_by_ids
from coaching.reading import reviews_by_ids
from coaching.recognition.badges import badges_by_ids
from coaching.recognition.leaderboards import leaderboards_by_ids
from coaching.recognition.reading import values_by_ids
from coaching.recognition.representatives import choices_by_ids
from coaching.recognition.rewards import rewards_by_ids
from community.blog.reading import posts_by_ids
from community.comment_reading import comments_by_ids
from community.directory import departments_by_ids, members_by_ids, skills_by_ids
from community.exports.exports import exports_by_ids
from community.help.reading import articles_by_ids
from community.ideas.reading import ideas_by_ids
from community.insights.reading import digests_by_ids, insights_by_ids
from community.kudos.reading import kudos_by_ids
from community.moderation.reading import actions_by_ids, items_by_ids
from community.outcomes.outcomes import outcomes_by_ids
from community.polls.reading import polls_by_ids
from community.procedures.reading import attestations_by_ids, concerns_by_ids, guidelines_by_ids
from community.procedures.templates import templates_by_ids as guideline_templates_by_ids
from community.prompts.reading import campaigns_by_ids, prompts_by_ids
from community.reading import answers_by_ids, questions_by_ids
from community.sketches.sketches import sketches_by_ids
from community.spaces.reading import spaces_by_ids
from community.strategies.reading import offers_by_ids
from community.wiki.attachments import files_by_ids
from community.wiki.comments import comments_by_ids as wiki_comments_by_ids
from community.wiki.drafts import drafts_by_ids
from community.wiki.reading import pages_by_ids, revisions_by_ids
from community.wiki.templates import templates_by_ids
from core.errors import Forbidden
from core.ids import prefix_of
from notifications.groups import groups_by_ids
from notifications.reading import notifications_by_ids, read_states_by_ids
from notifications.webhooks.reading import deliveries_by_ids, webhooks_by_ids
from schema.context import BatchRead, Context, Info

READERS: Final[Mapping[str, BatchRead]] = {
    "abe": entries_by_ids,
    "ans": answers_by_ids,
    "asp": assignment_policies_by_ids,
    "bcl": calendars_by_ids,
    "bdy": birthdays_by_ids,
    "case": cases_by_ids,
    "clm": claims_by_ids,
    "cfd": custom_fields_by_ids,
    "chn": channels_by_ids,
    "cmt": comments_by_ids,
    "cnv": conversations_by_ids,
    "con": consultations_by_ids,
    "cus": customers_by_ids,
    "dep": departments_by_ids,
    "dpr": prompts_by_ids,
    "qcm": campaigns_by_ids,
    "drv": reviews_by_ids,
    "ide": ideas_by_ids,
    "ins": insights_by_ids,
    "igd": digests_by_ids,
    "imp": imports_by_ids,
    "inf": information_by_ids,
    "bdg": badges_by_ids,
    "lbd": leaderboards_by_ids,
    "rwd": rewards_by_ids,
    "rch": choices_by_ids,
    "spr": social_programmes_by_ids,
    "mtv": surveys_by_ids,
    "kud": kudos_by_ids,
    "val": values_by_ids,
    "lve": leaves_by_ids,
    "brd": brands_by_ids,
    "lal": alerts_by_ids,
    "lsq": queries_by_ids,
    "mem": members_by_ids,
    "mac": actions_by_ids,
    "men": mentions_by_ids,
    "mod": items_by_ids,
    "mgs": suggestions_by_ids,
    "lnk": links_by_ids,
    "mik": mistake_kinds_by_ids,
    "mis": misses_by_ids,
    "mpr": programmes_by_ids,
    "syn": syncs_by_ids,
    "mtp": message_templates_by_ids,
    "mts": mentorships_by_ids,
    "mrg": merges_by_ids,
    "msg": messages_by_ids,
    "ntf": notifications_by_ids,
    "ntg": groups_by_ids,
    "rds": read_states_by_ids,
    "ord": orders_by_ids,
    "out": outcomes_by_ids,
    "obl": obligations_by_ids,
    "pol": polls_by_ids,
    "pln": action_plans_by_ids,
    "ats": attestations_by_ids,
    "bmk": benchmarks_by_ids,
    "exp": experiences_by_ids,
    "gtp": guideline_templates_by_ids,
    "ccn": concerns_by_ids,
    "ass": assessments_by_ids,
    "gdl": guidelines_by_ids,
    "cft": certificates_by_ids,
    "inc": incidents_by_ids,
    "ctn": certifications_by_ids,
    "crs": courses_by_ids,
    "std": standings_by_ids,
    "smr": samples_by_ids,
    "enr": enrolments_by_ids,
    "ini": initiatives_by_ids,
    "rsk": risks_by_ids,
    "prn": runs_by_ids,
    "psc": scenarios_by_ids,
    "psr": scores_by_ids,
    "pst": posts_by_ids,
    "qdr": sketches_by_ids,
    "qst": questions_by_ids,
    "rot": rotations_by_ids,
    "seg": segments_by_ids,
    "sac": accounts_by_ids,
    "shf": plans_by_ids,
    "skl": skills_by_ids,
    "slp": policies_by_ids,
    "sof": offers_by_ids,
    "hlp": articles_by_ids,
    "spc": spaces_by_ids,
    "wcm": wiki_comments_by_ids,
    "wdr": drafts_by_ids,
    "whd": deliveries_by_ids,
    "whk": webhooks_by_ids,
    "wex": exports_by_ids,
    "wfl": files_by_ids,
    "wik": pages_by_ids,
    "wrv": revisions_by_ids,
    "wtp": templates_by_ids,
}


def is_staff(actor: Actor) -> bool:
    """Tell whether a caller is of the company: a member, or a program of its own."""
    return actor.kind not in {ActorKind.ANONYMOUS, ActorKind.CUSTOMER}


def require_staff(info: Info) -> None:
    """Refuse callers that are not of the company; Forbidden."""
    if not is_staff(info.context.actor):
        raise Forbidden("Sign in as a member of the company.")


async def reach(context: Context, identifier: str | None) -> Any:
    """Give the document behind an id together with all others asked for in this turn.

    None for ids that nobody has, that the viewer may not know of, and for callers that are not of the company.
    """
    read = READERS.get(prefix_of(identifier or ""))
    if read is None or identifier is None or not is_staff(context.actor):
        return None
    return await context.load(read, identifier)
