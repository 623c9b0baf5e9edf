"""Situations of the work on a case."""

from care.cases.snoozing import SnoozeDraft, snooze_case
from care.cases.verdicts import VerdictDraft, record_customer_verdict
from care.documents.conversations import DeliveryStatus
from care.documents.customers import Customer
from care.documents.cycles import CycleOutcome
from care.messages import advance_delivery
from care.replies import ContactDetailsDraft, ReplyDraft, reply_to_case, request_contact_details
from core.idempotency import Once
from core.records import fresh
from tests.factories.care import make_conversation, say
from tests.journeys.story import MARK, Input, Situation, Story, tomorrow


async def _reply(story: Story, who: str) -> Input:
    case = await story.case()
    return {"caseId": case.id, "conversationId": case.conversation_ids[0], "body": f"{MARK} Bu sabah yola çıktı."}


async def _note(story: Story, who: str) -> Input:
    return {"caseId": (await story.case()).id, "body": f"{MARK} Üçüncü şikâyeti."}


async def _assign(story: Story, who: str) -> Input:
    case = await story.case()
    return {"caseId": case.id, "assigneeId": story.world.members["colleague"], "expectedVersion": case.version}


async def _contact(story: Story, who: str) -> Input:
    return {**await _reply(story, who), "expectedVersion": 1}


async def _fulfil(story: Story, who: str) -> Input:
    case = await story.case()
    draft = ContactDetailsDraft(case_id=case.id, conversation_id=case.conversation_ids[0], body="Size nasıl ulaşalım?")
    asked = await request_contact_details(await story.actor("colleague"), draft, expected_version=case.version, once=Once())
    assert asked.obligation is not None
    return {"obligationId": asked.obligation.id, "note": f"{MARK} Arandı.", "expectedVersion": (await fresh(asked.case)).version}


async def _log_contact(story: Story, who: str) -> Input:
    return {
        "caseId": (await story.case()).id,
        "kind": "PHONE",
        "direction": "INBOUND",
        "body": f"{MARK} Aradı, hâlâ bekliyor.",
        "durationSeconds": 180,
        "answered": True,
    }


async def _step(story: Story, who: str) -> Input:
    case = await story.case()
    return {"caseId": case.id, "step": "CONTACT", "note": f"{MARK} Yazıldı.", "expectedVersion": case.version}


async def _verdict(story: Story, who: str) -> Input:
    case = await story.case()
    return {"caseId": case.id, "outcome": "SATISFIED", "note": f"{MARK} Teşekkür etti.", "expectedVersion": case.version}


async def _close(story: Story, who: str) -> Input:
    case = await story.case()
    draft = VerdictDraft(case_id=case.id, outcome=CycleOutcome.SATISFIED)
    case = await record_customer_verdict(await story.actor("colleague"), draft, expected_version=case.version)
    return {"caseId": case.id, "reason": f"{MARK} Teslim edildi.", "expectedVersion": case.version}


async def _reopen(story: Story, who: str) -> Input:
    closing = await _close(story, who)
    return {"caseId": closing["caseId"], "reason": f"{MARK} Yanlış dosyaymış.", "expectedVersion": closing["expectedVersion"]}


async def _release(story: Story, who: str) -> Input:
    return {"messageId": (await story.held()).message.id}


async def _waiting_reply(story: Story, who: str) -> Input:
    case = await story.case()
    draft = ReplyDraft(case_id=case.id, conversation_id=case.conversation_ids[0], body=f"{MARK} Bakıyorum.", send_at=tomorrow())
    return {"messageId": (await reply_to_case(await story.actor("colleague"), draft, once=Once())).message.id}


async def _retract(story: Story, who: str) -> Input:
    case = await story.case()
    draft = ReplyDraft(case_id=case.id, conversation_id=case.conversation_ids[0], body=f"{MARK} Yanlış müşteriye.")
    sent = await advance_delivery(
        (await reply_to_case(await story.actor("colleague"), draft, once=Once())).message, DeliveryStatus.SENT
    )
    return {"messageId": sent.id, "reason": f"{MARK} Yanlış kişi", "expectedVersion": sent.version}


async def _reschedule(story: Story, who: str) -> Input:
    return {**await _waiting_reply(story, who), "sendAt": tomorrow().isoformat(), "expectedVersion": 1}


async def _discard(story: Story, who: str) -> Input:
    return {"conversationId": (await story.case()).conversation_ids[0]}


async def _snooze(story: Story, who: str) -> Input:
    case = await story.case()
    return {"caseId": case.id, "until": tomorrow().isoformat(), "expectedVersion": case.version}


async def _unsnooze(story: Story, who: str) -> Input:
    draft = SnoozeDraft(case_id=(await story.case()).id)
    case = await snooze_case(await story.actor("colleague"), draft, expected_version=1)
    return {"caseId": case.id, "expectedVersion": case.version}


async def _duplicate(story: Story, who: str) -> Input:
    case = await story.case()
    customer = await Customer.get(case.customer_id)
    assert customer is not None
    into = await say(await make_conversation(story.channel, customer), f"{MARK} Bu da aynı sipariş.")
    return {"caseId": case.id, "intoId": into.id, "reason": f"{MARK} Aynı paket.", "expectedVersion": case.version}


async def _two_in_one(story: Story, who: str) -> Input:
    case = await story.case()
    return {
        "caseId": case.id,
        "messageId": case.last_message_id,
        "subject": f"{MARK} Başka bir iş",
        "expectedVersion": case.version,
    }


async def _tag(story: Story, who: str) -> Input:
    case = await story.case()
    return {"caseId": case.id, "tags": ["Ürün İadesi"], "expectedVersion": case.version}


async def _set_priority(story: Story, who: str) -> Input:
    return {"caseId": (await story.case()).id, "priority": "URGENT", "choosePolicy": True, "expectedVersion": 1}


async def _set_intent(story: Story, who: str) -> Input:
    return {"caseId": (await story.case()).id, "intent": "IDEA", "expectedVersion": 1}


async def _leave(story: Story, who: str) -> Input:
    """Leave a case: who is at one is swept away by itself later, which others would take for a trace of theirs."""
    return {"caseId": (await story.case()).id}


SITUATIONS: dict[str, Situation] = {
    "replyToCase": _reply,
    "logContact": _log_contact,
    "addInternalNote": _note,
    "assignCase": _assign,
    "requestContactDetails": _contact,
    "fulfilObligation": _fulfil,
    "completeStep": _step,
    "recordCustomerVerdict": _verdict,
    "closeCase": _close,
    "reopenCase": _reopen,
    "releaseReply": _release,
    "undoReply": _waiting_reply,
    "retractMessage": _retract,
    "rescheduleReply": _reschedule,
    "saveDraft": _reply,
    "discardDraft": _discard,
    "snoozeCase": _snooze,
    "unsnoozeCase": _unsnooze,
    "mergeCases": _duplicate,
    "splitCase": _two_in_one,
    "setCaseTags": _tag,
    "setCasePriority": _set_priority,
    "setCaseIntent": _set_intent,
    "setPresence": _leave,
}
