"""Customers who may be the same: found by what they have in common, never merged by it, never suggested again in vain."""

from typing import Any

import pytest

from auth.actor import Role
from care.claims.updating import CustomerChange, update_customer
from care.customers import Person, ensure_customer
from care.documents.channels import ChannelKind
from care.documents.claims import ClaimField
from care.documents.customers import Customer
from care.documents.twins import Likeness, LikenessKeys, MergeSuggestion, SuggestionState
from care.merging import merge_customers, undo_merge
from care.reading.twins import count_suggestions, list_suggestions, suggestions_by_ids, suggestions_of_customers
from care.twins import finding
from care.twins.deciding import Acceptance, Dismissal, accept_suggestion, dismiss_suggestion
from care.twins.finding import MOST_ALIKE, find_twins, suggestion_id
from core.database import Database
from core.errors import AlreadyDone, Conflict, Forbidden, InvalidInput, NotFound
from core.idempotency import Once
from core.paging import Window
from core.records import fresh
from tests.care.stored import everything, handle_twice
from tests.factories.care import make_actor, make_channel
from tests.rivals import overtake

AGENT = make_actor()
STORED = (Customer, LikenessKeys, MergeSuggestion)


async def meet(kind: ChannelKind = ChannelKind.X, **told: Any) -> Customer:
    """Meet somebody on a channel of their own kind."""
    channel = await make_channel(kind=kind)
    customer = await ensure_customer(channel, Person(**{"external_id": "u-1", **told}))
    await handle_twice()
    return customer


async def open_suggestions() -> list[MergeSuggestion]:
    return (await list_suggestions(AGENT, Window(), state=SuggestionState.OPEN)).items


async def the_suggestion() -> MergeSuggestion:
    (found,) = await open_suggestions()
    return found


@pytest.mark.parametrize(
    ("first", "second", "reasons"),
    [
        (
            {"kind": ChannelKind.EMAIL, "external_id": "Ayse@Example.com", "name": "A"},
            {"name": "B", "handle": "@bbbb", "email": "ayse@example.com"},
            [Likeness.SAME_EMAIL],
        ),
        (
            {"kind": ChannelKind.PHONE, "external_id": "+90 532 111 22 33", "name": "A"},
            {"kind": ChannelKind.WHATSAPP, "external_id": "905321112233", "name": "B"},
            [Likeness.SAME_PHONE],
        ),
        (
            {"kind": ChannelKind.PHONE, "external_id": "0532 111 22 33", "name": "A"},
            {"kind": ChannelKind.WHATSAPP, "external_id": "905321112233", "name": "B"},
            [Likeness.SAME_PHONE],
        ),
        (
            {"handle": "@AyşeDemir", "name": "A"},
            {"kind": ChannelKind.INSTAGRAM, "handle": "aysedemir", "name": "B"},
            [Likeness.SAME_HANDLE],
        ),
        (
            {"handle": "@one1", "name": "Ayşe  DEMİR"},
            {"kind": ChannelKind.EMAIL, "external_id": "a@example.com", "name": "Ayse Demir"},
            [Likeness.SAME_NAME],
        ),
        (
            {"handle": "@one1", "name": "مريم كريمي"},
            {"kind": ChannelKind.EMAIL, "external_id": "m@example.com", "name": "مریم کریمی"},
            [Likeness.SAME_NAME],
        ),
    ],
)
async def test_people_alike_on_two_channels_are_suggested_once(
    store: Database, first: dict[str, Any], second: dict[str, Any], reasons: list[Likeness]
) -> None:
    here, there = await meet(**first), await meet(**second)

    found = await the_suggestion()
    assert (found.customer_ids, found.reasons) == (sorted([here.id, there.id]), reasons)
    assert [(await fresh(one)).merged_into for one in (here, there)] == [None, None]
    assert (await suggestions_of_customers(AGENT, [here.id]))[here.id] == [found]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"handle": "@one1", "name": "Ayşe Demir"}, {"handle": "@two2", "name": "Ayşe Demir"}),
        ({"handle": "@one1", "name": "Ayşe"}, {"kind": ChannelKind.EMAIL, "external_id": "a@b.example", "name": "Ayşe"}),
        ({"handle": "@al", "name": "A"}, {"handle": "@al", "name": "B"}),
    ],
)
async def test_too_little_in_common_suggests_nobody(store: Database, first: dict[str, Any], second: dict[str, Any]) -> None:
    await meet(**first)
    await meet(**second)

    assert await open_suggestions() == []


async def test_what_many_share_tells_nobody_from_another(store: Database) -> None:
    first = await meet(handle="@misafir", name="N")
    channel = await make_channel()
    for number in range(MOST_ALIKE):
        await find_twins((await ensure_customer(channel, Person(external_id=f"v-{number}", handle="@misafir", name="N"))).id)
    kept = await LikenessKeys.count()
    await find_twins(first.id)

    assert (kept, await suggestions_of_customers(AGENT, [first.id])) == (MOST_ALIKE + 1, {first.id: []})


async def test_accepting_merges_the_two_and_undoing_is_not_suggested_again(store: Database) -> None:
    survivor, duplicate = await meet(handle="@aysed", name="A"), await meet(handle="@aysed", name="B")
    suggestion = await the_suggestion()
    draft = Acceptance(suggestion_id=suggestion.id, survivor_id=survivor.id)

    decided, merged = await accept_suggestion(AGENT, draft, expected_version=suggestion.version)
    await handle_twice()

    assert (decided.state, decided.decided_by) == (SuggestionState.MERGED, AGENT.id)
    assert (merged.id, merged.merged_into) == (duplicate.id, survivor.id)
    with pytest.raises(AlreadyDone):
        await accept_suggestion(AGENT, draft, expected_version=decided.version)
    assert merged.merge is not None
    await undo_merge(AGENT, merged.merge.id)
    await handle_twice()
    assert (await fresh(suggestion)).state is SuggestionState.DISMISSED
    await find_twins(survivor.id)
    assert await open_suggestions() == []


async def test_merging_by_hand_settles_the_suggestion(store: Database) -> None:
    survivor, duplicate = await meet(handle="@aysed", name="A"), await meet(handle="@aysed", name="B")
    suggestion = await the_suggestion()
    await merge_customers(AGENT, survivor.id, duplicate.id, expected_version=1, once=Once())
    await handle_twice()

    settled = await fresh(suggestion)
    assert (settled.state, settled.decided_by, settled.version) == (SuggestionState.MERGED, None, 1)


async def test_dismissed_pair_is_not_suggested_again(store: Database) -> None:
    first, _ = await meet(handle="@aysed", name="A"), await meet(handle="@aysed", name="B")
    suggestion = await the_suggestion()
    draft = Dismissal(suggestion_id=suggestion.id, reason="Anne ve kızı")

    dismissed = await dismiss_suggestion(AGENT, draft, expected_version=1)
    await find_twins(first.id)

    assert (dismissed.state, dismissed.reason, dismissed.version) == (SuggestionState.DISMISSED, "Anne ve kızı", 2)
    assert await open_suggestions() == []
    assert await count_suggestions(AGENT, state=SuggestionState.DISMISSED) == 1


async def test_suggestion_goes_with_what_was_in_common_and_comes_back(store: Database) -> None:
    first, second = await meet(handle="@one1", name="A"), await meet(handle="@two2", name="B")

    async def mail(customer: Customer, value: str | None) -> None:
        change = CustomerChange(customer_id=customer.id, told={ClaimField.EMAIL: value})
        await update_customer(AGENT, change, expected_version=(await fresh(customer)).version)
        await handle_twice()

    for customer in (first, second):
        await mail(customer, "ayse@example.com")
    suggestion = await the_suggestion()
    await mail(second, "baska@example.com")
    assert (await fresh(suggestion)).state is SuggestionState.OBSOLETE
    await mail(second, "ayse@example.com")
    assert (await the_suggestion()).id == suggestion_id(first.id, second.id)


async def test_pair_that_is_dismissed_while_nothing_is_in_common_any_more_stays_dismissed(
    store: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = await meet(handle="@one1", name="A"), await meet(handle="@two2", name="B")
    for customer in (first, second):
        told = CustomerChange(customer_id=customer.id, told={ClaimField.EMAIL: "ayse@example.com"})
        await update_customer(AGENT, told, expected_version=(await fresh(customer)).version)
        await handle_twice()
    suggestion = await the_suggestion()
    other = CustomerChange(customer_id=second.id, told={ClaimField.EMAIL: "baska@example.com"})
    await update_customer(AGENT, other, expected_version=(await fresh(second)).version)
    draft = Dismissal(suggestion_id=suggestion.id)
    overtake(monkeypatch, finding, lambda: dismiss_suggestion(AGENT, draft, expected_version=suggestion.version))

    await find_twins(second.id)
    await find_twins(second.id)

    assert (await fresh(suggestion)).state is SuggestionState.DISMISSED


async def test_refused_decisions_leave_no_trace(store: Database) -> None:
    first, _ = await meet(handle="@aysed", name="A"), await meet(handle="@aysed", name="B")
    suggestion = await the_suggestion()
    draft = Acceptance(suggestion_id=suggestion.id, survivor_id=first.id)
    before = await everything(*STORED)

    with pytest.raises(Forbidden):
        await accept_suggestion(make_actor(Role.TRAINEE), draft, expected_version=1)
    with pytest.raises(InvalidInput):
        await accept_suggestion(AGENT, draft.model_copy(update={"survivor_id": "cus_other"}), expected_version=1)
    with pytest.raises(NotFound):
        await dismiss_suggestion(AGENT, Dismissal(suggestion_id="mgs_none"), expected_version=1)
    with pytest.raises(Conflict):
        await dismiss_suggestion(AGENT, Dismissal(suggestion_id=suggestion.id), expected_version=2)
    assert await suggestions_by_ids(make_actor(Role.AGENCY), [suggestion.id]) == {}
    assert await everything(*STORED) == before
