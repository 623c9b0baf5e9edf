"""Direct messages on X, and how far the account's own have been read."""

from care.providers.untyped import Raw, at, ignored, name_of, shown, spoken, words
from care.providers.x.posts import file_of, person, text_of


def read(event: object, account: str | None, users: object) -> list[Raw]:
    """Read a direct message; what the account itself writes is an echo."""
    sender = name_of(event, "message_create", "sender_id")
    if sender is not None and sender == account:
        return ignored("own direct message", account=account)
    told = at(event, "message_create", "message_data")
    file = file_of(at(told, "attachment", "media"))
    entities = at(told, "entities")
    attached = {"media": [at(told, "attachment", "media")]} if file else None
    said = {
        "id": name_of(event, "id"),
        "visibility": "private",
        "sentAt": at(event, "created_timestamp"),
        "thread": {"id": sender} if sender else None,
        "author": (person(at(users, sender)) or {"id": sender}) if sender else None,
        "text": text_of(words(told, "text") or "", entities, attached),
        "attachments": [file] if file else [],
    }
    return [spoken(said, event) if at(event, "type") == "message_create" else shown(said, event)]


def read_reading(event: object, account: str | None) -> list[Raw]:
    """Read that somebody has read what the account wrote to them."""
    reader, moment = name_of(event, "sender_id"), at(event, "created_timestamp")
    if reader is None or moment is None or reader == account:
        return ignored("own reading", account=account)
    return [{"type": "delivery.until", "status": "read", "until": moment, "author": {"id": reader}, "thread": {"id": reader}}]
