"""What follows from taking an offer, should the request have died before."""

from community.strategies.documents import StrategyOffer
from community.strategies.events import StrategyOfferTaken
from community.strategies.offers import settle_taken
from core.events import Recorded
from core.handlers import Handlers


def subscribe(handlers: Handlers) -> None:
    """Add the reactions to the table."""
    handlers.group("community.strategies", start="first").on(StrategyOfferTaken, follow_taken)


async def follow_taken(event: Recorded[StrategyOfferTaken]) -> None:
    """Let the offer know that it was taken."""
    if (offer := await StrategyOffer.get(event.fact.offer_id)) is not None:
        await settle_taken(offer, event.fact.number, event.actor)
