"""The values of a customer's fields: how each is written, and when two of them are the same."""

import re
from collections.abc import Callable
from datetime import date
from typing import Annotated, Final

from pydantic import TypeAdapter, ValidationError

from auth.emails import check_email, fold_email
from care.documents.claims import ClaimField, digits_of
from community.drafts import text
from core.clock import now
from core.errors import InvalidInput
from core.text.fold import DROPPED, fold

MOST_ENTRIES: Final = 20
_FIRST_YEAR: Final = 1900
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}(-[A-Z]{2})?")
_PHONE: Final = re.compile(r"\+?[0-9]{3,20}")
_COMMAS: Final = re.compile(r"[,،;؛\n]")

_NAME: Final = TypeAdapter[str](Annotated[str, text(1, 200, lines="one")])
_LINE: Final = TypeAdapter[str](Annotated[str, text(1, 100, lines="one")])
_LIST: Final = TypeAdapter[str](Annotated[str, text(1, 2_000)])


def clean(field: ClaimField, given: str) -> str:
    """Give a value as it is stored; InvalidInput, with the fix, for one that the field can't hold."""
    return _CLEANERS[field](given)


def same_value(field: ClaimField, one: str, other: str) -> bool:
    """Tell whether two values of a field say the same, in whatever spelling."""
    return one == other or normal(field, one) == normal(field, other)


def normal(field: ClaimField, value: str) -> str:
    """Give the spelling under which values of a field are compared."""
    match field:
        case ClaimField.EMAIL:
            return fold_email(value)
        case ClaimField.PHONE:
            return digits_of(value)
        case ClaimField.INTERESTS | ClaimField.HOBBIES:
            return ",".join(sorted(_folded(entry) for entry in value.split(",")))
        case _:
            return _folded(value)


def _folded(value: str) -> str:
    return " ".join(fold(value).replace(DROPPED, "").split())


def _checked(adapter: TypeAdapter[str], given: str) -> str:
    try:
        return adapter.validate_python(given)
    except ValidationError as error:
        raise InvalidInput(f"{error.errors()[0]['msg']}.") from error


def _phone(given: str) -> str:
    number = digits_of(_checked(_LINE, given))
    if not _PHONE.fullmatch(number):
        raise InvalidInput("Write a telephone number in digits, such as +90 532 111 22 33.")
    return number


def _language(given: str) -> str:
    head, _, region = given.strip().replace("_", "-").partition("-")
    code = f"{head.lower()}-{region.upper()}" if region else head.lower()
    if not _LANGUAGE.fullmatch(code):
        raise InvalidInput("Write the code of a language, such as tr, fa or en-GB.")
    return code


def _entries(given: str) -> str:
    entries = [" ".join(entry.split()) for entry in _COMMAS.split(_checked(_LIST, given))]
    distinct: dict[str, str] = {}
    for entry in entries:
        if entry:
            distinct.setdefault(_folded(entry), entry)
    if not distinct:
        raise InvalidInput("Write something that can be read.")
    if len(distinct) > MOST_ENTRIES:
        raise InvalidInput(f"Name at most {MOST_ENTRIES}, parted by commas.")
    return ", ".join(distinct.values())


def _birthday(given: str) -> str:
    try:
        day = date.fromisoformat(fold(given.strip()).replace("/", "-"))
    except ValueError:
        raise InvalidInput("Write the date as year-month-day of the Gregorian calendar, such as 1986-05-04.") from None
    if not date(_FIRST_YEAR, 1, 1) <= day <= now().date():
        raise InvalidInput(f"A birthday lies between {_FIRST_YEAR} and today, in the Gregorian calendar.")
    return day.isoformat()


_CLEANERS: Final[dict[ClaimField, Callable[[str], str]]] = {
    ClaimField.NAME: lambda given: _checked(_NAME, given),
    ClaimField.EMAIL: check_email,
    ClaimField.PHONE: _phone,
    ClaimField.CITY: lambda given: _checked(_LINE, given),
    ClaimField.SEGMENT: lambda given: _checked(_LINE, given),
    ClaimField.LANGUAGE: _language,
    ClaimField.INTERESTS: _entries,
    ClaimField.HOBBIES: _entries,
    ClaimField.BIRTHDAY: _birthday,
}
