"""Who remembers channels for a moment forgets one at once that this process changed: archived, or given another secret."""

from collections.abc import Callable
from typing import TypeVar
from weakref import finalize, ref

from care.documents.channels import Channel
from core.records import when_saved

KeeperT = TypeVar("KeeperT")


def forget_changed(keeper: KeeperT, forget: Callable[[KeeperT, str], None]) -> None:
    """Call `forget(keeper, channel_id)` whenever this process has changed a channel, for as long as the keeper lives.

    What another process changes is not told here: that is seen when what is remembered has grown old.
    """
    alive = ref(keeper)

    def told(collection: str, identifier: str) -> None:
        held = alive()
        if held is not None and collection == Channel.get_collection_name():
            forget(held, identifier)

    finalize(keeper, when_saved(told))
