"""Telegram's updates in the form of the generic channel's events."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from care.providers.adapter import unsupported

Event = dict[str, Any]

_SERVICE: Final = frozenset(
    {
        "new_chat_members",
        "left_chat_member",
        "new_chat_title",
        "new_chat_photo",
        "delete_chat_photo",
        "group_chat_created",
        "supergroup_chat_created",
        "channel_chat_created",
        "message_auto_delete_timer_changed",
        "migrate_to_chat_id",
        "migrate_from_chat_id",
        "pinned_message",
        "forum_topic_created",
        "forum_topic_edited",
        "forum_topic_closed",
        "forum_topic_reopened",
        "video_chat_scheduled",
        "video_chat_started",
        "video_chat_ended",
        "video_chat_participants_invited",
    }
)
"""What Telegram writes of a chat by itself: nobody said anything."""

_FILES: Final = {
    "animation": "animation.mp4",
    "audio": "audio",
    "document": "document",
    "video": "video.mp4",
    "video_note": "video.mp4",
    "voice": "voice.ogg",
}
"""The fields that hold one file, and its name where it has none of its own."""

_GONE: Final = ("kicked", "left")


def events_of(update: Mapping[str, Any]) -> list[Event]:
    """Give the events of an update; none for what is known to say nothing, such as that somebody joined a group."""
    for kind, read in _READERS.items():
        told = update.get(kind)
        if isinstance(told, dict):
            return read(told)
    return [unsupported(update)]


def _said(message: Event) -> list[Event]:
    if message.get("is_automatic_forward") is True or (not _text(message) and any(name in message for name in _SERVICE)):
        return []
    known = _context(message)
    identifier = _message_id(message)
    if identifier is None or "author" not in known or "thread" not in known:
        return [unsupported(message, text=_text(message) or None, **known)]
    files = _files(message)
    text = _text(message)
    if not text and not files:
        return [unsupported(message, id=identifier, **known)]
    replied = message.get("reply_to_message")
    return [
        {
            "type": "message",
            "id": identifier,
            "inReplyTo": _message_id(replied, message) if isinstance(replied, dict) else None,
            "text": text,
            "attachments": files,
            **known,
        }
    ]


def _edited(message: Event) -> list[Event]:
    identifier = _message_id(message)
    if identifier is None:
        return [unsupported(message, text=_text(message) or None, **_context(message))]
    at = _moment(message.get("edit_date")) or _moment(message.get("date"))
    return [
        {
            "type": "message.edited",
            "messageId": identifier,
            "sentAt": at,
            "text": _text(message),
            "attachments": _files(message),
            "author": _author(message.get("from"), message.get("sender_chat")),
            "thread": _thread(message),
        }
    ]


def _pressed(query: Event) -> list[Event]:
    """Take a button that was pressed for what stands on it."""
    message = query.get("message")
    message = message if isinstance(message, dict) else {}
    author = _author(query.get("from"))
    thread = _thread(message) or ({"id": author["id"]} if author else None)
    label = query.get("data") if isinstance(query.get("data"), str) else query.get("game_short_name")
    known = _given(author=author, thread=thread, visibility=_visibility(message))
    identifier = query.get("id")
    if not isinstance(identifier, str | int) or author is None or not isinstance(label, str):
        return [unsupported(query, **known)]
    return [
        {
            "type": "message",
            "id": f"callback:{identifier}",
            "inReplyTo": _message_id(message),
            "text": f"[Button: {label}]",
            **known,
        }
    ]


def _membership(change: Event) -> list[Event]:
    """Tell whether the person of a private chat has blocked the bot; what happens to it in groups says nothing."""
    chat, now = change.get("chat"), change.get("new_chat_member")
    author = _author(change.get("from"))
    if not isinstance(chat, dict) or not isinstance(now, dict) or author is None:
        return [unsupported(change)]
    if chat.get("type") != "private":
        return []
    return [{"type": "profile", "author": {**author, "blocked": now.get("status") in _GONE}}]


def _reacted(change: Event) -> list[Event]:
    identifier, author = _message_id(change), _author(change.get("user"), change.get("actor_chat"))
    signs = change.get("new_reaction")
    if identifier is None or author is None or not isinstance(signs, list):
        return [unsupported(change)]
    first = signs[0] if signs and isinstance(signs[0], dict) else {}
    sign = first.get("emoji") or first.get("custom_emoji_id") or first.get("type")
    return [{"type": "reaction", "messageId": identifier, "author": author, "kind": sign if isinstance(sign, str) else None}]


_READERS: Final[Mapping[str, Callable[[Event], list[Event]]]] = {
    "message": _said,
    "edited_message": _edited,
    "channel_post": _said,
    "edited_channel_post": _edited,
    "callback_query": _pressed,
    "my_chat_member": _membership,
    "message_reaction": _reacted,
}


def _context(message: Event) -> Event:
    """Give what is known of a message beside its words."""
    author = _author(message.get("from"), message.get("sender_chat"), message.get("chat"))
    if author is not None and _visibility(message) == "private":
        author["blocked"] = False
    at = _moment(message.get("date"))
    return _given(author=author, thread=_thread(message), visibility=_visibility(message), sentAt=at)


def _given(**known: Any) -> Event:
    return {name: value for name, value in known.items() if value is not None}


def _chat(message: Event) -> Event:
    chat = message.get("chat")
    return chat if isinstance(chat, dict) else {}


def _visibility(message: Event) -> str:
    """Take what is said in groups and channels for public: others read it too."""
    return "public" if _chat(message).get("type") in ("group", "supergroup", "channel") else "private"


def _message_id(message: Event, within: Event | None = None) -> str | None:
    """Name a message: its number counts within its chat alone."""
    chat, number = _chat(message).get("id") or _chat(within or {}).get("id"), message.get("message_id")
    return f"{chat}:{number}" if _is_number(chat) and _is_number(number) else None


def _thread(message: Event) -> Event | None:
    chat, topic = _chat(message), message.get("message_thread_id")
    if not _is_number(chat.get("id")):
        return None
    in_topic = message.get("is_topic_message") is True and _is_number(topic)
    name, number = chat.get("username"), message.get("message_id")
    is_open = isinstance(name, str) and _visibility(message) == "public" and _is_number(number)
    return {
        "id": f"{chat['id']}:{topic}" if in_topic else str(chat["id"]),
        "url": f"https://t.me/{name}/{number}" if is_open else None,
    }


def _author(*candidates: object) -> Event | None:
    """Give the first of these that is a person or a chat."""
    found = next((one for one in candidates if isinstance(one, dict) and _is_number(one.get("id"))), None)
    if found is None:
        return None
    names = [found.get(part) for part in ("first_name", "last_name", "title")]
    handle = found.get("username")
    has_handle = isinstance(handle, str) and bool(handle)
    return {
        "id": str(found["id"]),
        "handle": f"@{handle}" if has_handle else None,
        "name": " ".join(part for part in names if isinstance(part, str)) or None,
        "profileUrl": f"https://t.me/{handle}" if has_handle else None,
    }


def _text(message: Event) -> str:
    """Give the words of a message; what is no text and no file is told in brackets."""
    for name in ("text", "caption"):
        if isinstance(message.get(name), str):
            return str(message[name])
    for name, tell in _TOLD.items():
        told = message.get(name)
        if isinstance(told, dict):
            return f"[{tell(told)}]"
    return ""


def _place(place: Event) -> str:
    return f"Location: {place.get('latitude')}, {place.get('longitude')}"


def _venue(venue: Event) -> str:
    place = venue.get("location")
    where = [venue.get("title"), venue.get("address"), _place(place) if isinstance(place, dict) else None]
    return "Place: " + ", ".join(str(part) for part in where if part)


def _card(contact: Event) -> str:
    told = [contact.get(name) for name in ("first_name", "last_name", "phone_number")]
    return "Contact: " + " ".join(str(part) for part in told if part)


def _poll(poll: Event) -> str:
    given = poll.get("options")
    options = [str(one.get("text")) for one in given if isinstance(one, dict)] if isinstance(given, list) else []
    return f"Poll: {poll.get('question')} {' / '.join(options)}".strip()


_TOLD: Final[Mapping[str, Callable[[Event], str]]] = {
    "sticker": lambda sticker: f"Sticker: {sticker.get('emoji') or sticker.get('set_name') or '?'}",
    "venue": _venue,  # comes with a location of its own
    "location": _place,
    "contact": _card,
    "poll": _poll,
    "dice": lambda dice: f"Dice: {dice.get('emoji')} {dice.get('value')}",
    "game": lambda game: f"Game: {game.get('title')}",
}


def _files(message: Event) -> list[Event]:
    """List the files of a message; of a photo the largest of its sizes."""
    found = [_file(message[name], usual) for name, usual in _FILES.items() if isinstance(message.get(name), dict)]
    if "animation" in message:  # comes with a document of the same file
        found = found[:1]
    sizes = [one for one in message["photo"] if isinstance(one, dict)] if isinstance(message.get("photo"), list) else []
    if sizes:
        largest = max(sizes, key=lambda one: one["width"] if _is_number(one.get("width")) else 0)
        found.append(_file({"mime_type": "image/jpeg", **largest}, "photo.jpg"))
    return [file for file in found if file is not None]


def _file(told: Event, usual: str) -> Event | None:
    identifier = told.get("file_id")
    if not isinstance(identifier, str) or not identifier:
        return None
    name, size = told.get("file_name"), told.get("file_size")
    return {
        "id": identifier,
        "name": name if isinstance(name, str) and name else usual,
        "contentType": told.get("mime_type") if isinstance(told.get("mime_type"), str) else None,
        "size": size if _is_number(size) else None,
    }


def _moment(seconds: object) -> str | None:
    if not _is_number(seconds):
        return None
    try:
        return datetime.fromtimestamp(float(seconds), UTC).isoformat()  # type: ignore[arg-type]  # it is a number
    except (OverflowError, OSError, ValueError):
        return None


def _is_number(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
