"""What happens on the way up, as facts."""

from dataclasses import dataclass

from core.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificationChanged(Event):
    """What a certificate asks for, or where it is asked for, was said anew."""

    certification_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateEvent(Event):
    """Something happened to a certificate."""

    certificate_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateSignedOff(CertificateEvent):
    """A mentor stands for somebody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateIssued(CertificateEvent):
    """A certificate was issued, or issued again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateDue(CertificateEvent):
    """A certificate will lapse soon: it is time to look again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateLapsed(CertificateEvent):
    """A certificate lapsed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateRevoked(CertificateEvent):
    """A certificate was taken away."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelRuleChanged(Event):
    """What is asked of who is to come to a level was said anew."""

    level_rule_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingEvent(Event):
    """Something happened to the level of a member."""

    standing_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelSignedOff(StandingEvent):
    """A mentor stands for somebody who is to come to the next level."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelReached(StandingEvent):
    """A member came to a level, or was looked at again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelReviewDue(StandingEvent):
    """It is time to look again at which level somebody is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelLapsed(StandingEvent):
    """Nobody looked again in time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SamplingPolicyChanged(Event):
    """Which replies are looked at was said anew."""

    policy_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplySampled(Event):
    """A reply that has left was drawn: somebody is to look at it."""

    sampled_reply_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleReviewed(Event):
    """Somebody looked at a drawn reply."""

    sampled_reply_id: str
