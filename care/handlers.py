"""What care does upon events: the follow-ups of its own writes, should the process that made them have died, and answers."""

from care import answer_bank, consultations, information, merging, misses, saved_drafts
from care.assignment.assigning import assign, queue_look
from care.audience import reactions as reachability
from care.audience.interests import learn_interests
from care.birthdays.suggesting import forget_birthdays
from care.brands.events import AgencyScopeSet, ChannelBrandSet
from care.brands.scopes import follow_brands, follow_scope
from care.cases import tags
from care.cases.events import CaseMerged, CaseSplit, CaseTagged, CaseWoken
from care.cases.last_message import project_last_message
from care.claims.events import ClaimAccepted, ClaimExpired, ConsentWithdrawn, CustomerUpdated
from care.claims.settling import forget_personal, settle_claims
from care.documents.cases import Case
from care.documents.channels import Channel, Environment
from care.documents.consultations import Consultation
from care.documents.conversations import Message
from care.documents.cycles import CycleOutcome
from care.documents.syncs import CrmSync
from care.events import (
    CaseClosed,
    CaseOpened,
    CaseReopened,
    ConsultationDeclined,
    ConsultationDelegated,
    CustomerMerged,
    CustomerMergeUndone,
    ExpertsConsulted,
    MessageChanged,
    MessageReceived,
    NoteAdded,
    ReplyHeld,
    ReplyQueued,
    ReplyReleased,
    ReplyScheduled,
    ReplyUndone,
    VerdictRecorded,
)
from care.follow_ups import follow_up_incoming, follow_up_merge, follow_up_outgoing, follow_up_split, take_back
from care.going_live.events import ChannelProbeAsked
from care.going_live.probing import follow_up_probe
from care.imports.events import CustomerImportCreated
from care.imports.starting import follow_up_import
from care.jobs import EXPORT, jobs
from care.listening.alerts import judge
from care.listening.earlier import queue_search
from care.listening.events import EarlierMessagesAsked
from care.listening.mentions import find_mentions
from care.prospects.events import ActionPlanClosed
from care.prospects.finding import find_prospect
from care.prospects.planning import settle_plan
from care.request_notices import tell_of_reply
from care.retractions.asking import follow_up_retraction
from care.retractions.events import MessageRetracted, RetractionAsked
from care.retractions.settling import settle_retracted
from care.segments import reactions as segments
from care.shifts.events import LeaveSaved, RotationSaved, ShiftCancelled, ShiftPlanned
from care.skill_merging import follow_skill_merge
from care.syncs.events import CrmSyncStarted
from care.syncs.starting import follow_up_sync as follow_up_crm_sync
from care.templates.events import TemplateSyncAsked
from care.templates.synchronising import follow_up_sync
from care.twins import reactions as twins
from community.documents import Answer, EvidenceKind, Question
from community.events import AnswerAccepted, AnswerGiven, SkillMerged
from community.experts import record_evidence
from community.exports.events import WikiExportStarted
from community.skill_claims import settle_skill_claims
from core.events import Recorded
from core.handlers import Handlers
from core.records import by_ids

CASE_SOLVED_WEIGHT = 5.0
"""How much a satisfied customer's word weighs, beside an accepted answer's 3."""


def subscribe(handlers: Handlers) -> None:
    """Put care's reactions into the table."""
    handlers.group("care.follow_ups", start="first").on(CaseOpened, _opened).on(MessageReceived, _received).on(
        ReplyQueued, _replied
    ).on(ReplyHeld, _replied).on(ReplyReleased, _replied).on(NoteAdded, _noted)
    handlers.group("care.waiting_replies", start="first").on(ReplyScheduled, _replied).on(ReplyUndone, _undone)
    handlers.group("care.retractions", start="first").on(RetractionAsked, _retraction_asked).on(MessageRetracted, _retracted)
    handlers.group("care.syncs", start="first").on(CrmSyncStarted, _sync_started)
    handlers.group("care.templates", start="first").on(TemplateSyncAsked, _templates_asked)
    handlers.group("care.probes", start="first").on(ChannelProbeAsked, _probe_asked)
    handlers.group("care.drafts", start="first").on(ReplyQueued, _said).on(ReplyHeld, _said).on(ReplyScheduled, _said)
    handlers.group("care.consultations", start="first").on(ExpertsConsulted, _asked).on(ConsultationDeclined, _handed_on).on(
        ConsultationDelegated, _handed_on
    ).on(AnswerGiven, _answered).on(AnswerAccepted, _accepted).on(CaseClosed, _closed)
    handlers.group("care.answer_bank", start="first").on(ReplyQueued, _used).on(ReplyReleased, _used)
    handlers.group("care.merged_cases", start="first").on(CaseMerged, _merged).on(CaseSplit, _split)
    handlers.group("care.misses", start="first").on(AnswerAccepted, _learned).on(CaseClosed, _unanswerable)
    handlers.group("care.tags", start="first").on(CaseTagged, _tagged)
    handlers.group("care.merging", start="first").on(CustomerMerged, _joined).on(CustomerMergeUndone, _stood_apart)
    handlers.group("care.claims", start="first").on(ClaimAccepted, _claimed).on(ClaimExpired, _claimed).on(
        CustomerUpdated, _claimed
    ).on(ConsentWithdrawn, _withdrawn).on(CustomerMerged, _compared).on(CustomerMergeUndone, _parted)
    handlers.group("care.prospects", start="first").on(ActionPlanClosed, _ended)
    handlers.group("care.exports", start="first").on(WikiExportStarted, _exported)
    handlers.group("care.imports", start="first").on(CustomerImportCreated, _imported)
    handlers.group("care.assignment", start="first").on(CaseOpened, _assign).on(CaseReopened, _assign).on(
        MessageReceived, _assign
    ).on(CaseWoken, _assign).on(ShiftPlanned, _replanned).on(ShiftCancelled, _replanned).on(LeaveSaved, _replanned).on(
        RotationSaved, _replanned
    )
    listening = handlers.group("care.listening", start="first")
    listening.on(CaseOpened, _heard).on(MessageReceived, _heard).on(EarlierMessagesAsked, _search_asked)
    handlers.group("care.scopes", start="first").on(AgencyScopeSet, _scoped).on(ChannelBrandSet, _moved)
    reachability.subscribe(handlers)
    segments.subscribe(handlers)
    twins.subscribe(handlers)
    handlers.group("care.evidence", start="first").on(VerdictRecorded, _judged)
    handlers.group("care.request_notices", start="head").on(MessageChanged, tell_of_reply)
    handlers.group("care.skills", start="first").on(SkillMerged, _skill_merged)


async def _scoped(event: Recorded[AgencyScopeSet]) -> None:
    await follow_scope(event.fact.scope_id)


async def _moved(event: Recorded[ChannelBrandSet]) -> None:
    await follow_brands(event.fact.brand_ids)


async def _opened(event: Recorded[CaseOpened]) -> None:
    if event.fact.message_id is not None:
        await follow_up_incoming(event.fact.case_id, event.fact.message_id)


async def _assign(
    event: Recorded[CaseOpened] | Recorded[CaseReopened] | Recorded[MessageReceived] | Recorded[CaseWoken],
) -> None:
    await assign(event.fact.case_id)


async def _replanned(
    event: Recorded[ShiftPlanned] | Recorded[ShiftCancelled] | Recorded[LeaveSaved] | Recorded[RotationSaved],
) -> None:
    """Have the cases looked at again of whose plan was changed; a shift that was taken over is somebody else's too."""
    fact = event.fact
    await queue_look(event.number, fact.member_id if isinstance(fact, ShiftCancelled | LeaveSaved) else None)


async def _joined(event: Recorded[CustomerMerged]) -> None:
    await merging.settle_absorbed(event.fact.survivor_id)


async def _stood_apart(event: Recorded[CustomerMergeUndone]) -> None:
    await merging.settle_parted(event.fact.customer_id, event.fact.survivor_id, by=event.actor)


async def _claimed(event: Recorded[ClaimAccepted] | Recorded[ClaimExpired] | Recorded[CustomerUpdated]) -> None:
    await settle_claims(event.fact.customer_id)


async def _withdrawn(event: Recorded[ConsentWithdrawn]) -> None:
    await forget_personal(event.fact.customer_id)
    await forget_birthdays(event.fact.customer_id)


async def _compared(event: Recorded[CustomerMerged]) -> None:
    await merging.settle_absorbed(event.fact.survivor_id)
    await settle_claims(event.fact.survivor_id)


async def _parted(event: Recorded[CustomerMergeUndone]) -> None:
    await merging.settle_absorbed(event.fact.survivor_id)
    for one in (event.fact.survivor_id, event.fact.customer_id):
        await settle_claims(one, undone=True)


async def _exported(event: Recorded[WikiExportStarted]) -> None:
    await jobs().add(f"export:{event.fact.export_id}", {"kind": EXPORT, "export_id": event.fact.export_id})


async def _imported(event: Recorded[CustomerImportCreated]) -> None:
    await follow_up_import(event.fact.import_id)


async def _ended(event: Recorded[ActionPlanClosed]) -> None:
    await settle_plan(event.fact.plan_id)


async def _received(event: Recorded[MessageReceived]) -> None:
    await follow_up_incoming(event.fact.case_id, event.fact.message_id)


async def _replied(
    event: Recorded[ReplyQueued] | Recorded[ReplyHeld] | Recorded[ReplyReleased] | Recorded[ReplyScheduled],
) -> None:
    await follow_up_outgoing(event.fact.case_id, event.fact.message_id)


async def _undone(event: Recorded[ReplyUndone]) -> None:
    message = await Message.get(event.fact.message_id)
    if message is not None:
        await take_back(message)


async def _retraction_asked(event: Recorded[RetractionAsked]) -> None:
    message = await Message.get(event.fact.message_id)
    if message is not None:
        await follow_up_retraction(message)


async def _sync_started(event: Recorded[CrmSyncStarted]) -> None:
    sync = await CrmSync.get(event.fact.sync_id)
    if sync is not None:
        await follow_up_crm_sync(sync)


async def _templates_asked(event: Recorded[TemplateSyncAsked]) -> None:
    channel = await Channel.get(event.fact.channel_id)
    if channel is not None:
        await follow_up_sync(channel)


async def _probe_asked(event: Recorded[ChannelProbeAsked]) -> None:
    await follow_up_probe(event.fact.channel_id)


async def _retracted(event: Recorded[MessageRetracted]) -> None:
    message = await Message.get(event.fact.message_id)
    if message is not None:
        await settle_retracted(message)


async def _said(event: Recorded[ReplyQueued] | Recorded[ReplyHeld] | Recorded[ReplyScheduled]) -> None:
    """Throw away the draft that became this reply; of one whose time came that was done when it was written."""
    leaves_only = isinstance(event.fact, ReplyQueued | ReplyHeld) and event.fact.scheduled
    message = None if leaves_only else await Message.get(event.fact.message_id)
    if message is not None and message.author_id is not None:
        await saved_drafts.clear(message.author_id, message.conversation_id, saved_until=event.at)


async def _noted(event: Recorded[NoteAdded]) -> None:
    message = await Message.get(event.fact.message_id)
    if message is not None:
        await project_last_message(event.fact.case_id, message)


async def _asked(event: Recorded[ExpertsConsulted]) -> None:
    await consultations.follow_up_asked(event.fact.consultation_id)


async def _handed_on(event: Recorded[ConsultationDeclined] | Recorded[ConsultationDelegated]) -> None:
    consultation = await Consultation.get(event.fact.consultation_id)
    if consultation is not None:
        await consultations.follow_up(consultation)


async def _answered(event: Recorded[AnswerGiven]) -> None:
    await consultations.count_as_answered(event.fact.question_id, author_id=event.fact.author_id, at=event.at)


async def _accepted(event: Recorded[AnswerAccepted]) -> None:
    await consultations.count_as_accepted(event.fact.question_id, at=event.at)


async def _learned(event: Recorded[AnswerAccepted]) -> None:
    await misses.learn_answer(event.fact.question_id, event.fact.answer_id)


async def _unanswerable(event: Recorded[CaseClosed]) -> None:
    await misses.drop_misses(event.fact.case_id)


async def _closed(event: Recorded[CaseClosed]) -> None:
    await consultations.cancel_consultations(event.fact.case_id)
    await information.cancel_information_requests(event.fact.case_id)


async def _used(event: Recorded[ReplyQueued] | Recorded[ReplyReleased]) -> None:
    if event.fact.answer_bank_entry_id is not None:
        await answer_bank.record_use(event.fact.answer_bank_entry_id, event.number)


async def _merged(event: Recorded[CaseMerged]) -> None:
    await follow_up_merge(event.fact.case_id)


async def _split(event: Recorded[CaseSplit]) -> None:
    await follow_up_split(event.fact.case_id)


async def _tagged(event: Recorded[CaseTagged]) -> None:
    case = await Case.get(event.fact.case_id)
    if case is not None:
        await tags.keep_vocabulary(case, by=event.actor)


async def _heard(event: Recorded[CaseOpened] | Recorded[MessageReceived]) -> None:
    """Listen to a message, which is made first where that is still to do."""
    if event.fact.message_id is None:
        return
    await follow_up_incoming(event.fact.case_id, event.fact.message_id)
    message = await Message.get(event.fact.message_id)
    if message is not None:
        found = await find_mentions(message)
        await find_prospect(message.customer_id, found)
        await learn_interests(message, found)
        for query in found:
            await judge(query)


async def _search_asked(event: Recorded[EarlierMessagesAsked]) -> None:
    await queue_search(event.fact.query_id, event.fact.version)


async def _skill_merged(event: Recorded[SkillMerged]) -> None:
    await follow_skill_merge(event.fact.skill_id)


async def _judged(event: Recorded[VerdictRecorded]) -> None:
    """Let a satisfied customer speak for the experts whose answers were accepted in the case's consultations."""
    case = await Case.get(event.fact.case_id) if event.fact.outcome is CycleOutcome.SATISFIED else None
    if case is None or case.environment is not Environment.LIVE:
        return
    consultations_asked = await Consultation.find({"case_id": case.id}).to_list()
    questions = await by_ids(Question, [consultation.question_id for consultation in consultations_asked])
    answers = await by_ids(Answer, [one for question in questions.values() for one in question.accepted_answer_ids])
    for answer in answers.values():
        question = questions[answer.question_id]
        await record_evidence(
            answer.author_id,
            EvidenceKind.CASE_SOLVED,
            source_id=case.id,
            text=f"Helped to solve a case: {question.title}",
            tags=[tag.slug for tag in question.tags],
            weight=CASE_SOLVED_WEIGHT,
            occurred_at=event.at,
        )
        await settle_skill_claims(answer.author_id)
