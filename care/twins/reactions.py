"""What follows for suggestions of merging upon what becomes known of customers."""

from care.claims.events import ClaimAccepted, ClaimExpired, CustomerUpdated
from care.events import CustomerChanged, CustomerMerged, CustomerMergeUndone
from care.merging import settle_absorbed
from care.twins.finding import find_twins, settle_suggestions
from core.events import Recorded
from core.handlers import Handlers

Known = Recorded[CustomerChanged] | Recorded[CustomerUpdated] | Recorded[ClaimAccepted] | Recorded[ClaimExpired]


def subscribe(handlers: Handlers) -> None:
    """Put the reactions into the table."""
    handlers.group("care.twins", start="first").on(CustomerChanged, _known).on(CustomerUpdated, _known).on(
        ClaimAccepted, _known
    ).on(ClaimExpired, _known).on(CustomerMerged, _joined).on(CustomerMergeUndone, _parted)


async def _known(event: Known) -> None:
    await find_twins(event.fact.customer_id)


async def _joined(event: Recorded[CustomerMerged]) -> None:
    await settle_absorbed(event.fact.survivor_id)
    both = (event.fact.customer_id, event.fact.survivor_id)
    await settle_suggestions(both)
    for one in both:
        await find_twins(one)


async def _parted(event: Recorded[CustomerMergeUndone]) -> None:
    await settle_absorbed(event.fact.survivor_id)
    both = (event.fact.customer_id, event.fact.survivor_id)
    await settle_suggestions(both, undone_by=event.actor)
    for one in both:
        await find_twins(one)
