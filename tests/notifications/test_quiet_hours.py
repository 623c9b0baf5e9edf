"""When a member may be disturbed: by the clock on their wall, past midnight and where clocks are put forward."""

from datetime import UTC, datetime

import pytest

from notifications.documents import MailFrequency, NotificationPreferences, QuietHours
from notifications.quiet_hours import earliest, is_quiet, leaves_at

NIGHT = QuietHours(begins=22 * 60, ends=7 * 60 + 30)
NOON = QuietHours(begins=12 * 60, ends=13 * 60)


def preferences(quiet: QuietHours | None = None, zone: str = "Europe/Istanbul", digest: int = 8 * 60) -> NotificationPreferences:
    return NotificationPreferences(
        id="npf_1", member_id="mem_1", created_at=at("2026-03-01T00:00"), zone=zone, quiet=quiet, digest_minute=digest
    )


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("quiet", "moment", "expected"),
    [
        (NIGHT, "2026-03-10T18:59", False),
        (NIGHT, "2026-03-10T19:00", True),
        (NIGHT, "2026-03-11T04:29", True),
        (NIGHT, "2026-03-11T04:30", False),
        (NOON, "2026-03-10T09:30", True),
        (NOON, "2026-03-10T10:00", False),
        (None, "2026-03-10T23:00", False),
    ],
)
def test_quiet_hours_are_of_the_members_wall_clock(quiet: QuietHours | None, moment: str, *, expected: bool) -> None:
    assert is_quiet(preferences(quiet), at(moment)) is expected


@pytest.mark.parametrize(
    ("frequency", "quiet", "moment", "leaves"),
    [
        (MailFrequency.AT_ONCE, None, "2026-03-10T12:34", "2026-03-10T12:34"),
        (MailFrequency.AT_ONCE, NIGHT, "2026-03-10T20:00", "2026-03-11T04:30"),
        (MailFrequency.HOURLY, None, "2026-03-10T12:34", "2026-03-10T13:00"),
        (MailFrequency.HOURLY, None, "2026-03-10T13:00", "2026-03-10T14:00"),
        (MailFrequency.HOURLY, NIGHT, "2026-03-10T18:10", "2026-03-11T04:30"),
        (MailFrequency.DAILY, None, "2026-03-10T04:59", "2026-03-10T05:00"),
        (MailFrequency.DAILY, None, "2026-03-10T05:00", "2026-03-11T05:00"),
    ],
)
def test_mail_leaves_at_its_time(frequency: MailFrequency, quiet: QuietHours | None, moment: str, leaves: str) -> None:
    assert leaves_at(preferences(quiet), frequency, at(moment)) == at(leaves)


def test_digest_of_the_day_on_which_clocks_go_forward() -> None:
    berlin = preferences(zone="Europe/Berlin", digest=2 * 60 + 30)  # 02:30 is skipped on 29 March 2026

    assert leaves_at(berlin, MailFrequency.DAILY, at("2026-03-28T12:00")) == at("2026-03-29T01:00")
    assert leaves_at(berlin, MailFrequency.DAILY, at("2026-03-29T12:00")) == at("2026-03-30T00:30")


def test_nothing_waits_outside_of_quiet_hours() -> None:
    assert earliest(preferences(NIGHT), at("2026-03-10T12:00")) == at("2026-03-10T12:00")
