"""What happens to what customers are told, as facts."""

from dataclasses import dataclass

from core.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeAdded(Event):
    """A customer is told of something in the portal."""

    notice_id: str
