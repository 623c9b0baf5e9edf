"""Sessions of browsers: an opaque id in a cookie, its hash in the store, ended at once when they must end."""

import hashlib
import secrets
from datetime import datetime, timedelta

from auth.documents import Account, Session
from auth.errors import NotAuthenticated
from core.clock import now

COOKIE = "__Host-sid"
"""The contract's name. Browsers take a `__Host-` cookie only with Secure, so only over HTTPS; some also from a page on
localhost. Where a first look runs on plain http, use the access token of the same answer instead."""

IDLE = timedelta(hours=12)
LONGEST = timedelta(days=7)
_SEEN_EVERY = timedelta(minutes=5)


async def start_session(account: Account, *, replacing: str | None = None) -> str:
    """Begin a session and give the cookie's value, always a new one; the session the browser had before ends."""
    if replacing is not None:
        await end_session(replacing)
    secret, moment = secrets.token_urlsafe(32), account.issued_from(now())
    session = Session(
        id=session_id(secret), account_id=account.id, created_at=moment, last_seen_at=moment, expires_at=moment + IDLE
    )
    await session.insert()
    return secret


async def read_session(identifier: str) -> Session:
    """Read a session by its id and note about every five minutes that it is used.

    It ends after 12 hours without use and after 7 days in any case; NotAuthenticated then, and for an unknown one.
    """
    session = await Session.get(identifier)
    moment = now()
    if session is None or moment >= session.expires_at:
        raise NotAuthenticated("Your session has ended; sign in again.")
    if moment - session.last_seen_at >= _SEEN_EVERY:
        await _touch(session, moment)
    return session


async def end_session(secret: str) -> None:
    """End the session of a cookie's value; one that is not there is ended already."""
    await Session.get_pymongo_collection().delete_one({"_id": session_id(secret)})


def session_id(secret: str) -> str:
    """Give the id under which the session of a cookie's value is kept: who reads the store can't take it over."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


async def _touch(session: Session, moment: datetime) -> None:
    """Write only what is still there, so that a session ended meanwhile does not come back."""
    session.last_seen_at = moment
    session.expires_at = min(moment + IDLE, session.created_at + LONGEST)
    seen = {"last_seen_at": session.last_seen_at, "expires_at": session.expires_at}
    await Session.get_pymongo_collection().update_one({"_id": session.id}, {"$set": seen})
