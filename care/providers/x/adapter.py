"""The protocol of X: signed by the app's secret, and checked every hour by a question that only it can answer."""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from typing import Any

import orjson
from pydantic import BaseModel

from care.documents.channels import ChannelKind
from care.providers.adapter import Challenge, Keys, Refused, Reply, Sent, digest_of, same
from care.providers.x.credentials import XCredentials
from care.providers.x.payloads import translate
from care.providers.x.sending import lasting_reason, objection_to, retract, send
from care.signatures import BadSignature
from core.careless_json import read_json
from core.outbound import Outbound

_HEADER = "x-twitter-webhooks-signature"
_LONGEST_TOKEN = 1_000


class XAdapter:
    """The account activity of X."""

    credentials: type[BaseModel] = XCredentials
    kinds: frozenset[ChannelKind] = frozenset({ChannelKind.X})

    def verify(self, keys: Keys, headers: Mapping[str, str], body: bytes) -> str:
        """Give the digest of a body that the app's secret signed; X names its deliveries by nothing."""
        credentials = _opened(keys)
        if credentials is None:
            raise BadSignature("This channel has no consumer secret yet.")
        given = headers.get(_HEADER, "").strip()
        if not given.startswith("sha256="):
            raise BadSignature(f"{_HEADER} is missing or is not sha256=….")
        if not same(given, _signed(credentials, body)):
            raise BadSignature(f"{_HEADER} was not made with the consumer secret of this channel.")
        return digest_of(body)

    def challenge(self, keys: Keys, query: Mapping[str, str]) -> Challenge | None:
        """Sign the token of the check, which proves to X that the hook is the app's."""
        credentials, token = _opened(keys), query.get("crc_token", "")
        if credentials is None or not token or len(token) > _LONGEST_TOKEN:
            return None
        answer = {"response_token": _signed(credentials, token.encode("utf-8", "replace"))}
        return Challenge(orjson.dumps(answer), "application/json")

    def translate(self, body: bytes, keys: Keys) -> list[Any] | None:
        """Give the events of all that happened around the account."""
        return translate(read_json(body))

    def objection(self, reply: Reply) -> str | None:
        """Say that a text is longer than X takes."""
        return objection_to(reply)

    async def send(self, reply: Reply, keys: Keys, outbound: Outbound) -> str | None:
        """Post a reply and give X's id of it."""
        credentials = _opened(keys)
        if credentials is None:
            raise Refused("The channel is not set up. Ask an administrator to enter its credentials.")
        return await send(reply, credentials, outbound)

    def lasting(self, sent: Sent) -> str | None:
        """Say that a direct message stays in the other's inbox; posts can be deleted."""
        return lasting_reason(sent)

    async def retract(self, sent: Sent, keys: Keys, outbound: Outbound) -> None:
        """Delete a post of the account's own."""
        credentials = _opened(keys)
        if credentials is None:
            raise Refused("The channel is not set up. Ask an administrator to enter its credentials.")
        await retract(sent, credentials, outbound)

    async def fetch(self, file_id: str, keys: Keys, outbound: Outbound) -> bytes:
        """X gives every file an address of its own."""
        raise Refused("X tells where its files are")


def _opened(keys: Keys) -> XCredentials | None:
    return keys.credentials if isinstance(keys.credentials, XCredentials) else None


def _signed(credentials: XCredentials, content: bytes) -> str:
    return "sha256=" + base64.b64encode(hmac.digest(credentials.consumer_secret.encode(), content, hashlib.sha256)).decode()
