"""Replies on their way to a provider, and a way out that reaches loopback."""

from typing import Any

from care.documents.channels import ChannelKind
from care.documents.conversations import Visibility
from care.providers.adapter import Reply
from core.outbound import Outbound

LOOPBACK = Outbound(["127.0.0.1"])


def reply(kind: ChannelKind, *, public: bool, **other: Any) -> Reply:
    known: dict[str, Any] = {
        "message_id": "msg_1",
        "kind": kind,
        "visibility": Visibility.PUBLIC if public else Visibility.PRIVATE,
        "text": "Kargonuz yarın kapınızda.",
        "thread_id": "1784001_9001",
        "recipient_id": "7300045",
        "in_reply_to": "1784001_9001_1",
    }
    return Reply(**(known | other))
