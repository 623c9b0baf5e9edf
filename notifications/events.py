"""What happens to notifications, as facts."""

from dataclasses import dataclass
from typing import ClassVar

from core.events import Event

NOTIFICATIONS = "NOTIFICATIONS"


@dataclass(frozen=True, slots=True, kw_only=True)
class NotificationAdded(Event):
    """A member was told of something."""

    topics: ClassVar[tuple[str, ...]] = (NOTIFICATIONS,)

    notification_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NotificationsRead(Event):
    """A member read notifications."""

    member_id: str
