"""When replies leave: 15 s after they were written, for they may be undone, or at a time of their author's."""

from datetime import datetime, timedelta
from typing import Final

from care.documents.conversations import DeliveryStatus
from care.documents.under_way import Outgoing
from core.errors import InvalidInput

UNDO_WITHIN: Final = timedelta(seconds=15)
LATEST: Final = timedelta(days=365)


def schedule(entry: Outgoing, send_at: datetime | None, *, undoable: bool) -> None:
    """Let a reply wait for its time; one that waits for a mentor is scheduled once it was released."""
    if send_at is not None:
        entry.leaves_at = send_at
    elif undoable and entry.state is DeliveryStatus.QUEUED:
        entry.leaves_at = entry.created_at + UNDO_WITHIN
    if entry.leaves_at is not None and entry.state is DeliveryStatus.QUEUED:
        entry.state = DeliveryStatus.SCHEDULED


def require_ahead(entry: Outgoing) -> None:
    """Refuse a time that is past or over a year away, InvalidInput."""
    check_ahead(entry.leaves_at, entry.created_at)


def check_ahead(leaves_at: datetime | None, at: datetime) -> None:
    """Refuse a time that is not ahead of an instant, or over a year away from it, InvalidInput."""
    if leaves_at is not None and not at < leaves_at <= at + LATEST:
        raise InvalidInput("Choose a time from now on, at most a year away.", path=("send_at",))
