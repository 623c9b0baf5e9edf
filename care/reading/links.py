"""The only way to read tracked links for a person."""

from collections.abc import Sequence
from typing import Any, Final

from auth.actor import Actor, Permission
from care.documents.cases import Case
from care.documents.links import TrackedLink
from care.reading.cases import require_case
from community.drafts import may_be_id
from core.errors import Forbidden, NotFound
from core.paging import Order, Slice, Window, count, read_slice
from core.records import by_ids

_NEWEST_FIRST: Final = Order((("created_at", -1),))


def reads_links(actor: Actor) -> bool:
    """Tell whether somebody may know of all links: whose view of cases is not bounded."""
    return actor.may(Permission.CASE_READ) and not actor.scoped


async def links_by_ids(actor: Actor, link_ids: Sequence[str]) -> dict[str, TrackedLink]:
    """Give those of the links that the actor may know of: all, or the own ones of who sees some cases only."""
    wanted = [one for one in dict.fromkeys(link_ids) if may_be_id(one, "lnk")]
    found = await by_ids(TrackedLink, wanted) if actor.may(Permission.CASE_READ) else {}
    return {one: link for one, link in found.items() if reads_links(actor) or link.created_by == actor.id}


async def short_addresses(actor: Actor, case: Case, codes: Sequence[str]) -> dict[str, str]:
    """Give, by code, the addresses of links that a reply of a case can hold: the case's own, and those one may know of."""
    found = await TrackedLink.find({"code": {"$in": list(codes)}}).to_list() if codes else []
    known = await links_by_ids(actor, [link.id for link in found])
    usable = [link for link in found if not link.archived and (link.id in known or link.case_id == case.id)]
    return {link.code: address for link in usable if (address := link.short_address) is not None}


async def require_link(actor: Actor, link_id: str) -> TrackedLink:
    """Give a link; NotFound when there is none for this actor."""
    found = (await links_by_ids(actor, [link_id])).get(link_id)
    if found is None:
        raise NotFound("There is no such link.", path=("link_id",))
    return found


async def list_links(actor: Actor, window: Window, *, case_id: str | None, archived: bool) -> Slice[TrackedLink]:
    """List links, the newest first, all or those of a case.

    Raises Forbidden without `case:read`, and for all links to who sees some cases only; NotFound for an unknown case.
    """
    return await read_slice(TrackedLink, await _query(actor, case_id, archived=archived), _NEWEST_FIRST, window)


async def count_links(actor: Actor, *, case_id: str | None, archived: bool) -> int:
    """Count what `list_links` lists. Raises as it does."""
    return await count(TrackedLink, await _query(actor, case_id, archived=archived))


async def _query(actor: Actor, case_id: str | None, *, archived: bool) -> dict[str, Any]:
    actor.require(Permission.CASE_READ)
    if case_id is None:
        require_all_cases(actor)
        return {"archived": archived}
    await require_case(actor, case_id)
    return {"case_id": case_id, "archived": archived}


def require_all_cases(actor: Actor) -> None:
    """Refuse who sees some cases only; Forbidden."""
    if actor.scoped:
        raise Forbidden("Name a case: only who may read all cases can list all links.")
