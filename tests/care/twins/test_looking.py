"""Finding customers by what is typed: who rings up is found before they are written down a second time."""

from typing import Any

import pytest

from auth.actor import ANONYMOUS, Role
from care.claims.updating import CustomerChange, update_customer
from care.customers import Person, ensure_customer
from care.documents.channels import ChannelKind
from care.documents.claims import ClaimField
from care.documents.customers import Customer
from care.documents.twins import LikenessKeys
from care.merging import merge_customers, undo_merge
from care.twins.looking import LONGEST_TEXT, MOST_FOUND, complete_found_by, find_customers
from core.database import Database
from core.errors import Forbidden, InvalidInput
from core.idempotency import Once
from core.records import save
from tests.care.stored import handle_twice
from tests.factories.care import make_actor, make_channel, make_customer

AGENT = make_actor()


async def meet(kind: ChannelKind = ChannelKind.X, **told: Any) -> Customer:
    customer = await ensure_customer(await make_channel(kind=kind), Person(**{"external_id": "u-1", **told}))
    await handle_twice()
    return customer


async def found(typed: str) -> list[str]:
    return [customer.display_name for customer in await find_customers(AGENT, typed)]


FINDS = (
    "ayşe", "AYSE", "Işık ay", "ısık", "@isik_ayse", "isik", "AYSE@ornek", "+90 532 111 22 33", "0532 111", "00905321112233",
    "(532) 111-22", "۰۵۳۲۱۱۱", "crm-0042", "0042", "42",
)  # fmt: skip
FINDS_NOBODY = ("demir", "ay zehra", "şe", "ayse@baska", "@", "a", "", "533", "0", "crm 43")


async def test_customer_is_found_by_the_beginnings_of_what_is_known(store: Database) -> None:
    customer = await meet(name="Ays\u0327e Işık", handle="@isik_ayse", email="Ayse@Ornek.example", phone="+90 532 111 22 33")
    await meet(ChannelKind.INSTAGRAM, name="Zehra Gül", handle="zehra")
    customer.crm_keys = ["sap:id:crm-0042"]
    await save(customer)
    await rewritten(customer)

    assert {typed: await found(typed) for typed in FINDS} == {typed: ["Ays\u0327e Işık"] for typed in FINDS}
    assert {typed: await found(typed) for typed in FINDS_NOBODY} == {typed: [] for typed in FINDS_NOBODY}


async def rewritten(customer: Customer) -> None:
    """Let what a customer is found by follow, as it does upon every event of theirs."""
    await LikenessKeys.get_pymongo_collection().update_one({"customer_id": customer.id}, {"$unset": {"found_by": ""}})
    assert await complete_found_by() == 1
    assert await complete_found_by() == 0


async def test_persian_names_are_found_in_either_spelling(store: Database) -> None:
    await meet(name="علي كريمي", handle="@ali1")
    await meet(ChannelKind.TELEGRAM, name="سارا می‌رزایی", handle="@sara")

    assert await found("علی کریمی") == ["علي كريمي"]
    assert await found("میرزا") == ["سارا می‌رزایی"]


async def test_what_does_not_hold_any_more_finds_nobody(store: Database) -> None:
    customer = await meet(name="Mina Kaya", handle="@mina", email="mina@ornek.example")

    change = CustomerChange(customer_id=customer.id, told={ClaimField.NAME: "Mina Demir", ClaimField.EMAIL: None})
    await update_customer(AGENT, change, expected_version=1)
    await handle_twice()

    assert (await found("kaya"), await found("mina@ornek"), await found("mina demir")) == ([], [], ["Mina Demir"])


async def test_who_was_merged_is_found_as_the_survivor_until_it_is_undone(store: Database) -> None:
    survivor = await meet(name="Ayşe Kaya", handle="@kaya")
    duplicate = await meet(ChannelKind.INSTAGRAM, name="A. Kaya", handle="anka_kusu")
    merged = await merge_customers(AGENT, survivor.id, duplicate.id, expected_version=1, once=Once())
    await handle_twice()

    assert await found("anka") == ["Ayşe Kaya"]
    assert await found("kaya") == ["Ayşe Kaya"]

    assert merged.duplicate.merge is not None
    await undo_merge(AGENT, merged.duplicate.merge.id)
    await handle_twice()
    assert await found("anka") == ["A. Kaya"]
    assert sorted(await found("kaya")) == ["A. Kaya", "Ayşe Kaya"]


async def test_those_whose_name_begins_so_come_first_and_not_too_many(store: Database) -> None:
    channel = await make_channel()
    for number in range(MOST_FOUND + 5):
        await make_customer(channel, name=f"Zeki Deniz {number}", external_id=f"z-{number}", handle=f"z{number}")
    await make_customer(channel, name="Deniz Ak", external_id="d-1", handle="dd")
    await handle_twice()

    first, *others = await found("deniz")
    assert (first, len(others)) == ("Deniz Ak", MOST_FOUND - 1)


async def test_only_who_may_read_all_customers_finds_any(store: Database) -> None:
    await meet(name="Mina Kaya")
    agency = make_actor(Role.AGENCY, reach=frozenset({"chn_1"}))
    for actor in (ANONYMOUS, agency, make_actor(Role.EXPERT), make_actor(Role.HR)):
        with pytest.raises(Forbidden):
            await find_customers(actor, "mina")
    with pytest.raises(InvalidInput) as refusal:
        await find_customers(AGENT, "x" * (LONGEST_TEXT + 1))
    assert refusal.value.path == ("text",)
