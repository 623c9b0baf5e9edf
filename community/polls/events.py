"""What happens with polls, as facts."""

from dataclasses import dataclass

from core.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class PollEvent(Event):
    """Something happened to a poll."""

    poll_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PollCreated(PollEvent):
    """Somebody began a poll."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PollClosed(PollEvent):
    """A poll is over: somebody ended it, or its time came."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PollModerated(PollEvent):
    """A poll was hidden or deleted by a moderator, or shown again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PollVoted(PollEvent):
    """Somebody voted, voted otherwise, or took a vote back."""
