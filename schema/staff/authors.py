"""Who wrote something: a member or a customer."""

from typing import Any, Final

import strawberry

from care.reading.customers import customers_by_ids
from community.directory import members_by_ids
from core.ids import prefix_of
from schema.context import BatchRead, Context
from schema.nodes import Node

_READERS: Final[dict[str, BatchRead]] = {"mem": members_by_ids, "cus": customers_by_ids}


@strawberry.interface(description="Somebody who writes: a member of the company or a customer.")
class Author(Node):
    """Somebody who writes: a member of the company or a customer."""

    display_name: str = strawberry.field(description="The name to show.")


async def author_of(context: Context, author_id: str | None) -> Any:
    """Give who has this id; None for the system, for the anonymous and for whom the viewer may not know of."""
    read = _READERS.get(prefix_of(author_id or ""))
    document = await context.load(read, author_id) if read and author_id else None
    return context.present(document) if document is not None else None


async def know_author(context: Context, author_id: str) -> None:
    """Read who said something beside its write, for the payload."""
    read = _READERS.get(prefix_of(author_id))
    document = await context.load(read, author_id) if read else None
    if read is not None and document is not None:
        context.wrote(read, document)
