"""Who is calling: from a bearer token, an API token or a session cookie to the Actor."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from auth.actor import ANONYMOUS, CUSTOMER_PERMISSIONS, Actor, ActorKind, Permission, is_scoped, permissions_of
from auth.api_tokens import PREFIX, find_api_token, read_api_token
from auth.documents import Account, AccountKind, ApiToken, Session
from auth.errors import AmbiguousCredentials, NotAuthenticated
from auth.issuer import audience_of
from auth.sessions import read_session, session_id
from auth.tokens import Audience, TokenReader


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """An Actor and what it was known by, so that an open socket can ask again and knows when it must end.

    `until` is the moment at which the credentials expire, None: not by themselves.
    """

    actor: Actor
    audience: Audience
    issued_at: float = 0.0
    until: datetime | None = None
    session_id: str | None = None
    api_token_id: str | None = None


async def identify(authorization: str | None, session_cookie: str | None, *, audience: Audience, tokens: TokenReader) -> Actor:
    """Give the Actor of a request, reading its account once; ANONYMOUS when it carries no credentials.

    Raises NotAuthenticated for credentials that are not valid (any more) or are for the other audience, and
    AmbiguousCredentials for a header and a cookie together.
    """
    return (await recognise(authorization, session_cookie, audience=audience, tokens=tokens)).actor


async def recognise(
    authorization: str | None, session_cookie: str | None, *, audience: Audience, tokens: TokenReader
) -> Identity:
    """Do as `identify`, and tell by what the Actor was known: for sockets, which outlive a request."""
    if authorization is not None and session_cookie is not None:
        raise AmbiguousCredentials("The request carries both a session cookie and an Authorization header; send one of them.")
    if authorization is not None:
        secret = _bearer(authorization)
        if secret.startswith(PREFIX):
            return await _by_api_token(await find_api_token(secret), audience)
        return await _by_access_token(secret, audience, tokens)
    if session_cookie is not None:
        return await _by_session(await read_session(session_id(session_cookie)), audience)
    return Identity(actor=ANONYMOUS, audience=audience)


async def recognise_again(identity: Identity) -> Identity:
    """Read again what the identity stands on: account, session or API token. Raises NotAuthenticated when it fell.

    When the credentials expire by themselves is told by `until`.
    """
    if identity.session_id is not None:
        return await _by_session(await read_session(identity.session_id), identity.audience)
    if identity.api_token_id is not None:
        return await _by_api_token(await read_api_token(identity.api_token_id), identity.audience)
    if identity.actor.account_id is None:
        return identity
    account = await _account(identity.actor.account_id, identity.audience, identity.issued_at)
    return Identity(
        actor=_ACTORS[account.kind](account), audience=identity.audience, issued_at=identity.issued_at, until=identity.until
    )


async def actor_of(account_id: str) -> Actor:
    """Give the Actor of an account as it is now, for work in its name; a program's has no permissions without its token.

    Raises NotAuthenticated for an account that is gone or disabled.
    """
    account = await Account.get(account_id)
    if account is None or account.disabled_at is not None:
        raise _refusal()
    return _ACTORS[account.kind](account)


def _bearer(authorization: str) -> str:
    scheme, _, secret = authorization.strip().partition(" ")
    if scheme.lower() != "bearer" or not secret.strip():
        raise NotAuthenticated("Send the token as `Authorization: Bearer …`.")
    return secret.strip()


async def _by_access_token(token: str, audience: Audience, tokens: TokenReader) -> Identity:
    claims = await tokens.read(token, audience=audience)
    account = await _account(claims.subject, audience, claims.issued_at)
    if account.kind is AccountKind.SERVICE:
        raise _refusal()
    return Identity(actor=_ACTORS[account.kind](account), audience=audience, issued_at=claims.issued_at, until=claims.expires_at)


async def _by_session(session: Session, audience: Audience) -> Identity:
    issued_at = session.created_at.timestamp()
    account = await _account(session.account_id, audience, issued_at)
    return Identity(
        actor=_ACTORS[account.kind](account),
        audience=audience,
        issued_at=issued_at,
        until=session.expires_at,
        session_id=session.id,
    )


async def _by_api_token(token: ApiToken, audience: Audience) -> Identity:
    issued_at = token.created_at.timestamp()
    account = await _account(token.account_id, audience, issued_at)
    return Identity(
        actor=_service(account, frozenset(token.scopes)),
        audience=audience,
        issued_at=issued_at,
        until=token.expires_at,
        api_token_id=token.id,
    )


async def _account(account_id: str, audience: Audience, issued_at: float) -> Account:
    """Read the account, the one time in a request, and judge whether what was issued then still holds."""
    account = await Account.get(account_id)
    if account is None or account.disabled_at is not None or audience_of(account.kind) is not audience:
        raise _refusal()
    if account.voids(issued_at):
        raise _refusal()
    return account


def _member(account: Account) -> Actor:
    return Actor(
        ActorKind.MEMBER,
        account.member_id or account.id,
        account_id=account.id,
        member_id=account.member_id,
        roles=frozenset(account.roles),
        permissions=permissions_of(account.roles),
        reach=frozenset(account.reach),
        scoped=is_scoped(account.roles),
        locale=account.locale,
    )


def _customer(account: Account) -> Actor:
    return Actor(
        ActorKind.CUSTOMER,
        account.customer_id or account.id,
        account_id=account.id,
        customer_id=account.customer_id,
        permissions=CUSTOMER_PERMISSIONS,
        locale=account.locale,
    )


def _service(account: Account, scopes: frozenset[Permission] = frozenset()) -> Actor:
    return Actor(
        ActorKind.SERVICE,
        account.id,
        account_id=account.id,
        permissions=scopes,
        reach=frozenset(account.reach),
        locale=account.locale,
    )


_ACTORS: dict[AccountKind, Callable[[Account], Actor]] = {
    AccountKind.MEMBER: _member,
    AccountKind.CUSTOMER: _customer,
    AccountKind.SERVICE: _service,
}


def _refusal() -> NotAuthenticated:
    return NotAuthenticated("This sign-in holds no longer here; sign in again.")
