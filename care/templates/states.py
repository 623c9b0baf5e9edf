"""What a provider says of a template by itself, between two readings: approved, rejected, paused, rated."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from care.documents.channels import Channel
from care.documents.conversations import Message
from care.documents.templates import MessageTemplate, TemplateQuality, TemplateState
from care.templates.events import MessageTemplateChanged, MessageTemplateStopped
from core.clock import now
from core.logs import log
from core.records import change

LONGEST_REASON: Final = 500
_AHEAD: Final = timedelta(minutes=5)
"""A provider's clock may be so far ahead; what is said to be of later is of now."""

logger = log(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateNews:
    """What a provider told of a template; `tells_state` also where it stands as before, for a reason."""

    name: str
    language: str
    state: TemplateState | None
    tells_state: bool
    reason: str | None
    quality: TemplateQuality | None
    told_at: datetime | None


async def keep_state(channel: Channel, told: TemplateNews, received_at: datetime) -> None:
    """Keep what the provider told of a template; older words than the last ones change nothing. Can run twice.

    One that is not kept here comes with the next reading.
    """
    place = {"channel_id": channel.id, "name": told.name, "language": told.language}
    template = await MessageTemplate.find_one(place)
    if template is None:
        logger.info("template.unknown", channel=channel.id, name=told.name, language=told.language)
        return
    at = told.told_at if told.told_at is not None and told.told_at <= received_at + _AHEAD else received_at
    await change(template, lambda current: _follow(current, told, at))


def _follow(template: MessageTemplate, told: TemplateNews, at: datetime) -> None:
    before, was_usable = template.model_dump(), template.usable
    if told.quality is not None:
        template.quality = told.quality
    if told.tells_state and (template.told_at is None or template.told_at <= at):
        template.state, template.told_at = told.state or template.state, at
        template.reason = told.reason[:LONGEST_REASON] if told.reason else None
    if template.model_dump() != before:
        template.synchronised_at = now()
        note_change(template, was_usable=was_usable)


def note_change(template: MessageTemplate, *, was_usable: bool) -> None:
    """Tell that a template is another one than before, and where that is so, that it can't be sent any more."""
    template.record(MessageTemplateChanged(template_id=template.id))
    if was_usable and not template.usable:
        template.record(MessageTemplateStopped(template_id=template.id))


async def is_used(template: MessageTemplate) -> bool:
    """Tell whether a template leaves by itself, or was ever sent."""
    return bool(template.automatic) or await Message.find_one({"template.template_id": template.id}) is not None
