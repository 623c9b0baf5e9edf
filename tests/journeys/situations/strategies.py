"""Situations of strategies."""

from community.strategies.documents import StrategyOffer
from community.strategies.offers import OfferDraft, offer_back
from community.strategies.strategies import ForkDraft, StrategyDraft, fork_strategy, set_strategy
from community.wiki.documents import WikiPage
from community.wiki.pages import edit_page
from community.wiki.writing import PageChanges
from core.idempotency import Once
from core.records import fresh
from tests.journeys.story import MARK, Input, Situation, Story


async def _strategy(story: Story) -> WikiPage:
    page = await story.page()
    return await set_strategy(await story.actor("colleague"), page.id, StrategyDraft(), expected_version=page.version)


async def _forked(story: Story) -> WikiPage:
    colleague, origin = await story.actor("colleague"), await _strategy(story)
    draft = ForkDraft(path=f"uyarlama-{next(story.numbers)}")
    fork = await fork_strategy(colleague, origin.id, draft, once=Once())
    changes = PageChanges(body=f"{MARK} Depo kaydı hemen yapar.")
    return await edit_page(colleague, fork.id, changes, expected_version=fork.version)


async def _offered(story: Story) -> tuple[StrategyOffer, WikiPage]:
    fork = await _forked(story)
    offer = await offer_back(await story.actor("colleague"), fork.id, OfferDraft(note=f"{MARK} Daha hızlı"), once=Once())
    origin = await WikiPage.get(offer.origin_id)
    assert origin is not None
    return offer, await fresh(origin)


async def _set(story: Story, who: str) -> Input:
    page = await story.page()
    return {"pageId": page.id, "coAuthorIds": [story.world.members["specialist"]], "expectedVersion": page.version}


async def _fork(story: Story, who: str) -> Input:
    path, title = f"uyarlama-{next(story.numbers)}", f"{MARK} Bizim strateji"
    return {"pageId": (await _strategy(story)).id, "path": path, "title": title}


async def _offer(story: Story, who: str) -> Input:
    return {"pageId": (await _forked(story)).id, "note": f"{MARK} Daha hızlı"}


async def _take(story: Story, who: str) -> Input:
    offer, origin = await _offered(story)
    return {"offerId": offer.id, "body": f"{MARK} Depo kaydı yapar.", "expectedVersion": origin.version}


async def _decline(story: Story, who: str) -> Input:
    offer, _ = await _offered(story)
    return {"offerId": offer.id, "reason": f"{MARK} Bizde olmaz", "expectedVersion": offer.version}


SITUATIONS: dict[str, Situation] = {
    "setStrategy": _set,
    "forkStrategy": _fork,
    "offerStrategy": _offer,
    "takeStrategyOffer": _take,
    "declineStrategyOffer": _decline,
}
