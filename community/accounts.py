"""What an account's story means for its member: who may sign in as a member is shown in the directory."""

from pymongo.errors import DuplicateKeyError

from auth.documents import Account, AccountKind
from auth.events import AccountChange, AccountChanged, AccountCreated
from community.documents import Member
from community.events import MemberChanged
from community.members import give_handle, show_roles
from community.names import sort_key
from core.clock import now
from core.events import Recorded
from core.handlers import Handlers
from core.records import save


def subscribe(handlers: Handlers) -> None:
    """Keep members in step with their accounts."""
    handlers.group("community.accounts", start="first").on(AccountCreated, welcome).on(AccountChanged, reflect_roles)


async def welcome(event: Recorded[AccountCreated]) -> None:
    """Make the member of an account that was made before it, such as the first administrator's."""
    account = await Account.get(event.fact.account_id)
    if account is not None and account.kind is AccountKind.MEMBER:
        await ensure_member(account)


async def reflect_roles(event: Recorded[AccountChanged]) -> None:
    """Show the roles that the account has now."""
    if event.fact.change is not AccountChange.ROLES:
        return
    account = await Account.get(event.fact.account_id)
    if account is not None and account.member_id is not None:
        await ensure_member(account)
        await show_roles(account.member_id, account.roles)


async def ensure_member(account: Account) -> None:
    """See that the account's member is there; one that is stays as it is."""
    if account.member_id is None or await Member.get(account.member_id) is not None:
        return
    member = Member(
        id=account.member_id,
        created_at=now(),
        display_name=account.name,
        sort_name=sort_key(account.name),
        email=account.email or f"{account.id}@accounts.invalid",
        roles=account.roles,
        locales=[account.locale],
    )
    await give_handle(member)
    member.record(MemberChanged(member_id=member.id))
    try:
        await save(member)
    except DuplicateKeyError:
        if await Member.find_one({"handle": member.handle, "_id": {"$ne": member.id}}) is not None:
            await ensure_member(account)  # somebody of the same name was given the handle first
