"""Cases as stored, made quickly for reports that read many."""

import itertools
from datetime import datetime, timedelta
from typing import Any

from care.cases.cycles import new_cycle
from care.documents.cases import Case
from care.documents.channels import ChannelKind
from care.documents.clocks import ResponseClock
from care.reports.ranges import ReportRange
from core.clock import now
from core.database import Database
from core.ids import new_id
from core.records import save

_numbers = itertools.count(10_000)


def last_hour() -> ReportRange:
    """Give the hour that ends in a minute."""
    return ReportRange.checked(now() - timedelta(minutes=59), now() + timedelta(minutes=1))


async def emptied(store: Database) -> None:
    """Take every case and message away, for the next example of a property."""
    for name in ("cases", "messages", "consultations"):
        await store[name].delete_many({})


async def store_case(*, opened_at: datetime | None = None, answered_after: int | None = None, **given: Any) -> Case:
    """Store a case that was first answered after so many seconds."""
    at = opened_at or now() - timedelta(minutes=50)
    due = at + timedelta(seconds=600)
    met = at + timedelta(seconds=answered_after) if answered_after is not None else None
    values: dict[str, Any] = {
        "id": new_id("case"),
        "created_at": at,
        "number": next(_numbers),
        "subject": "Nerede kaldı?",
        "channel_id": "chn_a",
        "channel_kind": ChannelKind.X,
        "opened_at": at,
        "updated_at": at,
        "first_response": ResponseClock(
            target_seconds=600, started_at=at, due_at=due, met_at=met, breached_at=due if met and met > due else None
        ),
        "cycles": [new_cycle(1, at)],
    }
    case = Case(**{**values, **given})
    await save(case)
    return case
