"""What MongoDB keeps of practice: scenarios, and the runs in which people go through them."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar, Final

from pydantic import BaseModel, Field
from pymongo import ASCENDING, IndexModel

from care.documents.channels import ChannelKind
from care.documents.conversations import Visibility
from core.records import PENDING_EVENTS, CreatedOnce, Record

HIGHEST_MARK: Final = 5
ABANDONED_AFTER: Final = timedelta(hours=24)
"""A run that nobody ended by then is over, paused or not."""


class InjectKind(StrEnum):
    """What an inject is: one message, many people at once, or a journalist who asks."""

    MESSAGE = "MESSAGE"
    TWEETSTORM = "TWEETSTORM"
    JOURNALIST = "JOURNALIST"


class PracticeRunStatus(StrEnum):
    """Where a run stands; a paused one is RUNNING."""

    RUNNING = "RUNNING"
    FINISHED = "FINISHED"
    ABANDONED = "ABANDONED"


class Persona(BaseModel):
    """Somebody who is played: invented, or the stand-in of somebody real."""

    key: str
    """How the injects of the scenario name them."""
    name: str
    handle: str
    followers: int | None = None
    about: str | None = None
    """What drives them, for facilitators."""


class Inject(BaseModel):
    """What a persona says, in which phase, and how long after the start."""

    persona: str
    phase: str
    after_minutes: int
    kind: InjectKind = InjectKind.MESSAGE
    visibility: Visibility = Visibility.PUBLIC
    texts: list[str]
    """One text; a tweetstorm has as many as people join in, each in a name of its own."""


class PlayedInject(Inject):
    """An inject in a run: when it is due there, and when it was played."""

    due_at: datetime
    played_at: datetime | None = None
    injected_by: str | None = None
    """Which facilitator added it while the run went on."""


class Criterion(BaseModel):
    """What marks are given by, and how much it counts."""

    key: str
    label: str
    weight: int


class Mark(BaseModel):
    """A mark from 0 to 5 by one criterion."""

    criterion: str
    mark: int
    remark: str | None = None


class Debrief(BaseModel):
    """What was said when a run was talked through."""

    went_well: str
    to_improve: str
    lessons: str | None = None
    by: str
    at: datetime


class PracticeScenario(CreatedOnce):
    """A story to practise: who speaks, and what they say when."""

    title: str
    summary: str
    level: int
    """How much social experience it asks for, from 1."""
    estimated_minutes: int
    channel_kind: ChannelKind
    personas: list[Persona]
    injects: list[Inject]
    """In the order in which they are due."""
    criteria: list[Criterion] = Field(default_factory=list)
    created_by: str
    archived: bool = False
    source_case_id: str | None = None
    """The real case that it was made of; None for one made by hand."""
    also_removed: list[str] = Field(default_factory=list)
    """What a person wanted to be gone beside what is known of the customer."""

    class Settings:
        name = "practice_scenarios"
        indexes: ClassVar = [
            IndexModel([("archived", ASCENDING), ("level", ASCENDING), ("_id", ASCENDING)]),
            PENDING_EVENTS,
        ]


class PracticeRun(CreatedOnce):
    """People going through a scenario; it keeps the scenario's people and injects as they were at the start."""

    gate_fields: ClassVar[tuple[str, ...]] = ("participants",)

    scenario_id: str
    channel_id: str
    participants: list[str]
    facilitators: list[str] = Field(default_factory=list)
    status: PracticeRunStatus = PracticeRunStatus.RUNNING
    personas: list[Persona]
    injects: list[PlayedInject]
    criteria: list[Criterion] = Field(default_factory=list)
    debrief: Debrief | None = None
    case_id: str
    """The case of the first inject; known before it is there."""
    case_ids: list[str]
    """All cases that came of it."""
    started_by: str
    started_at: datetime
    paused_at: datetime | None = None
    ended_at: datetime | None = None
    ended_by: str | None = None
    next_act_at: datetime | None = None

    def plan(self) -> None:
        """Say when there is something to do next: the first inject that is due, or giving the run up."""
        if self.status is not PracticeRunStatus.RUNNING:
            self.next_act_at = None
            return
        waiting = [] if self.paused_at else [inject.due_at for inject in self.injects if inject.played_at is None]
        self.next_act_at = min([*waiting, self.started_at + ABANDONED_AFTER])

    class Settings:
        name = "practice_runs"
        indexes: ClassVar = [
            IndexModel([("participants", ASCENDING), ("started_at", ASCENDING), ("_id", ASCENDING)]),
            IndexModel([("started_at", ASCENDING), ("_id", ASCENDING)]),
            IndexModel([("case_ids", ASCENDING)]),
            IndexModel([("scenario_id", ASCENDING), ("status", ASCENDING)]),
            IndexModel([("next_act_at", ASCENDING)], sparse=True),
            PENDING_EVENTS,
        ]


class PracticeScore(Record):
    """The marks of one facilitator for one member in one run; its id follows from the three."""

    gate_fields: ClassVar[tuple[str, ...]] = ("member_id",)

    run_id: str
    member_id: str
    scorer_id: str
    marks: list[Mark]
    points: float
    """From 0 to 100, by the weights that the run began with."""
    scored_at: datetime

    class Settings:
        name = "practice_scores"
        indexes: ClassVar = [
            IndexModel([("run_id", ASCENDING), ("scored_at", ASCENDING), ("_id", ASCENDING)]),
            IndexModel([("member_id", ASCENDING), ("scored_at", ASCENDING), ("_id", ASCENDING)]),
            PENDING_EVENTS,
        ]
