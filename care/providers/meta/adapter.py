"""The protocol of Meta: signed by the app's secret, challenged by a word of the company's own."""

import hashlib
import hmac
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from care.documents.channels import ChannelKind
from care.providers.adapter import Challenge, Keys, Refused, Reply, Sent, digest_of, same
from care.providers.meta.credentials import MetaCredentials
from care.providers.meta.payloads import translate
from care.providers.meta.retracting import lasting_reason, retract
from care.providers.meta.sending import fetch, objection_to, send
from care.signatures import BadSignature
from core.careless_json import read_json
from core.outbound import Outbound

_HEADER = "x-hub-signature-256"
_LONGEST_CHALLENGE = 1_000


class MetaAdapter:
    """Facebook pages, Messenger, Instagram and WhatsApp."""

    credentials: type[BaseModel] = MetaCredentials
    kinds: frozenset[ChannelKind] = frozenset(
        {ChannelKind.FACEBOOK, ChannelKind.MESSENGER, ChannelKind.INSTAGRAM, ChannelKind.WHATSAPP}
    )

    def verify(self, keys: Keys, headers: Mapping[str, str], body: bytes) -> str:
        """Give the digest of a body that the app's secret signed; Meta names its deliveries by nothing."""
        credentials = _opened(keys)
        if credentials is None:
            raise BadSignature("This channel has no app secret yet.")
        scheme, _, given = headers.get(_HEADER, "").strip().partition("=")
        if scheme != "sha256" or not given:
            raise BadSignature("X-Hub-Signature-256 is missing or is not sha256=….")
        if not same(given.lower(), hmac.new(credentials.app_secret.encode(), body, hashlib.sha256).hexdigest()):
            raise BadSignature("X-Hub-Signature-256 was not made with the app secret of this channel.")
        return digest_of(body)

    def challenge(self, keys: Keys, query: Mapping[str, str]) -> Challenge | None:
        """Give `hub.challenge` back to whoever knows the verify token."""
        credentials = _opened(keys)
        if credentials is None or query.get("hub.mode") != "subscribe":
            return None
        if not same(query.get("hub.verify_token", ""), credentials.verify_token):
            return None
        return Challenge(query.get("hub.challenge", "")[:_LONGEST_CHALLENGE].encode("utf-8", "replace"))

    def translate(self, body: bytes, keys: Keys) -> list[Any] | None:
        """Give the events of every entry, change and message."""
        credentials = _opened(keys)
        return translate(read_json(body), credentials.account_id if credentials else None)

    def objection(self, reply: Reply) -> str | None:
        """Say that a text is too long for where it goes."""
        return objection_to(reply)

    async def send(self, reply: Reply, keys: Keys, outbound: Outbound) -> str | None:
        """Post a reply and give Meta's id of it."""
        return await send(reply, _required(keys), outbound)

    def lasting(self, sent: Sent) -> str | None:
        """Say that private messages and what went to telephones stay; comments can be deleted."""
        return lasting_reason(sent)

    async def retract(self, sent: Sent, keys: Keys, outbound: Outbound) -> None:
        """Delete a comment of the page's or the account's own."""
        await retract(sent, _required(keys), outbound)

    async def fetch(self, file_id: str, keys: Keys, outbound: Outbound) -> bytes:
        """Fetch a file of WhatsApp: its address is asked for first, and both want the token."""
        return await fetch(file_id, _required(keys), outbound)


def _opened(keys: Keys) -> MetaCredentials | None:
    return keys.credentials if isinstance(keys.credentials, MetaCredentials) else None


def _required(keys: Keys) -> MetaCredentials:
    if (credentials := _opened(keys)) is None:
        raise Refused("The channel is not set up. Ask an administrator to enter its credentials.")
    return credentials
