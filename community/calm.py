"""What is kept in a question, a page, a post or a space that moderators calm down: slow mode, a lock, and what was done."""

from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, Field

from core.clock import now


class CalmAct(StrEnum):
    """What a moderator does to calm something down, or to let it go on."""

    SLOW_DOWN = "SLOW_DOWN"
    SPEED_UP = "SPEED_UP"
    LOCK = "LOCK"
    UNLOCK = "UNLOCK"


class SlowMode(BaseModel):
    """Each member contributes at most once in so many seconds."""

    seconds: int
    reason: str
    by: str
    since: datetime
    until: datetime | None = None


class Lock(BaseModel):
    """Nobody but moderators writes or changes anything."""

    reason: str
    by: str
    since: datetime
    until: datetime | None = None


class CalmEntry(BaseModel):
    """One act, kept until the log has it."""

    number: int
    act: CalmAct
    reason: str
    by: str
    at: datetime


class Calm(BaseModel):
    """How something is calmed down; what has run out counts no more."""

    slow_mode: SlowMode | None = None
    lock: Lock | None = None
    entries: list[CalmEntry] = Field(default_factory=list)
    """The latest acts, the last one last; `number` counts all of them."""

    def slow_now(self) -> SlowMode | None:
        """Give the slow mode that holds now."""
        return self.slow_mode if _holds(self.slow_mode) else None

    def lock_now(self) -> Lock | None:
        """Give the lock that holds now."""
        return self.lock if _holds(self.lock) else None


def _holds(measure: SlowMode | Lock | None) -> bool:
    return measure is not None and (measure.until is None or measure.until > now())
