"""Signing calls as OAuth 1.0a has it, for interfaces of others that still ask for it."""

from dataclasses import dataclass, field

from authlib.oauth1 import ClientAuth


@dataclass(frozen=True, slots=True)
class Consumer:
    """An app and the user whom it acts for."""

    key: str
    secret: str = field(repr=False)
    token: str = field(repr=False)
    token_secret: str = field(repr=False)


def authorization_of(consumer: Consumer, method: str, url: str) -> str:
    """Give the `Authorization` header of a call whose body is no form, which therefore is not part of what is signed."""
    client = ClientAuth(consumer.key, consumer.secret, consumer.token, consumer.token_secret)
    _, headers, _ = client.sign(method, url, {}, b"")
    return str(headers["Authorization"])
