"""The one way in which access tokens are judged, whoever issued them (RFC 9068, RFC 8725)."""

import base64
import binascii
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import orjson
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import Key
from joserfc.jwt import JWTClaimsRegistry

from auth.errors import NotAuthenticated
from core.clock import now

MOST_LETTERS = 8192
LEEWAY_SECONDS = 30
_TYPES = frozenset({"at+jwt", "application/at+jwt"})
# A header that brings or names its own key, or changes how the rest is read, is never needed and often an attack.
_REFUSED_HEADERS = frozenset({"jku", "jwk", "x5u", "x5c", "crit", "b64", "zip"})


class Audience(StrEnum):
    """Whom a token is for: the staff's API or the customers' portal."""

    STAFF = "urn:kopru:api"
    PORTAL = "urn:kopru:portal"


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustedIssuer:
    """Who may issue tokens: `url` is its exact `iss`; `key` finds a public key by its `kid`, None when there is none.

    Our own issuer is one; a provider of OpenID Connect is another with its own algorithms and keys.
    """

    url: str
    algorithms: tuple[str, ...]
    key: Callable[[str], Awaitable[Key | None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessClaims:
    """What a valid token says; `issued_at` is in seconds since 1970 and may have a fraction."""

    issuer: str
    subject: str
    issued_at: float
    expires_at: datetime


class TokenReader:
    """Judges tokens of the issuers it was given."""

    def __init__(self, issuers: Sequence[TrustedIssuer]) -> None:
        self._issuers = {issuer.url: issuer for issuer in issuers}

    async def read(self, token: str, *, audience: Audience) -> AccessClaims:
        """Give the claims of a valid token for this audience; NotAuthenticated for any other, never telling why."""
        header, issuer = self._parse(token)
        key = await issuer.key(header["kid"])
        if key is None:
            raise _refusal()
        try:
            payload = jws.deserialize_compact(token, key, algorithms=issuer.algorithms).payload
            return _claims(_object(payload), issuer=issuer.url, audience=audience)
        except (JoseError, ValueError, OverflowError, OSError) as error:
            raise _refusal() from error

    def _parse(self, token: str) -> tuple[dict[str, Any], TrustedIssuer]:
        """Read the header, and `iss` before it is proven, only to know whose keys must prove it."""
        parts = token.split(".", 3)
        if len(token) > MOST_LETTERS or len(parts) != 3:  # noqa: PLR2004 - header, payload, signature
            raise _refusal()
        try:
            header, claims = _object(_decoded(parts[0])), _object(_decoded(parts[1]))
        except ValueError as error:
            raise _refusal() from error
        named = claims.get("iss")
        issuer = self._issuers.get(named) if isinstance(named, str) else None
        if issuer is None or not _acceptable(header, issuer):
            raise _refusal()
        return header, issuer


def _acceptable(header: Mapping[str, Any], issuer: TrustedIssuer) -> bool:
    return (
        isinstance(header.get("kid"), str)
        and header.get("alg") in issuer.algorithms
        and isinstance(header.get("typ"), str)
        and header["typ"].lower() in _TYPES
        and not _REFUSED_HEADERS & header.keys()
    )


def _claims(claims: dict[str, Any], *, issuer: str, audience: Audience) -> AccessClaims:
    JWTClaimsRegistry(
        now=int(now().timestamp()),
        leeway=LEEWAY_SECONDS,
        iss={"essential": True, "value": issuer},
        aud={"essential": True, "value": audience.value},
        sub={"essential": True},
        exp={"essential": True},
        iat={"essential": True},
        jti={"essential": True},
        client_id={"essential": True},
    ).validate(claims)
    return AccessClaims(
        issuer=issuer,
        subject=claims["sub"],
        issued_at=float(claims["iat"]),
        expires_at=datetime.fromtimestamp(claims["exp"], UTC),
    )


def _decoded(part: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(part.encode("ascii") + b"=" * (-len(part) % 4))
    except (UnicodeEncodeError, binascii.Error) as error:
        raise ValueError(part) from error


def _object(text: bytes | None) -> dict[str, Any]:
    value = orjson.loads(text or b"")  # its depth is bounded, unlike that of the standard library
    if not isinstance(value, dict):
        raise ValueError("not an object")  # noqa: TRY004 - what a client sent, not what a programmer passed
    return value


def _refusal() -> NotAuthenticated:
    return NotAuthenticated("This token is not valid, or not any more; sign in again.")
