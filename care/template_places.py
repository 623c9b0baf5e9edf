"""The numbered places of a template: how many there are, and its words once values are in them."""

import re
from collections.abc import Sequence
from typing import Annotated, Final

from pydantic import Field

from community.drafts import text
from core.errors import InvalidInput

MOST_VALUES: Final = 20
LONGEST_BODY: Final = 1_024
"""In characters, as WhatsApp takes them, with the values filled in."""

Values = Annotated[list[Annotated[str, text(1, LONGEST_BODY, lines="one")]], Field(max_length=MOST_VALUES)]
"""The values of a template in the order of their places, each of one line."""

_PLACE: Final = re.compile(r"\{\{\s*(\d{1,3})\s*\}\}")
_ANY_PLACE: Final = re.compile(r"\{\{.*?\}\}")


def places_of(body: str) -> int:
    """Give how many values a body takes.

    Raises InvalidInput for places that are no numbers, or are not numbered from 1 without a gap, and for too many.
    """
    if len(_ANY_PLACE.findall(body)) != len(_PLACE.findall(body)):
        raise InvalidInput("Places for values are numbers in double braces: {{1}}, {{2}} …", path=("body",))
    numbers = {int(found) for found in _PLACE.findall(body)}
    if numbers != set(range(1, len(numbers) + 1)):
        raise InvalidInput("Number the places for values from {{1}} on, without a gap.", path=("body",))
    if len(numbers) > MOST_VALUES:
        raise InvalidInput(f"A template has at most {MOST_VALUES} places for values.", path=("body",))
    return len(numbers)


def has_places(text: str) -> bool:
    """Tell whether a text has any place for a value."""
    return _ANY_PLACE.search(text) is not None


def require_values(body: str, values: Sequence[str]) -> None:
    """Raise InvalidInput unless there are as many values as the body has places."""
    wanted = places_of(body)
    if len(values) != wanted:
        raise InvalidInput(f"This template takes {_counted(wanted)}, and {len(values)} came: {body}"[:500], path=("values",))


def filled(body: str, values: Sequence[str]) -> str:
    """Give the body with its values; InvalidInput when it is too long with them."""
    text = _PLACE.sub(lambda found: values[int(found.group(1)) - 1], body)
    if len(text) > LONGEST_BODY:
        raise InvalidInput(
            f"With these values it has {len(text):,} characters, and at most {LONGEST_BODY:,} are taken; shorten them.",
            path=("values",),
        )
    return text


def _counted(places: int) -> str:
    return "no values" if places == 0 else "1 value" if places == 1 else f"{places} values"
