from datetime import timedelta

import pytest

from auth.actor import Role
from care.cases.closing import ClosingDraft, close_case
from care.cases.obligations import fulfil_obligation
from care.cases.rules import (
    NoAnswerPolicyDraft,
    ReopenWindowDraft,
    read_rules,
    set_no_answer_policy,
    set_reopen_window,
)
from care.cases.snoozing import SnoozeDraft, snooze_case
from care.cases.steps import StepDraft, complete_step
from care.cases.verdicts import VerdictDraft, record_customer_verdict
from care.clock_scan import scan
from care.documents.case_rules import CaseRules
from care.documents.case_states import CaseStatus
from care.documents.cases import Case
from care.documents.conversations import DeliveryStatus, Direction, Message
from care.documents.customers import Customer
from care.documents.cycles import CycleOutcome, ResolutionStep
from care.replies import ContactDetailsDraft, request_contact_details
from core.database import Database
from core.errors import Conflict, Forbidden, InvalidInput
from core.idempotency import Once
from core.records import change, save
from tests.care.stored import event_types, everything, handle_twice
from tests.factories.care import conversation_of, deliver, later, make_actor, make_case, make_reply, reread, say

MANAGER = make_actor(Role.MANAGER)
TEXTS = [
    {"locale": "tr", "text": "Sorununuz çözüldü mü? Yanıtınızı bekliyoruz."},
    {"locale": "fa", "text": "آیا مشکل شما حل شد؟ منتظر پاسخ شما هستیم."},
    {"locale": "en", "text": "Is it solved? We are waiting for your answer."},
]
DAY = 24 * 60


async def set_policy(**overrides: object) -> CaseRules:
    given = {"remind_after_minutes": [DAY, 2 * DAY], "close_after_minutes": 3 * DAY, "texts": TEXTS, **overrides}
    draft = NoAnswerPolicyDraft.model_validate({"policy": given})
    return await set_no_answer_policy(MANAGER, draft, expected_version=(await read_rules()).version)


async def solved(until: ResolutionStep = ResolutionStep.FEEDBACK) -> Case:
    """Answer a customer, let the answer arrive, and go through the steps."""
    case = await make_case()
    await deliver((await make_reply(case)).message)
    for step in list(ResolutionStep)[: list(ResolutionStep).index(until) + 1]:
        current = await reread(case)
        case = await complete_step(make_actor(), StepDraft(case_id=case.id, step=step), expected_version=current.version)
    return case


async def pass_time(case: Case, **span: float) -> Case:
    """Let time pass, the scan act three times, and what it said arrive."""
    later(**span)
    for _ in range(3):
        await scan()
    await handle_twice()
    for entry in (await reread(case)).outgoing:
        message = await Message.get(entry.message_id)
        assert message is not None
        await deliver(message)
    return await reread(case)


async def said(case: Case) -> list[str]:
    query = {"case_id": case.id, "direction": Direction.OUTBOUND.value}
    return [message.body for message in await Message.find(query).sort("created_at", "_id").to_list()]


async def test_silent_customer_is_reminded_at_intervals_and_then_the_case_is_closed(store: Database) -> None:
    await set_policy()
    case = await solved()
    assert case.status is CaseStatus.RESOLVED
    assert await said(await pass_time(case, hours=23)) == ["Hemen bakıyorum."]

    first = await pass_time(case, hours=2)
    assert (await said(case))[1:] == [TEXTS[0]["text"]]
    assert (len(first.cycle.reminded), first.outgoing, first.status) == (1, [], CaseStatus.RESOLVED)
    assert len((await pass_time(case, hours=47)).cycle.reminded) == 1
    second = await pass_time(case, hours=2)
    assert (await said(case))[1:] == [TEXTS[0]["text"]] * 2
    assert (second.answered_at, second.after) == (first.answered_at, case.after)
    assert (await pass_time(case, hours=71)).status is CaseStatus.RESOLVED

    closed = await pass_time(case, hours=2)
    assert (closed.status, closed.cycle.outcome, len(closed.cycle.reminded)) == (CaseStatus.CLOSED, CycleOutcome.NO_ANSWER, 2)
    assert closed.close_reason == "The customer did not answer the reminders."
    assert closed.next_act_at is None
    types = await event_types(Case)
    assert (types.count("CaseClosed"), types.count("VerdictRecorded"), len(await said(case))) == (1, 1, 3)
    await pass_time(case, days=30)
    assert (await event_types(Case), len(await said(case))) == (types, 3)


async def test_reminders_stop_as_soon_as_the_customer_writes_and_start_anew_after_the_answer(store: Database) -> None:
    await set_policy()
    case = await solved()
    await pass_time(case, hours=25)

    heard = await say(await conversation_of(case), "Hâlâ gelmedi.")
    assert (heard.cycle.silent_since, heard.cycle.reminded) == (None, [])
    assert len(await said(await pass_time(case, days=9))) == 2

    await deliver((await make_reply(await reread(case), body="Bugün yola çıktı.")).message)
    reminded = await pass_time(case, hours=25)
    assert (len(reminded.cycle.reminded), len(await said(case))) == (1, 4)


async def test_what_is_owed_keeps_a_silent_customers_case_open_until_it_is_done(store: Database) -> None:
    await set_policy()
    case = await solved()
    owing = await reread(case)
    draft = ContactDetailsDraft(case_id=case.id, conversation_id=case.conversation_ids[0], body="Numaranız?")
    asked = await request_contact_details(make_actor(), draft, expected_version=owing.version, once=Once())
    await deliver(asked.message)

    def resolve(current: Case) -> None:
        current.status = CaseStatus.RESOLVED

    await change(await reread(case), resolve)
    for days in (2, 3, 4, 30):
        await pass_time(case, days=days)
    waiting = await reread(case)
    assert (waiting.status, len(waiting.cycle.reminded), len(waiting.owed)) == (CaseStatus.RESOLVED, 2, 1)

    await fulfil_obligation(make_actor(), waiting.owed[0].id, expected_version=waiting.version)
    assert (await pass_time(case, seconds=1)).status is CaseStatus.CLOSED


async def test_silence_is_counted_only_where_the_company_has_done_its_part(store: Database) -> None:
    before_policy = await solved()
    await set_policy(after="SOLVE")
    not_yet = await solved(ResolutionStep.VERIFY)
    from_solving = await solved(ResolutionStep.SOLVE)
    aside = await solved(ResolutionStep.SOLVE)
    await snooze_case(make_actor(), SnoozeDraft(case_id=aside.id), expected_version=aside.version)
    waited_for = await solved(ResolutionStep.SOLVE)
    await say(await conversation_of(waited_for), "Peki ne zaman?")

    later(hours=25)
    await scan()

    cases = [before_policy, not_yet, from_solving, aside, waited_for]
    assert [len((await reread(case)).cycle.reminded) for case in cases] == [0, 0, 1, 0, 0]


async def test_reminder_that_never_arrives_stops_the_count(store: Database) -> None:
    await set_policy()
    case = await solved()
    later(hours=25)
    await scan()
    await handle_twice()
    entry = (await reread(case)).outgoing[0]
    message = await Message.get(entry.message_id)
    assert message is not None
    assert (message.author_id, message.delivery_status) == (None, DeliveryStatus.QUEUED)

    failed = await deliver(message, DeliveryStatus.FAILED)

    assert (failed.cycle.silent_since, failed.outgoing, failed.first_response.met_at is None) == (None, [], False)
    assert (await event_types(Case)).count("ReplyFailed") == 1
    assert (await pass_time(case, days=40)).status is CaseStatus.RESOLVED


async def test_agent_records_no_answer_only_after_the_reminders(store: Database) -> None:
    await set_policy()
    case = await solved()
    draft = VerdictDraft(case_id=case.id, outcome=CycleOutcome.NO_ANSWER, note="Telefonu kapalı")
    with pytest.raises(InvalidInput, match="reminders") as early:
        await record_customer_verdict(make_actor(), draft, expected_version=case.version)
    assert early.value.path == ("outcome",)
    await pass_time(case, days=2)
    await pass_time(case, days=3)

    judged = await record_customer_verdict(make_actor(), draft, expected_version=case.version)

    assert (judged.cycle.outcome, len(judged.cycle.reminded)) == (CycleOutcome.NO_ANSWER, 2)
    other = await solved()
    override = VerdictDraft(case_id=other.id, outcome=CycleOutcome.NO_ANSWER, note="Telefonu kapalı")
    assert (await record_customer_verdict(MANAGER, override, expected_version=other.version)).cycle.reminded == []


@pytest.mark.parametrize(("locale", "text"), [("fa", TEXTS[1]["text"]), ("en-GB", TEXTS[2]["text"]), ("de", TEXTS[2]["text"])])
async def test_reminder_is_written_in_the_customers_language(store: Database, locale: str, text: str) -> None:
    policy = (await set_policy()).no_answer
    assert policy is not None
    assert policy.text_in(locale) == text


async def test_reminder_has_its_variables_filled_and_leaves_out_what_has_no_value(store: Database) -> None:
    text = "Merhaba {{customer.firstName}}, {{ case.number }} numaralı konu çözüldü mü? {{link.yok}}"
    await set_policy(texts=[{"locale": "tr", "text": text}])
    named, nameless = await solved(), await solved()
    for case, name in ((named, "Işıl Çağlı"), (nameless, "@isil")):
        customer = await Customer.get(case.customer_id)
        assert customer is not None
        identities = [one.model_copy(update={"handle": "@isil"}) for one in customer.identities]
        customer.display_name, customer.identities = name, identities
        await save(customer)

    await pass_time(named, hours=25)

    assert (await said(named))[1:] == [f"Merhaba Işıl, {named.number} numaralı konu çözüldü mü?"]
    assert (await said(nameless))[1:] == [f"Merhaba, {nameless.number} numaralı konu çözüldü mü?"]


@pytest.mark.parametrize("text", ["Merhaba {{musteri}}", "{{member.name}} soruyor: çözüldü mü?", " {{customer.name}} "])
async def test_reminder_that_could_not_be_said_is_refused_by_its_place(store: Database, text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        await set_policy(texts=[TEXTS[2], {"locale": "tr", "text": text}])

    assert refused.value.path == ("policy", "texts", "1", "text")
    assert (await read_rules()).version == 0


async def closed() -> Case:
    case = await make_case()
    draft = VerdictDraft(case_id=case.id, outcome=CycleOutcome.SATISFIED)
    judged = await record_customer_verdict(make_actor(), draft, expected_version=case.version)
    return await close_case(make_actor(), ClosingDraft(case_id=case.id), expected_version=judged.version)


async def test_window_in_which_a_case_comes_back_is_the_one_of_its_closing(store: Database) -> None:
    usual = await closed()
    await set_reopen_window(MANAGER, ReopenWindowDraft(minutes=60), expected_version=0)
    short, late = await closed(), await closed()
    assert short.reopens_until == short.closed_at + timedelta(hours=1)  # type: ignore[operator]  # it is closed
    later(minutes=59)
    back = await say(await conversation_of(short), "Yine bozuldu.")
    assert (back.id, back.cycle.number, back.reopens_until) == (short.id, 2, None)
    later(minutes=2)
    new = await say(await conversation_of(late), "Yine bozuldu.")
    assert (new.id != late.id, new.follows) == (True, late.id)
    later(days=6)
    assert (await say(await conversation_of(usual), "Yine bozuldu.")).id == usual.id

    await set_reopen_window(MANAGER, ReopenWindowDraft(minutes=0), expected_version=1)
    never = await closed()
    later(seconds=1)
    assert (await say(await conversation_of(never), "Yine bozuldu.")).follows == never.id


async def test_policies_are_set_by_managers_alone(store: Database) -> None:
    rules = await set_policy()
    before = await everything(CaseRules)
    policy = NoAnswerPolicyDraft.model_validate({"policy": None})

    with pytest.raises(Forbidden):
        await set_no_answer_policy(make_actor(Role.MENTOR), policy, expected_version=rules.version)
    with pytest.raises(Forbidden):
        await set_reopen_window(make_actor(), ReopenWindowDraft(minutes=5), expected_version=rules.version)
    with pytest.raises(Conflict):
        await set_no_answer_policy(MANAGER, policy, expected_version=7)
    wrongs: list[dict[str, object]] = [
        {"remind_after_minutes": []},
        {"texts": []},
        {"texts": TEXTS[:1] * 2},
        {"after": "CONTACT"},
    ]
    for wrong in wrongs:
        with pytest.raises(ValueError, match=next(iter(wrong))):
            await set_policy(**wrong)

    assert await everything(CaseRules) == before
    assert (await set_no_answer_policy(MANAGER, policy, expected_version=rules.version)).terms() is None


async def test_customer_is_reminded_in_their_own_language(store: Database) -> None:
    await set_policy()
    case = await solved()
    customer = await Customer.get(case.customer_id)
    assert customer is not None
    await change(customer, lambda current: setattr(current, "locale", "fa"))

    await pass_time(case, hours=25)

    assert (await said(case))[1:] == [TEXTS[1]["text"]]


async def test_case_whose_talk_is_gone_is_reminded_of_nothing_and_left_to_people(store: Database) -> None:
    await set_policy()
    case = await solved()
    await store["conversations"].delete_many({})

    held = await pass_time(case, hours=25)

    assert (held.cycle.silent_since, held.cycle.reminded, held.status) == (None, [], CaseStatus.RESOLVED)
    assert (await said(case), held.withheld) == (["Hemen bakıyorum."], [])
