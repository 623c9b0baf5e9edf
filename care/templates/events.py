"""What happens to message templates, as facts."""

from dataclasses import dataclass

from core.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageTemplateChanged(Event):
    """A template is there, or is another one than before."""

    template_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageTemplateStopped(Event):
    """A template that could be sent can't be any more: the provider said so."""

    template_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateSyncAsked(Event):
    """The templates of a channel are to be read from its provider."""

    channel_id: str
