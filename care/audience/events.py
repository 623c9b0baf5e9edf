"""What becomes known of how the company reaches its customers, as facts."""

from dataclasses import dataclass

from core.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerHeard(Event):
    """A customer said something, for the first time within an hour."""

    customer_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SocialAccountChanged(Event):
    """An account or group was registered, changed, archived or measured."""

    account_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackedLinkChanged(Event):
    """A tracked link was made or archived."""

    link_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReachabilityChanged(Event):
    """A customer could not be reached, once or again, or is in contact again."""

    customer_id: str
