"""What is said in public on Instagram: comments below the company's posts, and mentions of it elsewhere."""

from care.providers.untyped import Raw, ignored, name_of, shown, spoken, words


def read_comment(value: object, account: str | None, sent_at: object) -> list[Raw]:
    """Read a comment; Instagram tells neither edits nor deletions."""
    author, identifier = name_of(value, "from", "id"), name_of(value, "id") or name_of(value, "comment_id")
    if account is not None and account in {author, name_of(value, "from", "self_ig_scoped_id")}:
        return ignored("own comment", account=account)
    handle = words(value, "from", "username")
    post = name_of(value, "media", "id") or identifier
    return [
        spoken(
            {
                "id": identifier,
                "visibility": "public",
                "sentAt": sent_at,
                "thread": {"id": post} if post else None,
                "inReplyTo": name_of(value, "parent_id"),
                "author": {"id": author, "handle": handle, "profileUrl": _profile(handle)} if author else None,
                "text": words(value, "text"),
            },
            value,
        )
    ]


def read_mention(value: object, account: str | None, sent_at: object) -> list[Raw]:
    """Read a mention, of which only the place is told: somebody has to look there."""
    identifier = name_of(value, "comment_id") or name_of(value, "media_id")
    if identifier is None:
        return [shown({"sentAt": sent_at, "visibility": "public"}, value)]
    place = name_of(value, "media_id") or identifier
    known = {"id": identifier, "visibility": "public", "sentAt": sent_at, "thread": {"id": place}}
    told = f"Instagram tells that {account or 'the account'} was mentioned, and not what was said: look at media {place}."
    return [shown({**known, "text": told}, value)]


def _profile(handle: str | None) -> str | None:
    return f"https://www.instagram.com/{handle}" if handle else None
