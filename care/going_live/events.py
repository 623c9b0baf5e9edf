"""What happens to channels on their way into the world, as facts."""

from dataclasses import dataclass

from care.documents.channels import GoLivePoint
from core.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class GoLivePointMarked(Event):
    """Somebody looked at a point that only a person can judge, or took that back."""

    channel_id: str
    point: GoLivePoint
    done: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelWentLive(Event):
    """A channel that was for practice speaks with real customers from now on."""

    channel_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelProbeAsked(Event):
    """Somebody wants to know whether the channel's send URL answers."""

    channel_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelProbeEnded(Event):
    """The send URL answered, or did not."""

    channel_id: str
