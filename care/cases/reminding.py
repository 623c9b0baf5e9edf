"""Acting on a customer's silence: a reminder through the channel in their language, and the closing after the last one."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from care.cases import cycles, lifecycle, silence
from care.cases.outgoing import put_outgoing
from care.cases.rules import read_rules
from care.cases.withholding import withhold
from care.documents.cases import Case
from care.documents.conversations import Conversation, DeliveryStatus, Direction, Message, Visibility
from care.documents.customers import Customer
from care.documents.cycles import CycleOutcome, NoAnswerTerms
from care.documents.under_way import Outgoing
from care.events import CaseClosed, VerdictRecorded
from care.personalisation import said_by_itself
from care.templates.automatic import able_to_leave
from core.events import SYSTEM
from core.ids import derived_id
from core.text.language import detect_language

NO_ANSWER = "The customer did not answer the reminders."
_LOOKED_AT = 50


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be done about a customer's silence, read beforehand; without an entry there is no way to remind them."""

    message_id: str
    entry: Outgoing | None
    withheld: Outgoing | None
    """What would be said if the channel took it now."""
    reopen_within: timedelta


async def plan_for(case: Case, at: datetime) -> Plan | None:
    """Read what the next act needs; None while nothing is due at that time."""
    terms, due = silence.terms_of(case), silence.act_at(case)
    if terms is None or due is None or due > at:
        return None
    wanted = None if silence.is_over(case) else await _reminder(case, terms, at)
    entry = await able_to_leave(case, wanted, at) if wanted is not None else None
    withheld = wanted if entry is None else None
    return Plan(_id(case), entry, withheld, (await read_rules()).reopen_within)


def act(case: Case, plan: Plan | None, at: datetime) -> None:
    """Remind the customer, or close the case, when that is due and was planned for the case as it is: each once."""
    due = silence.act_at(case)
    if plan is None or due is None or due > at or plan.message_id != _id(case):
        return
    if silence.is_over(case):
        _close(case, at, plan)
    elif plan.withheld is not None:
        withhold(case, plan.withheld, at)
    elif plan.entry is None:
        silence.end(case)
    else:
        case.cycle.reminded = [*case.cycle.reminded, at]
        plan.entry.created_at = at
        put_outgoing(case, plan.entry, actor=SYSTEM)


def _close(case: Case, at: datetime, plan: Plan) -> None:
    cycles.end(case, CycleOutcome.NO_ANSWER, at, by=None, note=NO_ANSWER)
    case.record(VerdictRecorded(case_id=case.id, outcome=CycleOutcome.NO_ANSWER, cycle=case.cycle.number))
    lifecycle.close(case, at, reason=NO_ANSWER, reopen_within=plan.reopen_within)
    case.record(CaseClosed(case_id=case.id))
    case.updated_at = max(case.updated_at, at)


def _id(case: Case) -> str:
    """Give the id of the next reminder: the same one for every process that sends it."""
    since = case.cycle.silent_since.isoformat() if case.cycle.silent_since else ""
    return derived_id("msg", case.id, "reminder", str(case.cycle.number), since, str(len(case.cycle.reminded)))


async def _reminder(case: Case, terms: NoAnswerTerms, at: datetime) -> Outgoing | None:
    said = await _said_last(case)
    conversation = await Conversation.get(said[0].conversation_id if said else case.conversation_ids[-1])
    if conversation is None or conversation.id not in case.conversation_ids:
        return None
    heard = next((one for one in said if one.direction is Direction.INBOUND and one.conversation_id == conversation.id), None)
    return Outgoing(
        message_id=_id(case),
        conversation_id=conversation.id,
        body=await said_by_itself(case, terms.text_in(await _locale(case, heard))),
        visibility=conversation.visibility,
        author_id=None,
        state=DeliveryStatus.QUEUED,
        created_at=at,
        in_reply_to=heard.external_id if heard else None,
        reminder=True,
    )


async def _said_last(case: Case) -> list[Message]:
    """Give what was said last between the company and the customer, the newest first."""
    query = {"conversation_id": {"$in": case.conversation_ids}}
    found = await Message.find(query).sort("-created_at", "-_id").limit(_LOOKED_AT).to_list()
    return [one for one in found if one.visibility is not Visibility.INTERNAL and one.deleted_at is None]


async def _locale(case: Case, heard: Message | None) -> str | None:
    customer = await Customer.get(case.customer_id) if case.customer_id else None
    if customer is not None and customer.locale:
        return customer.locale
    return (heard.language if heard else None) or detect_language(case.request_subject or case.subject)
