from datetime import timedelta

import pytest

from auth.actor import ANONYMOUS, SYSTEM, Actor, ActorKind, Permission, Role
from care.consultations import ConsultationDraft, consult_experts, decline_consultation
from care.documents.cases import Case
from care.documents.channels import Environment
from care.documents.consultations import Consultation
from care.reading import answer_bank, cases, children, consultations, conversations, customers
from care.reading.gates import visible_cases
from care.reading.selection import CaseOrder, CaseOrderField, CaseSelection
from community.listing import Comparison, Where
from core.database import Database
from core.errors import Forbidden, NotFound
from core.gates import admits
from core.idempotency import Once
from core.paging import Window
from tests.community.watching import reads
from tests.factories import community
from tests.factories.care import (
    conversation_of,
    later,
    make_actor,
    make_case,
    make_channel,
    make_conversation,
    make_customer,
    make_customer_actor,
    make_entry,
    make_reply,
    say,
)

BY_NUMBER = CaseSelection(order=CaseOrder(CaseOrderField.NUMBER, 1))


async def make_practice(participant: str) -> Case:
    channel = await make_channel(environment=Environment.PRACTICE)
    return await make_case(await make_conversation(channel), participants=[participant])


async def consult(case: Case, *experts: Actor) -> Consultation:
    asked = [expert.member_id for expert in experts]
    draft = ConsultationDraft.model_validate({"case_id": case.id, "title": "Nerede kaldı?", "body": "?", "expert_ids": asked})
    return (await consult_experts(make_actor(), draft, once=Once())).consultation


async def seen_by(actor: Actor, *listed: Case) -> list[str]:
    found = await cases.cases_by_ids(actor, [case.id for case in listed])
    raw = {row["_id"]: row for row in await Case.get_pymongo_collection().find({}).to_list()}
    judged = [case.id for case in listed if admits(visible_cases(actor), raw[case.id])]
    assert sorted(found) == sorted(judged)
    return [case.id for case in listed if case.id in found]


async def test_each_role_sees_its_cases_and_no_other(store: Database) -> None:
    expert, trainee = await community.make_actor(), make_actor(Role.TRAINEE)
    live, consulted, practice = await make_case(), await make_case(), await make_practice(str(trainee.member_id))
    await consult(consulted, expert)
    everything = (live, consulted, practice)
    agency = make_actor(Role.AGENCY, reach=frozenset({live.channel_id}))
    service = Actor(ActorKind.SERVICE, "svc", permissions=frozenset({Permission.CASE_READ}))
    customer = Actor(ActorKind.CUSTOMER, str(live.customer_id), customer_id=live.customer_id)

    assert await seen_by(make_actor(), *everything) == [live.id, consulted.id]
    assert await seen_by(trainee, *everything) == [live.id, consulted.id, practice.id]
    assert await seen_by(make_actor(Role.MENTOR), *everything) == [live.id, consulted.id, practice.id]
    assert await seen_by(expert, *everything) == [consulted.id]
    assert await seen_by(agency, *everything) == [live.id]
    assert await seen_by(make_actor(Role.AGENCY), *everything) == []
    assert await seen_by(service, *everything) == [live.id, consulted.id]
    assert await seen_by(make_actor(Role.HR), *everything) == []
    assert await seen_by(customer, *everything) == []
    assert await seen_by(ANONYMOUS, *everything) == []
    assert await seen_by(SYSTEM, *everything) == [live.id, consulted.id, practice.id]


async def test_case_that_is_hidden_reads_like_one_that_is_not_there(store: Database) -> None:
    case = await make_case()

    assert await cases.case_for(make_actor(Role.HR), case.id) is None
    assert await cases.case_for(make_actor(), "case_none") is None
    assert await cases.cases_by_ids(make_actor(), ["", "x", "msg_a", "case_\0"]) == {}
    with pytest.raises(NotFound):
        await cases.require_case(make_actor(Role.HR), case.id)


async def test_deleted_case_is_seen_by_nobody(store: Database) -> None:
    case = await make_case(deleted_at=later(minutes=1))

    assert await seen_by(SYSTEM, case) == []


async def list_ids(actor: Actor, selection: CaseSelection) -> list[str]:
    return [case.id for case in (await cases.list_cases(actor, selection, window=Window())).items]


async def test_list_gives_live_cases_unless_asked_for_practice(store: Database) -> None:
    mentor = make_actor(Role.MENTOR)
    live, practice = await make_case(), await make_practice("mem_x")
    asked = CaseSelection(Where("environment", Comparison.EQ, Environment.PRACTICE))
    both = CaseSelection(Where("environment", Comparison.IN, list(Environment)))

    listed = [await list_ids(mentor, one) for one in (CaseSelection(), asked, both)]

    assert listed == [[live.id], [practice.id], [practice.id, live.id]]
    assert await cases.count_cases(mentor, CaseSelection()) == 1
    assert (await cases.list_cases(make_actor(), asked, window=Window())).items == []


async def test_list_pages_by_places(store: Database) -> None:
    made = [await make_case() for _ in range(5)]
    agent = make_actor()

    first = await cases.list_cases(agent, BY_NUMBER, window=Window(limit=2))
    second = await cases.list_cases(agent, BY_NUMBER, window=Window(limit=2, after=first.positions[-1]))
    back = await cases.list_cases(agent, BY_NUMBER, window=Window(limit=2, before=second.positions[0], backwards=True))

    assert [case.id for case in first.items + second.items] == [case.id for case in made[:4]]
    assert (first.has_next, first.has_previous, second.has_previous) == (True, False, True)
    assert [case.id for case in back.items] == [case.id for case in made[:2]]


async def test_consulted_expert_lists_the_cases_asked_about(store: Database) -> None:
    expert, case = await community.make_actor(), await make_case()
    await make_case()
    await consult(case, expert)

    assert [one.id for one in (await cases.list_cases(expert, CaseSelection(), window=Window())).items] == [case.id]
    assert await cases.count_cases(expert, CaseSelection()) == 1


async def test_cases_of_customers_come_newest_first_in_one_query(store: Database) -> None:
    channel = await make_channel()
    ayse, ali = [await make_customer(channel, external_id=name) for name in ("ayse", "ali")]
    made = []
    for customer in (ayse, ayse, ali):
        made.append(await make_case(await make_conversation(channel, customer)))
        later(seconds=1)
    agent = make_actor()

    with reads() as commands:
        found = await cases.cases_of_customers(agent, [ayse.id, ali.id], Window(limit=1))
    counted = await cases.case_counts_of_customers(agent, [ayse.id, ali.id])

    assert {one: [case.id for case in part.items] for one, part in found.items()} == {ayse.id: [made[1].id], ali.id: [made[2].id]}
    assert found[ayse.id].has_next
    assert commands == ["find cases"]
    assert counted == {ayse.id: 2, ali.id: 1}


async def test_messages_of_many_conversations_take_as_many_commands_as_of_one(store: Database) -> None:
    agent = make_actor()
    made = [await make_conversation() for _ in range(6)]
    for conversation in made:
        for number in range(3):
            await say(conversation, f"mesaj {number}")
            later(seconds=1)
    ids = [conversation.id for conversation in made]

    with reads() as for_one:
        await conversations.messages_of_conversations(agent, ids[:1], Window(limit=2, backwards=True))
    with reads() as for_all:
        found = await conversations.messages_of_conversations(agent, ids, Window(limit=2, backwards=True))
    counted = await conversations.message_counts(agent, ids)

    assert for_one == for_all == ["find cases", "find conversations", "find messages"]
    assert {tuple(message.body for message in part.items) for part in found.values()} == {("mesaj 1", "mesaj 2")}
    assert all(part.has_previous and not part.has_next for part in found.values())
    assert counted == dict.fromkeys(ids, 3)


async def test_messages_page_back_from_a_place(store: Database) -> None:
    agent, conversation = make_actor(), await make_conversation()
    for number in range(4):
        await say(conversation, f"mesaj {number}")
        later(seconds=1)

    last = (await conversations.messages_of_conversations(agent, [conversation.id], Window(limit=2, backwards=True)))[
        conversation.id
    ]
    window = Window(limit=2, before=last.positions[0], backwards=True)
    older = (await conversations.messages_of_conversations(agent, [conversation.id], window))[conversation.id]

    assert [message.body for message in older.items] == ["mesaj 0", "mesaj 1"]
    assert not older.has_previous


async def test_conversations_and_messages_are_read_behind_their_case(store: Database) -> None:
    case = await make_case()
    conversation, stranger = await conversation_of(case), make_actor(Role.HR)
    message_id = str(case.last_message_id)

    assert list(await conversations.conversations_by_ids(make_actor(), [conversation.id, "cnv_none"])) == [conversation.id]
    assert list(await conversations.messages_by_ids(make_actor(), [message_id])) == [message_id]
    assert await conversations.conversations_by_ids(stranger, [conversation.id]) == {}
    assert await conversations.conversations_by_ids(stranger, []) == {}
    assert await conversations.messages_by_ids(stranger, [message_id]) == {}
    assert await conversations.messages_of_conversations(stranger, [conversation.id], Window()) == {}
    assert list(await conversations.channels_by_ids(stranger, [case.channel_id])) == [case.channel_id]
    assert await conversations.channels_by_ids(ANONYMOUS, [case.channel_id]) == {}


async def test_bounded_reach_knows_its_channels_and_those_of_its_cases(store: Database) -> None:
    case, consulted, other = await make_case(), await make_case(), await make_channel()
    agency = make_actor(Role.AGENCY, reach=frozenset({case.channel_id}))
    await Case.get_pymongo_collection().update_one({"_id": consulted.id}, {"$set": {"consulted": [agency.member_id]}})

    known = await conversations.channels_by_ids(agency, [case.channel_id, consulted.channel_id, other.id])

    assert sorted(known) == sorted([case.channel_id, consulted.channel_id])


async def test_consultations_are_read_behind_their_case_or_by_who_was_asked(store: Database) -> None:
    expert, case = await community.make_actor(), await make_case()
    asked = await consult(case, expert)
    later(seconds=1)
    newer = await consult(case, expert)

    listed = (await consultations.consultations_of_cases(make_actor(), [case.id], Window()))[case.id]
    assert [one.id for one in listed.items] == [newer.id, asked.id]
    assert await consultations.consultation_counts(make_actor(), [case.id]) == {case.id: 2}
    by_question = await consultations.consultations_of_questions(make_actor(), [asked.question_id])
    assert {one: row.id for one, row in by_question.items()} == {asked.question_id: asked.id}
    assert list(await consultations.consultations_by_ids(expert, [asked.id])) == [asked.id]
    assert await consultations.consultations_by_ids(make_actor(Role.EXPERT), [asked.id]) == {}
    assert await consultations.consultations_of_cases(make_actor(Role.HR), [case.id], Window()) == {}
    with pytest.raises(NotFound):
        await consultations.require_consultation(make_actor(Role.HR), asked.id)


async def test_desk_shows_what_waits_for_the_expert_the_most_urgent_first(store: Database) -> None:
    expert, other = await community.make_actor(), await community.make_actor()
    later_due = await consult(await make_case(), expert)
    later(minutes=-5)
    urgent = await consult(await make_case(), expert)
    declined = await consult(await make_case(), expert, other)
    await decline_consultation(expert, declined.id, expected_version=1)

    desk = await consultations.desk_consultations(expert, Window())

    assert [one.id for one in desk.items] == [urgent.id, later_due.id]
    assert await consultations.count_desk_consultations(expert) == 2
    with pytest.raises(Forbidden):
        await consultations.desk_consultations(ANONYMOUS, Window())


async def test_customers_are_known_by_permission_or_by_a_visible_case(store: Database) -> None:
    expert, case = await community.make_actor(), await make_case()
    other = await make_customer()
    both = [str(case.customer_id), other.id]
    await consult(case, expert)
    agency = make_actor(Role.AGENCY, reach=frozenset({case.channel_id}))

    assert sorted(await customers.customers_by_ids(make_actor(), both)) == sorted(both)
    assert list(await customers.customers_by_ids(expert, both)) == [case.customer_id]
    assert list(await customers.customers_by_ids(agency, both)) == [case.customer_id]
    assert await customers.customers_by_ids(make_actor(Role.HR), both) == {}
    assert await customers.customers_by_ids(make_customer_actor(other), both) == {}
    assert await customers.customers_by_ids(make_actor(), ["x"]) == {}


async def test_drafts_of_the_answer_bank_are_for_who_may_edit(store: Database) -> None:
    approved, draft = await make_entry(), await make_entry(make_actor())
    reader = make_actor(Role.HR)

    assert sorted(await answer_bank.entries_by_ids(make_actor(), [approved.id, draft.id])) == sorted([approved.id, draft.id])
    assert list(await answer_bank.entries_by_ids(reader, [approved.id, draft.id])) == [approved.id]
    assert [entry.id for entry in (await answer_bank.list_entries(reader, Window())).items] == [approved.id]
    assert (await answer_bank.count_entries(reader), await answer_bank.count_entries(make_actor())) == (1, 2)
    assert await answer_bank.entries_by_ids(ANONYMOUS, [approved.id]) == {}
    with pytest.raises(NotFound):
        await answer_bank.require_entry(ANONYMOUS, approved.id)


async def test_reviews_due_are_the_owner_s_own_within_two_weeks(store: Database) -> None:
    mentor = make_actor(Role.MENTOR)
    entry = await make_entry(mentor)
    await make_entry()
    assert (await answer_bank.reviews_due(mentor, Window())).items == []
    later(days=167)

    assert [one.id for one in (await answer_bank.reviews_due(mentor, Window())).items] == [entry.id]
    assert await answer_bank.count_reviews_due(mentor) == 1


async def test_case_of_an_outgoing_message_is_found_behind_the_gate(store: Database) -> None:
    reply = await make_reply(await make_case())

    found = await cases.case_of_outgoing(make_actor(), reply.message.id)

    assert found is not None
    assert found.id == reply.case.id
    assert await cases.case_of_outgoing(make_actor(Role.HR), reply.message.id) is None
    assert await cases.case_of_outgoing(make_actor(), "x") is None


async def test_clock_due_order_puts_the_most_urgent_first_and_the_answered_last(store: Database) -> None:
    answered = (await make_reply(await make_case())).case
    first = await make_case()
    later(minutes=1)
    second = await make_case()
    order = CaseSelection(order=CaseOrder(CaseOrderField.FIRST_RESPONSE_DUE_AT, 1))

    listed = await cases.list_cases(make_actor(), order, window=Window())

    assert [case.id for case in listed.items] == [first.id, second.id, answered.id]
    due = first.first_response.due_at
    assert due is not None
    soon = CaseSelection(Where("first_response_due_at", Comparison.BEFORE, due + timedelta(seconds=30)), order.order)
    assert [case.id for case in (await cases.list_cases(make_actor(), soon, window=Window())).items] == [first.id]


async def test_children_of_what_was_read_are_one_query_and_never_a_customer_s(store: Database) -> None:
    expert, case = await community.make_actor(), await make_case()
    asked = await consult(case, expert)
    conversation_id, message_id = case.conversation_ids[0], str(case.last_message_id)
    customer = Actor(ActorKind.CUSTOMER, str(case.customer_id), customer_id=case.customer_id)
    agent, window = make_actor(), Window()

    with reads() as commands:
        shown = await children.messages_of(agent, [conversation_id], window)
    assert commands == ["find messages"]
    assert [message.id for message in shown[conversation_id].items] == [message_id]
    assert list(await children.conversations_of_case(agent, [conversation_id])) == [conversation_id]
    assert list(await children.last_messages(agent, [message_id])) == [message_id]
    assert await children.message_counts_of(agent, [conversation_id]) == {conversation_id: 1}
    assert [one.id for one in (await children.consultations_of(agent, [case.id], window))[case.id].items] == [asked.id]
    assert await children.consultation_counts_of(agent, [case.id]) == {case.id: 1}
    for hidden in (
        children.messages_of(customer, [conversation_id], window),
        children.conversations_of_case(customer, [conversation_id]),
        children.last_messages(customer, [message_id]),
        children.message_counts_of(customer, [conversation_id]),
        children.consultations_of(customer, [case.id], window),
        children.consultation_counts_of(customer, [case.id]),
    ):
        assert await hidden == {}
