"""The operators' commands for who may call: members, customers and programs, their passwords, roles and API tokens."""

import argparse
import secrets
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TypeAlias

from auth.accounts import (
    change_roles,
    create_account,
    create_customer_account,
    create_service_account,
    disable_account,
    enable_account,
    list_accounts,
    named_account,
    set_password,
    sign_out_everywhere,
)
from auth.actor import SYSTEM, Permission, Role
from auth.api_tokens import create_api_token, list_api_tokens, revoke_api_token
from auth.documents import Account, ApiToken
from auth.drafts import AccountDraft, CustomerAccountDraft
from bootstrap.platform import open_platform
from care.documents.customers import Customer
from core.clock import now
from core.errors import InvalidInput, NotFound
from core.records import by_ids
from core.settings import Settings

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # noqa: SLF001 - argparse has no public name for it
Act: TypeAlias = Callable[[argparse.Namespace], Awaitable[None]]

_WHOSE = "the e-mail address, or the id as `accounts list` shows it"


def add_accounts(commands: Commands) -> None:
    """Add `accounts` with its actions, and `tokens`."""
    actions = commands.add_parser("accounts", help="look after accounts").add_subparsers(required=True, metavar="ACTION")
    create = _action(actions, "create", "make a member's account and print its password once", _create_member)
    create.add_argument("--email", required=True)
    create.add_argument("--name", required=True)
    create.add_argument("--role", required=True, action="append", choices=[role.value for role in Role], help="may be repeated")
    customer = _action(
        actions, "create-customer", "let a customer sign in to the portal, once you verified them", _create_customer
    )
    customer.add_argument("--customer", required=True, metavar="ID", help="the id of the customer, `cus_…`")
    customer.add_argument("--email", required=True)
    _action(actions, "create-program", "make an account for a program; give it a token", _create_program).add_argument(
        "--name", required=True
    )
    _action(actions, "list", "show all of them", _list_accounts)
    _one(actions, "password", "give somebody a new password and print it once; tokens and sessions end", _set_password)
    _one(actions, "roles", "give a member other roles", _change_roles).add_argument(
        "--role", required=True, action="append", choices=[role.value for role in Role], help="all of them; may be repeated"
    )
    _one(actions, "disable", "let nobody sign in with it; what was issued is void at once", _disable)
    _one(actions, "enable", "let it sign in again", _enable)
    _one(actions, "sign-out", "end all tokens and sessions of it", _sign_out)
    _add_tokens(commands)


def _add_tokens(commands: Commands) -> None:
    actions = commands.add_parser("tokens", help="look after programs' API tokens").add_subparsers(
        required=True, metavar="ACTION"
    )
    create = _action(actions, "create", "make a token of a program and print it once", _create_token)
    create.add_argument("--account", required=True, metavar="ID", help="the id of the program's account")
    create.add_argument("--name", required=True, help="what it is for")
    create.add_argument(
        "--scope", required=True, action="append", choices=[one.value for one in Permission], metavar="SCOPE",
        help="a permission, such as customer:import; may be repeated",
    )  # fmt: skip
    create.add_argument("--days", type=int, help="after how many days it expires; without: never")
    _action(actions, "list", "show all of them", _list_tokens)
    _action(actions, "revoke", "make a token void at once", _revoke_token).add_argument("id", help="as `tokens list` shows it")


def _action(actions: Commands, name: str, told: str, act: Act) -> argparse.ArgumentParser:
    async def run(options: argparse.Namespace, settings: Settings) -> int:
        async with open_platform(settings):
            await act(options)
        return 0

    parser = actions.add_parser(name, help=told)
    parser.set_defaults(run=run)
    return parser


def _one(actions: Commands, name: str, told: str, act: Act) -> argparse.ArgumentParser:
    parser = _action(actions, name, told, act)
    parser.add_argument("account", help=_WHOSE)
    return parser


def _new_password() -> str:
    return secrets.token_urlsafe(15)


def _tell_password(account: Account, password: str) -> None:
    print(f"{account.email} can sign in with this password, which is shown only now: {password}")


async def _create_member(options: argparse.Namespace) -> None:
    password = _new_password()
    draft = AccountDraft(email=options.email, name=options.name, roles=[Role(role) for role in options.role], password=password)
    _tell_password(await create_account(SYSTEM, draft), password)


async def _create_customer(options: argparse.Namespace) -> None:
    customer = await Customer.get(options.customer)
    if customer is None:
        raise NotFound("There is no such customer.")
    if customer.merged_into is not None:
        raise InvalidInput(f"This customer is merged into {customer.merged_into}; make the account for that one.")
    password = _new_password()
    draft = CustomerAccountDraft(
        customer_id=customer.id,
        email=options.email,
        name=customer.display_name,
        password=password,
        locale=customer.locale or "en",
    )
    _tell_password(await create_customer_account(SYSTEM, draft), password)


async def _create_program(options: argparse.Namespace) -> None:
    account = await create_service_account(SYSTEM, options.name)
    print(f"{account.id} is {account.name}; `kopru tokens create --account {account.id} …` gives it a token.")


async def _list_accounts(_: argparse.Namespace) -> None:
    count = 0
    async for account in list_accounts():
        state = f"disabled {account.disabled_at:%Y-%m-%d}" if account.disabled_at else "enabled"
        what = ",".join(role.value for role in account.roles) or account.customer_id or "-"
        print(f"{account.id}  {account.kind.value}  {state}  {account.email or '-'}  {what}  {account.name}")
        count += 1
    print(f"{count} accounts.")


async def _set_password(options: argparse.Namespace) -> None:
    password = _new_password()
    account = await named_account(options.account)
    _tell_password(await set_password(SYSTEM, account.id, password), password)


async def _change_roles(options: argparse.Namespace) -> None:
    account = await named_account(options.account)
    changed = await change_roles(SYSTEM, account.id, [Role(role) for role in options.role])
    print(f"{changed.email} has {', '.join(role.value for role in changed.roles)} from the next request on.")


async def _disable(options: argparse.Namespace) -> None:
    account = await disable_account(SYSTEM, (await named_account(options.account)).id)
    print(f"{account.email or account.name} can't sign in any more, and what was issued is void.")


async def _enable(options: argparse.Namespace) -> None:
    account = await enable_account(SYSTEM, (await named_account(options.account)).id)
    print(f"{account.email or account.name} can sign in again.")


async def _sign_out(options: argparse.Namespace) -> None:
    account = await sign_out_everywhere(SYSTEM, (await named_account(options.account)).id)
    print(f"All tokens and sessions of {account.email or account.name} have ended.")


async def _create_token(options: argparse.Namespace) -> None:
    account = await named_account(options.account)
    if options.days is not None and not 1 <= options.days <= _MOST_DAYS:
        raise InvalidInput(f"A token lasts 1 to {_MOST_DAYS} days, or without --days for ever.")
    expires_at = now() + timedelta(days=options.days) if options.days is not None else None
    scopes = [Permission(scope) for scope in options.scope]
    made = await create_api_token(SYSTEM, account.id, options.name, scopes, expires_at=expires_at)
    print(f"{account.name} can call with this token, which is shown only now: {made.secret}")


async def _list_tokens(_: argparse.Namespace) -> None:
    tokens = [token async for token in list_api_tokens()]
    accounts = await by_ids(Account, [token.account_id for token in tokens])
    for token in tokens:
        print(f"{token.id}  {_state(token)}  {accounts[token.account_id].name}: {token.name}  {','.join(token.scopes)}")
    print(f"{len(tokens)} tokens.")


def _state(token: ApiToken) -> str:
    if token.deleted_at is not None:
        return f"revoked {token.deleted_at:%Y-%m-%d}"
    return f"until {token.expires_at:%Y-%m-%d}" if token.expires_at is not None else "without end"


async def _revoke_token(options: argparse.Namespace) -> None:
    token = await revoke_api_token(SYSTEM, options.id)
    print(f"The token {token.name} is void.")


_MOST_DAYS = 3_650
