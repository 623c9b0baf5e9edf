"""What people hand in about shifts, and what must hold of it."""

from datetime import date, datetime, timedelta
from typing import Annotated, Final

from pydantic import AfterValidator, AwareDatetime, BaseModel, Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from care.documents.promises import Minute
from care.duty import MOST_MINUTES
from community.drafts import Day, Zone, ids, text

MOST_CHANNELS: Final = 50
MOST_MEMBERS: Final = 100
MOST_SKILLS: Final = 20
EVERY_DAY: Final = (1, 2, 3, 4, 5, 6, 7)
LONGEST_SHIFT: Final = timedelta(hours=24)
LONGEST_LEAVE: Final = timedelta(days=366)
_FROM: Final = date(2000, 1, 1)
_UNTIL: Final = date(2100, 1, 1)


def _near(given: datetime) -> datetime:
    if not _FROM <= given.date() < _UNTIL:
        raise PydanticCustomError("time", "Choose a time from 2000 to 2099")
    return given


def _near_day(given: str) -> str:
    if not _FROM <= date.fromisoformat(given) < _UNTIL:
        raise PydanticCustomError("day", "Choose a day from 2000 to 2099")
    return given


def _filled(given: list[str]) -> list[str]:
    if not given:
        raise PydanticCustomError("empty", "Name at least one")
    return given


def _weekdays(given: list[int]) -> list[int]:
    if not given or not set(EVERY_DAY).issuperset(given):
        raise PydanticCustomError("weekdays", "Name days from 1 (Monday) to 7 (Sunday), at least one")
    return sorted(set(given))


def _of_a_day(given: int) -> int:
    if not 0 <= given < MOST_MINUTES:
        raise PydanticCustomError("time", "A day's hours begin from 00:00 to 23:59")
    return given


Instant = Annotated[AwareDatetime, AfterValidator(_near)]
NearDay = Annotated[Day, AfterValidator(_near_day)]
ChannelIds = Annotated[list[str], ids(MOST_CHANNELS, "channels"), AfterValidator(_filled)]
MemberIds = Annotated[list[str], ids(MOST_MEMBERS, "members"), AfterValidator(_filled)]
SkillIds = Annotated[list[str], ids(MOST_SKILLS, "skills")]
Weekdays = Annotated[list[int], AfterValidator(_weekdays)]
Name = Annotated[str, text(1, 100, lines="one")]
Note = Annotated[str, text(1, 5_000)]


class SpanDraft(BaseModel):
    """A span of time that ends after it begins."""

    starts_at: Instant
    ends_at: Instant

    @field_validator("ends_at")
    @classmethod
    def _is_forward(cls, given: datetime, known: ValidationInfo) -> datetime:
        begin = known.data.get("starts_at")  # not there when it was wrong itself
        if begin is not None and given <= begin:
            raise PydanticCustomError("span", "It must end after it begins")
        return given


class ShiftDraft(SpanDraft):
    """A shift to plan."""

    member_id: str
    channel_ids: ChannelIds


class LeaveDraft(SpanDraft):
    """A time in which a member is away."""

    member_id: str


class RotationDraft(BaseModel):
    """A rotation to make."""

    name: Name
    channel_ids: ChannelIds
    member_ids: MemberIds
    zone: Zone
    starts_on: NearDay
    ends_on: NearDay | None = None
    turn_days: Annotated[int, Field(ge=1, le=366)]
    starts: Annotated[Minute, AfterValidator(_of_a_day)]
    minutes: Annotated[int, Field(ge=15, le=MOST_MINUTES)]
    weekdays: Weekdays = Field(default_factory=lambda: list(EVERY_DAY))


class CoverageDraft(BaseModel):
    """What a channel needs at every instant."""

    channel_id: str
    least_members: Annotated[int, Field(ge=0, le=100)] = 1
    skill_ids: SkillIds = Field(default_factory=list)


class HandoverDraft(BaseModel):
    """What the next one must know."""

    shift_id: str
    note: Note
