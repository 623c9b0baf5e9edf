"""The first administrator, made with a one-time token instead of a default password."""

import secrets
from datetime import timedelta

from auth.accounts import has_admin, keep_account
from auth.actor import SYSTEM, Role
from auth.documents import Account, AccountKind, SetupToken
from auth.drafts import FirstAdmin
from auth.emails import check_email
from auth.errors import NotAuthenticated
from core.clock import now
from core.errors import AlreadyDone
from core.ids import new_id
from core.records import change, insert_or_read
from core.secrets import Keyring

LASTS = timedelta(hours=24)
_ID = "setup"


async def ensure_setup_token(keyring: Keyring) -> str | None:
    """Give the token to print at start while there is no administrator, else None.

    All processes give the same one until it is used or 24 hours old, so a lost console is no lost installation.
    """
    if await has_admin():
        return None
    stored = await SetupToken.get(_ID)
    if stored is None:
        stored = await _first(keyring)
    elif now() >= stored.expires_at or await Account.get(stored.account_id):
        stored = await _renewed(stored, keyring)
    return keyring.decrypt(stored.sealed)


async def use_setup_token(token: str, admin: FirstAdmin, *, keyring: Keyring) -> Account:
    """Make the first administrator; of any number that try with one token, exactly one does.

    The account's id follows from the token, so the store's unique ids are the fence and a crash leaves nothing half done.
    Raises NotAuthenticated for a wrong or expired token, AlreadyDone when it is used or there is an administrator,
    InvalidInput, EmailTaken.
    """
    stored = await SetupToken.get(_ID)
    if stored is None or not secrets.compare_digest(keyring.decrypt(stored.sealed).encode(), token.encode()):
        raise NotAuthenticated("This setup token is not valid; take the one printed at the last start.", path=("token",))
    if await has_admin() or await Account.get(stored.account_id):
        raise AlreadyDone("The first administrator was made already; sign in.", path=("token",))
    at = now()
    if at >= stored.expires_at:
        raise NotAuthenticated("This setup token has expired; start the server again for a new one.", path=("token",))
    account = Account(
        id=stored.account_id,
        kind=AccountKind.MEMBER,
        created_at=at,
        name=admin.name,
        email=check_email(admin.email),
        roles=[Role.ADMIN],
        locale=admin.locale,
    )
    return await keep_account(SYSTEM, account, password=admin.password)


async def _first(keyring: Keyring) -> SetupToken:
    moment = now()
    sealed = keyring.encrypt(_secret())
    made = SetupToken(id=_ID, created_at=moment, serial=new_id("stp"), sealed=sealed, expires_at=moment + LASTS)
    return await insert_or_read(made)  # another process may start too and be first


async def _renewed(stored: SetupToken, keyring: Keyring) -> SetupToken:
    stale = stored.serial

    def rule(token: SetupToken) -> None:
        if token.serial == stale:
            token.serial, token.sealed, token.expires_at = new_id("stp"), keyring.encrypt(_secret()), now() + LASTS

    return await change(stored, rule)


def _secret() -> str:
    return secrets.token_urlsafe(32)
