"""Reading a page of another system: one JSON object a line, a customer, an order, or up to where it has told."""

from dataclasses import dataclass, field
from typing import Any, Final

import orjson
from pydantic import ValidationError

from care.documents.imports import RowError
from care.imports.columns import targets_of
from care.imports.reading_rows import LONGEST_ROW, RawRow, json_row
from care.imports.understanding import CustomerRow, understand
from care.orders.recording import OrderDraft
from core.errors import InvalidFields

MOST_ROWS: Final = 5_000
LONGEST_CURSOR: Final = 500


class PageUnreadable(Exception):
    """The page as a whole makes no sense; the text says why."""


@dataclass(frozen=True, slots=True)
class OrderRow:
    """An order with its place in the page, and as it came."""

    number: int
    draft: OrderDraft
    raw: bytes


@dataclass(slots=True)
class Page:
    """What a page says: its rows in their order, up to where the system has told, and whether there is more."""

    customers: list[CustomerRow | RowError] = field(default_factory=list)
    orders: list[OrderRow | RowError] = field(default_factory=list)
    since: str | None = None
    more: bool = False


def read_page(content: bytes, system: str) -> Page:
    """Read a page. Raises PageUnreadable for too many lines and for a cursor that is none; a row alone is refused by itself."""
    page = Page()
    lines = [line for line in content.splitlines() if line.strip()]
    if len(lines) > MOST_ROWS:
        raise PageUnreadable(f"A page has at most {MOST_ROWS:,} lines, and {len(lines):,} came; tell less at once, with `more`.")
    for number, line in enumerate(lines, start=1):
        _read(page, number, line, system)
    return page


def _read(page: Page, number: int, line: bytes, system: str) -> None:
    told = _object(line)
    match told.get("type", "customer") if told is not None else "customer":
        case "cursor" if told is not None:
            page.since, page.more = _cursor(told), told.get("more") is True
        case "order" if told is not None:
            page.orders.append(_order(number, line, told, system))
        case "customer":
            page.customers.append(_customer(number, line))
        case other:
            page.customers.append(
                _refused(number, "type", f"There is no type {other}; write customer, order or cursor."[:200], line)
            )


def _object(line: bytes) -> dict[str, Any] | None:
    """Give the object of a line; None for what is none, which is refused as a customer's row is."""
    try:
        told = orjson.loads(line) if len(line) <= LONGEST_ROW else None
    except orjson.JSONDecodeError:
        return None
    return told if isinstance(told, dict) else None


def _customer(number: int, line: bytes) -> CustomerRow | RowError:
    row = json_row(number, line.decode("utf-8", "surrogateescape"))
    values = {name: value for name, value in row.values.items() if name != "type"}
    return understand(RawRow(number, values, row.raw, row.problem), targets_of(list(values), []))


def _order(number: int, line: bytes, told: dict[str, Any], system: str) -> OrderRow | RowError:
    given = {name: value for name, value in told.items() if name not in {"type", "customer_id", "system"}}
    try:
        draft = OrderDraft.model_validate({**given, "customer_external_id": _text(told.get("customer_id")), "system": system})
    except ValidationError as error:
        problem = InvalidFields.of(error).problems[0]
        column = "customer_id" if problem.path[:1] == ("customer_external_id",) else ".".join(problem.path)
        return _refused(number, column, problem.message, line)
    if draft.customer_external_id is None:
        return _refused(number, "customer_id", "Say whose it is: the customer's id in this system.", line)
    return OrderRow(number, draft, line)


def _text(value: object) -> object:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _cursor(told: dict[str, Any]) -> str:
    since = told.get("since")
    if isinstance(since, int) and not isinstance(since, bool):
        since = str(since)
    if not isinstance(since, str) or not 1 <= len(since) <= LONGEST_CURSOR or not since.isprintable():
        raise PageUnreadable(f"The cursor's `since` must be a text of 1 to {LONGEST_CURSOR} characters.")
    return since


def _refused(number: int, column: str, reason: str, line: bytes) -> RowError:
    return RowError(row=number, column=column, reason=reason, raw=line[:LONGEST_ROW])
