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
    """A member read notifications, or made some unread again."""

    topics: ClassVar[tuple[str, ...]] = (NOTIFICATIONS,)

    member_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NotificationGrouped(Event):
    """A row of grouped notifications is new or has one more."""

    topics: ClassVar[tuple[str, ...]] = (NOTIFICATIONS,)

    group_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NotificationPreferencesChanged(Event):
    """A member wants to be told in another way, or their address turned out to be none."""

    member_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterPreferencesChanged(Event):
    """A customer wants other e-mails, or their address turned out to be none."""

    customer_id: str
