"""What people hand in: the kinds of text and lists they write, their limits, and what to say when a limit is met."""

import re
import unicodedata
from datetime import date
from functools import partial
from typing import Annotated, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

from community.documents import Tag
from core.text.fold import DROPPED, ZERO_WIDTH_NON_JOINER, fold

MOST_TAGS: Final = 5
MOST_CASE_TAGS: Final = 20
MOST_INVITED: Final = 10
LONGEST_TAG: Final = 40

_INVISIBLE: Final = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp", "Mn"})
_SLUG: Final = re.compile(r"[^\W_]+(-[^\W_]+)*")
_GAPS: Final = re.compile(rf"[\s_{ZERO_WIDTH_NON_JOINER}-]+")
_ID: Final = re.compile(r"[a-z]{2,5}_[0-9A-Za-z_-]{1,80}")


def text(shortest: int, longest: int, *, lines: str = "many") -> AfterValidator:
    """Make the rule of a text: composed (NFC), trimmed, `shortest` to `longest` characters, something to see in it.

    With `lines="one"` breaks and runs of blanks become one blank.
    """

    def check(given: str) -> str:
        cleaned = _cleaned(given)
        if lines == "one":
            cleaned = " ".join(cleaned.split())
        cleaned = cleaned.strip()
        if not shortest <= len(cleaned) <= longest:
            raise PydanticCustomError(
                "length", "Write {shortest} to {longest} characters", {"shortest": shortest, "longest": f"{longest:,}"}
            )
        if shortest and all(unicodedata.category(letter) in _INVISIBLE for letter in cleaned):
            raise PydanticCustomError("blank", "Write something that can be read")
        return cleaned

    return AfterValidator(check)


def _cleaned(given: str) -> str:
    """Compose the letters, unify line ends and drop control characters; text that no store can keep is refused."""
    if any("\ud800" <= letter <= "\udfff" for letter in given):
        raise PydanticCustomError("unreadable", "This contains half of a character; send well-formed Unicode")
    unified = unicodedata.normalize("NFC", given).replace("\r\n", "\n").replace("\r", "\n")
    return "".join(letter for letter in unified if letter in "\n\t" or unicodedata.category(letter) != "Cc")


def _known_zone(given: str) -> str:
    try:
        ZoneInfo(given)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise PydanticCustomError(
            "zone", "There is no such time zone; take one of the IANA database, such as Europe/Istanbul"
        ) from None
    return given


def _a_day(given: str) -> str:
    try:
        return date.fromisoformat(given).isoformat()
    except ValueError:
        raise PydanticCustomError("day", "Write the day as 2026-12-31") from None


def ids(most: int, what: str) -> AfterValidator:
    """Make the rule of a list of ids: each once, at most `most`."""

    def check(given: list[str]) -> list[str]:
        distinct = list(dict.fromkeys(given))
        if len(distinct) > most:
            raise PydanticCustomError("too_many", "Name at most {most} {what}", {"most": most, "what": what})
        return distinct

    return AfterValidator(check)


def may_be_id(identifier: str, *prefixes: str) -> bool:
    """Tell whether this has the form of an id of one of these kinds; what has not is looked up nowhere."""
    return identifier.startswith(tuple(f"{prefix}_" for prefix in prefixes)) and _ID.fullmatch(identifier) is not None


def slug_of(name: str) -> str:
    """Give the spelling under which a tag is found: folded, words joined by hyphens (`Ürün İadesi` → `urun-iadesi`)."""
    return fold(_GAPS.sub("-", name.strip())).replace(DROPPED, "").strip("-")


def tag_of(name: str) -> Tag:
    """Make the tag of a name or a slug; the name shown is what was written, hyphens read as blanks."""
    return Tag(slug=slug_of(name), name=" ".join(name.replace("-", " ").split()))


def _tags(given: list[str], *, most: int = MOST_TAGS) -> list[str]:
    distinct: dict[str, str] = {}
    for name in map(_cleaned, given):
        distinct.setdefault(slug_of(name), name)
    for slug, name in distinct.items():
        if not (_SLUG.fullmatch(slug) and len(name) <= LONGEST_TAG):
            raise PydanticCustomError(
                "tag", "A tag has letters, digits and hyphens, at most {longest} characters: not “{name}”",
                {"longest": LONGEST_TAG, "name": name[:LONGEST_TAG]},
            )  # fmt: skip
    if len(distinct) > most:
        raise PydanticCustomError("too_many", "Use at most {most} tags", {"most": most})
    return list(distinct.values())


Title = Annotated[str, text(5, 200, lines="one")]
Body = Annotated[str, text(1, 20_000)]
Remark = Annotated[str, text(1, 5_000)]
TagNames = Annotated[list[str], AfterValidator(_tags)]
CaseTagNames = Annotated[list[str], AfterValidator(partial(_tags, most=MOST_CASE_TAGS))]
InvitedIds = Annotated[list[str], ids(MOST_INVITED, "experts")]
Zone = Annotated[str, AfterValidator(_known_zone)]
Day = Annotated[str, AfterValidator(_a_day)]
