"""Members follow their accounts: the first administrator gets one, roles are shown as they are."""

from typing import Any

from auth.accounts import change_roles, create_account
from auth.actor import SYSTEM, Role
from auth.documents import Account
from auth.drafts import AccountDraft
from auth.events import AccountChange, AccountChanged, AccountCreated
from community import accounts
from community.accounts import ensure_member, reflect_roles, welcome
from community.documents import Member
from core.clock import now
from core.database import Database
from core.events import Event, Recorded
from tests.factories.community import make_member
from tests.rivals import overtaken


def recorded(fact: Event) -> Recorded[Any]:
    return Recorded(fact=fact, number=1, event_id="e1", at=now(), actor="system", subject="acc_1")


async def make_account() -> Account:
    draft = AccountDraft(email="ada@narin.example", name="Ada Işık", password="uzun-bir-parola-1", roles=[Role.ADMIN])
    return await create_account(SYSTEM, draft)


async def test_account_without_a_member_gets_one_once(store: Database) -> None:
    account = await make_account()
    event = recorded(AccountCreated(account_id=account.id, kind=account.kind))

    await welcome(event)
    await welcome(event)

    (member,) = await Member.find().to_list()
    assert (member.id, member.display_name, member.roles, member.email) == (
        account.member_id,
        "Ada Işık",
        [Role.ADMIN],
        "ada@narin.example",
    )


async def test_member_shows_the_roles_of_its_account(store: Database) -> None:
    account = await make_account()
    await ensure_member(account)
    await change_roles(SYSTEM, account.id, [Role.ADMIN, Role.MANAGER])
    event = recorded(AccountChanged(account_id=account.id, change=AccountChange.ROLES))

    await reflect_roles(event)
    await reflect_roles(event)

    (member,) = await Member.find().to_list()
    assert member.roles == [Role.ADMIN, Role.MANAGER]
    assert member.revision == 2


async def test_other_changes_leave_the_member_alone(store: Database) -> None:
    account = await make_account()

    event = recorded(AccountChanged(account_id=account.id, change=AccountChange.PASSWORD))
    await reflect_roles(event)

    assert await Member.find().count() == 0


async def test_two_who_make_the_member_of_an_account_at_once_make_one(store: Database) -> None:
    account = await make_account()

    async with overtaken(accounts, lambda: ensure_member(account), name="save"):
        await ensure_member(account)

    assert [one.id for one in await Member.find().to_list()] == [account.member_id]


async def test_who_is_overtaken_by_a_namesake_gets_another_handle(store: Database) -> None:
    account = await make_account()

    async with overtaken(accounts, lambda: make_member(display_name=account.name), name="save"):
        await ensure_member(account)

    handles = {one.id: one.handle for one in await Member.find().to_list()}
    assert len(set(handles.values())) == len(handles) == 2
    assert handles[str(account.member_id)] != "ada-isik"


async def test_roles_of_an_account_that_is_gone_are_shown_nowhere(store: Database) -> None:
    await reflect_roles(recorded(AccountChanged(account_id="acc_gone", change=AccountChange.ROLES)))
    assert await Member.find().count() == 0
