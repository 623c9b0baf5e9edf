"""Signatures by the Standard Webhooks protocol, of what comes in and of what goes out."""

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from math import floor

from standardwebhooks.webhooks import Webhook, WebhookVerificationError
from typing_extensions import override

_SIGNATURE = re.compile(r"v1,[A-Za-z0-9+/]{43}=")
_MOST_SIGNATURES = 16


class BadSignature(Exception):
    """The headers do not prove that a holder of the secret sent this body within the last five minutes."""


class _Webhook(Webhook):
    """The library's own, but for any bytes: those that are no UTF-8 come as surrogates and count as they were."""

    @override
    def sign(self, msg_id: str, timestamp: datetime, data: str) -> str:
        signed = f"{msg_id}.{floor(timestamp.timestamp())}.".encode() + data.encode("utf-8", "surrogateescape")
        return "v1," + base64.b64encode(hmac.digest(self._whsecret, signed, hashlib.sha256)).decode()


def sign(secrets: Sequence[str], identifier: str, at: datetime, body: bytes) -> dict[str, str]:
    """Give the three headers, with one signature for each secret, so that the receiver may change theirs in peace."""
    text = body.decode("utf-8", "surrogateescape")
    return {
        "webhook-id": identifier,
        "webhook-timestamp": str(floor(at.timestamp())),
        "webhook-signature": " ".join(_Webhook(secret).sign(identifier, at, text) for secret in secrets),
    }


def verify(secrets: Sequence[str], headers: Mapping[str, str], body: bytes) -> str:
    """Give the `webhook-id` of a body that one of the secrets signed; comparisons take constant time.

    Raises BadSignature, with what is wrong, when none did or the timestamp is more than 300 s away from our clock.
    """
    claimed = {name: headers.get(name, "") for name in ("webhook-id", "webhook-timestamp", "webhook-signature")}
    # One malformed entry makes the library refuse the good ones beside it.
    known = [part for part in claimed["webhook-signature"].split(" ") if _SIGNATURE.fullmatch(part)]
    if claimed["webhook-signature"] and not known:
        raise BadSignature("webhook-signature holds no v1 signature.")
    claimed["webhook-signature"] = " ".join(known[:_MOST_SIGNATURES])
    reason = "This channel has no secret."
    text = body.decode("utf-8", "surrogateescape")
    for secret in secrets:
        try:
            _Webhook(secret).verify(text, claimed, json_parse=False)
        except WebhookVerificationError as error:
            reason = f"{error}."
        else:
            return claimed["webhook-id"]
    raise BadSignature(reason)
