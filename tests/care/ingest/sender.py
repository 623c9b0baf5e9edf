"""A sender of deliveries as tests need one: channels, signatures by the protocol's own library, events."""

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import orjson
from standardwebhooks.webhooks import Webhook

from auth.actor import SYSTEM
from care.channel_drafts import ChannelDraft
from care.channels import IssuedSecret, create_channel
from care.documents.channels import Environment
from care.ingest.inbox import Delivery
from core.clock import now
from core.idempotency import Once
from core.ids import new_id
from core.secrets import Keyring

KEYRING = Keyring(b"a secret of thirty-two characters")


async def make_channel(
    *, name: str = "X", send_url: str | None = None, environment: Environment = Environment.LIVE
) -> IssuedSecret:
    draft = ChannelDraft(name=name, send_url=send_url, environment=environment)
    return await create_channel(SYSTEM, draft, keyring=KEYRING, once=Once())


def signed(secret: str, body: bytes, *, webhook_id: str | None = None, at: datetime | None = None) -> dict[str, str]:
    """Sign text by the protocol's own library."""
    identifier, moment = webhook_id or f"dlv_{uuid.uuid4().hex}", at or datetime.now(UTC)
    return {
        "webhook-id": identifier,
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": Webhook(secret).sign(identifier, moment, body.decode()),
    }


def said(identifier: str = "ext-1", text: str = "Siparişim iki haftadır gelmedi!", **other: Any) -> dict[str, Any]:
    return {
        "id": identifier,
        "type": "message",
        "visibility": "public",
        "sentAt": now().isoformat(),
        "thread": {"id": "post-9", "url": "https://x.example/post/9"},
        "inReplyTo": None,
        "author": {"id": "u-7", "handle": "@ayse", "name": "Ayşe", "followers": 5400, "profileUrl": "https://x.example/ayse"},
        "text": text,
        "attachments": [],
    } | other


def body_of(*events: Mapping[str, Any] | object) -> bytes:
    return orjson.dumps({"events": list(events)})


def delivery(channel_id: str, body: bytes, *, webhook_id: str | None = None) -> Delivery:
    return Delivery(channel_id, webhook_id or new_id("dlv"), body, now())
