"""Bounds on tries: windows, sharing, giving back."""

import asyncio
from datetime import timedelta

import pytest

from auth.attempts import account_key, address_key, count_failure, give_back, require_attempts, take_attempt
from auth.errors import TooManyAttempts
from auth.expiry import forget_expired
from core.clock import clock, now
from core.database import Database


def to_full_minute() -> None:
    """Go to the start of the next hour, so that no window ends inside a test."""
    moment = now()
    clock.shift(timedelta(hours=1) - (moment - moment.replace(minute=0, second=0, microsecond=0)))


async def test_five_tries_a_minute_and_twenty_an_hour(store: Database) -> None:
    to_full_minute()
    for minute in range(4):
        for _ in range(5):
            await take_attempt("account:a")
        with pytest.raises(TooManyAttempts) as refused:
            await take_attempt("account:a")
        assert 50 <= refused.value.retry_after <= 61, minute
        clock.shift(timedelta(minutes=1))

    with pytest.raises(TooManyAttempts) as refused:
        await take_attempt("account:a")
    assert 3350 <= refused.value.retry_after <= 3361
    await take_attempt("account:b")
    clock.shift(timedelta(hours=1))
    await take_attempt("account:a")


async def test_racing_tries_share_one_counter(store: Database) -> None:
    to_full_minute()
    tries = await asyncio.gather(*(take_attempt("account:a") for _ in range(12)), return_exceptions=True)

    assert sorted(type(outcome).__name__ for outcome in tries) == ["TooManyAttempts"] * 7 + ["list"] * 5


async def test_given_back_try_does_not_count(store: Database) -> None:
    to_full_minute()
    for _ in range(30):
        await give_back(await take_attempt("account:a"))
    await give_back([])

    assert sorted([row["tries"] async for row in store["sign_in_attempts"].find({})]) == [0, 0]


async def test_failures_of_an_address_bound_it(store: Database) -> None:
    to_full_minute()
    for _ in range(4):
        await count_failure("address:a")
    await require_attempts("address:a")
    await count_failure("address:a")

    with pytest.raises(TooManyAttempts):
        await require_attempts("address:a")
    await require_attempts("address:b")


def test_keys_name_networks_for_ipv6() -> None:
    assert address_key("2001:db8:1:2:3:4:5:6") == address_key("2001:db8:1:2::1%eth0") == "address:2001:db8:1:2::/64"
    assert address_key("192.0.2.7") == "address:192.0.2.7"
    assert address_key(None) == "address:None"
    assert address_key("testclient") == "address:testclient"
    assert account_key("ayse@kopru.example") == "account:ayse@kopru.example"


async def test_expired_counters_are_forgotten(store: Database) -> None:
    to_full_minute()
    await count_failure("address:a")
    assert await forget_expired() == 0

    clock.shift(timedelta(minutes=7))
    assert await forget_expired() == 1
    assert await forget_expired() == 0
    assert await store["sign_in_attempts"].count_documents({}) == 1
