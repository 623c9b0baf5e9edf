"""For every mutation of strategies a situation in a space, written together by who is in it."""

from collections.abc import Awaitable, Callable
from itertools import count
from typing import Final

from community.strategies.offers import OfferDraft, offer_back
from community.strategies.strategies import ForkDraft, StrategyDraft, fork_strategy, set_strategy
from community.wiki.documents import WikiPage
from community.wiki.pages import edit_page
from community.wiki.writing import PageChanges
from core.idempotency import Once
from tests.factories.community import make_page
from tests.schema.staff.space_situations import Input, Scene

_NUMBERS: Final = count(1)


async def _strategy(scene: Scene) -> WikiPage:
    page = await make_page(f"strateji-{next(_NUMBERS)}", scene.people["author"], space_id=scene.space.id)
    together = StrategyDraft(co_author_ids=[scene.people[one].member for one in ("member", "moderator", "owner")])
    return await set_strategy(scene.people["author"], page.id, together, expected_version=page.version)


async def _set_strategy(scene: Scene) -> Input:
    page = await _strategy(scene)
    return {"pageId": page.id, "expectedVersion": page.version}


async def _fork(scene: Scene) -> Input:
    return {"pageId": (await _strategy(scene)).id, "path": f"uyarlama-{next(_NUMBERS)}", "spaceId": scene.space.id}


async def _forked(scene: Scene) -> WikiPage:
    author, origin = scene.people["author"], await _strategy(scene)
    together = origin.strategy.co_author_ids if origin.strategy else []
    draft = ForkDraft(path=f"uyarlama-{next(_NUMBERS)}", space_id=scene.space.id, co_author_ids=together)
    fork = await fork_strategy(author, origin.id, draft, once=Once())
    return await edit_page(author, fork.id, PageChanges(title="Bizim başlık"), expected_version=fork.version)


async def _offer(scene: Scene) -> Input:
    return {"pageId": (await _forked(scene)).id, "note": "Daha kısa"}


async def _take(scene: Scene) -> Input:
    offer = await offer_back(scene.people["author"], (await _forked(scene)).id, OfferDraft(note="Daha kısa"), once=Once())
    origin = await WikiPage.get(offer.origin_id)
    assert origin is not None
    return {"offerId": offer.id, "expectedVersion": origin.version}


async def _decline(scene: Scene) -> Input:
    offer = await offer_back(scene.people["author"], (await _forked(scene)).id, OfferDraft(note="Daha kısa"), once=Once())
    return {"offerId": offer.id, "reason": "Bizde olmaz", "expectedVersion": offer.version}


STRATEGY_SITUATIONS: Final[dict[str, Callable[[Scene], Awaitable[Input]]]] = {
    "setStrategy": _set_strategy,
    "forkStrategy": _fork,
    "offerStrategy": _offer,
    "takeStrategyOffer": _take,
    "declineStrategyOffer": _decline,
}
