"""What happens to the quality of replies, as facts."""

from dataclasses import dataclass

from core.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityFormPublished(Event):
    """Replies are judged by another form from now on."""

    quality_form_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleCalibrated(Event):
    """A second reviewer marked a reply that somebody had marked before."""

    sampled_reply_id: str
