import asyncio
from datetime import timedelta

import pytest

from auth.actor import Role
from care.cases.changing import follow
from care.documents.cases import Case
from care.documents.conversations import Conversation, Visibility
from care.documents.customers import Customer
from care.errors import UndoExpired
from care.merging import UNDOABLE, merge_customers, settle_absorbed, undo_merge
from care.outreach import OutreachDraft, reach_out
from care.reading.cases import count_cases, list_cases
from care.reading.customers import customers_by_ids, names_of_customers, shown_customers
from care.reading.selection import CaseSelection
from community.listing import Comparison, Where
from core.database import Database
from core.errors import AlreadyDone, Conflict, Forbidden, IdempotencyMismatch, InvalidInput, NotFound
from core.idempotency import Once
from core.paging import Window
from core.records import fresh
from tests.care.stored import everything, handle_twice
from tests.community.watching import keyed
from tests.dying import dying
from tests.factories.care import later, make_actor, make_case, make_channel, make_conversation, make_customer

AGENT = make_actor()


async def merge(survivor: Customer, duplicate: Customer, once: Once | None = None) -> Customer:
    version = (await fresh(duplicate)).version
    return (await merge_customers(AGENT, survivor.id, duplicate.id, expected_version=version, once=once or Once())).duplicate


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

    apart = (await undo_merge(AGENT, merged.merge.id)).duplicate

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

    assert len({end.duplicate.merge.id for end in ends if end.duplicate.merge}) == 1
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


async def test_survivor_knows_all_parts_that_are_merged_into_it_at_once(store: Database) -> None:
    survivor, *duplicates = [await make_customer() for _ in range(7)]
    parted = await merge(survivor, duplicates.pop())
    assert parted.merge is not None

    await asyncio.gather(undo_merge(AGENT, parted.merge.id), *(merge(survivor, duplicate) for duplicate in duplicates))

    assert (await fresh(survivor)).absorbed == sorted(one.id for one in duplicates)


async def test_survivor_that_moved_on_since_it_was_read_knows_all_its_parts(store: Database) -> None:
    survivor, *duplicates = [await make_customer() for _ in range(3)]
    for duplicate in duplicates:
        await merge(survivor, duplicate)

    settled = await settle_absorbed(survivor.id, survivor, [])

    assert settled is not None
    assert settled.absorbed == (await fresh(survivor)).absorbed == sorted(one.id for one in duplicates)


async def test_who_looked_before_others_changed_looks_again(store: Database) -> None:
    survivor, *duplicates = [await make_customer() for _ in range(3)]
    first, second = sorted(duplicates, key=lambda one: one.id)
    looks = 0

    async def look() -> list[str]:
        nonlocal looks
        looks += 1
        seen = [part.id for part in await Customer.find({"merged_into": survivor.id}).sort("_id").to_list()]
        if looks == 1:
            await merge(survivor, second)
        return seen

    def put(current: Customer, absorbed: list[str]) -> None:
        current.absorbed = absorbed

    await store["customers"].update_one({"_id": first.id}, {"$set": {"merged_into": survivor.id}})
    followed = await follow(Customer, survivor.id, (lambda current: current.absorbed, put), look)

    assert followed is not None
    assert (looks, followed.absorbed) == (2, [first.id, second.id])
    assert (await fresh(survivor)).absorbed == [first.id, second.id]


async def test_merging_and_undoing_that_were_cut_off_are_completed_by_the_handlers(store: Database) -> None:
    survivor, duplicate = await make_customer(), await make_customer()

    async with dying(1):
        await merge(survivor, duplicate)
    assert (await fresh(survivor)).absorbed == []
    await handle_twice()
    assert (await fresh(survivor)).absorbed == [duplicate.id]
    merged = await fresh(duplicate)
    assert merged.merge is not None

    async with dying(1):
        await undo_merge(AGENT, merged.merge.id)
    assert (await fresh(survivor)).absorbed == [duplicate.id]
    await handle_twice()

    assert ((await fresh(survivor)).absorbed, (await fresh(duplicate)).merged_into) == ([], None)


async def test_what_was_read_on_the_way_shows_customers_as_they_are_stored(store: Database) -> None:
    first, second, third, fourth = [await make_customer(handle=f"@{name}") for name in "abcd"]
    await merge(second, third)
    await merge(first, fourth)

    merged = await merge_customers(AGENT, first.id, second.id, expected_version=1, once=Once())
    assert merged.duplicate.merge is not None
    both = await shown_customers(AGENT, {second.id: merged.duplicate}, merged.known)
    assert both == await customers_by_ids(AGENT, [second.id])
    assert sorted(identity.handle for identity in both[second.id].identities) == ["@a", "@b", "@c", "@d"]

    parted = await undo_merge(AGENT, merged.duplicate.merge.id)
    apart = await customers_by_ids(AGENT, [first.id, second.id], parted.known)
    assert apart == await customers_by_ids(AGENT, [first.id, second.id])
    assert [[identity.handle for identity in apart[one.id].identities] for one in (first, second)] == [["@a", "@d"], ["@b", "@c"]]


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
