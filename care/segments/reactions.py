"""What follows for segments upon what becomes known of customers."""

from care.audience.events import CustomerHeard, ReachabilityChanged
from care.claims.events import ClaimAccepted, ClaimExpired, ConsentWithdrawn, CustomerUpdated
from care.events import CustomerChanged, CustomerMerged, CustomerMergeUndone, LifecycleChanged
from care.segments.events import SegmentChanged
from care.segments.membership import place
from care.segments.running import queue_run
from core.events import Recorded
from core.handlers import Handlers

Known = (
    Recorded[CustomerChanged]
    | Recorded[LifecycleChanged]
    | Recorded[CustomerUpdated]
    | Recorded[ReachabilityChanged]
    | Recorded[CustomerHeard]
    | Recorded[ClaimAccepted]
    | Recorded[ClaimExpired]
    | Recorded[ConsentWithdrawn]
)


def subscribe(handlers: Handlers) -> None:
    """Put the reactions into the table."""
    group = handlers.group("care.segments", start="first")
    group.on(CustomerChanged, _known).on(LifecycleChanged, _known).on(CustomerUpdated, _known)
    group.on(ReachabilityChanged, _known).on(CustomerHeard, _known)
    group.on(ClaimAccepted, _known).on(ClaimExpired, _known).on(ConsentWithdrawn, _known)
    group.on(CustomerMerged, _joined).on(CustomerMergeUndone, _joined).on(SegmentChanged, _asked)


async def _known(event: Known) -> None:
    await place(event.fact.customer_id)


async def _joined(event: Recorded[CustomerMerged] | Recorded[CustomerMergeUndone]) -> None:
    await place(event.fact.customer_id)
    await place(event.fact.survivor_id)


async def _asked(event: Recorded[SegmentChanged]) -> None:
    await queue_run(event.fact.segment_id)
