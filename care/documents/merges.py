"""What a case hands over: a duplicate to the one that goes on, a split case to the one that becomes another customer's."""

from datetime import datetime

from pydantic import BaseModel, Field

from care.documents.clocks import ResponseClock
from care.documents.mistakes import Mistake
from care.documents.obligations import Obligation
from care.documents.under_way import Incoming, Outgoing

MERGED = "MERGED"
"""Why a case was closed that is part of another one now."""


class Merge(BaseModel):
    """What a duplicate hands over to the case that it became part of, kept until that one has it."""

    into: str
    at: datetime
    by: str
    reason: str | None = None
    waiting: ResponseClock | None = None
    """The earliest clock that an answer was awaited by."""
    resolution: ResponseClock | None = None
    obligations: list[Obligation] = Field(default_factory=list)
    incoming: list[Incoming] = Field(default_factory=list)
    outgoing: list[Outgoing] = Field(default_factory=list)
    mistakes: list[Mistake] = Field(default_factory=list)
    moved_at: datetime | None = None
    """When everything had gone over."""


class Parted(BaseModel):
    """What a split-off case takes along because it is another customer's after all; `id` is that case's, as its split's."""

    id: str
    customer_id: str
    like: str | None = None
    """The case that had been merged into this one, whose subject, labels and fields the new case has again."""
    left: list[str] = Field(default_factory=list)
    obligations: list[Obligation] = Field(default_factory=list)
    incoming: list[Incoming] = Field(default_factory=list)
    outgoing: list[Outgoing] = Field(default_factory=list)
