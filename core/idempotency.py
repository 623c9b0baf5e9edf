"""Doing what was asked once: an id that the same request always gives, and a fingerprint of its input."""

import hashlib
import hmac
from dataclasses import dataclass
from typing import Any

import orjson

from core.errors import IdempotencyMismatch
from core.ids import keyed_id, new_id

MOST_KEY_LETTERS = 200


@dataclass(frozen=True, slots=True)
class Once:
    """The identity of one request to create something.

    With a client's idempotency key the ids are the same for every repeat; without one they are new.
    """

    seed: tuple[str, ...] = ()
    secret: bytes = b""
    fingerprint: str | None = None

    def identifier(self, prefix: str) -> str:
        """Give the id of the thing to create."""
        return keyed_id(prefix, self.secret, *self.seed, prefix) if self.fingerprint else new_id(prefix)

    @property
    def may_be_repeat(self) -> bool:
        """Tell whether the thing may exist already, so that it must be looked up first."""
        return self.fingerprint is not None

    def same_input(self, stored: str | None) -> None:
        """Raise IdempotencyMismatch unless the thing was made from this very input."""
        if stored != self.fingerprint:
            raise IdempotencyMismatch(
                "This idempotency key was used before with another input; take a new key for a new request.",
                path=("idempotencyKey",),
            )


def once(secret: bytes, *, actor: str, operation: str, key: str | None, given: Any) -> Once:
    """Make the identity of a request from who asks, what for, the client's key and the whole input.

    The fingerprint is keyed, for an input may hold a password.
    """
    if key is None:
        return Once()
    canonical = orjson.dumps(given, option=orjson.OPT_SORT_KEYS, default=str)
    return Once((actor, operation, key), secret, hmac.digest(secret, canonical, hashlib.sha256).hex())
