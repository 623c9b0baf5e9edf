"""Passwords: which are accepted, and how they are kept (argon2id) without holding up the event loop."""

import base64
import secrets
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from anyio import CapacityLimiter, to_thread
from anyio.lowlevel import RunVar
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from auth.emails import fold_email
from auth.errors import TooManyAttempts
from core.errors import InvalidInput

SHORTEST = 12
MOST_BYTES = 1024
AT_ONCE = 2
MOST_WAITING = 20

# OWASP's second choice: 19 MiB and two passes, 28 ms on the machines we measured.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)


def _decoy() -> str:
    """Make a hash that no password has, so that an unknown account costs the time of a known one."""
    salt, digest = (base64.b64encode(secrets.token_bytes(length)).decode().rstrip("=") for length in (16, 32))
    return f"$argon2id$v=19$m=19456,t=2,p=1${salt}${digest}"


_DECOY = _decoy()


class _Queue:
    """The threads that hash, of one event loop, and how many are at work or wait; counted before anything is awaited."""

    def __init__(self) -> None:
        self.limiter = CapacityLimiter(AT_ONCE)
        self.inside = 0


_queue: RunVar[_Queue] = RunVar("password_queue")
ResultT = TypeVar("ResultT")


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a password matches, and whether its hash was made with other costs than today's."""

    matches: bool
    outdated: bool = False


def check_password(password: str, *, email: str | None = None) -> None:
    """Raise InvalidInput unless the password has 12 characters or more, 1024 bytes or fewer, and is not the e-mail."""
    if len(password) < SHORTEST:
        raise InvalidInput(f"Take a password of {SHORTEST} characters or more.", path=("password",))
    if len(_bytes(password)) > MOST_BYTES:
        raise InvalidInput(f"Take a password of {MOST_BYTES} bytes or fewer.", path=("password",))
    if email is not None and fold_email(password) == fold_email(email):
        raise InvalidInput("Take a password that is not the e-mail address.", path=("password",))


async def hash_password(password: str) -> str:
    """Hash a password in a thread; TooManyAttempts when too many others wait for theirs."""
    return await _off_the_loop(lambda: _HASHER.hash(_bytes(password)))


async def verify_password(stored: str | None, password: str) -> Verdict:
    """Compare in a thread; without a stored hash it takes as long and never matches. Raises TooManyAttempts."""
    given = _bytes(password)
    if stored is None or len(given) > MOST_BYTES:
        await _off_the_loop(lambda: _matches(_DECOY, given[:MOST_BYTES]))
        return Verdict(matches=False)
    if not await _off_the_loop(lambda: _matches(stored, given)):
        return Verdict(matches=False)
    return Verdict(matches=True, outdated=_HASHER.check_needs_rehash(stored))


def _bytes(password: str) -> bytes:
    """Compose it first (NFC), for keyboards differ in how they spell `é` or `ş`."""
    return unicodedata.normalize("NFC", password).encode("utf-8", "surrogatepass")


def _matches(stored: str, given: bytes) -> bool:
    try:
        return _HASHER.verify(stored, given)
    except (VerificationError, InvalidHashError):
        return False


async def _off_the_loop(work: Callable[[], ResultT]) -> ResultT:
    queue = _current_queue()
    if queue.inside >= AT_ONCE + MOST_WAITING:
        raise TooManyAttempts("Many people sign in just now; try again in a moment.", retry_after=1)
    queue.inside += 1
    try:
        return await to_thread.run_sync(work, limiter=queue.limiter)
    finally:
        queue.inside -= 1


def _current_queue() -> _Queue:
    try:
        return _queue.get()
    except LookupError:
        made = _Queue()
        _queue.set(made)
        return made
