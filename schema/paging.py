"""Connection fields: their four arguments, read once into a window."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Optional

import strawberry
from strawberry.annotation import StrawberryAnnotation
from strawberry.extensions import FieldExtension
from strawberry.types.arguments import StrawberryArgument
from strawberry.types.field import StrawberryField
from typing_extensions import override

from core.errors import InvalidInput
from core.paging import MOST, Position, Slice, Window, take_slice
from schema.connections import Edge, connection, window
from schema.context import BatchRead, Info

_ABOUT = {
    "first": "At most so many rows from the front, 1 to {most}.",
    "after": "Only rows after this cursor.",
    "last": "At most so many rows from the back, 1 to {most}, in the same order; `first` is then not heeded.",
    "before": "Only rows before this cursor.",
}


class Paged(FieldExtension):
    """Gives a field the arguments of a connection, and its resolver the window that they mean."""

    def __init__(self, *, default: int, most: int, forward_only: bool) -> None:
        self._default = default
        self._most = most
        self._names = ("first", "after") if forward_only else ("first", "after", "last", "before")

    @override
    def apply(self, field: StrawberryField) -> None:
        own = [argument for argument in field.arguments if argument.python_name != "window"]
        field.arguments = [*own, *(self._argument(name) for name in self._names)]

    def _argument(self, name: str) -> StrawberryArgument:
        is_number = name in {"first", "last"}
        kind: Any = Optional[int if is_number else str]  # noqa: UP045 - a runtime value, not an annotation
        return StrawberryArgument(
            python_name=name,
            graphql_name=None,
            type_annotation=StrawberryAnnotation(kind),
            description=_ABOUT[name].format(most=self._most),
            default=self._default if name == "first" else strawberry.UNSET,
        )

    @override
    async def resolve_async(self, next_: Callable[..., Any], source: Any, info: Info, **kwargs: Any) -> Any:
        given: dict[str, Any] = {name: kwargs.pop(name, None) or None for name in ("after", "before")}
        for name in ("first", "last"):
            rows = kwargs.pop(name, None)
            if rows is None or rows is strawberry.UNSET:
                continue
            if not 1 <= rows <= self._most:
                raise InvalidInput(f"Ask for 1 to {self._most} rows; `{name}` is {rows}.", path=(name,))
            given[name] = rows
        asked = window(info.context.keyring, **{"first": self._default, **given})
        return await next_(source, info, window=asked, **kwargs)


def paged(description: str, *, graphql_type: Any, default: int = 20, most: int = MOST, forward_only: bool = False) -> Any:
    """Declare a connection: the resolver takes `window` and gives what `pages` makes of a slice."""
    return strawberry.field(
        description=description,
        graphql_type=graphql_type,
        extensions=[Paged(default=default, most=most, forward_only=forward_only)],
    )


def pages(
    info: Info,
    page: Slice[Any],
    *,
    count: Callable[[], Awaitable[int]],
    edge: Callable[..., Any] = Edge,
    rows: list[Any] | None = None,
) -> Any:
    """Make the connection of a slice of documents, or of rows that are types of the schema already."""
    nodes = rows if rows is not None else [info.context.present(document) for document in page.items]
    return connection(info.context.keyring, page, nodes=nodes, count=count, edge=edge)


async def pages_of_ids(info: Info, ids: Sequence[str], read: BatchRead, asked: Window) -> Any:
    """Make the connection of a short list of ids that one document holds, in its order, without what the viewer may not see."""
    page = take_slice(list(ids), [Position((identifier,)) for identifier in ids], asked)
    found = await asyncio.gather(*(info.context.load(read, identifier) for identifier in page.items))
    shown = [(document, place) for document, place in zip(found, page.positions, strict=True) if document is not None]
    kept = Slice([document for document, _ in shown], [place for _, place in shown], page.has_next, page.has_previous)
    return pages(info, kept, count=fixed(len(ids)))


def no_pages(info: Info) -> Any:
    """Make the connection of a list that nothing fills yet."""
    return pages(info, Slice([], []), count=fixed(0))


def fixed(total: int) -> Callable[[], Awaitable[int]]:
    """Count what is known already."""

    async def count() -> int:
        return total

    return count
