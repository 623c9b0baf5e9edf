"""The first administrator: one token, one account."""

import asyncio
from datetime import timedelta

import pytest

from auth.accounts import change_roles, read_account
from auth.actor import SYSTEM, Role
from auth.documents import Account
from auth.drafts import FirstAdmin
from auth.errors import EmailTaken, NotAuthenticated
from auth.setup import LASTS, ensure_setup_token, use_setup_token
from core.clock import clock
from core.database import Database
from core.errors import AlreadyDone, InvalidInput
from core.records import change
from tests.auth.makers import KEYRING, PASSWORD, events_of, make_customer, make_member


def admin(number: int = 0) -> FirstAdmin:
    return FirstAdmin(email=f"admin{number}@kopru.example", password=PASSWORD, name="Ada")


async def token_of(_: Database) -> str:
    token = await ensure_setup_token(KEYRING)
    assert token is not None
    return token


async def test_ten_processes_print_the_same_token(store: Database) -> None:
    tokens = await asyncio.gather(*(ensure_setup_token(KEYRING) for _ in range(10)))

    assert len(set(tokens)) == 1
    assert await ensure_setup_token(KEYRING) == tokens[0]
    assert len(tokens[0] or "") == 43
    assert (tokens[0] or "") not in str(await store["setup_tokens"].find_one({}))


@pytest.mark.parametrize("emails", ["different", "equal"])
async def test_of_ten_that_race_one_becomes_admin(store: Database, emails: str) -> None:
    token = await token_of(store)
    outcomes = await asyncio.gather(
        *(use_setup_token(token, admin(number if emails == "different" else 0), keyring=KEYRING) for number in range(10)),
        return_exceptions=True,
    )

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Account"] + ["AlreadyDone"] * 9
    made = next(outcome for outcome in outcomes if isinstance(outcome, Account))
    stored = await read_account(made.id)
    assert (stored.roles, stored.email, stored.name) == ([Role.ADMIN], made.email, "Ada")
    assert await store["accounts"].count_documents({}) == 1
    assert await events_of(store, "accounts", made.id) == [("AccountCreated", None)]
    assert await ensure_setup_token(KEYRING) is None


@pytest.mark.parametrize("token", ["", "wrong", "ş", "x" * 43])
async def test_wrong_token_makes_nobody(store: Database, token: str) -> None:
    with pytest.raises(NotAuthenticated):
        await use_setup_token(token, admin(), keyring=KEYRING)
    await token_of(store)
    with pytest.raises(NotAuthenticated):
        await use_setup_token(token, admin(), keyring=KEYRING)

    assert await store["accounts"].count_documents({}) == 0


async def test_refused_input_leaves_the_token_usable(store: Database) -> None:
    token = await token_of(store)
    await make_customer(email="taken@mail.example")
    with pytest.raises(InvalidInput):
        await use_setup_token(token, admin().model_copy(update={"password": "short"}), keyring=KEYRING)
    with pytest.raises(EmailTaken):
        await use_setup_token(token, admin().model_copy(update={"email": "taken@mail.example"}), keyring=KEYRING)

    assert (await use_setup_token(token, admin(), keyring=KEYRING)).roles == [Role.ADMIN]


async def test_token_expires_and_the_next_start_gives_another(store: Database) -> None:
    token = await token_of(store)
    clock.shift(LASTS)
    with pytest.raises(NotAuthenticated, match="expired"):
        await use_setup_token(token, admin(), keyring=KEYRING)

    others = await asyncio.gather(*(ensure_setup_token(KEYRING) for _ in range(5)))
    assert len(set(others)) == 1
    assert others[0] not in {None, token}
    with pytest.raises(NotAuthenticated):
        await use_setup_token(token, admin(), keyring=KEYRING)


async def test_token_is_void_once_there_is_an_admin(store: Database) -> None:
    token = await token_of(store)
    await make_member(Role.ADMIN)

    with pytest.raises(AlreadyDone):
        await use_setup_token(token, admin(), keyring=KEYRING)
    assert await ensure_setup_token(KEYRING) is None


async def test_used_token_is_replaced_when_no_admin_is_left(store: Database) -> None:
    token = await token_of(store)
    first = await use_setup_token(token, admin(), keyring=KEYRING)
    await make_member(Role.ADMIN)
    await change_roles(SYSTEM, first.id, [Role.AGENT])
    other = await Account.find_one({"email": "ayse@kopru.example"})
    assert other is not None

    def rule(account: Account) -> None:
        account.roles = [Role.AGENT]  # what two who demote each other at once leave behind

    await change(other, rule)
    with pytest.raises(AlreadyDone):
        await use_setup_token(token, admin(1), keyring=KEYRING)

    fresh = await token_of(store)
    assert fresh != token
    clock.shift(timedelta(hours=1))
    assert (await use_setup_token(fresh, admin(1), keyring=KEYRING)).id != first.id
