"""The only way to read strategies, their forks and offers for a person: behind the gates of their wiki pages."""

from collections.abc import Sequence
from typing import Any, Final

from auth.actor import Actor
from community.drafts import may_be_id
from community.strategies.documents import StrategyOffer
from community.wiki.documents import WikiPage, WikiRevision
from community.wiki.reading import BY_TITLE, LAST_CHANGED_FIRST, pages_by_ids, visible_pages
from core.errors import NotFound
from core.gates import to_mongo
from core.paging import Order, Slice, Window, read_slice
from core.paging import count as count_rows
from core.records import by_ids

NEWEST_FIRST: Final = Order((("created_at", -1),))


async def list_strategies(actor: Actor, department_id: str | None, window: Window) -> Slice[WikiPage]:
    """List the strategies that the actor may read, those changed last first; of one department or all."""
    return await read_slice(WikiPage, _strategies(actor, department_id), LAST_CHANGED_FIRST, window)


async def count_strategies(actor: Actor, department_id: str | None) -> int:
    """Count the same strategies."""
    return await count_rows(WikiPage, _strategies(actor, department_id))


async def forks_of(actor: Actor, page_id: str, window: Window) -> Slice[WikiPage]:
    """List the forks of a strategy that the actor may read, by title; the strategy is one that they were given."""
    return await read_slice(WikiPage, _forks(actor, page_id), BY_TITLE, window)


async def count_forks(actor: Actor, page_id: str) -> int:
    """Count the same forks."""
    return await count_rows(WikiPage, _forks(actor, page_id))


async def offers_by_ids(actor: Actor, offer_ids: Sequence[str]) -> dict[str, StrategyOffer]:
    """Give those of the offers to who may read what the fork came from."""
    found = await by_ids(StrategyOffer, [one for one in dict.fromkeys(offer_ids) if may_be_id(one, "sof")])
    origins = await pages_by_ids(actor, [offer.origin_id for offer in found.values()])
    return {one: offer for one, offer in found.items() if offer.origin_id in origins}


async def require_offer(actor: Actor, offer_id: str) -> StrategyOffer:
    """Give an offer; NotFound when there is none for this actor."""
    found = (await offers_by_ids(actor, [offer_id])).get(offer_id)
    if found is None:
        raise NotFound("There is no such offer.", path=("offer_id",))
    return found


async def offers_to(page_id: str, window: Window) -> Slice[StrategyOffer]:
    """List what was offered to a strategy, the newest first; the strategy is one that the actor was given."""
    return await read_slice(StrategyOffer, {"origin_id": page_id}, NEWEST_FIRST, window)


async def count_offers_to(page_id: str) -> int:
    """Count the same offers."""
    return await count_rows(StrategyOffer, {"origin_id": page_id})


async def revision_at(page_id: str, number: int) -> WikiRevision | None:
    """Give what was published of a page at a number or right before; the page is one that the actor was given."""
    query: dict[str, Any] = {"page_id": page_id, "number": {"$lte": number}, "proposed": {"$exists": False}}
    found = await WikiRevision.find(query).sort("-number", "-_id").limit(1).to_list()
    return found[0] if found else None


def _strategies(actor: Actor, department_id: str | None) -> dict[str, Any]:
    wanted = {"strategy.department_id": department_id} if department_id is not None else {"is_strategy": True}
    return {**wanted, **to_mongo(visible_pages(actor))}


def _forks(actor: Actor, page_id: str) -> dict[str, Any]:
    return {"strategy.origin_id": page_id, **to_mongo(visible_pages(actor))}
