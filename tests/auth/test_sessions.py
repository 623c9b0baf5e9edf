"""Sessions of browsers: new at every sign-in, ended by time, by signing out, by revocation."""

import hashlib
from datetime import timedelta

import pytest

from auth.documents import Session
from auth.errors import NotAuthenticated
from auth.expiry import forget_expired
from auth.sessions import _touch, end_session, read_session, session_id, start_session
from core.clock import clock, now
from core.database import Database
from tests.auth.makers import make_member


async def test_cookie_is_random_and_only_its_hash_is_kept(store: Database) -> None:
    account = await make_member(password=None)
    first, second = await start_session(account), await start_session(account)

    assert len({first, second}) == 2
    assert len(first) == 43
    assert sorted([row["_id"] async for row in store["sessions"].find({})]) == sorted(
        hashlib.sha256(secret.encode()).hexdigest() for secret in (first, second)
    )
    assert (await read_session(session_id(first))).account_id == account.id


async def test_signing_in_replaces_the_browsers_session(store: Database) -> None:
    account = await make_member(password=None)
    planted = await start_session(account)
    fresh = await start_session(account, replacing=planted)

    assert fresh != planted
    with pytest.raises(NotAuthenticated):
        await read_session(session_id(planted))
    assert await store["sessions"].count_documents({}) == 1


async def test_chosen_id_is_never_adopted(store: Database) -> None:
    account = await make_member(password=None)
    secret = await start_session(account, replacing="chosen by an attacker \ud800")

    assert secret != "chosen by an attacker \ud800"
    with pytest.raises(NotAuthenticated):
        await read_session(session_id("chosen by an attacker \ud800"))


async def test_session_ends_after_twelve_idle_hours(store: Database) -> None:
    identifier = session_id(await start_session(await make_member(password=None)))
    clock.shift(timedelta(hours=11, minutes=59))
    await read_session(identifier)
    clock.shift(timedelta(hours=11, minutes=59))
    await read_session(identifier)

    clock.shift(timedelta(hours=12))
    with pytest.raises(NotAuthenticated, match="ended"):
        await read_session(identifier)


async def test_session_ends_after_seven_days_of_use(store: Database) -> None:
    identifier = session_id(await start_session(await make_member(password=None)))
    for _ in range(15):
        clock.shift(timedelta(hours=11))
        await read_session(identifier)
    assert (await read_session(identifier)).expires_at - now() < timedelta(hours=4)

    clock.shift(timedelta(hours=3))
    with pytest.raises(NotAuthenticated):
        await read_session(identifier)


async def test_use_is_written_every_five_minutes_only(store: Database) -> None:
    identifier = session_id(await start_session(await make_member(password=None)))
    before = await store["sessions"].find_one({})
    await read_session(identifier)
    assert await store["sessions"].find_one({}) == before

    clock.shift(timedelta(minutes=5))
    await read_session(identifier)
    assert await store["sessions"].find_one({}) != before


async def test_ended_session_stays_ended_though_it_was_in_use(store: Database) -> None:
    secret = await start_session(await make_member(password=None))
    session = await read_session(session_id(secret))
    for _ in range(2):
        await end_session(secret)

    await _touch(session, now())

    assert await Session.get(session.id) is None


async def test_expired_sessions_are_forgotten(store: Database) -> None:
    await start_session(await make_member(password=None))
    clock.shift(timedelta(hours=12, minutes=4))
    assert await forget_expired() == 0

    clock.shift(timedelta(minutes=2))
    assert await forget_expired() == 1
    assert await store["sessions"].count_documents({}) == 0
