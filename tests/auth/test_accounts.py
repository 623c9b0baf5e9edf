"""Accounts: who may make and change them, and what follows."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from pydantic import ValidationError

from auth.accounts import (
    change_roles,
    create_account,
    create_customer_account,
    create_service_account,
    disable_account,
    enable_account,
    grant,
    has_admin,
    read_account,
    revoke,
    set_password,
    sign_out_everywhere,
)
from auth.actor import SYSTEM, Actor, ActorKind, Permission, Role, permissions_of
from auth.documents import Account, AccountKind
from auth.drafts import AccountDraft, CustomerAccountDraft
from auth.errors import EmailTaken, LastAdmin
from auth.identify import actor_of
from auth.passwords import Verdict, verify_password
from core.database import Database
from core.errors import AlreadyDone, Conflict, Forbidden, IdempotencyMismatch, InvalidInput, NotFound
from core.idempotency import once
from tests.auth.makers import PASSWORD, events_of, make_customer, make_member

AGENT = Actor(ActorKind.MEMBER, "mem_a", "acc_a", "mem_a", permissions=permissions_of([Role.AGENT]))
NARROW = Actor(ActorKind.SERVICE, "acc_s", "acc_s", permissions=frozenset({Permission.ACCOUNT_MANAGE}))


async def test_member_account_is_made_with_its_member_and_event(store: Database) -> None:
    account = await make_member(Role.AGENT, Role.AGENT, Role.EXPERT, email=" AYSE@kopru.example", reach=("chn_1", "chn_1"))
    stored = await read_account(account.id)

    assert (stored.kind, stored.name, stored.email) == (AccountKind.MEMBER, "Ayşe Yılmaz", "ayse@kopru.example")
    assert (stored.roles, stored.reach, stored.locale) == ([Role.AGENT, Role.EXPERT], ["chn_1"], "tr")
    assert stored.member_id == "mem_" + account.id.removeprefix("acc_")
    assert await verify_password(stored.password_hash, PASSWORD) == Verdict(matches=True)
    assert await events_of(store, "accounts", account.id) == [("AccountCreated", None)]


async def test_account_of_an_existing_member_shares_its_remainder(store: Database) -> None:
    draft = AccountDraft(email="a@kopru.example", name="A", roles=[Role.AGENT], member_id="mem_x1")
    account = await create_account(SYSTEM, draft)

    assert (account.id, account.member_id, account.password_hash) == ("acc_x1", "mem_x1", None)
    with pytest.raises(AlreadyDone, match="exists already"):
        await create_account(SYSTEM, draft.model_copy(update={"email": "b@kopru.example"}))


async def test_repeated_request_makes_one_account(store: Database) -> None:
    draft = AccountDraft(email="a@kopru.example", name="A", roles=[Role.AGENT])
    same = once(b"secret", actor="mem_a", operation="createAccount", key="k1", given={"name": "A"})
    other = once(b"secret", actor="mem_a", operation="createAccount", key="k1", given={"name": "B"})

    first, second = await create_account(SYSTEM, draft, once=same), await create_account(SYSTEM, draft, once=same)

    assert (first.id, second.revision) == (second.id, 1)
    with pytest.raises(IdempotencyMismatch):
        await create_account(SYSTEM, draft, once=other)
    assert await store["accounts"].count_documents({}) == 1


async def test_customer_has_one_account(store: Database) -> None:
    account = await make_customer()

    assert (account.kind, account.customer_id, account.member_id, account.roles) == (AccountKind.CUSTOMER, "cus_1", None, [])
    with pytest.raises(AlreadyDone) as refused:
        await make_customer(email="other@mail.example")
    assert refused.value.path == ("customerId",)


async def test_service_account_has_a_name_and_nothing_else(store: Database) -> None:
    account = await create_service_account(SYSTEM, " CRM import ")
    await create_service_account(SYSTEM, "another")  # accounts without e-mail do not collide

    assert (account.kind, account.name, account.email, account.member_id) == (AccountKind.SERVICE, "CRM import", None, None)
    with pytest.raises(InvalidInput):
        await create_service_account(SYSTEM, "  ")
    with pytest.raises(InvalidInput):
        await set_password(SYSTEM, account.id, PASSWORD)


async def test_email_is_taken_once_even_when_raced(store: Database) -> None:
    outcomes = await asyncio.gather(
        *(make_member(email=email, password=None) for email in ["a@kopru.example", "A@kopru.example"] * 3), return_exceptions=True
    )

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Account"] + ["EmailTaken"] * 5
    with pytest.raises(EmailTaken) as refused:
        await make_customer(email="a@Kopru.example")
    assert refused.value.path == ("email",)
    assert await store["accounts"].count_documents({}) == 1


@pytest.mark.parametrize("password", ["short", "ayse@kopru.example"])
async def test_bad_draft_leaves_no_trace(store: Database, password: str) -> None:
    with pytest.raises(InvalidInput):
        await make_member(password=password)
    with pytest.raises(InvalidInput):
        await make_member(email="no address")
    with pytest.raises(ValidationError):
        AccountDraft(email="a@kopru.example", name=" ", roles=[Role.AGENT])
    with pytest.raises(ValidationError):
        AccountDraft(email="a@kopru.example", name="A", roles=[])

    assert await store["accounts"].count_documents({}) == 0


ACTS: dict[str, Callable[[Actor, str], Awaitable[object]]] = {
    "create": lambda actor, _: create_account(actor, AccountDraft(email="n@kopru.example", name="N", roles=[Role.AGENT])),
    "customer": lambda actor, _: create_customer_account(
        actor, CustomerAccountDraft(customer_id="cus_9", email="n@kopru.example", name="N")
    ),
    "service": lambda actor, _: create_service_account(actor, "N"),
    "password": lambda actor, target: set_password(actor, target, "another long password"),
    "roles": lambda actor, target: change_roles(actor, target, [Role.EXPERT]),
    "disable": disable_account,
    "enable": enable_account,
    "sign out": sign_out_everywhere,
}


@pytest.mark.parametrize("act", ACTS.values(), ids=list(ACTS))
async def test_without_the_permission_nothing_changes(store: Database, act: Callable[[Actor, str], Awaitable[object]]) -> None:
    target = await make_member()
    before = await store["accounts"].find({}).to_list()

    with pytest.raises(Forbidden):
        await act(AGENT, target.id)

    assert await store["accounts"].find({}).to_list() == before


@pytest.mark.parametrize("name", ["create", "password", "roles", "disable", "enable", "sign out"])
async def test_narrow_manager_has_no_power_over_those_who_may_more(store: Database, name: str) -> None:
    target = await make_member(Role.AGENT)
    before = await store["accounts"].find({}).to_list()

    with pytest.raises(Forbidden, match="may do more than you may"):
        await ACTS[name](NARROW, target.id)

    assert await store["accounts"].find({}).to_list() == before


@pytest.mark.parametrize("name", ["password", "roles", "disable", "enable", "sign out"])
async def test_unknown_account_is_not_found(store: Database, name: str) -> None:
    with pytest.raises(NotFound):
        await ACTS[name](SYSTEM, "acc_unknown")


async def test_roles_change_once_with_an_event_and_only_for_members(store: Database) -> None:
    account = await make_member(Role.AGENT)
    await change_roles(SYSTEM, account.id, [Role.MENTOR, Role.MENTOR])
    changed = await change_roles(SYSTEM, account.id, [Role.MENTOR])

    assert (changed.roles, changed.revision, changed.version) == ([Role.MENTOR], 2, 1)
    assert await events_of(store, "accounts", account.id) == [("AccountCreated", None), ("AccountChanged", "ROLES")]
    for target, roles in ((account.id, []), ((await make_customer()).id, [Role.AGENT])):
        with pytest.raises(InvalidInput):
            await change_roles(SYSTEM, target, roles)


async def test_expected_version_guards_an_edit(store: Database) -> None:
    account = await make_member(Role.AGENT)
    assert (await change_roles(SYSTEM, account.id, [Role.EXPERT], expected_version=1)).version == 2

    with pytest.raises(Conflict):
        await disable_account(SYSTEM, account.id, expected_version=1)
    assert (await read_account(account.id)).disabled_at is None


async def test_last_admin_stays(store: Database) -> None:
    admin = await make_member(Role.ADMIN)
    assert await has_admin()
    for act in (disable_account(SYSTEM, admin.id), change_roles(SYSTEM, admin.id, [Role.AGENT])):
        with pytest.raises(LastAdmin):
            await act
    assert (await read_account(admin.id)).revision == 1

    other = await make_member(Role.ADMIN, email="b@kopru.example")
    await disable_account(SYSTEM, admin.id)
    assert (await change_roles(SYSTEM, admin.id, [Role.AGENT])).roles == [Role.AGENT]  # a disabled one holds nothing up
    with pytest.raises(LastAdmin):
        await disable_account(SYSTEM, other.id)
    assert (await change_roles(SYSTEM, other.id, [Role.ADMIN, Role.HR])).roles == [Role.ADMIN, Role.HR]


async def test_disabling_and_enabling_happen_once(store: Database) -> None:
    account = await make_member()
    await disable_account(SYSTEM, account.id)
    disabled = await disable_account(SYSTEM, account.id)
    assert disabled.disabled_at is not None
    assert disabled.tokens_valid_after == disabled.disabled_at
    await enable_account(SYSTEM, account.id)
    enabled = await enable_account(SYSTEM, account.id)

    assert (enabled.disabled_at, enabled.revision) == (None, 3)
    assert enabled.tokens_valid_after == disabled.tokens_valid_after
    assert (await events_of(store, "accounts", account.id))[1:] == [("AccountChanged", "DISABLED"), ("AccountChanged", "ENABLED")]


async def test_reach_is_granted_and_revoked_once(store: Database) -> None:
    account = await make_member(Role.AGENCY, reach=("chn_1",))
    for _ in range(2):
        await grant(SYSTEM, account.id, ["chn_2", "chn_1", "spc_1"])
    assert (await read_account(account.id)).reach == ["chn_1", "chn_2", "spc_1"]
    for _ in range(2):
        await revoke(SYSTEM, account.id, ["chn_1", "chn_9"])

    actor = await actor_of(account.id)
    assert (actor.reach, actor.scoped) == (frozenset({"chn_2", "spc_1"}), True)
    assert (await events_of(store, "accounts", account.id))[1:] == [("AccountChanged", "REACH")] * 2
    with pytest.raises(NotFound):
        await grant(SYSTEM, "acc_unknown", ["chn_1"])


async def test_racing_grants_are_all_kept(store: Database) -> None:
    account = await make_member(Role.AGENCY, password=None)
    await asyncio.gather(*(grant(SYSTEM, account.id, [f"chn_{number}"]) for number in range(20)))

    assert sorted((await read_account(account.id)).reach) == sorted(f"chn_{number}" for number in range(20))


async def test_account_forgets_no_secret_into_events(store: Database) -> None:
    account = await make_member()
    await set_password(SYSTEM, account.id, "another long password")
    row = await store["accounts"].find_one({"_id": account.id})

    assert row is not None
    assert [sorted(event["payload"]) for event in row["pending"]] == [["account_id", "kind"], ["account_id", "change"]]
    assert await verify_password((await Account.get(account.id) or account).password_hash, PASSWORD) == Verdict(matches=False)
