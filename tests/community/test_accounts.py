"""Members follow their accounts: the first administrator gets one, roles are shown as they are."""

from typing import Any

from auth.accounts import change_roles, create_account
from auth.actor import SYSTEM, Role
from auth.documents import Account
from auth.drafts import AccountDraft
from auth.events import AccountChange, AccountChanged, AccountCreated
from community.accounts import ensure_member, reflect_roles, welcome
from community.documents import Member
from core.clock import now
from core.database import Database
from core.events import Event, Recorded


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
