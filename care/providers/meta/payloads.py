"""What Meta posts: entries of many accounts, each with changes and messages; all of them become events."""

from collections.abc import Callable, Iterator
from typing import Final

from care.providers.meta import feed, instagram, messaging, template_news, whatsapp
from care.providers.untyped import Raw, at, ignored, name_of, rows, shown, words

_ChangeReader = Callable[[object, str | None, object], list[Raw]]
_WHATSAPP: Final = ("whatsapp_business_account", "messages")

_READERS: Final[dict[tuple[str, str], _ChangeReader]] = {
    ("page", "feed"): feed.read,
    ("page", "mention"): feed.read_mention,
    ("page", "ratings"): feed.read_rating,
    ("instagram", "comments"): instagram.read_comment,
    ("instagram", "live_comments"): instagram.read_comment,
    ("instagram", "mentions"): instagram.read_mention,
    ("whatsapp_business_account", "message_template_status_update"): template_news.read_state,
    ("whatsapp_business_account", "message_template_quality_update"): template_news.read_quality,
}
_SPEECH: Final = ("message", "messages", "text", "body", "caption", "review_text", "comment")
_SPEAKERS: Final = ("from", "sender", "sender_id", "author", "reviewer_id")


def translate(payload: object, own: str | None = None) -> list[Raw] | None:
    """Give the events of a delivery; None when it is of another shape. `own` is the telephone number of the channel."""
    entries = at(payload, "entry")
    if not isinstance(entries, list):
        return None
    subject = words(payload, "object") or ""
    return [event for entry in entries for event in _of_entry(subject, entry, own)]


def _of_entry(subject: str, entry: object, own: str | None) -> Iterator[Raw]:
    account, sent_at = name_of(entry, "id"), at(entry, "time")
    known = [at(entry, name) for name in ("messaging", "standby", "changes")]
    if not any(isinstance(part, list) for part in known) or any(not isinstance(part, list | None) for part in known):
        yield shown({}, entry)
    for item in [*rows(entry, "messaging"), *rows(entry, "standby")]:
        yield from messaging.read(item, account)
    for change in rows(entry, "changes"):
        if (subject, words(change, "field")) == _WHATSAPP:
            yield from whatsapp.read(at(change, "value"), own, sent_at)
        else:
            yield from _of_change(subject, change, account, sent_at)


def _of_change(subject: str, change: object, account: str | None, sent_at: object) -> list[Raw]:
    field, value = words(change, "field") or "", at(change, "value")
    if reader := _READERS.get((subject, field)):
        return reader(value, account, sent_at)
    if at(value, "sender", "id") is not None and at(value, "recipient", "id") is not None:
        return messaging.read(value, account)
    if _is_said(value) or not isinstance(value, dict):
        return [shown(_fragment(value, sent_at), change)]
    return ignored(f"{subject} {field}", account=account)


def _is_said(value: object) -> bool:
    """Tell whether a change of an unknown kind seems to hold somebody's words."""
    return any(at(value, name) for name in _SPEECH) and any(at(value, name) for name in _SPEAKERS)


def _fragment(value: object, sent_at: object) -> Raw:
    """Make out what can be made out of a change of an unknown kind."""
    author = name_of(value, "from", "id") or name_of(value, "sender", "id") or name_of(value, "sender_id")
    name = words(value, "from", "name") or words(value, "sender_name")
    return {
        "id": name_of(value, "comment_id") or name_of(value, "id"),
        "author": {"id": author, "name": name} if author else None,
        "sentAt": at(value, "created_time") or sent_at,
    }
