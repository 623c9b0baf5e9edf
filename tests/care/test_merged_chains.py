"""Customers merged in long chains, in rings and into nobody: reading them comes to an end, and shows who is there."""

import pytest

from auth.actor import Role
from care import merging
from care.documents.channels import ChannelKind
from care.documents.customers import Customer
from care.merging import merge_customers, settle_absorbed, undo_merge
from care.reading import customers as reading
from care.reading.customers import customers_by_ids, merges_by_ids, still_one, survivor_ids
from care.twins.deciding import Acceptance, accept_suggestion
from core.database import Database
from core.errors import AlreadyDone, InvalidInput, NotFound
from core.idempotency import Once
from core.records import change, fresh
from tests.care.stored import event_types
from tests.care.test_customer_merging import AGENT, merge
from tests.care.twins.test_twins import meet, the_suggestion
from tests.factories.care import make_actor, make_customer, make_customer_actor
from tests.rivals import overtake


async def into(customer: Customer, target: str) -> Customer:
    """Write down that a customer is merged, as it is stored, whatever follows from that."""
    return await change(customer, lambda current: setattr(current, "merged_into", target))


async def test_ring_is_read_to_an_end(store: Database) -> None:
    first, second = [await make_customer() for _ in range(2)]
    await into(first, second.id)
    await into(second, first.id)

    assert set(await customers_by_ids(AGENT, [first.id, second.id])) == {first.id, second.id}
    assert sorted(await still_one(first.id)) == sorted([first.id, second.id])
    settled = await settle_absorbed(first.id)
    assert settled is not None
    assert settled.absorbed[0] == second.id


async def test_who_was_merged_into_nobody_stands_alone(store: Database) -> None:
    customer = await into(await make_customer(), "cus_gone")
    assert await survivor_ids([customer.id]) == {customer.id: customer.id}


async def test_chain_longer_than_is_followed_ends_where_it_was_left(store: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second, third = [await make_customer() for _ in range(3)]
    await into(third, second.id)
    await into(second, first.id)
    assert await still_one(first.id) == [first.id, second.id, third.id]
    monkeypatch.setattr(reading, "_MOST_HOPS", 1)
    assert await still_one(first.id) == [first.id, second.id]


async def test_merge_that_two_undo_is_undone_once(store: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    survivor, duplicate = await make_customer(), await make_customer()
    merged = await merge(survivor, duplicate)
    assert merged.merge is not None
    identifier = merged.merge.id
    overtake(monkeypatch, merging, lambda: undo_merge(AGENT, identifier))

    with pytest.raises(AlreadyDone, match="This merge was undone") as refused:
        await undo_merge(AGENT, identifier)

    assert (refused.value.path, (await fresh(duplicate)).merged_into) == (("merge_id",), None)
    assert (await event_types(Customer)).count("CustomerMergeUndone") == 1


async def test_merge_is_shown_to_who_may_merge(store: Database) -> None:
    survivor, duplicate = await make_customer(), await make_customer()
    merged = await merge(survivor, duplicate)
    assert merged.merge is not None
    shown = await merges_by_ids(AGENT, [merged.merge.id, "mrg_none"])
    assert {one: found.duplicate.id for one, found in shown.items()} == {merged.merge.id: duplicate.id}
    for actor in (make_actor(Role.AGENCY), make_customer_actor(survivor)):
        assert await merges_by_ids(actor, [merged.merge.id]) == {}


async def test_who_is_only_played_is_merged_with_nobody_real(store: Database) -> None:
    real = await make_customer()
    played = await change(await make_customer(), lambda current: setattr(current, "is_practice", True))
    with pytest.raises(InvalidInput, match="only played") as refused:
        await merge_customers(AGENT, real.id, played.id, expected_version=played.version, once=Once())
    assert (refused.value.path, (await fresh(played)).merged_into) == (("duplicate_id",), None)


async def test_twin_who_is_gone_is_merged_with_nobody(store: Database) -> None:
    here, there = await meet(handle="@AyşeDemir", name="A"), await meet(kind=ChannelKind.INSTAGRAM, handle="aysedemir", name="B")
    suggestion = await the_suggestion()
    await Customer.get_pymongo_collection().delete_one({"_id": there.id})
    with pytest.raises(NotFound, match="no such customer") as refused:
        await accept_suggestion(
            AGENT, Acceptance(suggestion_id=suggestion.id, survivor_id=here.id), expected_version=suggestion.version
        )
    assert (refused.value.path, (await fresh(suggestion)).state) == (("suggestion_id",), suggestion.state)
