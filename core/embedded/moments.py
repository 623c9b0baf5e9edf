"""The date expressions: the hour of a date and a date as text, in a time zone."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from core.embedded.errors import CommandError, not_faithful

_OFFSET = re.compile(r"([+-])(\d{2}):?(\d{2})?$")
_DEFAULT_FORMAT = "%Y-%m-%dT%H:%M:%S.%LZ"
_PARTS: dict[str, Callable[[datetime], str]] = {
    "%Y": lambda moment: f"{moment.year:04}",
    "%m": lambda moment: f"{moment.month:02}",
    "%d": lambda moment: f"{moment.day:02}",
    "%H": lambda moment: f"{moment.hour:02}",
    "%M": lambda moment: f"{moment.minute:02}",
    "%S": lambda moment: f"{moment.second:02}",
    "%L": lambda moment: f"{moment.microsecond // 1000:03}",
    "%j": lambda moment: f"{moment.timetuple().tm_yday:03}",
    "%u": lambda moment: f"{moment.isoweekday()}",
    "%G": lambda moment: f"{moment.isocalendar().year:04}",
    "%V": lambda moment: f"{moment.isocalendar().week:02}",
    "%%": lambda _: "%",
}


def _zone(name: Any) -> tzinfo:
    if not isinstance(name, str):
        raise CommandError("The time zone must be a string.", 40517)
    offset = _OFFSET.match(name)
    if offset:
        sign = -1 if offset[1] == "-" else 1
        return timezone(sign * timedelta(hours=int(offset[2]), minutes=int(offset[3] or 0)))
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise CommandError(f"Unknown time zone: {name!r}.", 40485) from error


def _local(options: dict[str, Any]) -> datetime:
    moment = options["date"]
    if not isinstance(moment, datetime):
        raise CommandError("A date expression needs a date.", 16006)
    return moment.replace(tzinfo=UTC).astimezone(_zone(options.get("timezone", "UTC")))


def _checked(name: str, given: set[str], known: set[str]) -> None:
    for option in given - known:
        raise CommandError(f"Unrecognized argument to {name}: {option}.", 40535)


def _hour(given: set[str]) -> Callable[[dict[str, Any]], Any]:
    _checked("$hour", given, {"date", "timezone"})
    return lambda options: None if options["date"] is None else _local(options).hour


def _to_string(given: set[str]) -> Callable[[dict[str, Any]], Any]:
    _checked("$dateToString", given, {"date", "format", "timezone", "onNull"})
    return lambda options: options.get("onNull") if options["date"] is None else _text(options)


def _text(options: dict[str, Any]) -> str:
    moment = _local(options)

    def part(match: "re.Match[str]") -> str:
        make = _PARTS.get(match[0])
        if make is None:
            raise not_faithful(f"{match[0]} in $dateToString")
        return make(moment)

    return re.sub(r"%.?", part, options.get("format", _DEFAULT_FORMAT))


DATE_OPERATORS: dict[str, Callable[[set[str]], Callable[[dict[str, Any]], Any]]] = {"$hour": _hour, "$dateToString": _to_string}
"""Operators by name: given the names of the options, the function of their values."""
