"""What belongs to cases is read behind them, in one query, by the company alone."""

from auth.actor import Role
from care.messages import withdraw_message
from care.reading.children import (
    consultation_counts_of,
    consultations_of,
    conversations_of_case,
    last_messages,
    message_counts_of,
    messages_of,
)
from core.clock import now
from core.database import Database
from core.paging import Window
from tests.factories.care import make_actor, make_case, make_customer, make_customer_actor, make_reply, reread

WINDOW = Window(limit=1, backwards=True)


async def test_children_of_cases_are_read_by_the_company(store: Database) -> None:
    case, agent = await make_case(), make_actor(Role.AGENT)
    reply = await make_reply(case, agent)
    (conversation_id,) = case.conversation_ids
    assert list(await conversations_of_case(agent, case.conversation_ids)) == [conversation_id]
    newest = (await messages_of(agent, [conversation_id], WINDOW))[conversation_id]
    assert ([message.id for message in newest.items], newest.has_previous) == ([reply.message.id], True)
    assert await message_counts_of(agent, [conversation_id]) == {conversation_id: 2}
    assert (await consultations_of(agent, [case.id], WINDOW))[case.id].items == []
    assert await consultation_counts_of(agent, [case.id]) == {case.id: 0}


async def test_children_of_cases_are_not_read_by_customers(store: Database) -> None:
    case, customer = await make_case(), make_customer_actor(await make_customer())
    (conversation_id,) = case.conversation_ids
    assert await conversations_of_case(customer, case.conversation_ids) == {}
    assert await last_messages(customer, [str(case.last_message_id)]) == {}
    assert await messages_of(customer, [conversation_id], WINDOW) == {}
    assert await message_counts_of(customer, [conversation_id]) == {}
    assert await consultations_of(customer, [case.id], WINDOW) == {}
    assert await consultation_counts_of(customer, [case.id]) == {}


async def test_last_message_that_was_withdrawn_is_not_shown(store: Database) -> None:
    case, agent = await make_case(), make_actor()
    reply = await make_reply(case, agent)
    last = str((await reread(case)).last_message_id)
    assert list(await last_messages(agent, [last])) == [reply.message.id] == [last]
    await withdraw_message(reply.message, at=now())
    assert await last_messages(agent, [last]) == {}
