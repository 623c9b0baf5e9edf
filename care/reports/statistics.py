"""The numbers of reports, purely and exactly: nearest-rank percentiles and shares."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Self

MEDIAN = 50
NINETIETH = 90


@dataclass(frozen=True, slots=True)
class Spread:
    """How many spans of time there are, and their median and 90th percentile in seconds; None of no spans."""

    counted: int
    median_seconds: int | None
    p90_seconds: int | None

    @classmethod
    def of(cls, seconds: Sequence[int]) -> Self:
        """Sum up spans of time."""
        ranked = sorted(seconds)
        return cls(len(ranked), nearest_rank(ranked, MEDIAN), nearest_rank(ranked, NINETIETH))


def nearest_rank(ranked: Sequence[int], percent: int) -> int | None:
    """Give the smallest value that at least so many percent of the values do not pass, None of no values.

    The values must be sorted. The outcome always is one of them, never something between two.
    """
    return ranked[max(math.ceil(len(ranked) * percent / 100), 1) - 1] if ranked else None


def share(part: int, whole: int) -> float | None:
    """Give the part of the whole from 0 to 1, None of nothing."""
    return part / whole if whole else None


def seconds_between(begin: datetime | None, end: datetime | None) -> int | None:
    """Give the whole seconds from one instant to another, 0 if they stand the other way; None unless both are known."""
    if begin is None or end is None:
        return None
    return max(int((end - begin).total_seconds()), 0)
