"""Signing in: one answer for all that is wrong, bounds in all processes."""

import time
from datetime import timedelta

import pytest
from argon2 import PasswordHasher

from auth.accounts import disable_account, read_account
from auth.actor import ANONYMOUS, SYSTEM
from auth.documents import Account
from auth.errors import NotAuthenticated, TooManyAttempts
from auth.identify import actor_of
from auth.passwords import _current_queue
from auth.sign_in import change_own_password, sign_in
from core.clock import clock
from core.database import Database
from core.errors import Forbidden, InvalidInput
from core.records import change
from tests.auth.makers import PASSWORD, make_customer, make_member
from tests.auth.test_attempts import to_full_minute


async def test_email_is_found_in_any_spelling(store: Database) -> None:
    member = await make_member()

    assert (await sign_in(" AYSE@Kopru.example", PASSWORD, address="192.0.2.1")).id == member.id


async def test_unknown_wrong_disabled_and_without_password_read_alike(store: Database) -> None:
    await make_member()
    await make_member(email="invited@kopru.example", password=None)
    disabled = await make_member(email="gone@kopru.example")
    await disable_account(SYSTEM, disabled.id)

    answers = set()
    for email, password in (
        ("ayse@kopru.example", "wrong password"),
        ("unknown@kopru.example", PASSWORD),
        ("invited@kopru.example", PASSWORD),
        ("gone@kopru.example", PASSWORD),
    ):
        with pytest.raises(NotAuthenticated) as refused:
            await sign_in(email, password, address="192.0.2.1")
        answers.add((refused.value.message, refused.value.code, refused.value.path))

    assert answers == {("E-mail or password is wrong.", "UNAUTHENTICATED", ())}


async def test_unknown_account_takes_as_long(store: Database) -> None:
    await make_member()
    taken: dict[str, list[float]] = {"ayse@kopru.example": [], "unknown@kopru.example": []}
    for number in range(10):
        for email, times in taken.items():
            clock.shift(timedelta(hours=1))
            before = time.perf_counter()
            with pytest.raises(NotAuthenticated):
                await sign_in(email, "wrong password", address=f"192.0.2.{number}")
            times.append(time.perf_counter() - before)

    known, unknown = (min(times) for times in taken.values())
    assert unknown > known / 2  # without the decoy it is a tenth


async def test_sixth_try_is_refused_whoever_and_wherever_tries(store: Database) -> None:
    await make_member()
    to_full_minute()
    for email in ("ayse@kopru.example", "unknown@kopru.example"):
        for number in range(5):
            with pytest.raises(NotAuthenticated):
                await sign_in(email, "wrong password", address=f"192.0.2.{number}")
        with pytest.raises(TooManyAttempts):
            await sign_in(email, PASSWORD, address="198.51.100.1")

    clock.shift(timedelta(minutes=1))
    assert (await sign_in("ayse@kopru.example", PASSWORD, address="198.51.100.1")).email == "ayse@kopru.example"


async def test_address_that_guesses_over_many_accounts_is_stopped(store: Database) -> None:
    await make_member()
    to_full_minute()
    for number in range(5):
        with pytest.raises(NotAuthenticated):
            await sign_in(f"guess{number}@kopru.example", PASSWORD, address="192.0.2.1")

    with pytest.raises(TooManyAttempts):
        await sign_in("ayse@kopru.example", PASSWORD, address="192.0.2.1")
    await sign_in("ayse@kopru.example", PASSWORD, address="192.0.2.2")


async def test_good_sign_ins_are_not_bounded(store: Database) -> None:
    await make_member()
    to_full_minute()
    for _ in range(7):
        await sign_in("ayse@kopru.example", PASSWORD, address="192.0.2.1")

    assert [row["tries"] async for row in store["sign_in_attempts"].find({})] == [0, 0]


async def test_full_queue_costs_no_try(store: Database) -> None:
    await make_member()
    to_full_minute()
    _current_queue().inside += 22
    try:
        for _ in range(7):
            with pytest.raises(TooManyAttempts, match="Many people"):
                await sign_in("ayse@kopru.example", PASSWORD, address="192.0.2.1")
    finally:
        _current_queue().inside -= 22

    assert (await sign_in("ayse@kopru.example", PASSWORD, address="192.0.2.1")).email == "ayse@kopru.example"


async def test_outdated_hash_is_renewed_once(store: Database) -> None:
    member = await make_member()
    weak = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)

    def rule(account: Account) -> None:
        account.password_hash = weak

    await change(await read_account(member.id), rule)
    for _ in range(2):
        await sign_in("ayse@kopru.example", PASSWORD, address="192.0.2.1")

    stored = await read_account(member.id)
    assert (stored.password_hash or "").startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert (stored.revision, stored.tokens_valid_after) == (3, None)


async def test_own_password_needs_the_current_one(store: Database) -> None:
    customer = await make_customer()
    actor = await actor_of(customer.id)
    with pytest.raises(NotAuthenticated):
        await change_own_password(actor, "wrong password", "another long password", address=None)
    with pytest.raises(InvalidInput):
        await change_own_password(actor, PASSWORD, "short", address=None)
    with pytest.raises(Forbidden):
        await change_own_password(ANONYMOUS, PASSWORD, "another long password", address=None)
    assert (await read_account(customer.id)).revision == 1

    changed = await change_own_password(actor, PASSWORD, "another long password", address=None)
    assert changed.tokens_valid_after is not None
    assert (await sign_in("customer@mail.example", "another long password", address=None)).id == customer.id


async def test_hash_changed_meanwhile_is_not_overwritten(store: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    member = await make_member()
    weak = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)

    def weaken(account: Account) -> None:
        account.password_hash = weak

    def replace(account: Account) -> None:
        account.password_hash = "newer"

    async def hash_slowly(_: str) -> str:
        await change(await read_account(member.id), replace)
        return "from the old password"

    await change(await read_account(member.id), weaken)
    monkeypatch.setattr("auth.sign_in.hash_password", hash_slowly)
    await sign_in("ayse@kopru.example", PASSWORD, address=None)

    assert (await read_account(member.id)).password_hash == "newer"
