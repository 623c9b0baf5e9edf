import asyncio
from datetime import timedelta

import pytest

from auth.actor import Role
from care.cases.clocks import ClockStatus, status
from care.cases.merging import MergedCases, MergeDraft, finish_merge, merge_cases
from care.cases.obligations import fulfil_obligation
from care.cases.splitting import SplitDraft, split_case
from care.clock_scan import scan
from care.consultations import ConsultationDraft, consult_experts
from care.documents.case_states import CaseStatus, Priority
from care.documents.cases import Case
from care.documents.consultations import Consultation
from care.documents.conversations import Conversation, Message
from care.documents.custom_fields import FieldValue, token_of
from care.documents.customers import Customer
from care.documents.mistakes import MOST_MISTAKES, Mistake
from care.errors import CaseClosed
from care.merging import merge_customers
from care.replies import ContactDetailsDraft, ReplyDraft, reply_to_case, request_contact_details
from core.clock import now
from core.database import Database
from core.errors import Conflict, Forbidden, InvalidInput, LimitReached, NotFound
from core.idempotency import Once
from core.records import change
from tests.care.stored import event_types, everything, handle_twice
from tests.factories import community
from tests.factories.care import (
    deliver,
    later,
    make_actor,
    make_case,
    make_channel,
    make_conversation,
    make_customer,
    make_reply,
    reread,
    say,
)


async def pair() -> tuple[Case, Case]:
    """Let one customer complain in two places, ten minutes apart; the duplicate came first."""
    channel = await make_channel()
    customer = await make_customer(channel)
    duplicate = await say(await make_conversation(channel, customer))
    later(minutes=10)
    return duplicate, await say(await make_conversation(channel, customer), "Paketim hâlâ yok.")


async def merge(case: Case, into: Case) -> MergedCases:
    draft = MergeDraft(case_id=case.id, into_id=into.id, reason="Aynı paket.")
    return await merge_cases(make_actor(), draft, expected_version=case.version)


async def messages_of(case: Case) -> int:
    return await Message.find({"case_id": case.id}).count()


async def test_duplicate_is_closed_and_everything_of_it_goes_over(store: Database) -> None:
    duplicate, target = await pair()
    expert = await community.make_actor()
    asked = ConsultationDraft(case_id=duplicate.id, title="Nerede kaldı?", body="?", expert_ids=[expert.member])
    consultation = (await consult_experts(make_actor(), asked, once=Once())).consultation
    draft = ContactDetailsDraft(case_id=duplicate.id, conversation_id=duplicate.conversation_ids[0], body="Numaranız?")
    owed = (await request_contact_details(make_actor(), draft, expected_version=1, once=Once())).obligation
    assert owed is not None
    duplicate = await reread(duplicate)

    merged = await merge(duplicate, target)

    case, into = merged.case, await reread(target)
    assert (case.status, case.close_reason, case.open_keys, case.version) == (CaseStatus.CLOSED, "MERGED", None, 3)
    assert case.merge is not None
    assert (case.merge.into, case.owed, case.outgoing, case.next_act_at) == (target.id, [], [], None)
    assert into.conversation_ids == [*target.conversation_ids, *duplicate.conversation_ids]
    assert sorted(into.open_keys or []) == sorted(into.conversation_ids)
    assert [obligation.id for obligation in into.owed] == [owed.id]
    assert (into.absorbed, into.consulted, len(into.outgoing)) == ([duplicate.id], [expert.member], 1)
    assert (await messages_of(case), await messages_of(into)) == (0, 3)
    moved = await Consultation.get(consultation.id)
    assert moved is not None
    assert moved.case_id == target.id

    before = await everything(Case, Message, Consultation)
    await handle_twice()
    assert await everything(Case, Message, Consultation) == before
    assert "CaseClosed" not in await event_types(Case)
    fulfilled, _ = await fulfil_obligation(make_actor(), owed.id, expected_version=into.version)
    assert (fulfilled.id, fulfilled.owed) == (target.id, [])


async def test_earlier_of_two_promises_holds(store: Database) -> None:
    duplicate, target = await pair()
    into = (await merge(duplicate, target)).into
    assert (into.first_response.due_at, into.resolution.due_at) == (duplicate.first_response.due_at, duplicate.resolution.due_at)
    assert status((await reread(duplicate)).first_response, now()) is ClockStatus.NOT_APPLICABLE

    older, newer = await pair()
    into = (await merge(newer, older)).into
    assert into.first_response.due_at == older.first_response.due_at
    later(minutes=31)
    await scan()
    assert (await event_types(Case)).count("ClockBreached") == 2


async def test_customer_who_waits_for_the_duplicates_answer_waits_in_the_other_case(store: Database) -> None:
    duplicate, target = await pair()
    answered = (await make_reply(target)).case
    await deliver((await Message.find({"direction": "OUTBOUND"}).to_list())[0])
    assert status(answered.first_response, now()) is ClockStatus.MET

    into = (await merge(duplicate, await reread(target))).into

    assert into.next_response.due_at == duplicate.first_response.due_at
    assert status(into.first_response, now()) is ClockStatus.MET
    assert (await make_reply(into)).case.next_response.met_at is not None


async def test_message_in_a_merged_conversation_goes_to_the_case_that_goes_on(store: Database) -> None:
    duplicate, target = await pair()
    await merge(duplicate, target)
    conversation = await Conversation.get(duplicate.conversation_ids[0])
    assert conversation is not None

    heard = await say(conversation, "Hâlâ bekliyorum.")

    assert heard.id == target.id
    assert await Case.find({}).count() == 2
    await Case.get_pymongo_collection().update_one(
        {"_id": target.id}, {"$set": {"status": "CLOSED", "closed_at": now()}, "$unset": {"open_keys": ""}}
    )
    back = await say(conversation, "Olmadı.")
    assert (back.id, len(back.cycles)) == (target.id, 2)
    assert sorted(back.open_keys or []) == sorted(target.conversation_ids + duplicate.conversation_ids)


async def test_merge_that_was_cut_off_is_finished_by_the_next_message_and_by_the_handlers(store: Database) -> None:
    for finish in ("message", "handler"):
        duplicate, target = await pair()
        merged = await merge(duplicate, target)
        kept = {"absorbed": [], "conversation_ids": target.conversation_ids, "open_keys": target.open_keys}
        await Case.get_pymongo_collection().update_one({"_id": target.id}, {"$set": {**kept, "revision": 90}})
        await Case.get_pymongo_collection().update_one({"_id": duplicate.id}, {"$unset": {"merge.moved_at": ""}})
        await Message.get_pymongo_collection().update_many(
            {"conversation_id": duplicate.conversation_ids[0]}, {"$set": {"case_id": duplicate.id}}
        )
        conversation = await Conversation.get(duplicate.conversation_ids[0])
        assert conversation is not None
        if finish == "message":
            assert (await say(conversation, "Hâlâ bekliyorum.")).id == target.id
        else:
            await handle_twice()
        into = await reread(target)
        assert (into.absorbed, await messages_of(merged.case)) == ([duplicate.id], 0)
        assert set(duplicate.conversation_ids) < set(into.conversation_ids)


async def test_reply_on_its_way_is_settled_in_the_case_that_goes_on(store: Database) -> None:
    duplicate, target = await pair()
    reply = await make_reply(duplicate)
    planned = ReplyDraft(
        case_id=duplicate.id, conversation_id=duplicate.conversation_ids[0], body="Yarın.", send_at=now() + timedelta(minutes=5)
    )
    await reply_to_case(make_actor(), planned, once=Once())
    await merge(await reread(duplicate), target)
    stale = reply.message

    await deliver(stale)
    later(minutes=6)
    await scan()
    await handle_twice()

    into = await reread(target)
    assert [entry.body for entry in into.outgoing] == ["Yarın."]
    assert into.first_response.met_at is not None
    assert await store["jobs"].count_documents({}) == 2


async def test_chain_of_merges_and_a_circle_end_in_one_case(store: Database) -> None:
    channel = await make_channel()
    customer = await make_customer(channel)
    first, second, third = [await say(await make_conversation(channel, customer)) for _ in range(3)]
    await merge(first, second)
    into = (await merge(await reread(second), third)).into
    assert set(into.absorbed) == {first.id, second.id}
    assert len(into.open_keys or []) == 3

    one, other = await pair()
    results = await asyncio.gather(merge(one, other), merge(other, one), return_exceptions=True)
    await handle_twice()
    cases = [await reread(one), await reread(other)]
    still_open = [case for case in cases if case.status is not CaseStatus.CLOSED]
    assert len(still_open) == 1, results
    assert len(still_open[0].open_keys or []) == 2
    assert still_open[0].first_response.due_at == one.first_response.due_at


async def test_the_more_urgent_and_all_labels_stay(store: Database) -> None:
    duplicate, target = await pair()
    await Case.get_pymongo_collection().update_one({"_id": duplicate.id}, {"$set": {"priority": "URGENT"}})
    into = (await merge(await reread(duplicate), target)).into
    assert into.priority is Priority.URGENT
    assert (await finish_merge(await reread(duplicate))).revision == into.revision


async def test_own_values_stay_gaps_are_filled_and_mistakes_follow(store: Database) -> None:
    duplicate, target = await pair()
    values = [FieldValue(field_id=f"cfd_{key}", key=key, value=f"{key}-d") for key in ("order", "region")]
    mistake = Mistake(id="mst_a", kind_id="mik_a", at=now(), by="mem_a", root_cause="Adres elle yazılmış")

    def hold(case: Case) -> None:
        case.fields, case.field_tokens, case.mistakes = values, [token_of(one.key, one.value) for one in values], [mistake]

    def own(case: Case) -> None:
        case.fields, case.field_tokens = [FieldValue(field_id="cfd_order", key="order", value="T")], [token_of("order", "T")]

    await change(duplicate, hold)
    target = await change(target, own)

    merged = await merge(await reread(duplicate), target)
    await handle_twice()

    into = await reread(target)
    assert [(one.key, one.value) for one in into.fields] == [("order", "T"), ("region", "region-d")]
    assert into.field_tokens == [token_of("order", "T"), token_of("region", "region-d")]
    assert ([one.id for one in into.mistakes], merged.case.mistakes) == (["mst_a"], [])
    draft = SplitDraft(case_id=into.id, subject="Ayrı paket", conversation_ids=duplicate.conversation_ids)
    split = await split_case(make_actor(), draft, expected_version=into.version, once=Once())
    assert (split.new.fields, split.new.field_tokens, split.new.mistakes) == (into.fields, into.field_tokens, [])
    assert [one.id for one in (await reread(into)).mistakes] == ["mst_a"]


async def test_mistakes_that_do_not_fit_into_one_case_stay_where_they_are(store: Database) -> None:
    duplicate, target = await pair()
    mistakes = [
        Mistake(id=f"mst_{number}", kind_id="mik_a", at=now(), by="mem_a", root_cause="?") for number in range(MOST_MISTAKES)
    ]

    def err(case: Case) -> None:
        case.mistakes = mistakes

    target = await change(target, err)
    duplicate = await change(duplicate, lambda case: setattr(case, "mistakes", mistakes[:1]))
    before = await everything()

    with pytest.raises(LimitReached) as refused:
        await merge(duplicate, target)

    assert (refused.value.path, await everything()) == (("into_id",), before)


async def test_cases_of_customers_who_were_merged_can_be_one(store: Database) -> None:
    channel = await make_channel()
    survivor, double = await make_customer(channel), await make_customer(channel)
    duplicate, target = await say(await make_conversation(channel, double)), await say(await make_conversation(channel, survivor))
    with pytest.raises(InvalidInput, match="different customers"):
        await merge(duplicate, target)
    await merge_customers(make_actor(), survivor.id, double.id, expected_version=1, once=Once())

    merged = await merge(duplicate, target)

    assert (merged.into.id, merged.into.customer_id, merged.into.absorbed) == (target.id, survivor.id, [duplicate.id])


async def test_merging_is_refused(store: Database) -> None:
    (duplicate, target), stranger = await pair(), await make_case()
    closed = await make_case(status=CaseStatus.CLOSED, open_keys=None)
    before = await everything()

    for into, message in ((duplicate, "into itself"), (stranger, "different customers")):
        with pytest.raises(InvalidInput, match=message) as refusal:
            await merge(duplicate, into)
        assert refusal.value.path == ("into_id",)
    with pytest.raises(CaseClosed) as refused:
        await merge(duplicate, closed)
    assert refused.value.path == ("into_id",)
    with pytest.raises(CaseClosed):
        await merge(closed, target)
    with pytest.raises(NotFound):
        await merge_cases(make_actor(), MergeDraft(case_id=duplicate.id, into_id="case_nowhere"), expected_version=1)
    draft = MergeDraft(case_id=duplicate.id, into_id=target.id)
    with pytest.raises(Forbidden):
        await merge_cases(make_actor(Role.TRAINEE), draft, expected_version=1)
    with pytest.raises(Conflict):
        await merge_cases(make_actor(), draft, expected_version=9)

    assert await everything() == before
    assert await Customer.find({}).count() == 3
