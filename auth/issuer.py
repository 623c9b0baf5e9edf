"""Our own issuer: signs access tokens for local accounts and publishes its keys."""

import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from joserfc import jwt
from joserfc.jwk import ECKey, Key

from auth.documents import Account, AccountKind, KeyState
from auth.keys import ALGORITHM, LONGEST_TOKEN_LIFE, active_key, open_keys
from auth.tokens import Audience, TrustedIssuer
from core.clock import now
from core.errors import InvalidInput
from core.secrets import Keyring

CLIENT = "kopru"
_FRESH_FOR = 10.0
_LOOKED_AGAIN_AFTER = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedToken:
    """A token and how many seconds it lasts."""

    access_token: str
    expires_in: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _OpenedKeys:
    """The keys as they were read: what signs, what proves by its `kid`, and what is published."""

    signing: ECKey
    proving: Mapping[str, Key]
    published: list[dict[str, str]]
    read_at: float


class LocalIssuer:
    """Issues tokens under the address where clients reach us.

    Keys are read again every ten seconds, and at once for an unknown `kid`: a rotation or an emergency in another process
    is known here within that time.
    """

    def __init__(self, keyring: Keyring, *, url: str, life: timedelta) -> None:
        self.url = url
        self._keyring = keyring
        self._life = life
        self._opened: _OpenedKeys | None = None

    async def issue(self, account: Account, *, life: timedelta | None = None, client: str = CLIENT) -> IssuedToken:
        """Sign a token for the audience of the account's kind. Raises InvalidInput for programs and for a life over 24 h.

        Roles and reach are not in it: they are read with the account at every request.
        """
        if account.kind is AccountKind.SERVICE:
            raise InvalidInput("A service account has API tokens; make one for it.")
        lasts = life or self._life
        if lasts > LONGEST_TOKEN_LIFE:
            raise InvalidInput("A token may last 24 hours at most.", path=("life",))
        key = (await self._current()).signing
        issued = account.issued_from(now()).timestamp()
        claims = {
            "iss": self.url,
            "sub": account.id,
            "aud": audience_of(account.kind).value,
            "iat": issued,  # with its milliseconds: compared with the moment from which tokens are valid
            "exp": int(issued + lasts.total_seconds()),
            "jti": uuid.uuid4().hex,
            "client_id": client,
            "scope": "portal" if account.kind is AccountKind.CUSTOMER else "staff",
        }
        token = jwt.encode({"alg": ALGORITHM, "typ": "at+jwt", "kid": key.kid}, claims, key, algorithms=[ALGORITHM])
        return IssuedToken(access_token=token, expires_in=int(lasts.total_seconds()))

    async def public_keys(self) -> list[dict[str, str]]:
        """Give the JSON Web Keys that prove our tokens now or may soon."""
        return (await self._current()).published

    def as_trusted(self) -> TrustedIssuer:
        """Give what a TokenReader needs to trust our own tokens."""
        return TrustedIssuer(url=self.url, algorithms=(ALGORITHM,), key=self._proving_key)

    async def refresh(self) -> None:
        """Read the keys now: at start, so that a wrong secret key stops it, and upon a rotation."""
        self._opened = await self._read()

    async def _proving_key(self, kid: str) -> Key | None:
        opened = await self._current()
        if kid not in opened.proving and time.monotonic() - opened.read_at > _LOOKED_AGAIN_AFTER:
            opened = self._opened = await self._read()
        return opened.proving.get(kid)

    async def _current(self) -> _OpenedKeys:
        if self._opened is None or time.monotonic() - self._opened.read_at > _FRESH_FOR:
            self._opened = await self._read()
        return self._opened

    async def _read(self) -> _OpenedKeys:
        keys = await open_keys(self._keyring)
        proving = {key.kid: ECKey.import_key({**key.public}) for key in keys.keys if key.state is not KeyState.NEXT}
        published = [dict(key.public) for key in keys.keys]
        signing = active_key(keys, self._keyring)
        return _OpenedKeys(signing=signing, proving=proving, published=published, read_at=time.monotonic())


def audience_of(kind: AccountKind) -> Audience:
    """Give the one audience that an account of this kind may speak to."""
    return Audience.PORTAL if kind is AccountKind.CUSTOMER else Audience.STAFF
