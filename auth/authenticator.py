"""What signing in needs, opened once by bootstrap and given to the edges."""

from dataclasses import dataclass
from datetime import timedelta

from auth.actor import Actor
from auth.identify import Identity, identify, recognise
from auth.issuer import LocalIssuer
from auth.tokens import Audience, TokenReader
from core.secrets import Keyring
from core.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Authenticator:
    """Our issuer, the reader of all trusted issuers' tokens, and the keyring that seals what is kept."""

    issuer: LocalIssuer
    tokens: TokenReader
    keyring: Keyring

    async def identify(self, authorization: str | None, session_cookie: str | None, *, audience: Audience) -> Actor:
        """Give the Actor of a request; see `auth.identify.identify`."""
        return await identify(authorization, session_cookie, audience=audience, tokens=self.tokens)

    async def recognise(self, authorization: str | None, session_cookie: str | None, *, audience: Audience) -> Identity:
        """Give the Identity of a socket; see `auth.identify.recognise`."""
        return await recognise(authorization, session_cookie, audience=audience, tokens=self.tokens)


async def open_authenticator(settings: Settings, keyring: Keyring) -> Authenticator:
    """Open the issuer on a declared database, making its keys at the first start.

    Raises WrongSetting when the secret key is not the one that sealed them.
    """
    issuer = LocalIssuer(keyring, url=settings.public_url, life=timedelta(minutes=settings.access_token_minutes))
    await issuer.refresh()
    return Authenticator(issuer=issuer, tokens=TokenReader([issuer.as_trusted()]), keyring=keyring)
