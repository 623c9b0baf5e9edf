"""What happens in recognition, as facts."""

from dataclasses import dataclass

from core.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyValueChanged(Event):
    """A value of the company was put down or changed."""

    value_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PointRulesChanged(Event):
    """What acceptance by others is worth was said anew."""

    rules_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PointsChanged(Event):
    """What counts of a member's day changed."""

    day_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BadgeChanged(Event):
    """A badge was made or changed."""

    badge_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BadgeAwarded(Event):
    """A member has a badge."""

    awarded_id: str
    badge_id: str
    member_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaderboardChanged(Event):
    """A leaderboard was made or closed."""

    leaderboard_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaderboardChosen(Event):
    """A member said whether they want to be listed."""

    choice_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RewardChanged(Event):
    """A reward was offered, changed or withdrawn."""

    reward_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RewardClaimed(Event):
    """A member asks for a reward."""

    reward_id: str
    claim_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RewardClaimDecided(Event):
    """A claim was granted or refused."""

    reward_id: str
    claim_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RepresentativeChosen(Event):
    """Somebody was chosen to be the visible face of the company."""

    choice_id: str
