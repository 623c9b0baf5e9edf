"""Opaque ids: a prefix that tells the kind and a remainder that sorts by time or repeats for the same key."""

import hashlib
import hmac
import secrets
import time

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base 32: no letter is mistaken for another
_TIME_LETTERS = 10
_RANDOM_LETTERS = 14
_KEY_LETTERS = 26
_NUMBER_LETTERS = 6


def _letters(number: int, length: int) -> str:
    out = []
    for _ in range(length):
        number, rest = divmod(number, 32)
        out.append(ALPHABET[rest])
    return "".join(reversed(out))


def new_id(prefix: str) -> str:
    """Make `prefix_…` with 48 bits of time and 70 random bits, so that ids made later sort later."""
    moment = _letters(time.time_ns() // 1_000_000, _TIME_LETTERS)
    return f"{prefix}_{moment}{_letters(secrets.randbits(5 * _RANDOM_LETTERS), _RANDOM_LETTERS)}"


def derived_id(prefix: str, *parts: str) -> str:
    """Make the id that the same parts always give: 130 bits of SHA-256 over their unambiguous join."""
    digest = hashlib.sha256("\0".join(parts).encode()).digest()
    return f"{prefix}_{_letters(int.from_bytes(digest[:17], 'big'), _KEY_LETTERS)}"


def keyed_id(prefix: str, key: bytes, *parts: str) -> str:
    """Make the id that the same parts give under a secret key, so that nobody can choose another's id."""
    digest = hmac.new(key, "\0".join(parts).encode(), hashlib.sha256).digest()
    return f"{prefix}_{_letters(int.from_bytes(digest[:17], 'big'), _KEY_LETTERS)}"


def numbered_id(prefix: str, identifier: str, number: int) -> str:
    """Make the id of a numbered part of something, by which both are known again (`numbered_in`)."""
    return f"{with_prefix(prefix, identifier)}{_letters(number, _NUMBER_LETTERS)}"


def numbered_in(prefix: str, identifier: str) -> tuple[str, int] | None:
    """Give the id, under its own prefix, of what this may be a numbered part of, and the number; None for what can be none."""
    remainder, letters = identifier[:-_NUMBER_LETTERS], identifier[-_NUMBER_LETTERS:]
    if not remainder.partition("_")[2] or any(letter not in ALPHABET for letter in letters):
        return None
    number = 0
    for letter in letters:
        number = number * 32 + ALPHABET.index(letter)
    return with_prefix(prefix, remainder), number


def with_prefix(prefix: str, identifier: str) -> str:
    """Give the same remainder under another prefix: `case_X` is `req_X` in the portal."""
    return f"{prefix}_{identifier.partition('_')[2]}"


def prefix_of(identifier: str) -> str:
    """Give the prefix of an id, `""` when it has none."""
    prefix, found, _ = identifier.partition("_")
    return prefix if found else ""
