"""Who is told about strategies: whom a fork offers its changes to, and who offered them."""

from community.strategies.documents import StrategyOffer
from community.strategies.events import StrategyOffered, StrategyOfferSettled
from community.strategies.policies import authors_together
from community.wiki.documents import WikiPage
from core.events import Recorded
from core.handlers import Handlers
from notifications.announcements import notify
from notifications.documents import NotificationKind


def subscribe(handlers: Handlers) -> None:
    """Tell people from the moment this is first started; what was before is not told again."""
    told = handlers.group("notifications.strategies", start="head")
    told.on(StrategyOffered, tell_of_offer).on(StrategyOfferSettled, tell_of_decision)


async def tell_of_offer(event: Recorded[StrategyOffered]) -> None:
    """Tell who writes the page that is offered something."""
    offer = await StrategyOffer.get(event.fact.offer_id)
    origin = await WikiPage.get(offer.origin_id) if offer is not None else None
    if offer is not None and origin is not None and origin.deleted_at is None:
        told = sorted(authors_together(origin))
        await notify(told, NotificationKind.STRATEGY_OFFERED, subject=origin.title, target_id=origin.id, cause=event)


async def tell_of_decision(event: Recorded[StrategyOfferSettled]) -> None:
    """Tell who offered something that it was taken or declined."""
    offer = await StrategyOffer.get(event.fact.offer_id)
    origin = await WikiPage.get(offer.origin_id) if offer is not None else None
    if offer is not None and origin is not None:
        told, kind = [offer.offered_by], NotificationKind.STRATEGY_OFFER_DECIDED
        await notify(told, kind, subject=origin.title, target_id=origin.id, cause=event)
