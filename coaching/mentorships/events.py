"""What happens in mentorships, as facts."""

from dataclasses import dataclass

from core.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class MentorshipProgrammeChanged(Event):
    """A programme was made or closed."""

    programme_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MentorshipEvent(Event):
    """Something happened in a mentorship."""

    mentorship_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MentorshipProposed(MentorshipEvent):
    """A mentor is asked to accompany somebody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MentorshipStarted(MentorshipEvent):
    """A mentorship began."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MentorshipEnded(MentorshipEvent):
    """A mentorship reached its end, or was declined, taken back or broken off."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MentorshipHandedOver(MentorshipEvent):
    """Another mentor follows `from_id`."""

    from_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MentorshipMeetingPlanned(MentorshipEvent):
    """The two will meet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MentorshipMeetingConcluded(MentorshipEvent):
    """A meeting was held or cancelled."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MentorshipGoalsSet(MentorshipEvent):
    """The goals were set anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MentorshipFeedbackGiven(MentorshipEvent):
    """One of the two said how it goes."""
