"""API tokens of service accounts: a secret shown once, kept as its SHA-256, with the scopes it was given."""

import hashlib
import secrets
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from auth.accounts import read_account
from auth.actor import Actor, Permission
from auth.documents import AccountKind, ApiToken
from auth.errors import NotAuthenticated
from auth.events import ApiTokenCreated, ApiTokenRevoked
from core.clock import now
from core.errors import Forbidden, InvalidInput, NotFound
from core.records import change, save

PREFIX = "kpt_"
_TOUCHED_EVERY = timedelta(minutes=5)
_LONGEST_NAME = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class NewApiToken:
    """A token and its secret, which nobody can read again."""

    token: ApiToken
    secret: str


async def create_api_token(
    actor: Actor, account_id: str, name: str, scopes: Iterable[Permission], *, expires_at: datetime | None = None
) -> NewApiToken:
    """Make a token for a service account; its secret is given only now.

    Raises Forbidden without `account:manage` or for a scope that the actor has not, NotFound, InvalidInput.
    """
    actor.require(Permission.ACCOUNT_MANAGE)
    wanted = sorted(set(scopes))
    _check(actor, name, wanted, expires_at)
    account = await read_account(account_id)
    if account.kind is not AccountKind.SERVICE:
        raise InvalidInput("Only service accounts have API tokens; make one for the program.", path=("accountId",))
    secret = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken(
        id=_digest(secret),
        created_at=account.issued_from(now()),
        account_id=account.id,
        name=name.strip(),
        scopes=wanted,
        expires_at=expires_at,
    )
    token.record(ApiTokenCreated(token_id=token.id, account_id=account.id), actor=actor.id)
    await save(token)
    return NewApiToken(token=token, secret=secret)


async def revoke_api_token(actor: Actor, token_id: str) -> ApiToken:
    """Make a token void at once; again it changes nothing. Raises Forbidden without `account:manage`, NotFound."""
    actor.require(Permission.ACCOUNT_MANAGE)
    token = await ApiToken.get(token_id)
    if token is None:
        raise NotFound("There is no such API token.", path=("tokenId",))

    def rule(token: ApiToken) -> None:
        if token.deleted_at is None:
            token.deleted_at = now()
            token.record(ApiTokenRevoked(token_id=token.id, account_id=token.account_id), actor=actor.id)

    return await change(token, rule)


def list_api_tokens() -> AsyncIterator[ApiToken]:
    """Give all tokens, revoked ones too, those of one account beside each other; for operators."""
    return aiter(ApiToken.find({}).sort("account_id", "_id"))


async def find_api_token(secret: str) -> ApiToken:
    """Read the token of a secret that a program sent; NotAuthenticated when it is unknown, revoked or expired."""
    return await read_api_token(_digest(secret))


async def read_api_token(token_id: str) -> ApiToken:
    """Read a token that must still hold, and note about every five minutes that it is used. Raises NotAuthenticated."""
    token, at = await ApiToken.get(token_id), now()
    if token is None or token.deleted_at is not None or (token.expires_at is not None and at >= token.expires_at):
        raise NotAuthenticated("This API token is not valid, or not any more; ask an administrator for another.")
    if token.last_used_at is None or at - token.last_used_at >= _TOUCHED_EVERY:
        await change(token, _touch)
    return token


def _touch(token: ApiToken) -> None:
    token.last_used_at = now()


def _check(actor: Actor, name: str, scopes: list[Permission], expires_at: datetime | None) -> None:
    if not name.strip() or len(name) > _LONGEST_NAME:
        raise InvalidInput(f"Give the token a name of 1 to {_LONGEST_NAME} characters.", path=("name",))
    if not scopes:
        raise InvalidInput("Name at least one scope.", path=("scopes",))
    if beyond := [scope.value for scope in scopes if not actor.may(scope)]:
        raise Forbidden(f"You can't give what you have not: {', '.join(beyond)}.", path=("scopes",))
    if expires_at is not None and (expires_at.tzinfo is None or expires_at <= now()):
        raise InvalidInput("Give a time in the future, with its zone.", path=("expiresAt",))


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
