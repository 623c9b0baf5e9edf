"""What happens to brands and to the scopes of agencies' people, as facts."""

from dataclasses import dataclass

from core.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class BrandChanged(Event):
    """A brand was made, renamed, archived or taken into use again."""

    brand_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelBrandSet(Event):
    """A channel became one of a brand, or of none any more."""

    channel_id: str
    brand_ids: tuple[str, ...]
    """The brands whose channels are others now: the one before and the one it is now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgencyScopeSet(Event):
    """It was said what a person of an agency works on."""

    scope_id: str
