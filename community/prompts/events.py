"""What happens with prompts and campaigns, as facts."""

from dataclasses import dataclass

from core.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptChanged(Event):
    """A prompt was written, changed, scheduled or put away."""

    prompt_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptAsked(Event):
    """A prompt was asked, by a member or by its time; the question or the post follows under this id."""

    prompt_id: str
    asked_as: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignChanged(Event):
    """A campaign was begun or ended."""

    campaign_id: str
