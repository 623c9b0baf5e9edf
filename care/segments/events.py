"""What happens to segments, as facts."""

from dataclasses import dataclass

from core.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentChanged(Event):
    """A segment was made, changed or archived; all customers are to be looked at unless it was archived."""

    segment_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MembershipEvent(Event):
    """A customer came into a segment, or left it."""

    segment_id: str
    customer_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentJoined(MembershipEvent):
    """A customer fits a segment from now on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentLeft(MembershipEvent):
    """A customer does not fit a segment any more."""
