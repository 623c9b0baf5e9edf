"""Relay connections over keyset slices, with cursors that are signed."""

import asyncio
import base64
import binascii
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Annotated, Any, ForwardRef, Generic, Optional, TypeVar

import orjson
import strawberry

from core.errors import InvalidInput
from core.paging import COUNT_LIMIT, DEFAULT, MOST, Position, Slice, Window
from core.secrets import Keyring

T = TypeVar("T")

_PURPOSE = "cursor"
_LONGEST_CURSOR = 1000
_SIGNATURE_LETTERS = 12


def later(module: str, name: str, *, optional: bool = False, many: bool = False) -> Any:
    """Refer to a type of another module, which may refer back: the types of a graph are a graph."""
    kind: Any = Annotated[ForwardRef(name), strawberry.lazy(module)]
    if many:
        kind = list[kind]
    return Optional[kind] if optional else kind  # noqa: UP045 - a runtime value, not an annotation


def connection_of(module: str, name: str) -> Any:
    """Refer to the connection of a type of another module."""
    connection_type: Any = Connection
    return connection_type[Annotated[ForwardRef(name), strawberry.lazy(module)]]


@strawberry.type(description="Where a page stands in its list.")
class PageInfo:
    """Where a page stands in its list."""

    has_next_page: bool = strawberry.field(description="Whether there are rows after this page.")
    has_previous_page: bool = strawberry.field(description="Whether there are rows before this page.")
    start_cursor: str | None = strawberry.field(description="The cursor of the first row; null for an empty page.")
    end_cursor: str | None = strawberry.field(description="The cursor of the last row; null for an empty page.")


@strawberry.type(description="A row of a list with its place.")
class Edge(Generic[T]):
    """A row of a list with its place."""

    cursor: str = strawberry.field(description="The row's place: pass it as `after` or `before`.")
    node: T | None = strawberry.field(description="The row; null when it left the viewer's sight meanwhile.")


async def _no_count() -> int:
    return 0


@strawberry.type(description="A page of a list.")
class Connection(Generic[T]):
    """A page of a list; the rows are counted only when somebody asks how many there are."""

    edges: list[Edge[T]] = strawberry.field(description="The rows with their places.")
    page_info: PageInfo = strawberry.field(description="Where this page stands in the list.")
    counter: strawberry.Private[Callable[[], Awaitable[int]]] = _no_count

    @strawberry.field(description="The rows without their places.")
    def nodes(self) -> list[T]:
        """Give the rows alone."""
        return [edge.node for edge in self.edges if edge.node is not None]

    @strawberry.field(description="How many rows the whole list has; counting stops at 10,000.")
    async def total_count(self) -> int:
        """Count the list up to the cap."""
        return min(await self.counter(), COUNT_LIMIT)

    @strawberry.field(description="Whether there are more rows than `totalCount` says.")
    async def total_count_capped(self) -> bool:
        """Tell whether the count stopped at the cap."""
        return await self.counter() > COUNT_LIMIT


def counted_once(count: Callable[[], Awaitable[int]]) -> Callable[[], Awaitable[int]]:
    """Remember a count, so that `totalCount` and `totalCountCapped` cost one."""
    kept: list[int] = []
    turn = asyncio.Lock()  # the two fields are resolved side by side

    async def counter() -> int:
        async with turn:
            if not kept:
                kept.append(await count())
        return kept[0]

    return counter


def connection(
    keyring: Keyring,
    page: Slice[Any],
    *,
    nodes: Sequence[Any],
    count: Callable[[], Awaitable[int]],
    edge: Callable[..., Any] = Edge,
) -> Any:
    """Make a connection of a slice; `nodes` are its rows as the schema's types, in the same order."""
    cursors = [write_cursor(keyring, position) for position in page.positions]
    edges = [edge(cursor=cursor, node=node) for cursor, node in zip(cursors, nodes, strict=True)]
    return Connection(edges=edges, page_info=page_info(page, cursors), counter=counted_once(count))


def page_info(page: Slice[Any], cursors: Sequence[str]) -> PageInfo:
    """Tell where a slice stands."""
    return PageInfo(
        has_next_page=page.has_next,
        has_previous_page=page.has_previous,
        start_cursor=cursors[0] if cursors else None,
        end_cursor=cursors[-1] if cursors else None,
    )


def window(
    keyring: Keyring, *, first: int | None = None, after: str | None = None, last: int | None = None, before: str | None = None
) -> Window:
    """Read the arguments of a connection; InvalidInput names the one that can't be used."""
    backwards = last is not None
    limit = last if last is not None else DEFAULT if first is None else first
    if not 1 <= limit <= MOST:
        name = "last" if backwards else "first"
        raise InvalidInput(f"Ask for 1 to {MOST} rows; `{name}` is {limit}.", path=(name,))
    return Window(
        limit=limit,
        after=read_cursor(keyring, after, name="after") if after else None,
        before=read_cursor(keyring, before, name="before") if before else None,
        backwards=backwards,
    )


def write_cursor(keyring: Keyring, position: Position) -> str:
    """Write a place as clients carry it: signed, so that nobody can make one up."""
    values = [{"t": value.isoformat()} if isinstance(value, datetime) else value for value in position.values]
    text = base64.urlsafe_b64encode(orjson.dumps(values)).decode().rstrip("=")
    return keyring.sign(_PURPOSE, text) + text


def read_cursor(keyring: Keyring, cursor: str, *, name: str) -> Position:
    """Read a place that a client brought back; InvalidInput when it was not made by us."""
    signature, text = cursor[:_SIGNATURE_LETTERS], cursor[_SIGNATURE_LETTERS:]
    if len(cursor) > _LONGEST_CURSOR or not keyring.signed_by_us(_PURPOSE, text, signature):
        raise InvalidInput(f"This is no cursor of ours; take `{name}` from `cursor` or `pageInfo`.", path=(name,))
    try:
        values = orjson.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (binascii.Error, orjson.JSONDecodeError) as error:
        raise InvalidInput("This cursor is broken.", path=(name,)) from error
    return Position(tuple(datetime.fromisoformat(value["t"]) if isinstance(value, dict) else value for value in values))
