"""What happens in public at a Facebook page: comments, posts of visitors, mentions and recommendations."""

from typing import Final

from care.providers.untyped import Raw, at, ignored, name_of, rows, shown, spoken, words

_POSTS: Final = frozenset({"post", "status", "photo", "video", "share", "album", "link", "note"})
_SIGNS: Final = frozenset({"like", "reaction"})
_SAID: Final = frozenset({"add", "edited", "edit"})
_PAGE: Final = "https://www.facebook.com/"


def read(value: object, account: str | None, sent_at: object) -> list[Raw]:
    """Read a change of the feed: what was said, edited or removed, and signs put on comments."""
    item, verb = words(value, "item"), words(value, "verb") or "add"
    is_own = account is not None and name_of(value, "from", "id") == account
    if item in _SIGNS:
        return ignored(f"own {item}", account=account) if is_own else _sign(value, verb, account)
    if item != "comment" and item not in _POSTS:
        return _unknown(value, item, sent_at, account)
    identifier = name_of(value, "comment_id") if item == "comment" else name_of(value, "post_id")
    if verb == "remove":
        return [_removed(identifier, value, sent_at)]
    if is_own or verb not in _SAID:
        return ignored(f"own {item}" if is_own else f"{item} {verb}", account=account)
    said = _said(value, identifier, sent_at)
    return [_edited(said, value, sent_at) if verb in {"edited", "edit"} else spoken(said, value)]


def read_mention(value: object, account: str | None, sent_at: object) -> list[Raw]:
    """Read a mention of the page in a comment or post that may be anybody's."""
    if account is not None and name_of(value, "sender_id") == account:
        return ignored("own mention", account=account)
    identifier = name_of(value, "comment_id") or name_of(value, "post_id")
    if words(value, "verb") == "remove" and identifier:
        return [_removed(identifier, value, sent_at)]
    said = _said(value, identifier, sent_at)
    author = {"id": name_of(value, "sender_id"), "name": words(value, "sender_name")}
    said["author"] = author if author["id"] else said["author"]
    return [_edited(said, value, sent_at) if words(value, "verb") in {"edited", "edit"} else spoken(said, value)]


def read_rating(value: object, account: str | None, sent_at: object) -> list[Raw]:
    """Read a recommendation of the page, and what is said beneath it."""
    identifier = name_of(value, "comment_id") or name_of(value, "open_graph_story_id")
    reviewer = name_of(value, "reviewer_id") or name_of(value, "from", "id") or name_of(value, "sender_id")
    if reviewer is not None and reviewer == account:
        return ignored("own word in ratings", account=account)
    if words(value, "item") in _SIGNS:
        return ignored("a sign on a recommendation", account=account)
    if words(value, "verb") == "remove" and identifier:
        return [_removed(identifier, value, sent_at)]
    name = words(value, "reviewer_name") or words(value, "from", "name") or words(value, "sender_name")
    verdict = words(value, "recommendation_type") or name_of(value, "rating")
    said = {
        "id": identifier,
        "visibility": "public",
        "sentAt": _moment(value, sent_at),
        "thread": {"id": name_of(value, "open_graph_story_id") or identifier},
        "author": {"id": reviewer, "name": name} if reviewer else None,
        "text": words(value, "review_text") or words(value, "message") or (f"★ {verdict}" if verdict else None),
    }
    return [_edited(said, value, sent_at) if words(value, "verb") in {"edited", "edit"} else spoken(said, value)]


def _said(value: object, identifier: str | None, sent_at: object) -> Raw:
    post, parent = name_of(value, "post_id") or identifier, name_of(value, "parent_id")
    author = name_of(value, "from", "id")
    return {
        "id": identifier,
        "visibility": "public",
        "sentAt": _moment(value, sent_at),
        "thread": {"id": post, "url": words(value, "post", "permalink_url") or f"{_PAGE}{post}"} if post else None,
        "inReplyTo": parent if parent not in {post, identifier} else None,
        "author": {"id": author, "name": words(value, "from", "name")} if author else None,
        "text": words(value, "message"),
        "attachments": _files(value),
    }


def _removed(identifier: str | None, value: object, sent_at: object) -> Raw:
    if identifier is None:
        return shown({}, value)
    return {"type": "message.deleted", "messageId": identifier, "sentAt": sent_at or at(value, "created_time")}


def _edited(said: Raw, value: object, sent_at: object) -> Raw:
    """Give the new words in place of the old; where there are none, what came is shown."""
    if said["id"] is None or not (said["text"] or said.get("attachments")):
        return shown(said, value)
    edited: Raw = {"type": "message.edited", "messageId": said["id"], "sentAt": sent_at, "text": said["text"] or ""}
    return edited | ({"attachments": said["attachments"]} if said.get("attachments") else {})


def _sign(value: object, verb: str, account: str | None) -> list[Raw]:
    """Give a sign on a comment; signs on the page's own posts say nothing to anybody."""
    comment, author = name_of(value, "comment_id"), name_of(value, "from", "id")
    if comment is None or author is None:
        return ignored("a sign on a post", account=account)
    return [
        {
            "type": "reaction",
            "messageId": comment,
            "author": {"id": author, "name": words(value, "from", "name")},
            "kind": words(value, "reaction_type") or "like",
            "removed": verb == "remove",
        }
    ]


def _unknown(value: object, item: str | None, sent_at: object, account: str | None) -> list[Raw]:
    if isinstance(value, dict) and not words(value, "message"):
        return ignored(f"feed {item}", account=account)
    identifier = name_of(value, "comment_id") or name_of(value, "post_id")
    return [shown(_said(value, identifier, sent_at), value)]


def _moment(value: object, sent_at: object) -> object:
    return at(value, "created_time") or sent_at


def _files(value: object) -> list[Raw]:
    urls = [words(value, name) for name in ("photo", "video")]
    if words(value, "item") in {"photo", "video", "share", "link"}:
        urls.append(words(value, "link"))
    urls += [photo for photo in rows(value, "photos") if isinstance(photo, str)]
    return [{"url": url} for url in dict.fromkeys(urls) if url and url.startswith(("https://", "http://"))][:100]
