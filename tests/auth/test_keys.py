"""Signing keys: made once, rotated in order, revoked at once."""

import asyncio
from datetime import timedelta

import pytest

from auth.actor import SYSTEM, Actor, ActorKind
from auth.documents import KeyState, SigningKeys
from auth.keys import open_keys, revoke_key, rotate_due_keys, rotate_keys
from core.clock import clock
from core.database import Database
from core.errors import Forbidden, InvalidInput, NotFound
from tests.auth.makers import KEYRING, events_of

NOBODY = Actor(ActorKind.MEMBER, "mem_x", account_id="acc_x", member_id="mem_x")


def states(keys: SigningKeys) -> list[KeyState]:
    return [key.state for key in keys.keys]


def kid(keys: SigningKeys, state: KeyState) -> str:
    return next(key.kid for key in keys.keys if key.state is state)


async def test_ten_processes_that_start_together_have_the_same_keys(store: Database) -> None:
    opened = await asyncio.gather(*(open_keys(KEYRING) for _ in range(10)))

    assert len({tuple(key.kid for key in keys.keys) for keys in opened}) == 1
    assert states(opened[0]) == [KeyState.ACTIVE, KeyState.NEXT]


async def test_private_half_is_nowhere_in_the_clear(store: Database) -> None:
    keys = await open_keys(KEYRING)

    for key in keys.keys:
        assert sorted(key.public) == ["alg", "crv", "kid", "kty", "use", "x", "y"]
        assert '"d"' in KEYRING.decrypt(key.sealed)
        assert '"d"' not in key.sealed


async def test_rotation_waits_until_the_next_key_is_known(store: Database) -> None:
    before = await open_keys(KEYRING)
    with pytest.raises(InvalidInput, match="may sign from"):
        await rotate_keys(SYSTEM, KEYRING)
    assert await store["signing_keys"].find_one({}) == {**(await store["signing_keys"].find_one({}) or {}), "revision": 1}

    clock.shift(timedelta(hours=24))
    after = await rotate_keys(SYSTEM, KEYRING)

    assert states(after) == [KeyState.RETIRED, KeyState.ACTIVE, KeyState.NEXT]
    assert (after.keys[0].kid, after.keys[1].kid) == (kid(before, KeyState.ACTIVE), kid(before, KeyState.NEXT))
    assert await events_of(store, "signing_keys", "issuer") == [("SigningKeysRotated", None)]


async def test_due_rotation_acts_once_and_drops_what_proves_nothing_more(store: Database) -> None:
    first = await open_keys(KEYRING)
    assert await rotate_due_keys(SYSTEM, KEYRING) == first

    clock.shift(timedelta(days=90))
    assert states(await rotate_due_keys(SYSTEM, KEYRING)) == [KeyState.RETIRED, KeyState.ACTIVE, KeyState.NEXT]
    clock.shift(timedelta(hours=24))
    assert states(await rotate_due_keys(SYSTEM, KEYRING)) == [KeyState.RETIRED, KeyState.ACTIVE, KeyState.NEXT]
    clock.shift(timedelta(minutes=5))
    assert states(await rotate_due_keys(SYSTEM, KEYRING)) == [KeyState.ACTIVE, KeyState.NEXT]


@pytest.mark.parametrize("state", [KeyState.ACTIVE, KeyState.NEXT])
async def test_revoked_key_is_gone_and_one_signs_and_one_is_next(store: Database, state: KeyState) -> None:
    before = await open_keys(KEYRING)
    after = await revoke_key(SYSTEM, kid(before, state), KEYRING)

    assert states(after) == [KeyState.ACTIVE, KeyState.NEXT]
    assert kid(before, state) not in {key.kid for key in after.keys}
    with pytest.raises(NotFound):
        await revoke_key(SYSTEM, kid(before, state), KEYRING)


async def test_retired_key_can_be_revoked(store: Database) -> None:
    old = kid(await open_keys(KEYRING), KeyState.ACTIVE)
    clock.shift(timedelta(hours=24))
    await rotate_keys(SYSTEM, KEYRING)

    assert states(await revoke_key(SYSTEM, old, KEYRING)) == [KeyState.ACTIVE, KeyState.NEXT]


async def test_keys_are_for_those_who_manage_accounts(store: Database) -> None:
    keys = await open_keys(KEYRING)
    clock.shift(timedelta(days=100))
    for act in (rotate_keys(NOBODY, KEYRING), rotate_due_keys(NOBODY, KEYRING), revoke_key(NOBODY, keys.keys[0].kid, KEYRING)):
        with pytest.raises(Forbidden):
            await act

    assert await open_keys(KEYRING) == keys
