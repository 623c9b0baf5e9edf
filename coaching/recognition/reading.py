"""The only way to read recognition for a person."""

from collections.abc import Sequence
from typing import Any, Final

from auth.actor import Actor, Permission
from coaching.recognition.documents import CompanyValue
from community.drafts import may_be_id
from core.errors import NotFound
from core.paging import Order, Slice, Window, count, read_slice
from core.records import by_ids

OLDEST_FIRST: Final = Order((("created_at", 1),))
_IN_USE: Final[dict[str, Any]] = {"retired": False}


async def values_by_ids(actor: Actor, value_ids: Sequence[str]) -> dict[str, CompanyValue]:
    """Give the values of the company, for who may read members."""
    if not actor.may(Permission.MEMBER_READ):
        return {}
    return await by_ids(CompanyValue, [one for one in value_ids if may_be_id(one, "val")])


async def require_value(actor: Actor, value_id: str) -> CompanyValue:
    """Give a value of the company; NotFound when there is none for this actor."""
    found = (await values_by_ids(actor, [value_id])).get(value_id)
    if found is None:
        raise NotFound("There is no such value.", path=("value_id",))
    return found


async def list_values(actor: Actor, window: Window) -> Slice[CompanyValue]:
    """List the values that hold, the oldest first; nothing for who may not read members."""
    return await read_slice(CompanyValue, _IN_USE, OLDEST_FIRST, window) if actor.may(Permission.MEMBER_READ) else Slice([], [])


async def count_values(actor: Actor) -> int:
    """Count the same values."""
    return await count(CompanyValue, _IN_USE) if actor.may(Permission.MEMBER_READ) else 0
