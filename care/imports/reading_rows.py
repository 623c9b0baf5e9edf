"""Reading the rows of a file as they came: CSV with its delimiter found out, or one JSON object a line."""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import orjson

from care.documents.imports import ImportFormat
from core.errors import InvalidInput

LONGEST_ROW: Final = 32_768
_LOOKED_AT: Final = 100
"""Objects that are looked at for the names of their columns."""
_DELIMITERS: Final = ";,\t"
_BOM: Final = b"\xef\xbb\xbf"
_SEPARATOR: Final = re.compile(r'"?sep=(\t|[^\w\s"])"?[;,\t]*(?:\r\n|\n|\r)', re.IGNORECASE)
"""A first line of spreadsheets, `sep=;`, that names the delimiter; it is no row."""


@dataclass(frozen=True, slots=True)
class RawRow:
    """A row with its place (as a spreadsheet counts: the header is row 1), its values, and itself as it came."""

    number: int
    values: Mapping[str, str]
    raw: str
    problem: str | None = None
    """Why it can't be read at all."""


class Unreadable(InvalidInput):
    """The file as a whole can't be read."""


def read_rows(content: bytes, form: ImportFormat) -> Iterator[RawRow]:
    """Give the rows one by one; Unreadable where the file makes no sense from there on.

    Bytes that are no UTF-8 stay in the row as they came, and are refused with it.
    """
    text = content.removeprefix(_BOM).decode("utf-8", "surrogateescape")
    return _csv_rows(text) if form is ImportFormat.CSV else _json_rows(text)


def columns_in(content: bytes, form: ImportFormat) -> list[str]:
    """Give the names of the columns: of the header, or of the first object."""
    if form is ImportFormat.CSV:
        return _header(*_told_separator(content.removeprefix(_BOM).decode("utf-8", "surrogateescape")))[0]
    names: dict[str, None] = {}
    for row in read_rows(content, form):
        names.update(dict.fromkeys(row.values))
        if row.number >= _LOOKED_AT:
            break
    return list(names)


def _told_separator(text: str) -> tuple[str, str | None]:
    """Part a text from a first line that names the delimiter."""
    told = _SEPARATOR.match(text)
    return (text[told.end() :], told[1]) if told is not None else (text, None)


def _header(text: str, told: str | None) -> tuple[list[str], str]:
    first = text.lstrip("\r\n")[:LONGEST_ROW].split("\n", 1)[0]
    delimiter = told or max(_DELIMITERS, key=lambda one: first.count(one))
    try:
        names = next(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), [])
    except csv.Error as error:
        raise Unreadable(f"The header can't be read: {error}.") from None
    names = [name.strip() for name in names]
    if any("\ud800" <= letter <= "\udfff" for name in names for letter in name):
        raise Unreadable("The header is not written in UTF-8; save the file as UTF-8.")
    if not any(names):
        raise Unreadable("The file has no header: its first line names the columns.")
    twice = next((name for name in names if name and names.count(name) > 1), None)
    if twice is not None:
        raise Unreadable(f"Two columns are called {twice}; give each a name of its own.")
    return names, delimiter


class _Lines:
    """The lines of a text, remembering those that the current row was read from."""

    def __init__(self, text: str) -> None:
        self._lines = io.StringIO(text, newline="")
        self._left = len(text)
        self.taken: list[str] = []

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        self._left -= len(line)
        self.taken.append(line)
        return line

    @property
    def are_over(self) -> bool:
        """Tell whether nothing is left to read."""
        return self._left == 0


def _csv_rows(text: str) -> Iterator[RawRow]:
    table, told = _told_separator(text)
    names, delimiter = _header(table, told)
    lines, number = _Lines(table), 0
    reader = csv.reader(lines, delimiter=delimiter)
    while True:
        lines.taken.clear()
        try:
            values = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise Unreadable(
                f"From line {reader.line_num + (told is not None)} on the file can't be read: {error}. Is a quote never closed?"
            ) from None
        number += 1
        if number > 1 and any(value.strip() for value in values):
            never_closed = _never_closed(number, lines.taken, delimiter) if lines.are_over else None
            yield _csv_row(number, names, values, "".join(lines.taken).rstrip("\r\n"), never_closed)


def _never_closed(number: int, lines: list[str], delimiter: str) -> str | None:
    """Say of the last row that a quote in it is still open: one more line would be a part of it."""
    try:
        is_closed = len(list(csv.reader([*lines[:-1], lines[-1].rstrip("\r\n") + "\n", "."], delimiter=delimiter))) > 1
    except csv.Error:  # as much as a value can hold, with one line more
        is_closed = False
    return None if is_closed else f"A quote was opened in row {number} and not closed: the rest of the file was read as one row."


def _csv_row(number: int, names: list[str], values: list[str], raw: str, problem: str | None) -> RawRow:
    if problem is None and len(values) != len(names):
        problem = f"The row has {len(values)} values, the header {len(names)} columns."
    return RawRow(number, dict(zip(names, values, strict=False)), raw[:LONGEST_ROW], problem or _too_long(raw))


def _json_rows(text: str) -> Iterator[RawRow]:
    for number, line in enumerate(io.StringIO(text), start=1):
        raw = line.strip("\r\n")
        if raw.strip():
            yield json_row(number, raw)


def json_row(number: int, raw: str) -> RawRow:
    """Give the row of a line of JSON Lines; what can't be read says why."""
    if (problem := _too_long(raw)) is not None:
        return RawRow(number, {}, raw[:LONGEST_ROW], problem)
    try:
        told = orjson.loads(raw.encode("utf-8", "surrogateescape"))
    except (orjson.JSONDecodeError, UnicodeEncodeError):
        return RawRow(number, {}, raw, "The line is not JSON in UTF-8.")
    if not isinstance(told, dict):
        return RawRow(number, {}, raw, "The line is not a JSON object.")
    values: dict[str, str] = {}
    for name, value in told.items():
        if isinstance(value, dict) or (isinstance(value, list) and not all(isinstance(one, str | int | float) for one in value)):
            problem = f"{name} is neither a text, a number nor a list of texts."
        elif value is not None:
            values[name] = _plain(value)
    return RawRow(number, values, raw, problem)


def _plain(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(str(one) for one in value)
    return str(value).lower() if isinstance(value, bool) else str(value)


def _too_long(raw: str) -> str | None:
    return f"The row has over {LONGEST_ROW:,} characters." if len(raw) > LONGEST_ROW else None
