"""The only way to read kudos for a person: what is about something that they may read, and of cases their own at least."""

from collections.abc import Sequence
from typing import Any, Final

from auth.actor import Actor, ActorKind, Permission
from community.drafts import may_be_id
from community.kudos.documents import Kudos
from community.visibility import readable_in_spaces, unhidden
from core.errors import NotFound
from core.gates import EVERYTHING, NOTHING, PRESENT, Gate, InOrAbsent, both, to_mongo
from core.paging import Order, Slice, Window, read_slice
from core.paging import count as count_rows

Chosen = dict[str, str]
"""What a list of kudos is bounded by: `receiver_id`, `subject_id`, both or neither."""

NEWEST_FIRST: Final = Order((("created_at", -1),))
CASE_READERS: Final = Permission.CASE_READ.value
"""Stands in `known_to` of kudos about a case for all who have this permission for every channel."""


def visible_kudos(actor: Actor) -> Gate:
    """Say which kudos somebody may read: about what stands in no closed space of others, about cases who reads all of them.

    Who gave and who received them reads them as well; the case itself stays behind its own gate.
    """
    if actor.kind is not ActorKind.SYSTEM and (actor.member_id is None or not actor.may(Permission.MEMBER_READ)):
        return NOTHING
    own = (actor.member_id,) if actor.member_id is not None else ()
    about_cases = (CASE_READERS,) if actor.may(Permission.CASE_READ) and not actor.scoped else ()
    known = EVERYTHING if actor.kind is ActorKind.SYSTEM else InOrAbsent("known_to", (*own, *about_cases))
    return both(PRESENT, unhidden(actor), readable_in_spaces(actor), known)


async def kudos_by_ids(actor: Actor, kudos_ids: Sequence[str]) -> dict[str, Kudos]:
    """Give those of the kudos that the actor may read."""
    readable = [one for one in dict.fromkeys(kudos_ids) if may_be_id(one, "kud")]
    if not readable:
        return {}
    found = await Kudos.find({"_id": {"$in": readable}, **to_mongo(visible_kudos(actor))}).to_list()
    return {kudos.id: kudos for kudos in found}


async def require_kudos(actor: Actor, kudos_id: str) -> Kudos:
    """Give kudos; NotFound when there are none for this actor."""
    found = (await kudos_by_ids(actor, [kudos_id])).get(kudos_id)
    if found is None:
        raise NotFound("There are no such kudos.", path=("kudos_id",))
    return found


async def list_kudos(actor: Actor, chosen: Chosen, window: Window) -> Slice[Kudos]:
    """List kudos that the actor may read, the newest first: of one receiver, about one thing, or all."""
    return await read_slice(Kudos, _query(actor, chosen), NEWEST_FIRST, window)


async def count_kudos(actor: Actor, chosen: Chosen) -> int:
    """Count the same kudos."""
    return await count_rows(Kudos, _query(actor, chosen))


def _query(actor: Actor, chosen: Chosen) -> dict[str, Any]:
    return {**chosen, **to_mongo(visible_kudos(actor))}
