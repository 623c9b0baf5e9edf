"""The terms of a promise to customers: how long it may take, in which hours, what halts it and who hears when it runs short."""

import re
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import Annotated, Final

from pydantic import BaseModel, BeforeValidator, Field
from pydantic_core import PydanticCustomError

from auth.actor import Role

MINUTES_OF_A_DAY: Final = 24 * 60

_TIME: Final = re.compile(r"([01][0-9]|2[0-4]):([0-5][0-9])")


class Halt(StrEnum):
    """While what a clock may stand."""

    WAITING_FOR_CUSTOMER = "WAITING_FOR_CUSTOMER"
    SNOOZED = "SNOOZED"


class Renewal(StrEnum):
    """Upon what a clock may start anew."""

    CUSTOMER_WROTE = "CUSTOMER_WROTE"
    CUSTOMER_ANSWERED = "CUSTOMER_ANSWERED"
    REOPENED = "REOPENED"


class TargetKind(StrEnum):
    """Who is told: somebody by their part in the case, by name, or by what they are for."""

    ASSIGNEE = "ASSIGNEE"
    MEMBER = "MEMBER"
    ROLE = "ROLE"
    MANAGERS = "MANAGERS"
    ON_DUTY = "ON_DUTY"


class Target(BaseModel):
    """One of those who are told; a MEMBER has an id, a ROLE a role."""

    kind: TargetKind
    member_id: str | None = None
    role: Role | None = None

    @property
    def code(self) -> str:
        """Give the target as an event carries it, `MEMBER:mem_1`."""
        of = self.member_id or (self.role.value if self.role else None)
        return f"{self.kind.value}:{of}" if of else self.kind.value


def target_of(code: str) -> Target:
    """Read a target from an event."""
    kind, _, of = code.partition(":")
    match TargetKind(kind):
        case TargetKind.MEMBER:
            return Target(kind=TargetKind.MEMBER, member_id=of)
        case TargetKind.ROLE:
            return Target(kind=TargetKind.ROLE, role=Role(of))
        case other:
            return Target(kind=other)


class WarningStep(BaseModel):
    """A word before a clock runs out: when so much of its time has gone, told to whom."""

    elapsed_percent: int
    targets: list[Target]


class EscalationStep(BaseModel):
    """A word after a clock ran out and still nobody has acted: so many minutes later, told to whom."""

    after_minutes: int
    targets: list[Target]


def _minute(given: object) -> object:
    if not isinstance(given, str):
        return given
    matched = _TIME.fullmatch(given)
    if matched is None:
        raise PydanticCustomError("time", "Write the time as 09:30, up to 24:00")
    return int(matched[1]) * 60 + int(matched[2])


Minute = Annotated[int, BeforeValidator(_minute)]
"""A minute of a day, which people write as `09:30`."""


class Block(BaseModel):
    """Hours of a day, in minutes from its midnight; 1440 is the end of the day."""

    opens: Minute
    closes: Minute


class WeeklyBlock(Block):
    """Hours of a day of the week, 1 Monday to 7 Sunday."""

    weekday: int


class ExceptionalDay(BaseModel):
    """A day that is not like its day of the week: a holiday has no hours at all."""

    day: str
    """As ISO 8601 says it, `2026-12-31`."""
    name: str
    blocks: list[Block] = Field(default_factory=list)


class BusinessHours(BaseModel):
    """When the company works: a zone of the IANA database, the week, and the days that differ."""

    zone: str
    week: list[WeeklyBlock]
    exceptions: list[ExceptionalDay] = Field(default_factory=list)


@lru_cache(maxsize=256)
def _hours_of(text: str) -> BusinessHours:
    return BusinessHours.model_validate_json(text)


def _assignee() -> list[Target]:
    return [Target(kind=TargetKind.ASSIGNEE)]


def _late() -> list[Target]:
    return [Target(kind=TargetKind.ASSIGNEE), Target(kind=TargetKind.MANAGERS)]


def _half() -> list[WarningStep]:
    return [WarningStep(elapsed_percent=50, targets=_assignee())]


class ClockTerms(BaseModel):
    """What one clock promises. A running clock holds its own copy, with the hours it is counted in."""

    target_minutes: int | None
    """None: nothing is promised."""
    calendar_id: str | None = None
    """The business calendar to count in; None: around the clock."""
    hours_text: str | None = None
    """The calendar's hours as they were when the case got the terms, as JSON, for cases are read far more often than time
    is counted; None in a policy, which names the calendar."""
    halts: list[Halt] = Field(default_factory=list)
    renewals: list[Renewal] = Field(default_factory=list)
    holding_reply_counts: bool = False
    """Whether a holding reply meets the clock."""
    warnings: list[WarningStep] = Field(default_factory=_half)
    breach_targets: list[Target] = Field(default_factory=_late)
    escalations: list[EscalationStep] = Field(default_factory=list)

    @property
    def hours(self) -> BusinessHours | None:
        """Give the hours that the clock is counted in; None: around the clock."""
        return _hours_of(self.hours_text) if self.hours_text else None


CLOCKS = ("first_response", "next_response", "resolution")
"""The clocks of a case, by the names of its fields."""

DEFAULT_TERMS: dict[str, ClockTerms] = {
    "first_response": ClockTerms(target_minutes=30),
    "next_response": ClockTerms(target_minutes=30),
    "resolution": ClockTerms(target_minutes=72 * 60, halts=[Halt.WAITING_FOR_CUSTOMER]),
}
"""What the company promises where no policy says otherwise: an answer within 30 minutes, around the clock."""


class Escalation(BaseModel):
    """A step of escalation that was taken: its place among the steps of the terms, from 0."""

    step: int
    at: datetime


class AppliedPolicy(BaseModel):
    """Which policy gave a case its terms, as it was then: the clocks hold the terms themselves."""

    policy_id: str
    name: str
    version: int
    applied_at: datetime
