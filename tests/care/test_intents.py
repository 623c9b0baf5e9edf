"""What customers want: told by their words, corrected by people, found in the list, and heeded by suggestions."""

import pytest

from auth.actor import Role
from care.cases.intents import IntentDraft, set_intent
from care.documents.case_states import CaseStatus
from care.documents.cases import Case
from care.documents.conversations import Message
from care.errors import CaseClosed
from care.messages import edit_message
from care.reading.cases import list_cases
from care.reading.selection import CaseOrder, CaseOrderField, CaseSelection
from community.listing import Comparison, Where
from core.clock import now
from core.database import Database
from core.errors import Conflict, NotFound
from core.paging import Window
from core.text.intent import Intent, intent_of
from tests.care.stored import event_types, everything
from tests.factories.care import make_actor, make_case, make_conversation, reread, say


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("Siparişim hâlâ gelmedi, ne yapmalıyım?", Intent.COMPLAINT),
        ("سفارش من هنوز نرسیده، چرا پاسخ نمی‌دهید؟", Intent.COMPLAINT),
        ("My parcel never arrived. When will you call me?", Intent.COMPLAINT),
        ("Kargo ücreti ne kadar?", Intent.QUESTION),
        ("ساعت کاری شما چند است؟", Intent.QUESTION),
        ("How long does shipping take", Intent.QUESTION),
        ("Karanlık tema ekleseniz güzel olur", Intent.IDEA),
        ("پیشنهاد می‌کنم پرداخت قسطی بگذارید", Intent.IDEA),
        ("I suggest a dark theme", Intent.IDEA),
        ("Çok teşekkürler, harikasınız!", Intent.PRAISE),
        ("خیلی ممنون، عالی بود", Intent.PRAISE),
        ("Thank you, great service", Intent.PRAISE),
        ("Lütfen adresimi değiştirir misiniz", Intent.REQUEST),
        ("لطفا سفارشم را لغو کنید", Intent.REQUEST),
        ("Please send me the invoice", Intent.REQUEST),
        ("Bugün hava kapalı", Intent.OTHER),
        ("", None),
        ("🙂", None),
    ],
)
def test_what_a_text_wants(text: str, intent: Intent | None) -> None:
    assert intent_of(text) is intent


async def test_message_and_case_know_what_the_customer_wants_and_a_complaint_stays_one(store: Database) -> None:
    conversation = await make_conversation()
    case = await say(conversation, "Kargo ücreti ne kadar?")
    assert case.intent is Intent.QUESTION
    case = await say(conversation, "Paketim kırık geldi, rezalet!")
    case = await say(conversation, "Teşekkürler, harikasınız")

    assert case.intent is Intent.COMPLAINT
    said = await Message.find({"case_id": case.id}).sort("created_at").to_list()
    assert sorted(str(one.intent) for one in said) == ["COMPLAINT", "PRAISE", "QUESTION"]
    edited = await edit_message(said[0], body="Lütfen faturayı gönderin", at=now())
    assert edited.intent is Intent.REQUEST


async def test_correction_is_kept_and_no_message_changes_it(store: Database) -> None:
    conversation, actor = await make_conversation(), make_actor()
    case = await say(conversation, "Kargo ücreti ne kadar?")

    corrected = await set_intent(actor, IntentDraft(case_id=case.id, intent=Intent.REQUEST), expected_version=case.version)
    await say(conversation, "Paketim kırık geldi, rezalet!")

    case = await reread(corrected)
    assert (case.intent, case.version) == (Intent.REQUEST, corrected.version)
    (kept,) = case.intent_corrections
    assert (kept.before, kept.after, kept.by) == (Intent.QUESTION, Intent.REQUEST, actor.id)
    assert (await event_types(Case)).count("CaseIntentSet") == 1


async def test_cases_are_found_by_what_their_customers_want(store: Database) -> None:
    complaint = await say(await make_conversation(), "Paketim kırık geldi, rezalet!")
    await say(await make_conversation(), "Kargo ücreti ne kadar?")
    condition = Where("intent", Comparison.EQ, Intent.COMPLAINT)

    for field in (CaseOrderField.OPENED_AT, CaseOrderField.FIRST_RESPONSE_DUE_AT, CaseOrderField.SEVERITY):
        found = await list_cases(make_actor(), CaseSelection(condition, CaseOrder(field)), window=Window())
        assert [case.id for case in found.items] == [complaint.id]


async def test_setting_an_intent_is_refused_without_a_trace(store: Database) -> None:
    case, closed = await make_case(), await make_case(status=CaseStatus.CLOSED, open_keys=None)
    before = await everything()
    draft = IntentDraft(case_id=case.id, intent=Intent.IDEA)

    with pytest.raises(NotFound):
        await set_intent(make_actor(Role.EXPERT), draft, expected_version=1)
    with pytest.raises(Conflict):
        await set_intent(make_actor(), draft, expected_version=9)
    with pytest.raises(NotFound):
        await set_intent(make_actor(), IntentDraft(case_id="case_none", intent=Intent.IDEA), expected_version=1)
    with pytest.raises(CaseClosed):
        await set_intent(make_actor(), IntentDraft(case_id=closed.id, intent=Intent.IDEA), expected_version=closed.version)

    assert await everything() == before
