"""What is said in private on Messenger and Instagram, and what became of our own messages there."""

from collections.abc import Callable
from typing import Final

from care.providers.untyped import Raw, at, ignored, lines, name_of, number, rows, shown, spoken, words

_SILENT: Final = (
    "account_linking",
    "app_roles",
    "game_play",
    "message_context",
    "optin",
    "pass_thread_control",
    "policy_enforcement",
    "referral",
    "request_thread_control",
    "take_thread_control",
)


def read(item: object, account: str | None) -> list[Raw]:
    """Read one item: a message, its edit or withdrawal, a sign, a button, or how far messages of ours came."""
    sender = name_of(item, "sender", "id")
    if (sender is not None and sender == account) or at(item, "message", "is_echo") is True:
        return _own(item, account)
    for name, reader in _READERS.items():
        if at(item, name) is not None:
            return reader(item)
    silent = next((name for name in _SILENT if at(item, name) is not None), None)
    return ignored(silent, account=account) if silent else [shown(_known(item, None), item)]


def _own(item: object, account: str | None) -> list[Raw]:
    """Give what is news of our own words: that they went out, or were taken back at the provider."""
    mid, ours = name_of(item, "message", "mid"), words(item, "message", "metadata")
    if mid is not None and at(item, "message", "is_deleted") is True:
        return [{"type": "message.deleted", "messageId": mid, "sentAt": at(item, "timestamp")}]
    if mid is not None and ours is not None and ours.startswith("msg_"):
        return [{"type": "delivery", "messageId": ours, "status": "sent", "externalId": mid}]
    return ignored("own message", account=account)


def _message(item: object) -> list[Raw]:
    message = at(item, "message")
    mid = name_of(message, "mid")
    if mid is not None and at(message, "is_deleted") is True:
        return [{"type": "message.deleted", "messageId": mid, "sentAt": at(item, "timestamp")}]
    known = _known(item, mid) | {"inReplyTo": name_of(message, "reply_to", "mid")}
    files = [file for attachment in rows(message, "attachments") if (file := _file(attachment))]
    if story := words(message, "reply_to", "story", "url"):
        files.append({"url": story, "name": "story"})
    told = [_told(attachment) for attachment in rows(message, "attachments")]
    said = known | {"text": lines(words(message, "text"), *told), "attachments": files[:100]}
    is_unsupported = at(message, "is_unsupported") is True
    return [shown(said, message) if is_unsupported else spoken(said, message)]


def _edit(item: object) -> list[Raw]:
    mid, text = name_of(item, "message_edit", "mid"), words(item, "message_edit", "text")
    if mid is None or text is None:
        return [shown(_known(item, mid), item)]
    return [{"type": "message.edited", "messageId": mid, "text": text, "sentAt": at(item, "timestamp")}]


def _reaction(item: object) -> list[Raw]:
    mid, author = name_of(item, "reaction", "mid"), name_of(item, "sender", "id")
    if mid is None or author is None:
        return ignored("a sign on nothing")
    return [
        {
            "type": "reaction",
            "messageId": mid,
            "author": {"id": author},
            "kind": words(item, "reaction", "emoji") or words(item, "reaction", "reaction") or "like",
            "removed": words(item, "reaction", "action") == "unreact",
        }
    ]


def _postback(item: object) -> list[Raw]:
    """Give a pressed button as the words that stand on it; older ones have no id of their own."""
    mid = name_of(item, "postback", "mid")
    sender, moment = name_of(item, "sender", "id"), number(item, "timestamp")
    identifier = mid or (f"postback:{sender}:{moment:.0f}" if sender and moment is not None else None)
    text = words(item, "postback", "title") or words(item, "postback", "payload")
    return [spoken(_known(item, identifier) | {"text": text}, item)]


def _delivery(item: object) -> list[Raw]:
    named = [mid for mid in rows(item, "delivery", "mids") if isinstance(mid, str)]
    if named:
        return [{"type": "delivery", "messageId": mid, "status": "delivered"} for mid in named]
    return _until(item, "delivered", number(item, "delivery", "watermark"))


def _read(item: object) -> list[Raw]:
    mid = name_of(item, "read", "mid")
    named: list[Raw] = [{"type": "delivery", "messageId": mid, "status": "read"}] if mid else []
    return named or _until(item, "read", number(item, "read", "watermark"))


def _until(item: object, status: str, moment: float | None) -> list[Raw]:
    if moment is None or name_of(item, "sender", "id") is None:
        return ignored(f"{status} without a time")
    known = _known(item, None)
    return [{"type": "delivery.until", "status": status, "until": moment, "author": known["author"], "thread": known["thread"]}]


_READERS: Final[dict[str, Callable[[object], list[Raw]]]] = {
    "message": _message,
    "message_edit": _edit,
    "reaction": _reaction,
    "postback": _postback,
    "delivery": _delivery,
    "read": _read,
}


def _known(item: object, identifier: str | None) -> Raw:
    sender = name_of(item, "sender", "id")
    return {
        "id": identifier,
        "visibility": "private",
        "sentAt": at(item, "timestamp"),
        "thread": {"id": sender} if sender else None,
        "author": {"id": sender} if sender else None,
    }


def _file(attachment: object) -> Raw | None:
    url = words(attachment, "payload", "url") or words(attachment, "url")
    if url is None or not url.startswith(("https://", "http://")):
        return None
    return {"url": url, "name": words(attachment, "payload", "title") or words(attachment, "title") or words(attachment, "type")}


def _told(attachment: object) -> str | None:
    """Give in words what is no file: a place, or a part of a kind that has no address."""
    latitude = number(attachment, "payload", "coordinates", "lat")
    longitude = number(attachment, "payload", "coordinates", "long")
    if latitude is not None and longitude is not None:
        return f"📍 {latitude:g}, {longitude:g}"
    return None if _file(attachment) else f"[{words(attachment, 'type') or 'attachment'}]"
