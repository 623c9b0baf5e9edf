"""Reading what a provider sent, of which nothing can be relied on: what is not there, or of another type, is None."""

from collections.abc import Mapping
from typing import Any

from care.providers.adapter import unsupported
from core.logs import log

Raw = dict[str, Any]
"""An event in the generic channel's form, untyped."""

logger = log(__name__)


def at(raw: object, *path: str) -> Any:
    """Give what is at the end of a path of names."""
    for name in path:
        if not isinstance(raw, Mapping):
            return None
        raw = raw.get(name)
    return raw


def rows(raw: object, *path: str) -> list[Any]:
    """Give the list at the end of a path; an empty one where there is none."""
    found = at(raw, *path)
    return found if isinstance(found, list) else []


def words(raw: object, *path: str) -> str | None:
    """Give the text at the end of a path, None when it is empty or blank."""
    found = at(raw, *path)
    return found if isinstance(found, str) and found.strip() else None


def name_of(raw: object, *path: str) -> str | None:
    """Give an id at the end of a path, which some senders write as a number."""
    found = at(raw, *path)
    if isinstance(found, int) and not isinstance(found, bool):
        return str(found)
    return words(found) if isinstance(found, str) else None


def lines(*parts: str | None) -> str:
    """Give the parts that there are, each on a line of its own."""
    return "\n".join(part for part in parts if part)


def number(raw: object, *path: str) -> float | None:
    """Give the number at the end of a path."""
    found = at(raw, *path)
    return found if isinstance(found, int | float) and not isinstance(found, bool) else None


def spoken(event: Raw, original: object) -> Raw:
    """Give what somebody said as a message; without an id, or without words and files, it shows what came."""
    if name_of(event, "id") is not None and (words(event, "text") or event.get("attachments")):
        return {**event, "type": "message"}
    return shown(event, original)


def shown(event: Raw, original: object) -> Raw:
    """Give what somebody said in a form that is not known: what came is shown, with a clock."""
    known = {name: event.get(name) for name in ("id", "author", "thread", "visibility", "sentAt", "inReplyTo")}
    return unsupported(original, text=words(event, "text"), **known)


def ignored(what: str, *, account: str | None = None) -> list[Raw]:
    """Give no event, and note what was left out; the delivery itself is kept."""
    logger.info("event.ignored", what=what[:100], account=account)
    return []
