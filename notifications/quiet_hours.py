"""When a member may be disturbed: quiet hours and the hours of digests, by the clock on the member's wall."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from core.wall_clock import instant
from notifications.documents import MailFrequency, NotificationPreferences, QuietHours

_HOUR = timedelta(hours=1)


def is_quiet(preferences: NotificationPreferences, moment: datetime) -> bool:
    """Tell whether a moment is in the member's quiet hours."""
    quiet = preferences.quiet
    return quiet is not None and _within(quiet, _minute(preferences, moment))


def earliest(preferences: NotificationPreferences, moment: datetime) -> datetime:
    """Give the first moment from this one on at which the member may be disturbed."""
    quiet = preferences.quiet
    if quiet is None or not _within(quiet, _minute(preferences, moment)):
        return moment
    return _next(preferences, quiet.ends, moment)


def leaves_at(preferences: NotificationPreferences, frequency: MailFrequency, moment: datetime) -> datetime:
    """Give when an e-mail leaves that tells of what happens at a moment: now, at the next full hour, at the daily digest's time.

    What would leave in the quiet hours leaves at their end, but for the daily digest, whose time the member chose.
    """
    match frequency:
        case MailFrequency.DAILY:
            return _next(preferences, preferences.digest_minute, moment)
        case MailFrequency.HOURLY:
            return earliest(preferences, moment.replace(minute=0, second=0, microsecond=0) + _HOUR)
        case _:
            return earliest(preferences, moment)


def _within(quiet: QuietHours, minute: int) -> bool:
    if quiet.begins <= quiet.ends:
        return quiet.begins <= minute < quiet.ends
    return minute >= quiet.begins or minute < quiet.ends


def _minute(preferences: NotificationPreferences, moment: datetime) -> int:
    shown = moment.astimezone(ZoneInfo(preferences.zone))
    return shown.hour * 60 + shown.minute


def _next(preferences: NotificationPreferences, minute: int, moment: datetime) -> datetime:
    """Give the first time after a moment at which the member's wall clock shows a minute of the day."""
    today = moment.astimezone(ZoneInfo(preferences.zone)).date()
    times = (instant(preferences.zone, today + timedelta(days=ahead), minute, 0) for ahead in range(3))
    return next(at for at in times if at > moment)
