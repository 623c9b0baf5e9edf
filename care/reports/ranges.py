"""The span of time that a report is about."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Self

from core.errors import InvalidInput

LONGEST: Final = timedelta(days=92)
"""A quarter of a year: what one report may be about."""


@dataclass(frozen=True, slots=True)
class ReportRange:
    """From an instant, inclusive, until another, exclusive."""

    since: datetime
    until: datetime

    @classmethod
    def checked(cls, since: datetime, until: datetime) -> Self:
        """Make a range; InvalidInput unless it ends after it begins, and at most 92 days later."""
        if until <= since:
            raise InvalidInput("A range ends after it begins: choose a later `until`.", path=("range", "until"))
        if until - since > LONGEST:
            message = f"A report is about at most {LONGEST.days} days: choose a shorter range."
            raise InvalidInput(message, path=("range", "until"))
        return cls(since, until)
