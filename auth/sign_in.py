"""Signing in with e-mail and password, within bounds that hold in all processes together."""

from auth.accounts import read_account, replace_password
from auth.actor import Actor
from auth.attempts import account_key, address_key, count_failure, give_back, require_attempts, take_attempt
from auth.documents import Account
from auth.emails import fold_email
from auth.errors import NotAuthenticated, TooManyAttempts
from auth.passwords import hash_password, verify_password
from core.errors import Forbidden
from core.records import change


async def sign_in(email: str, password: str, *, address: str | None) -> Account:
    """Give the account whose e-mail and password these are.

    An unknown e-mail, a wrong password and a disabled account read alike and take as long. Five tries a minute and 20 an
    hour for an account; as many failures for an address. Raises NotAuthenticated, TooManyAttempts.
    """
    folded = fold_email(email)
    account = await Account.find_one({"email": folded})
    usable = account if account is not None and account.disabled_at is None else None
    return await _prove(usable, password, key=account_key(folded), address=address)


async def change_own_password(actor: Actor, current: str, new: str, *, address: str | None) -> Account:
    """Replace one's own password by naming the current one; all tokens and sessions end, this one too.

    Raises NotAuthenticated for a wrong current password, TooManyAttempts, InvalidInput for the new one, Forbidden for
    callers without an account.
    """
    if actor.account_id is None:
        raise Forbidden("Sign in first.")
    account = await read_account(actor.account_id)
    await _prove(account, current, key=account_key(account.email or account.id), address=address)
    return await replace_password(actor, account, new)


async def _prove(account: Account | None, password: str, *, key: str, address: str | None) -> Account:
    where = address_key(address)
    await require_attempts(where)
    taken = await take_attempt(key)
    try:
        verdict = await verify_password(account.password_hash if account else None, password)
    except TooManyAttempts:
        await give_back(taken)  # the password was not looked at
        raise
    if account is None or not verdict.matches:
        await count_failure(where)
        raise NotAuthenticated("E-mail or password is wrong.")
    await give_back(taken)
    return await _rehashed(account, password) if verdict.outdated else account


async def _rehashed(account: Account, password: str) -> Account:
    old, hashed = account.password_hash, await hash_password(password)

    def rule(account: Account) -> None:
        if account.password_hash == old:
            account.password_hash = hashed

    return await change(account, rule)
