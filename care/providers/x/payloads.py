"""What X posts about an account: lists of happenings, each by its kind; what people say becomes events."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from care.providers.untyped import Raw, at, ignored, name_of, shown, words
from care.providers.x import direct_messages, posts

_SILENT: Final = frozenset(
    {
        "block_events",
        "direct_message_indicate_typing_events",
        "favorite_events",
        "follow_events",
        "mute_events",
        "unblock_events",
        "unfollow_events",
        "unmute_events",
        "user_event",
    }
)
_AROUND: Final = frozenset({"apps", "for_user_id", "is_blocked_by", "user_has_blocked", "users"})
_IN_ORDER: Final = ("tweet_create_events", "direct_message_events", "direct_message_mark_read_events", "tweet_delete_events")


def translate(payload: object) -> list[Raw] | None:
    """Give the events of a delivery; None when it is of another shape."""
    if not isinstance(payload, Mapping) or not set(payload) - _AROUND:
        return None
    account = name_of(payload, "for_user_id")
    names = [*(name for name in _IN_ORDER if name in payload), *(name for name in payload if name not in _IN_ORDER)]
    return [event for name in names if name not in _AROUND for event in _of_kind(name, payload, account)]


def _of_kind(name: str, payload: Mapping[str, Any], account: str | None) -> Iterator[Raw]:
    happenings = payload[name]
    if name in _SILENT:
        yield from ignored(name, account=account)
    elif not isinstance(happenings, list):
        yield shown({}, {name: happenings})
    else:
        for happening in _sorted(happenings) if name == "tweet_create_events" else happenings:
            yield from _read(name, happening, account, payload.get("users"))


def _read(name: str, happening: object, account: str | None, users: object) -> list[Raw]:
    match name:
        case "tweet_create_events":
            return posts.read(happening, account)
        case "tweet_delete_events":
            return posts.read_deletion(happening)
        case "direct_message_events":
            return direct_messages.read(happening, account, users)
        case "direct_message_mark_read_events":
            return direct_messages.read_reading(happening, account)
        case _:
            return _unknown(name, happening, account)


def _unknown(name: str, happening: object, account: str | None) -> list[Raw]:
    """Show what seems to hold somebody's words; leave out what happened without any."""
    if isinstance(happening, dict) and not any(at(happening, part) for part in ("text", "message_create", "user", "sender_id")):
        return ignored(name, account=account)
    known = {"id": name_of(happening, "id_str") or name_of(happening, "id"), "author": posts.person(at(happening, "user"))}
    return [shown(known | {"text": words(happening, "text")}, happening)]


def _sorted(happenings: list[Any]) -> list[Any]:
    """Put the older posts first: an answer finds the conversation of what it answers."""
    return sorted(happenings, key=lambda post: int(found) if (found := _snowflake(post)).isdecimal() else 0)


def _snowflake(post: object) -> str:
    return (name_of(post, "id_str") or name_of(post, "id") or "")[:30]
