"""Passwords: rules, hashes, and the queue in front of them."""

import asyncio

import pytest
from argon2 import PasswordHasher

from auth import passwords
from auth.errors import TooManyAttempts
from auth.passwords import Verdict, check_password, hash_password, verify_password
from core.errors import InvalidInput


@pytest.mark.parametrize(
    ("password", "message"),
    [
        ("elevenchars", "Take a password of 12 characters or more."),
        ("ş" * 513, "Take a password of 1024 bytes or fewer."),
        (" AYŞE@kopru.example", "Take a password that is not the e-mail address."),
    ],
)
def test_weak_password_is_refused_with_the_fix(password: str, message: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        check_password(password, email="ayşe@kopru.example")

    assert (refused.value.message, refused.value.path) == (message, ("password",))


def test_long_enough_password_is_taken() -> None:
    check_password("twelve chars", email="ayşe@kopru.example")
    check_password("ş" * 512)


async def test_hash_has_the_chosen_costs_and_verifies() -> None:
    stored = await hash_password("correct horse battery")

    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert await verify_password(stored, "correct horse battery") == Verdict(matches=True)
    assert await verify_password(stored, "correct horse batterz") == Verdict(matches=False)


async def test_composed_and_decomposed_spellings_are_one_password() -> None:
    stored = await hash_password("şifre şifre şifre")

    assert await verify_password(stored, "s\u0327ifre s\u0327ifre s\u0327ifre") == Verdict(matches=True)


async def test_hash_of_other_costs_is_outdated() -> None:
    stored = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash("correct horse battery")

    assert await verify_password(stored, "correct horse battery") == Verdict(matches=True, outdated=True)


@pytest.mark.parametrize("stored", [None, "not a hash"])
async def test_missing_or_broken_hash_matches_nothing(stored: str | None) -> None:
    assert await verify_password(stored, "correct horse battery") == Verdict(matches=False)


async def test_oversize_password_matches_nothing_and_lone_surrogates_do_no_harm() -> None:
    stored = await hash_password("x" * 1024)

    assert await verify_password(stored, "x" * 1025) == Verdict(matches=False)
    assert await verify_password(stored, "\ud800" * 12) == Verdict(matches=False)


async def test_decoy_is_a_real_hash_of_the_same_costs() -> None:
    assert not PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1).check_needs_rehash(passwords._DECOY)
    assert await verify_password(passwords._DECOY, "") == Verdict(matches=False)


async def test_more_than_twenty_waiting_are_turned_away() -> None:
    tries = await asyncio.gather(*(hash_password("correct horse battery") for _ in range(25)), return_exceptions=True)

    refused = [outcome for outcome in tries if isinstance(outcome, TooManyAttempts)]
    assert len(refused) == 3  # 2 at work, 20 waiting
    assert all(error.retry_after == 1 for error in refused)
    assert all(isinstance(outcome, str) for outcome in tries if outcome not in refused)
