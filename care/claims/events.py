"""What happens to what is known, and said, of customers, as facts."""

from dataclasses import dataclass

from core.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerUpdated(Event):
    """A member wrote down what is known of a customer."""

    customer_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentRecorded(Event):
    """A customer consented to something."""

    customer_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentWithdrawn(Event):
    """A customer took a consent back."""

    customer_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimEvent(Event):
    """Something happened to what is said about a customer."""

    customer_id: str
    claim_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimProposed(ClaimEvent):
    """A source says something else than the profile."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimAccepted(ClaimEvent):
    """What was said holds from now on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimRejected(ClaimEvent):
    """What was said does not hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimExpired(ClaimEvent):
    """What was said had to be forgotten."""
