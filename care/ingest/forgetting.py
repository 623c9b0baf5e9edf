"""Who remembers channels for a moment forgets one at once that was changed: archived, or given another secret."""

from collections.abc import Callable
from typing import TypeVar
from weakref import finalize, ref

from care.documents.channels import Channel
from care.events import ChannelChanged
from core.events import StoredEvent
from core.records import when_saved
from core.tail import EventTail

KeeperT = TypeVar("KeeperT")

_keepers: list[Callable[[str], None]] = []


def forget_changed(keeper: KeeperT, forget: Callable[[KeeperT, str], None]) -> None:
    """Call `forget(keeper, channel_id)` whenever a channel was changed, for as long as the keeper lives.

    What this process changes is told at once, what another one changes as soon as this one reads of it: by
    `forget_what_others_change`, a tenth of a second later. Where that does not run it is seen when what is remembered has
    grown old.
    """
    alive = ref(keeper)

    def forget_it(channel_id: str) -> None:
        held = alive()
        if held is not None:
            forget(held, channel_id)

    def told(collection: str, identifier: str) -> None:
        if collection == Channel.get_collection_name():
            forget_it(identifier)

    _keepers.append(forget_it)
    finalize(keeper, when_saved(told))
    finalize(keeper, _keepers.remove, forget_it)


async def forget_what_others_change(tail: EventTail) -> None:
    """Follow for ever what other processes change."""
    async for event in tail.listen(tail.head):
        forget_upon(event)


def forget_upon(event: StoredEvent) -> None:
    """Forget the channel that an event says was changed."""
    if event.type == ChannelChanged.__name__:
        for forget_it in _keepers:
            forget_it(str(event.payload["channel_id"]))
