import asyncio
from datetime import timedelta

import pytest

from auth.actor import Role
from care.documents.cases import Case
from care.documents.conversations import Conversation, Visibility
from care.documents.customers import Customer
from care.errors import UndoExpired
from care.merging import UNDOABLE, merge_customers, undo_merge
from care.outreach import OutreachDraft, reach_out
from care.reading.cases import count_cases, list_cases
from care.reading.customers import customers_by_ids, names_of_customers
from care.reading.selection import CaseSelection
from community.listing import Comparison, Where
from core.database import Database
from core.errors import AlreadyDone, Conflict, Forbidden, IdempotencyMismatch, InvalidInput, NotFound
from core.idempotency import Once
from core.paging import Window
from core.records import fresh
from tests.care.stored import everything, handle_twice
from tests.community.watching import keyed
from tests.factories.care import later, make_actor, make_case, make_channel, make_conversation, make_customer

AGENT = make_actor()


async def merge(survivor: Customer, duplicate: Customer, once: Once | None = None) -> Customer:
    version = (await fresh(duplicate)).version
    return await merge_customers(AGENT, survivor.id, duplicate.id, expected_version=version, once=once or Once())


async def handles(customer: Customer) -> list[str]:
    found = (await customers_by_ids(AGENT, [customer.id]))[customer.id]
    return [identity.handle for identity in found.identities]


async def shown_as(customer: Customer) -> str:
    return (await customers_by_ids(AGENT, [customer.id]))[customer.id].id


async def cases_of(customer: Customer) -> list[str]:
    selection = CaseSelection(Where("customer_id", Comparison.EQ, customer.id))
    found = await list_cases(AGENT, selection, window=Window())
    assert await count_cases(AGENT, selection) == len(found.items)
    return [case.id for case in found.items]


async def test_duplicate_is_read_as_part_of_the_survivor(store: Database) -> None:
    survivor, duplicate = await make_customer(handle="@ayse"), await make_customer(handle="ayse.d", name="A. D.")
    channel = await make_channel()
    first = await make_case(await make_conversation(channel, survivor))
    second = await make_case(await make_conversation(channel, duplicate))

    merged = await merge(survivor, duplicate)

    assert (merged.merged_into, merged.version) == (survivor.id, 2)
    assert [await shown_as(one) for one in (survivor, duplicate)] == [survivor.id] * 2
    assert await handles(duplicate) == await handles(survivor) == ["@ayse", "ayse.d"]
    assert await cases_of(survivor) == await cases_of(duplicate) == [second.id, first.id]
    names = await names_of_customers([duplicate.id])
    assert names == {duplicate.id: ["A. D.", "ayse.d", "Ayşe Demir", "@ayse"]}


async def test_undoing_gives_everything_back_with_what_arrived_since(store: Database) -> None:
    survivor, duplicate = await make_customer(handle="@ayse"), await make_customer(handle="ayse.d")
    merged = await merge(survivor, duplicate)
    since = await make_case(await make_conversation(None, duplicate))
    assert await cases_of(survivor) == [since.id]
    assert merged.merge is not None

    apart = await undo_merge(AGENT, merged.merge.id)

    assert (apart.merged_into, (await fresh(survivor)).absorbed) == (None, [])
    assert [await shown_as(one) for one in (survivor, duplicate)] == [survivor.id, duplicate.id]
    assert (await cases_of(survivor), await cases_of(duplicate)) == ([], [since.id])
    with pytest.raises(AlreadyDone):
        await undo_merge(AGENT, merged.merge.id)
    again = await merge(survivor, duplicate)
    assert again.merge is not None
    assert again.merge.id != merged.merge.id


async def test_who_absorbed_others_can_be_absorbed(store: Database) -> None:
    first, second, third = [await make_customer(handle=f"@{name}") for name in "abc"]
    low = await merge(second, third)
    await merge(first, second)
    assert low.merge is not None

    assert (await fresh(first)).absorbed == [second.id, third.id]
    assert await shown_as(third) == first.id
    assert await handles(first) == ["@a", "@b", "@c"]

    await undo_merge(AGENT, low.merge.id)

    assert await shown_as(third) == third.id
    assert await handles(first) == ["@a", "@b"]


async def test_what_can_not_be_merged_leaves_no_trace(store: Database) -> None:
    survivor, duplicate, other = [await make_customer() for _ in range(3)]
    await merge(survivor, duplicate)
    before = await everything(Customer)
    scoped = make_actor(Role.AGENCY)

    for wrong, one, two in (
        (InvalidInput, other.id, other.id),
        (InvalidInput, duplicate.id, other.id),
        (AlreadyDone, other.id, duplicate.id),
        (NotFound, "cus_nobody", other.id),
        (NotFound, other.id, "nonsense"),
    ):
        with pytest.raises(wrong):
            await merge_customers(AGENT, one, two, expected_version=1 if two == other.id else 2, once=Once())
    with pytest.raises(Conflict):
        await merge_customers(AGENT, survivor.id, other.id, expected_version=9, once=Once())
    for actor in (make_actor(Role.EXPERT), scoped):
        with pytest.raises(Forbidden):
            await merge_customers(actor, survivor.id, other.id, expected_version=1, once=Once())

    assert await everything(Customer) == before


async def test_merging_each_into_the_other_never_makes_a_ring(store: Database) -> None:
    one, two = await make_customer(), await make_customer()

    await asyncio.gather(merge(one, two), merge(two, one), return_exceptions=True)
    await handle_twice()

    shown = {await shown_as(one), await shown_as(two)}
    assert shown in ({one.id}, {two.id}, {one.id, two.id})
    stored = [(await fresh(customer)).merged_into for customer in (one, two)]
    assert None in stored


async def test_same_request_many_times_is_one_merge(store: Database) -> None:
    survivor, duplicate = await make_customer(), await make_customer()
    once = keyed("k", {"duplicate": duplicate.id})

    ends = await asyncio.gather(
        *(merge_customers(AGENT, survivor.id, duplicate.id, expected_version=1, once=once) for _ in range(4))
    )

    assert len({end.merge.id for end in ends if end.merge}) == 1
    with pytest.raises(IdempotencyMismatch):
        await merge_customers(AGENT, survivor.id, duplicate.id, expected_version=1, once=keyed("k", {"other": 1}))


async def test_merge_can_not_be_undone_for_ever(store: Database) -> None:
    survivor, duplicate = await make_customer(), await make_customer()
    merged = await merge(survivor, duplicate)
    assert merged.merge is not None
    later(seconds=(UNDOABLE + timedelta(seconds=1)).total_seconds())

    with pytest.raises(UndoExpired):
        await undo_merge(AGENT, merged.merge.id)
    with pytest.raises(NotFound):
        await undo_merge(AGENT, "mrg_nothing")


async def test_survivor_knows_its_parts_though_the_request_died(store: Database) -> None:
    survivor, duplicate = await make_customer(), await make_customer()
    await merge(survivor, duplicate)
    await store["customers"].update_one({"_id": survivor.id}, {"$set": {"absorbed": []}})

    await handle_twice()

    assert (await fresh(survivor)).absorbed == [duplicate.id]


async def test_reaching_out_to_the_survivor_uses_the_duplicates_name(store: Database) -> None:
    channel = await make_channel()
    survivor, duplicate = await make_customer(), await make_customer(channel)
    await merge(survivor, duplicate)
    draft = OutreachDraft(customer_id=survivor.id, channel_id=channel.id, subject="Gecikme", body="Paketiniz yarın gelir.")

    reply = await reach_out(AGENT, draft, once=Once())

    assert (reply.case.customer_id, reply.message.visibility) == (survivor.id, Visibility.PRIVATE)
    talk = await Conversation.get(reply.message.conversation_id)
    assert talk is not None
    assert (talk.customer_id, talk.channel_id) == (duplicate.id, channel.id)
    assert await Case.find({"customer_id": survivor.id}).count() == 1


async def test_whose_reach_is_bounded_sees_customers_as_they_came(store: Database) -> None:
    channel = await make_channel()
    survivor, duplicate = await make_customer(handle="@ayse"), await make_customer(channel, handle="ayse.d")
    await make_case(await make_conversation(channel, duplicate))
    await merge(survivor, duplicate)
    agency = make_actor(Role.AGENCY, reach=frozenset({channel.id}))

    found = await customers_by_ids(agency, [survivor.id, duplicate.id])

    assert {one: [identity.handle for identity in customer.identities] for one, customer in found.items()} == {
        duplicate.id: ["ayse.d"]
    }
