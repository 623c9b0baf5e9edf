"""Posts on X: mentions, replies and quotes, whole, with what X shortens written out."""

import html
from datetime import UTC, datetime
from typing import Final

from care.providers.untyped import Raw, at, ignored, lines, name_of, rows, shown, spoken, words

_CREATED: Final = "%a %b %d %H:%M:%S %z %Y"
_VIDEO: Final = "video/mp4"


def read(post: object, account: str | None) -> list[Raw]:
    """Read a post; what the account itself posts is an echo, and a repost says nothing new."""
    author = name_of(post, "user", "id_str") or name_of(post, "user", "id")
    if author is not None and author == account:
        return ignored("own post", account=account)
    if isinstance(at(post, "retweeted_status"), dict):
        return ignored("a repost", account=account)
    said = _said(post, author)
    versions = [name_of({"id": version}, "id") for version in rows(post, "edit_history", "edit_tweet_ids")]
    first = name_of(post, "edit_history", "initial_tweet_id") or (versions[0] if versions else None)
    if first is not None and first != said["id"] and said["text"]:
        return [{"type": "message.edited", "messageId": first, "sentAt": said["sentAt"], "text": said["text"]}]
    return [spoken(said, post)]


def read_deletion(event: object) -> list[Raw]:
    """Read that a post was taken back."""
    identifier = name_of(event, "status", "id_str") or name_of(event, "status", "id")
    if identifier is None:
        return [shown({}, event)]
    return [{"type": "message.deleted", "messageId": identifier, "sentAt": at(event, "timestamp_ms")}]


def person(user: object) -> Raw | None:
    """Give somebody as X tells of them."""
    identifier, handle = name_of(user, "id_str") or name_of(user, "id"), words(user, "screen_name")
    if identifier is None:
        return None
    return {
        "id": identifier,
        "handle": f"@{handle}" if handle else None,
        "name": words(user, "name"),
        "followers": at(user, "followers_count"),
        "profileUrl": f"https://x.com/{handle}" if handle else None,
    }


def files_of(entities: object) -> list[Raw]:
    """List the pictures and films of a post or a direct message."""
    return [file for media in rows(entities, "media") if (file := file_of(media))][:100]


def file_of(media: object) -> Raw | None:
    """Give a picture, or the best of a film's versions."""
    films = [version for version in rows(media, "video_info", "variants") if words(version, "content_type") == _VIDEO]
    best = max(films, key=lambda version: _rate(version), default=None)
    url = words(best, "url") or words(media, "media_url_https") or words(media, "media_url")
    if url is None or not url.startswith(("https://", "http://")):
        return None
    return {
        "id": name_of(media, "id_str") or name_of(media, "id"),
        "url": url,
        "name": words(media, "type"),
        "contentType": _VIDEO if best is not None else None,
    }


def text_of(text: str, *entities: object) -> str:
    """Give a text as people read it: links in full, those to its own pictures left out, `&amp;` as &."""
    for part in entities:
        for media in rows(part, "media"):
            text = text.replace(words(media, "url") or "\x00", "")
        for link in rows(part, "urls"):
            if short := words(link, "url"):
                text = text.replace(short, words(link, "expanded_url") or short)
    return html.unescape(text).strip()


def _said(post: object, author: str | None) -> Raw:
    identifier = name_of(post, "id_str") or name_of(post, "id")
    answered = name_of(post, "in_reply_to_status_id_str") or name_of(post, "in_reply_to_status_id")
    thread = name_of(post, "conversation_id_str") or name_of(post, "conversation_id") or answered or identifier
    whole = at(post, "extended_tweet")
    entities = at(whole, "entities") or at(post, "entities")
    extended = at(whole, "extended_entities") or at(post, "extended_entities") or entities
    text = words(whole, "full_text") or words(post, "full_text") or words(post, "text") or ""
    handle = words(post, "user", "screen_name") or "i"
    return {
        "id": identifier,
        "visibility": "public",
        "sentAt": at(post, "timestamp_ms") or _created(words(post, "created_at")),
        "thread": {"id": thread, "url": f"https://x.com/{handle}/status/{identifier}", "ofMessage": answered} if thread else None,
        "inReplyTo": answered,
        "author": person(at(post, "user")) if author else None,
        "text": lines(text_of(text, entities, extended), _quoted(post, text)),
        "attachments": files_of(extended),
    }


def _quoted(post: object, text: str) -> str | None:
    """Give the address of what a post quotes, where its text does not name it."""
    link, short = words(post, "quoted_status_permalink", "expanded"), words(post, "quoted_status_permalink", "url")
    return None if link is None or (short is not None and short in text) or link in text else link


def _created(told: str | None) -> str | None:
    try:
        return datetime.strptime(told, _CREATED).astimezone(UTC).isoformat() if told else None
    except ValueError:
        return None


def _rate(version: object) -> int:
    rate = at(version, "bitrate")
    return rate if isinstance(rate, int) else 0
