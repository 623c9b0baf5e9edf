"""What is said to a company's WhatsApp numbers, and what became of its own messages there."""

from collections.abc import Callable
from typing import Final

from care.providers.meta.refusals import told
from care.providers.untyped import Raw, at, ignored, lines, name_of, number, rows, shown, spoken, words

_MEDIA: Final = frozenset({"image", "video", "audio", "voice", "document", "sticker"})
_STATES: Final = {"sent": "sent", "delivered": "delivered", "read": "read", "played": "read", "failed": "failed"}


def read(value: object, own: str | None, sent_at: object) -> list[Raw]:
    """Read a change of a number: everything that was said to it, and the states of what it sent.

    `own` is the number of the channel; what is said to another one is a talk of its own.
    """
    events = [event for message in rows(value, "messages") for event in _message(value, message, own)]
    events += [event for status in rows(value, "statuses") for event in _status(status)]
    if _is_broken(value):
        events.append(shown({"sentAt": sent_at}, value))
    return events or ignored("a change of WhatsApp without words")


def _is_broken(value: object) -> bool:
    """Tell whether what should be a list of a change is something else."""
    return not isinstance(value, dict) or any(not isinstance(value.get(name, []), list) for name in ("messages", "statuses"))


def _message(value: object, message: object, own: str | None) -> list[Raw]:
    kind, known = words(message, "type"), _known(value, message, own)
    match kind:
        case "reaction":
            return _reaction(message, known)
        case "system":
            return ignored("a system message of WhatsApp")
        case "edit" | "revoke":
            return _change(message, known, kind)
        case _:
            pass
    reader = _WORDS.get(kind or "")
    if kind in _MEDIA:
        known |= {"text": words(message, kind, "caption"), "attachments": _files(at(message, kind), kind)}
    elif reader is not None:
        known |= {"text": reader(at(message, kind or ""))}
    if kind in {"unsupported", "unknown"}:
        reason = told(at(message, "errors"))
        return [shown(known | {"text": f"WhatsApp can't show what this customer sent. {reason or ''}".strip()}, message)]
    return [spoken(known, message) if words(known, "text") or known.get("attachments") else shown(known, message)]


def _known(value: object, message: object, own: str | None) -> Raw:
    sender = name_of(message, "from") or name_of(message, "from_user_id")
    number_id = name_of(value, "metadata", "phone_number_id")
    return {
        "id": name_of(message, "id"),
        "visibility": "private",
        "sentAt": at(message, "timestamp"),
        "thread": {"id": f"{number_id}:{sender}" if number_id and number_id != own else sender} if sender else None,
        "inReplyTo": name_of(message, "context", "id"),
        "author": _author(value, sender),
    }


def _author(value: object, sender: str | None) -> Raw | None:
    if sender is None:
        return None
    cards = [card for card in rows(value, "contacts") if sender in {name_of(card, "wa_id"), name_of(card, "user_id")}]
    card = cards[0] if cards else None
    phone = f"+{sender}" if sender.isdecimal() else None
    username = words(card, "profile", "username")
    return {"id": sender, "name": words(card, "profile", "name"), "handle": username or phone, "phone": phone}


def _reaction(message: object, known: Raw) -> list[Raw]:
    subject, emoji = name_of(message, "reaction", "message_id"), words(message, "reaction", "emoji")
    if subject is None or known["author"] is None:
        return [shown(known, message)]
    return [{"type": "reaction", "messageId": subject, "author": known["author"], "kind": emoji, "removed": emoji is None}]


def _change(message: object, known: Raw, kind: str) -> list[Raw]:
    """Give what the customer edited or took back."""
    subject = name_of(message, kind, "original_message_id")
    if subject is None:
        return [shown(known, message)]
    if kind == "revoke":
        return [{"type": "message.deleted", "messageId": subject, "sentAt": known["sentAt"]}]
    fresh = at(message, "edit", "message")
    inner = words(fresh, "type") or "text"
    text = words(fresh, inner, "body") or words(fresh, inner, "caption")
    if text is None:
        return [shown(known, message)]
    return [{"type": "message.edited", "messageId": subject, "text": text, "sentAt": known["sentAt"]}]


def _status(status: object) -> list[Raw]:
    state, wamid = _STATES.get(words(status, "status") or ""), name_of(status, "id")
    if state is None or wamid is None:
        return ignored(f"status {words(status, 'status')}")
    return [{"type": "delivery", "messageId": wamid, "status": state, "error": told(at(status, "errors"))}]


def _files(media: object, kind: str) -> list[Raw]:
    """List a file, which is fetched by its id: its address opens to the channel's token alone."""
    identifier = name_of(media, "id")
    if identifier is None:
        return []
    return [{"id": identifier, "name": words(media, "filename") or kind, "contentType": words(media, "mime_type")}]


def _location(place: object) -> str | None:
    latitude, longitude = number(place, "latitude"), number(place, "longitude")
    where = f"📍 {latitude:g}, {longitude:g}" if latitude is not None and longitude is not None else None
    return lines(where, words(place, "name"), words(place, "address"), words(place, "url")) or None


def _contacts(cards: object) -> str | None:
    if not isinstance(cards, list):
        return None
    told = []
    for card in cards:
        phones = ", ".join(filter(None, (words(phone, "phone") for phone in rows(card, "phones"))))
        emails = ", ".join(filter(None, (words(email, "email") for email in rows(card, "emails"))))
        told.append(" · ".join(filter(None, (words(card, "name", "formatted_name"), phones, emails))))
    return lines(*(f"👤 {card}" for card in told if card)) or None


def _interactive(choice: object) -> str | None:
    for name in ("button_reply", "list_reply"):
        if title := words(choice, name, "title"):
            return lines(title, words(choice, name, "description"))
    return lines(words(choice, "nfm_reply", "body"), words(choice, "nfm_reply", "response_json")) or None


def _order(order: object) -> str | None:
    items = [
        f"{name_of(item, 'quantity') or '?'} x {name_of(item, 'product_retailer_id')}" for item in rows(order, "product_items")
    ]
    return lines(words(order, "text"), *items) or None


_WORDS: Final[dict[str, Callable[[object], str | None]]] = {
    "text": lambda part: words(part, "body"),
    "button": lambda part: words(part, "text") or words(part, "payload"),
    "interactive": _interactive,
    "location": _location,
    "contacts": _contacts,
    "order": _order,
}
