"""What mail servers and mail programs report of an e-mail of ours: that it failed, arrived or was read."""

import re
from dataclasses import dataclass
from email.message import EmailMessage, Message
from itertools import islice

from care.documents.conversations import DeliveryStatus

_ACTIONS = {
    "failed": DeliveryStatus.FAILED,
    "delivered": DeliveryStatus.DELIVERED,
    "displayed": DeliveryStatus.READ,
}
_DISPOSITION = re.compile(r";\s*(displayed)\b", re.IGNORECASE)
_ID = re.compile(r"<\s*([^<>\s]{1,500})\s*>")
_MOST_PARTS = 100
_LONGEST_REASON = 300


@dataclass(frozen=True, slots=True)
class MailReport:
    """How far an e-mail came; `status` is None for news that change nothing, such as a delay."""

    status: DeliveryStatus | None
    reason: str | None
    original_ids: tuple[str, ...]
    """The Message-IDs that the report speaks of."""


def read_report(message: EmailMessage) -> MailReport | None:
    """Read a report by RFC 3464 or RFC 8098; None for any other e-mail."""
    if message.get_content_type() != "multipart/report" or not message.is_multipart():
        return None
    status, reason, ids = None, None, list[str]()
    for part in islice(message.walk(), _MOST_PARTS):
        kind = part.get_content_type()
        if kind == "message/delivery-status":
            status, reason = _delivery(part)
        elif kind == "message/disposition-notification":
            status = DeliveryStatus.READ if _DISPOSITION.search(_raw(part)) else None
            ids += _ID.findall(_field(_raw(part), "original-message-id"))
        elif kind in {"message/rfc822", "message/global", "text/rfc822-headers", "message/global-headers"}:
            ids += _ID.findall(_field(_raw(part), "message-id"))
    return MailReport(status, reason, tuple(ids))


def _delivery(part: Message) -> tuple[DeliveryStatus | None, str | None]:
    told = _raw(part)
    action = _field(told, "action").strip().lower()
    reason = _field(told, "diagnostic-code") or _field(told, "status")
    return _ACTIONS.get(action), " ".join(reason.split())[:_LONGEST_REASON] or None


def _raw(part: Message) -> str:
    """Give the part as it was written; the parser has split what holds headers into e-mails of their own."""
    inner = part.get_payload()
    if isinstance(inner, list):
        return "\n\n".join(_heads(one) for one in inner if isinstance(one, Message))
    return str(inner)


def _heads(message: Message) -> str:
    return "\n".join(f"{name}: {' '.join(str(value).split())}" for name, value in message.raw_items()) + "\n" + _rest(message)


def _rest(message: Message) -> str:
    payload = message.get_payload()
    return payload if isinstance(payload, str) else ""


def _field(text: str, name: str) -> str:
    """Give the last value of a field: of several recipients' blocks the later one says more than the server's own."""
    found = re.findall(rf"^{name}\s*:(.*(?:\n[ \t].*)*)", text, re.IGNORECASE | re.MULTILINE)
    return found[-1] if found else ""
