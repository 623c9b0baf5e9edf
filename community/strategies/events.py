"""What happens to strategies, as facts."""

from dataclasses import dataclass

from core.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class StrategySet(Event):
    """A page is a strategy from now on, or others write it together."""

    page_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StrategyOffered(Event):
    """A fork offers its changes back."""

    offer_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StrategyOfferTaken(Event):
    """The page that a fork came from took what was offered; `number` is that of the new revision."""

    page_id: str
    offer_id: str
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StrategyOfferSettled(Event):
    """It was decided about an offer."""

    offer_id: str
