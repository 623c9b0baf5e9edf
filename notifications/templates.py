"""Who is told that a message template can't be sent any more: those who look after channels."""

from typing import Final

from auth.actor import PERMISSIONS, Permission
from care.documents.templates import MessageTemplate
from care.templates.events import MessageTemplateStopped
from care.templates.states import is_used
from core.events import Recorded
from core.handlers import Handlers
from notifications.announcements import notify
from notifications.documents import NotificationKind
from notifications.recipients import members_holding

_LOOKING_AFTER: Final = tuple(role for role, rights in PERMISSIONS.items() if Permission.CHANNEL_MANAGE in rights)


def subscribe(handlers: Handlers) -> None:
    """Tell people from the moment this is first started."""
    handlers.group("notifications.message_templates", start="head").on(MessageTemplateStopped, tell_of_stop)


async def tell_of_stop(event: Recorded[MessageTemplateStopped]) -> None:
    """Tell whoever manages channels, where the template is used; one that is in use again by now is told of all the same."""
    template = await MessageTemplate.get(event.fact.template_id)
    if template is not None and await is_used(template):
        told = await members_holding(_LOOKING_AFTER)
        subject = f"{template.name} ({template.language})"
        await notify(told, NotificationKind.TEMPLATE_STOPPED, subject=subject, target_id=template.id, cause=event)
