"""Lists of channels for a person."""

from dataclasses import dataclass
from typing import Any, Final

from auth.actor import Actor
from care.channels import visible_channels
from care.documents.channels import Channel, ChannelKind, Environment
from core.gates import to_mongo
from core.paging import Order, Slice, Window, count, read_slice

_OLDEST_FIRST: Final = Order(())


@dataclass(frozen=True, slots=True)
class ChannelSelection:
    """Which channels; None: all."""

    kinds: tuple[ChannelKind, ...] | None = None
    environments: tuple[Environment, ...] | None = None
    archived: bool = False


async def list_channels(actor: Actor, selection: ChannelSelection, window: Window) -> Slice[Channel]:
    """Give a page of the channels that the actor may know of, in the order of their ids."""
    return await read_slice(Channel, _query(actor, selection), _OLDEST_FIRST, window)


async def count_channels(actor: Actor, selection: ChannelSelection) -> int:
    """Count what `list_channels` lists."""
    return await count(Channel, _query(actor, selection))


def _query(actor: Actor, selection: ChannelSelection) -> dict[str, Any]:
    asked = {"kind": selection.kinds, "environment": selection.environments}
    query: dict[str, Any] = {name: _one_of(values) for name, values in asked.items() if values is not None}
    in_use = {"archived_at": {"$exists": selection.archived}}
    return {**query, **in_use, "$and": [to_mongo(visible_channels(actor))]}


def _one_of(values: tuple[str, ...]) -> Any:
    return str(values[0]) if len(values) == 1 else {"$in": [str(value) for value in values]}
