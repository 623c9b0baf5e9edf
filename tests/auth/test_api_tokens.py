"""API tokens of programs."""

import hashlib
from datetime import timedelta

import pytest

from auth.accounts import create_service_account
from auth.actor import SYSTEM, Actor, ActorKind, Permission
from auth.api_tokens import create_api_token, find_api_token, read_api_token, revoke_api_token
from auth.errors import NotAuthenticated
from core.clock import clock, now
from core.database import Database
from core.errors import Forbidden, InvalidInput, NotFound
from tests.auth.makers import events_of, make_api_token, make_member

NOBODY = Actor(ActorKind.MEMBER, "mem_x", account_id="acc_x", member_id="mem_x")
NARROW = Actor(ActorKind.SERVICE, "acc_s", "acc_s", permissions=frozenset({Permission.ACCOUNT_MANAGE}))


async def test_secret_is_given_once_and_kept_as_its_hash(store: Database) -> None:
    made = await make_api_token(Permission.CASE_READ, Permission.CASE_NOTE, Permission.CASE_READ)

    assert made.secret.startswith("kpt_")
    assert len(made.secret) == 47
    assert made.token.id == hashlib.sha256(made.secret.encode()).hexdigest()
    assert made.token.scopes == [Permission.CASE_NOTE, Permission.CASE_READ]
    assert made.secret not in str(await store["api_tokens"].find({}).to_list())
    assert (await find_api_token(made.secret)).id == made.token.id
    assert await events_of(store, "api_tokens", made.token.id) == [("ApiTokenCreated", None)]


async def test_revoked_token_holds_no_longer(store: Database) -> None:
    made = await make_api_token()
    await revoke_api_token(SYSTEM, made.token.id)
    revoked = await revoke_api_token(SYSTEM, made.token.id)

    assert (revoked.revision, revoked.deleted_at is None) == (2, False)
    for read in (find_api_token(made.secret), read_api_token(made.token.id), find_api_token("kpt_unknown\ud800")):
        with pytest.raises(NotAuthenticated):
            await read
    assert (await events_of(store, "api_tokens", made.token.id))[1:] == [("ApiTokenRevoked", None)]
    with pytest.raises(NotFound):
        await revoke_api_token(SYSTEM, "unknown")


async def test_token_expires(store: Database) -> None:
    service = await create_service_account(SYSTEM, "import")
    made = await create_api_token(SYSTEM, service.id, "a", [Permission.CASE_READ], expires_at=now() + timedelta(hours=1))
    await find_api_token(made.secret)

    clock.shift(timedelta(hours=1))
    with pytest.raises(NotAuthenticated):
        await find_api_token(made.secret)


async def test_use_is_noted_every_five_minutes(store: Database) -> None:
    made = await make_api_token()
    first = (await find_api_token(made.secret)).last_used_at
    assert first is not None
    assert (await find_api_token(made.secret)).last_used_at == first

    clock.shift(timedelta(minutes=5))
    assert ((await find_api_token(made.secret)).last_used_at or first) > first
    assert (await read_api_token(made.token.id)).revision == 3


async def test_refusals_leave_no_token(store: Database) -> None:
    service, member = await create_service_account(SYSTEM, "import"), await make_member(password=None)
    scopes = [Permission.CASE_READ]
    for act, refusal in (
        (create_api_token(NOBODY, service.id, "a", scopes), Forbidden),
        (create_api_token(NARROW, service.id, "a", scopes), Forbidden),
        (create_api_token(SYSTEM, service.id, " ", scopes), InvalidInput),
        (create_api_token(SYSTEM, service.id, "a" * 201, scopes), InvalidInput),
        (create_api_token(SYSTEM, service.id, "a", []), InvalidInput),
        (create_api_token(SYSTEM, service.id, "a", scopes, expires_at=now()), InvalidInput),
        (create_api_token(SYSTEM, service.id, "a", scopes, expires_at=(now() + timedelta(1)).replace(tzinfo=None)), InvalidInput),
        (create_api_token(SYSTEM, member.id, "a", scopes), InvalidInput),
        (create_api_token(SYSTEM, "acc_unknown", "a", scopes), NotFound),
        (revoke_api_token(NOBODY, "unknown"), Forbidden),
    ):
        with pytest.raises(refusal):
            await act

    assert await store["api_tokens"].count_documents({}) == 0
