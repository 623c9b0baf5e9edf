"""Handles: the unique names by which texts mention members, and finding them in what is written."""

import re
from collections.abc import Collection
from typing import Final
from urllib.parse import quote

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

from community.documents import Member
from community.drafts import slug_of
from core.text.markdown import mentioned

MOST_MENTIONS: Final = 20
LONGEST_HANDLE: Final = 60
ADDRESS: Final = "/members/"
"""Where mentions lead, within the site: this, and the handle."""

_WORD: Final = re.compile(r"[^\W_]+")


def handle_of(name: str) -> str:
    """Give the handle that a name makes, and that a mention means: folded words joined by hyphens, digits as in English.

    `Ayşe YILMAZ` and `@ayşe-yılmaz` are `ayse-yilmaz`, `علي‌رضا` is `علی-رضا`, however it was typed.
    """
    words = _WORD.findall(slug_of(name))
    return "-".join(words)[:LONGEST_HANDLE].strip("-")


def parts_of(handle: str, name: str) -> list[str]:
    """Give what somebody may begin to type to find a member: their handle and their name, from each word on."""
    found: dict[str, None] = {}
    for whole in (handle, handle_of(name)):
        words = whole.split("-")
        found |= dict.fromkeys("-".join(words[start:]) for start in range(len(words)) if not words[start].isdigit())
    return [part for part in found if part]


async def free_handle(name: str) -> str:
    """Give the handle that a name makes, with a number when others have it already."""
    wanted = handle_of(name) or "member"
    query = {"handle": {"$gte": wanted, "$lt": f"{wanted}.\uffff"}}
    taken = {row["handle"] async for row in Member.get_pymongo_collection().find(query, {"handle": 1})}
    return _first_free(wanted, taken)


def _first_free(wanted: str, taken: Collection[str]) -> str:
    if wanted not in taken:
        return wanted
    number = 2
    while f"{wanted}-{number}" in taken:
        number += 1
    return f"{wanted}-{number}"


def handles_in(body: str) -> list[str]:
    """Give the handles that a text mentions, each once, in its order."""
    return [handle for handle in dict.fromkeys(map(handle_of, mentioned(body))) if handle]


def addresses_in(body: str, handles: Collection[str]) -> dict[str, str]:
    """Give where the mentions of a text lead, by the names as they are written, as far as somebody has the handle."""
    names = {name: handle_of(name) for name in mentioned(body)}
    return {name: f"{ADDRESS}{quote(handle)}" for name, handle in names.items() if handle in handles}


def _few(body: str) -> str:
    if len(found := handles_in(body)) > MOST_MENTIONS:
        raise PydanticCustomError(
            "mentions", "Mention at most {most} people; these are {found}", {"most": MOST_MENTIONS, "found": len(found)}
        )
    return body


few_mentions: Final = AfterValidator(_few)
"""The rule of a text that can mention members: at most 20 of them."""
