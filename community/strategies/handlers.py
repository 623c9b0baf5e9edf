"""What follows from taking an offer, should the request have died before."""

from community.strategies.events import StrategyOfferTaken
from community.strategies.offers import settle_taken
from core.events import Recorded
from core.handlers import Handlers


def subscribe(handlers: Handlers) -> None:
    """Add the reactions to the table."""
    handlers.group("community.strategies", start="first").on(StrategyOfferTaken, follow_taken)


async def follow_taken(event: Recorded[StrategyOfferTaken]) -> None:
    """Let the offer know that it was taken."""
    await settle_taken(event.fact.offer_id, event.fact.number, event.actor)
