"""What live streams share: cursors over the one order of all events, and rights that are read again while a stream is open."""

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from typing import Final

from auth.actor import ActorKind
from auth.errors import NotAuthenticated
from auth.events import AccountChange, AccountChanged
from auth.identify import actor_of
from core.errors import InvalidInput
from core.events import StoredEvent
from core.secrets import Keyring
from schema.context import Context

_PURPOSE: Final = "event-cursor"
_DIGITS: Final = 16
_ENDING: Final = frozenset({AccountChange.DISABLED.value, AccountChange.PASSWORD.value, AccountChange.SIGNED_OUT.value})
"""Changes that void what was issued before, so that an open stream stands on nothing any more."""


def write_event_cursor(keyring: Keyring, number: int) -> str:
    """Write an event's place as clients carry it: signed, and in the order of the events when compared as text."""
    place = f"{number:0{_DIGITS}d}"
    return f"{place}.{keyring.sign(_PURPOSE, place)}"


def read_event_cursor(keyring: Keyring, cursor: str) -> int:
    """Read an event's place that a client brought back; InvalidInput when it was not made by us."""
    place, _, signature = cursor.partition(".")
    if len(place) != _DIGITS or not keyring.signed_by_us(_PURPOSE, place, signature):
        raise InvalidInput("This is no cursor of ours; take it from `viewer.eventCursor` or an event.", path=("cursor",))
    return int(place)


async def follow(context: Context, cursor: int, wanted: Callable[[StoredEvent], bool]) -> AsyncIterator[StoredEvent]:
    """Give the wanted events after `cursor`, for ever, with nothing remembered of what was read before each of them.

    The caller's rights are read again when their account changed; the stream, and with it the connection, ends when
    the account or what was issued to it is void.
    """
    async for event in context.tail.listen(cursor):
        if _is_about_caller(context, event) and not await _still_allowed(context, event):
            context.ended.set()
            return
        if wanted(event):
            context.forget()
            yield event


def _is_about_caller(context: Context, event: StoredEvent) -> bool:
    return event.type == AccountChanged.__name__ and event.payload["account_id"] == context.actor.account_id


async def _still_allowed(context: Context, event: StoredEvent) -> bool:
    """Read the caller's rights again. That one of a program's tokens was revoked is seen to by the edge, which knows which."""
    actor = context.actor
    if event.payload["change"] in _ENDING or actor.account_id is None:
        return False
    try:
        fresh = await actor_of(actor.account_id)
    except NotAuthenticated:
        return False
    context.actor = replace(fresh, permissions=actor.permissions) if actor.kind is ActorKind.SERVICE else fresh
    return True
