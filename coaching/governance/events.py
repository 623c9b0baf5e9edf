"""What happens in governance, as facts."""

from dataclasses import dataclass

from core.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class InitiativeChanged(Event):
    """An initiative was begun, changed, moved on or reviewed."""

    initiative_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InitiativeReviewDue(Event):
    """The time to look at an initiative again has come."""

    initiative_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskChanged(Event):
    """A risk was put down or changed."""

    risk_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadinessAssessed(Event):
    """Somebody assessed how ready the company is."""

    assessment_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammeChanged(Event):
    """The programme was begun, changed, approved or retired."""

    programme_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MotiveSurveyChanged(Event):
    """A survey of motives was made or closed."""

    survey_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MotiveSurveyAnswered(Event):
    """Somebody answered a survey of motives; nobody is named."""

    survey_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchmarkChanged(Event):
    """A benchmark was put down or changed."""

    benchmark_id: str
