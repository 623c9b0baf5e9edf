"""Accounts: making them, and changing what they may do and whether they may sign in."""

from collections.abc import AsyncIterator, Callable, Iterable
from typing import TypeVar

from pymongo.errors import DuplicateKeyError

from auth.actor import Actor, Permission, Role, permissions_of
from auth.documents import Account, AccountKind
from auth.drafts import AccountDraft, CustomerAccountDraft
from auth.emails import check_email, fold_email
from auth.errors import EmailTaken, LastAdmin
from auth.events import AccountChange, AccountChanged, AccountCreated
from auth.passwords import check_password, hash_password
from core.clock import now
from core.errors import AlreadyDone, Forbidden, InvalidInput, NotFound
from core.idempotency import Once
from core.ids import with_prefix
from core.records import change, save


async def create_account(actor: Actor, draft: AccountDraft, *, once: Once | None = None) -> Account:
    """Make a member's account; the member has the same remainder of the id.

    The password stays out of what `once` is made from: its fingerprint is stored and would let it be guessed.
    Raises Forbidden without `account:manage` or for roles that may do more than the actor, InvalidInput, EmailTaken.
    """
    actor.require(Permission.ACCOUNT_MANAGE)
    _require_power_over(actor, draft.roles)
    once = once or Once()
    account = Account(
        id=with_prefix("acc", draft.member_id) if draft.member_id else once.identifier("acc"),
        kind=AccountKind.MEMBER,
        created_at=now(),
        name=draft.name,
        email=check_email(draft.email),
        roles=_distinct(draft.roles),
        reach=_distinct(draft.reach),
        locale=draft.locale,
        fingerprint=once.fingerprint,
    )
    return await _keep_once(actor, account, password=draft.password, once=once)


async def create_customer_account(actor: Actor, draft: CustomerAccountDraft, *, once: Once | None = None) -> Account:
    """Bind an account to a customer, whose requests it reads from then on.

    Only for callers that verified that this person is this customer: care, after a code sent to a known identity was
    brought back, an importer, or the demo. Never from what an anonymous request claims.
    Raises Forbidden without `account:manage`, InvalidInput, EmailTaken, AlreadyDone when the customer has an account.
    """
    actor.require(Permission.ACCOUNT_MANAGE)
    once = once or Once()
    account = Account(
        id=once.identifier("acc"),
        kind=AccountKind.CUSTOMER,
        created_at=now(),
        name=draft.name,
        email=check_email(draft.email),
        customer_id=draft.customer_id,
        locale=draft.locale,
        fingerprint=once.fingerprint,
    )
    return await _keep_once(actor, account, password=draft.password, once=once)


async def create_service_account(actor: Actor, name: str, *, once: Once | None = None) -> Account:
    """Make an account for a program; what it may do is said by its API tokens.

    Raises Forbidden without `account:manage`, InvalidInput for an empty name.
    """
    actor.require(Permission.ACCOUNT_MANAGE)
    if not name.strip():
        raise InvalidInput("Give the service account a name.", path=("name",))
    once = once or Once()
    account = Account(
        id=once.identifier("acc"),
        kind=AccountKind.SERVICE,
        created_at=now(),
        name=name.strip(),
        fingerprint=once.fingerprint,
    )
    return await _keep_once(actor, account, password=None, once=once)


async def set_password(actor: Actor, account_id: str, password: str) -> Account:
    """Give somebody a password; their tokens and sessions end.

    Raises Forbidden without `account:manage` or for an account that may do more than the actor, NotFound, InvalidInput,
    TooManyAttempts when too many passwords are hashed just now.
    """
    account = await _managed(actor, account_id)
    if account.kind is AccountKind.SERVICE:
        raise InvalidInput("A service account has API tokens, no password.", path=("password",))
    return await replace_password(actor, account, password)


async def replace_password(actor: Actor, account: Account, password: str) -> Account:
    """Store a password and end tokens and sessions; the caller has checked that the actor may. Raises InvalidInput."""
    check_password(password, email=account.email)
    hashed = await hash_password(password)

    def rule(account: Account) -> None:
        account.password_hash = hashed
        account.tokens_valid_after = now()
        account.record(AccountChanged(account_id=account.id, change=AccountChange.PASSWORD), actor=actor.id)

    return await change(account, rule)


async def change_roles(actor: Actor, account_id: str, roles: Iterable[Role], *, expected_version: int | None = None) -> Account:
    """Give a member other roles; they hold from the next request on.

    Raises Forbidden without `account:manage` or where the old or the new roles may do more than the actor, LastAdmin,
    NotFound, Conflict, InvalidInput for no role or an account that is not a member's.
    """
    wanted = _distinct(roles)
    account = await _managed(actor, account_id)
    _require_power_over(actor, wanted)
    if account.kind is not AccountKind.MEMBER or not wanted:
        raise InvalidInput("A member has at least one role; customers and programs have none.", path=("roles",))
    if Role.ADMIN not in wanted:
        await _require_other_admin(account)

    def rule(account: Account) -> None:
        if account.roles != wanted:
            account.roles = wanted
            account.record(AccountChanged(account_id=account.id, change=AccountChange.ROLES), actor=actor.id)

    return await change(account, rule, expected_version=expected_version)


async def disable_account(actor: Actor, account_id: str, *, expected_version: int | None = None) -> Account:
    """Let nobody sign in with this account any more; what was issued to it is void at once.

    Raises Forbidden without `account:manage` or for an account that may do more than the actor, LastAdmin, NotFound, Conflict.
    """
    account = await _managed(actor, account_id)
    await _require_other_admin(account)

    def rule(account: Account) -> None:
        if account.disabled_at is None:
            account.disabled_at = account.tokens_valid_after = now()
            account.record(AccountChanged(account_id=account.id, change=AccountChange.DISABLED), actor=actor.id)

    return await change(account, rule, expected_version=expected_version)


async def enable_account(actor: Actor, account_id: str, *, expected_version: int | None = None) -> Account:
    """Let a disabled account sign in again; what was issued before stays void.

    Raises Forbidden without `account:manage` or for an account that may do more than the actor, NotFound, Conflict.
    """

    def rule(account: Account) -> None:
        if account.disabled_at is not None:
            account.disabled_at = None
            account.record(AccountChanged(account_id=account.id, change=AccountChange.ENABLED), actor=actor.id)

    return await change(await _managed(actor, account_id), rule, expected_version=expected_version)


async def sign_out_everywhere(actor: Actor, account_id: str) -> Account:
    """End all tokens and sessions of an account: everybody may do it with their own, `account:manage` with others'.

    Raises Forbidden, NotFound.
    """
    account = await read_account(account_id) if actor.account_id == account_id else await _managed(actor, account_id)

    def rule(account: Account) -> None:
        account.tokens_valid_after = now()
        account.record(AccountChanged(account_id=account.id, change=AccountChange.SIGNED_OUT), actor=actor.id)

    return await change(account, rule)


async def grant(actor: Actor, account_id: str, ids: Iterable[str]) -> Account:
    """Add channels, spaces or brands to an account's reach; what it has already stays.

    For domains, which have checked that the actor may give these. Raises NotFound.
    """
    return await _change_reach(actor, account_id, lambda reach: _distinct([*reach, *ids]))


async def revoke(actor: Actor, account_id: str, ids: Iterable[str]) -> Account:
    """Take channels, spaces or brands from an account's reach; what it has not is passed over.

    For domains, which have checked that the actor may take these. Raises NotFound.
    """
    taken = set(ids)
    return await _change_reach(actor, account_id, lambda reach: [given for given in reach if given not in taken])


async def has_admin() -> bool:
    """Tell whether somebody can sign in who may manage accounts."""
    return await Account.find_one(_ADMINS) is not None


async def read_account(account_id: str) -> Account:
    """Read an account; NotFound when there is none."""
    account = await Account.get(account_id)
    if account is None:
        raise NotFound("There is no such account.", path=("accountId",))
    return account


async def named_account(name: str) -> Account:
    """Read the account of an e-mail address or an id, for operators; NotFound when there is none."""
    account = await Account.find_one({"email": fold_email(name)}) if "@" in name else await Account.get(name)
    if account is None:
        raise NotFound("There is no such account; `kopru accounts list` shows all of them.")
    return account


def list_accounts() -> AsyncIterator[Account]:
    """Give all accounts, the oldest first, for operators."""
    return aiter(Account.find({}).sort("_id"))


async def account_of_customer(customer_id: str) -> Account | None:
    """Give the account of a customer; None where there is none that can sign in."""
    return await Account.find_one({"customer_id": customer_id, "disabled_at": {"$exists": False}})


async def keep_account(actor: Actor, account: Account, *, password: str | None) -> Account:
    """Store a new account with its password. Raises InvalidInput, EmailTaken, AlreadyDone; keeps nothing then."""
    if password is not None:
        check_password(password, email=account.email)
        account.password_hash = await hash_password(password)
    account.record(AccountCreated(account_id=account.id, kind=account.kind), actor=actor.id)
    try:
        await save(account)
    except DuplicateKeyError as error:
        if await Account.find_one({"_id": account.id}):
            raise AlreadyDone("This account exists already.") from error
        if account.email is not None and await Account.find_one({"email": account.email}):
            raise EmailTaken("Another account has this e-mail address.", path=("email",)) from error
        raise AlreadyDone("This customer has an account already.", path=("customerId",)) from error
    return account


_ADMINS = {"roles": Role.ADMIN.value, "disabled_at": {"$exists": False}}


async def _keep_once(actor: Actor, account: Account, *, password: str | None, once: Once) -> Account:
    if once.may_be_repeat and (earlier := await Account.get(account.id)):
        once.same_input(earlier.fingerprint)
        return earlier
    return await keep_account(actor, account, password=password)


async def _managed(actor: Actor, account_id: str) -> Account:
    actor.require(Permission.ACCOUNT_MANAGE)
    account = await read_account(account_id)
    _require_power_over(actor, account.roles)
    return account


def _require_power_over(actor: Actor, roles: Iterable[Role]) -> None:
    """Nobody rises by way of somebody else's account: who may manage accounts with a narrow token stays narrow."""
    if not permissions_of(roles) <= actor.permissions:
        raise Forbidden("These roles may do more than you may.", path=("roles",))


async def _require_other_admin(account: Account) -> None:
    """Keep one administrator; should two take it from each other at once, the next start offers a setup token."""
    if Role.ADMIN not in account.roles or account.disabled_at is not None:
        return
    if await Account.find_one({**_ADMINS, "_id": {"$ne": account.id}}) is None:
        raise LastAdmin("This is the last administrator; make another one first.", path=("accountId",))


async def _change_reach(actor: Actor, account_id: str, changed: Callable[[list[str]], list[str]]) -> Account:
    def rule(account: Account) -> None:
        reach = changed(account.reach)
        if reach != account.reach:
            account.reach = reach
            account.record(AccountChanged(account_id=account.id, change=AccountChange.REACH), actor=actor.id)

    return await change(await read_account(account_id), rule)


ItemT = TypeVar("ItemT")


def _distinct(items: Iterable[ItemT]) -> list[ItemT]:
    return list(dict.fromkeys(items))
