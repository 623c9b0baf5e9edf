"""What people hand in of calendars and policies, and the bounds of it."""

from itertools import pairwise
from typing import Annotated, Any, Final, Self, TypeVar

from pydantic import AfterValidator, BaseModel, Field, model_validator
from pydantic_core import PydanticCustomError

from care.documents.case_states import CaseOrigin, Priority
from care.documents.channels import ChannelKind, Environment
from care.documents.customers import Lifecycle
from care.documents.promises import MINUTES_OF_A_DAY, Block, Halt, Renewal, Target, TargetKind, WeeklyBlock
from community.drafts import Day, TagNames, Zone, ids, slug_of, text

LONGEST_TARGET: Final = 90 * MINUTES_OF_A_DAY
SHORTEST_WEEK: Final = 60
MOST_EXCEPTIONS: Final = 100
MOST_BLOCKS: Final = 50
MOST_TARGETS: Final = 10
MOST_WARNINGS: Final = 5
MOST_ESCALATIONS: Final = 10
MOST_VALUES: Final = 20

Name = Annotated[str, text(1, 100, lines="one")]
DISORDERED: Final = "Blocks of a day must not overlap, and each must open before it closes"


def _distinct(given: list[Any]) -> list[Any]:
    return list(dict.fromkeys(given))


ValueT = TypeVar("ValueT")
Values = Annotated[list[ValueT], AfterValidator(_distinct)]
"""Values of an enum, each once."""


def _is_orderly(blocks: list[Block]) -> bool:
    ordered = sorted(blocks, key=lambda block: block.opens)
    apart = all(one.closes <= next_one.opens for one, next_one in pairwise(ordered))
    return apart and all(0 <= block.opens < block.closes <= MINUTES_OF_A_DAY for block in blocks)


def _orderly_day(given: list[Block]) -> list[Block]:
    if not _is_orderly(given):
        raise PydanticCustomError("blocks", DISORDERED)
    return given


def _orderly_week(given: list[WeeklyBlock]) -> list[WeeklyBlock]:
    if any(not 1 <= block.weekday <= 7 for block in given):  # noqa: PLR2004 - days of the week
        raise PydanticCustomError("weekday", "Days of the week are 1, Monday, to 7, Sunday")
    if not all(_is_orderly([block for block in given if block.weekday == weekday]) for weekday in range(1, 8)):
        raise PydanticCustomError("blocks", DISORDERED)
    if sum(block.closes - block.opens for block in given) < SHORTEST_WEEK:
        raise PydanticCustomError("week", "Open for at least {least} minutes a week", {"least": SHORTEST_WEEK})
    return given


class ExceptionDraft(BaseModel):
    """A day unlike others; with no blocks a holiday."""

    day: Day
    name: Name
    blocks: Annotated[list[Block], Field(max_length=MOST_BLOCKS), AfterValidator(_orderly_day)] = Field(default_factory=list)


def _each_day_once(given: list[ExceptionDraft]) -> list[ExceptionDraft]:
    if len({exception.day for exception in given}) < len(given):
        raise PydanticCustomError("twice", "Name each day once")
    return sorted(given, key=lambda exception: exception.day)


Week = Annotated[list[WeeklyBlock], Field(max_length=MOST_BLOCKS), AfterValidator(_orderly_week)]
Exceptions = Annotated[list[ExceptionDraft], Field(max_length=MOST_EXCEPTIONS), AfterValidator(_each_day_once)]


class CalendarDraft(BaseModel):
    """A calendar to make."""

    name: Name
    zone: Zone
    week: Week
    exceptions: Exceptions = Field(default_factory=list)


class CalendarChange(BaseModel):
    """What to change of a calendar; None stays as it is."""

    calendar_id: str
    name: Name | None = None
    zone: Zone | None = None
    week: Week | None = None
    exceptions: Exceptions | None = None


class TargetDraft(Target):
    """Who is to be told."""

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.kind is TargetKind.MEMBER) is not (self.member_id is not None):
            raise PydanticCustomError("target", "A target of the kind MEMBER, and only that, names a member")
        if (self.kind is TargetKind.ROLE) is not (self.role is not None):
            raise PydanticCustomError("target", "A target of the kind ROLE, and only that, names a role")
        return self


Targets = Annotated[list[TargetDraft], Field(min_length=1, max_length=MOST_TARGETS)]


class WarningDraft(BaseModel):
    """A warning, by the share of the time that has gone."""

    elapsed_percent: Annotated[int, Field(ge=1, le=99)]
    targets: Targets


class EscalationDraft(BaseModel):
    """A step of escalation, by the minutes since the clock ran out."""

    after_minutes: Annotated[int, Field(ge=0, le=LONGEST_TARGET)]
    targets: Targets


def _rising_warnings(given: list[WarningDraft]) -> list[WarningDraft]:
    if len({warning.elapsed_percent for warning in given}) < len(given):
        raise PydanticCustomError("twice", "Warn at each share of the time once")
    return sorted(given, key=lambda warning: warning.elapsed_percent)


def _rising_steps(given: list[EscalationDraft]) -> list[EscalationDraft]:
    return sorted(given, key=lambda step: step.after_minutes)


class ClockDraft(BaseModel):
    """The terms of a clock; None takes what the product does by default, but for the target: None promises nothing."""

    target_minutes: Annotated[int, Field(ge=1, le=LONGEST_TARGET)] | None = None
    calendar_id: str | None = None
    halts: Values[Halt] | None = None
    renewals: Values[Renewal] | None = None
    holding_reply_counts: bool = False
    warnings: Annotated[list[WarningDraft], Field(max_length=MOST_WARNINGS), AfterValidator(_rising_warnings)] | None = None
    breach_targets: Targets | None = None
    escalations: Annotated[list[EscalationDraft], Field(max_length=MOST_ESCALATIONS), AfterValidator(_rising_steps)] | None = None


def _slugs(given: list[str]) -> list[str]:
    return list(dict.fromkeys(map(slug_of, given)))


class ConditionsDraft(BaseModel):
    """Which cases a policy is for."""

    channel_kinds: Values[ChannelKind] = Field(default_factory=list)
    channel_ids: Annotated[list[str], ids(MOST_VALUES, "channels")] = Field(default_factory=list)
    priorities: Values[Priority] = Field(default_factory=list)
    tags: Annotated[TagNames, AfterValidator(_slugs)] = Field(default_factory=list)
    lifecycles: Values[Lifecycle] = Field(default_factory=list)
    origins: Values[CaseOrigin] = Field(default_factory=list)
    environments: Values[Environment] = Field(default_factory=list)


class PolicyDraft(BaseModel):
    """A policy to make; a clock that is not given is the product's default."""

    name: Name
    conditions: ConditionsDraft = Field(default_factory=ConditionsDraft)
    first_response: ClockDraft | None = None
    next_response: ClockDraft | None = None
    resolution: ClockDraft | None = None


class PolicyChange(BaseModel):
    """What to change of a policy; None stays as it is, and what is given is taken whole."""

    policy_id: str
    name: Name | None = None
    conditions: ConditionsDraft | None = None
    first_response: ClockDraft | None = None
    next_response: ClockDraft | None = None
    resolution: ClockDraft | None = None
