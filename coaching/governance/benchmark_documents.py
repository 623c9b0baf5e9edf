"""What MongoDB keeps of benchmarks: what others measured, where that stands written, and what of ours it is compared with."""

from enum import StrEnum
from typing import ClassVar

from pymongo import ASCENDING, IndexModel

from core.records import PENDING_EVENTS, CreatedOnce


class BenchmarkMeasure(StrEnum):
    """What is compared; OTHER: something that the product does not count."""

    FIRST_RESPONSE_MEDIAN = "FIRST_RESPONSE_MEDIAN"
    FIRST_RESPONSE_P90 = "FIRST_RESPONSE_P90"
    WITHIN_TARGET_SHARE = "WITHIN_TARGET_SHARE"
    SATISFIED_SHARE = "SATISFIED_SHARE"
    REOPENED_SHARE = "REOPENED_SHARE"
    OTHER = "OTHER"


class BenchmarkUnit(StrEnum):
    """In what it is measured."""

    MINUTES = "MINUTES"
    HOURS = "HOURS"
    PERCENT = "PERCENT"
    NUMBER = "NUMBER"


class Benchmark(CreatedOnce):
    """A value, or a range of values, that others measured or ask for."""

    title: str
    measure: BenchmarkMeasure
    unit: BenchmarkUnit
    low: float
    high: float
    """The same as `low` where it is one value."""
    industry: str | None = None
    source: str
    source_url: str | None = None
    year: int | None = None
    note: str | None = None
    archived: bool = False

    class Settings:
        name = "benchmarks"
        indexes: ClassVar = [
            IndexModel([("archived", ASCENDING), ("title", ASCENDING), ("_id", ASCENDING)]),
            PENDING_EVENTS,
        ]
