"""Bounds on tries to sign in, counted in the store, so that all processes share them."""

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from pymongo.errors import DuplicateKeyError

from auth.documents import Attempts
from auth.errors import TooManyAttempts
from core.clock import now
from core.ids import derived_id

_IPV6_NETWORK = 64


@dataclass(frozen=True, slots=True)
class Bound:
    """At most `most` tries in each window of `seconds`."""

    seconds: int
    most: int


BOUNDS = (Bound(60, 5), Bound(3600, 20))


@dataclass(frozen=True, slots=True)
class _Window:
    bound: Bound
    identifier: str
    ends_at: datetime


def account_key(email: str) -> str:
    """Name the counter of an account by its folded e-mail, whether such an account exists or not."""
    return f"account:{email}"


def address_key(address: str | None) -> str:
    """Name the counter of a client's address; an IPv6 client owns its whole /64, so that is what is counted."""
    try:
        parsed = ipaddress.ip_address((address or "").partition("%")[0])
    except ValueError:
        return f"address:{address}"
    if isinstance(parsed, ipaddress.IPv6Address):
        return f"address:{ipaddress.ip_network((parsed, _IPV6_NETWORK), strict=False)}"
    return f"address:{parsed}"


async def take_attempt(key: str, bounds: Sequence[Bound] = BOUNDS) -> list[str]:
    """Count a try before it is made; give what `give_back` takes. Raises TooManyAttempts when none is left."""
    taken: list[str] = []
    for window in _windows(key, bounds):
        if not await _add(window):
            await give_back(taken)
            raise _too_many(window)
        taken.append(window.identifier)
    return taken


async def give_back(taken: Sequence[str]) -> None:
    """Forget a try that was no failure."""
    if taken:
        await Attempts.get_pymongo_collection().update_many({"_id": {"$in": list(taken)}}, {"$inc": {"tries": -1}})


async def require_attempts(key: str) -> None:
    """Raise TooManyAttempts when the failures counted by `count_failure` leave no try."""
    windows = _windows(key)
    rows = Attempts.get_pymongo_collection().find({"_id": {"$in": [window.identifier for window in windows]}})
    tries = {row["_id"]: row["tries"] async for row in rows}
    for window in windows:
        if tries.get(window.identifier, 0) >= window.bound.most:
            raise _too_many(window)


async def count_failure(key: str) -> None:
    """Count a try that failed.

    Addresses are counted by this, not by `take_attempt`: behind one address may sit an office that starts its day.
    """
    for window in _windows(key):
        await _add(window)


def _windows(key: str, bounds: Sequence[Bound] = BOUNDS) -> list[_Window]:
    moment = int(now().timestamp())
    return [
        _Window(
            bound,
            derived_id("try", key, str(bound.seconds), str(moment // bound.seconds)),
            datetime.fromtimestamp((moment // bound.seconds + 1) * bound.seconds, UTC),
        )
        for bound in bounds
    ]


async def _add(window: _Window) -> bool:
    """Count a try, unless the window is full; the guard in the command is what racing tries share."""
    room = {"_id": window.identifier, "tries": {"$lt": window.bound.most}}
    change: dict[str, Any] = {"$inc": {"tries": 1}}
    counters = Attempts.get_pymongo_collection()
    try:
        await counters.update_one(room, {**change, "$setOnInsert": {"expires_at": window.ends_at}}, upsert=True)
    except DuplicateKeyError:  # the counter is there: full, or made this very moment
        return (await counters.update_one(room, change)).matched_count == 1
    return True


def _too_many(window: _Window) -> TooManyAttempts:
    wait = max(1, int((window.ends_at - now()).total_seconds()) + 1)
    return TooManyAttempts(f"There were too many tries; the next is possible in {wait} s.", retry_after=wait)
