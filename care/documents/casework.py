"""Parts of a case that say how it is worked on: put aside, handed over to another one, described by fields."""

from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel

from care.documents.templates import AutomaticPurpose
from core.text.intent import Intent


class ClosingKind(StrEnum):
    """By what a case was closed: the customer's word, their silence, a supervisor, or its being part of another one."""

    CONFIRMED = "CONFIRMED"
    NO_ANSWER = "NO_ANSWER"
    OVERRIDDEN = "OVERRIDDEN"
    MERGED = "MERGED"


class IntentCorrection(BaseModel):
    """That a member said what the customer of a case wants."""

    before: Intent | None = None
    after: Intent
    by: str
    at: datetime


class Snooze(BaseModel):
    """A case put aside until a time, or with none until the customer says something."""

    at: datetime
    by: str
    until: datetime | None = None
    status_before: str
    """What the case was, to go back to."""


class Split(BaseModel):
    """A part of a case that became another one, kept until that one is there; `id` is the new case's."""

    id: str
    number: int
    subject: str
    request_subject: str | None = None
    conversation_ids: list[str]
    message_id: str | None = None
    since: datetime | None = None
    """From when on what was said went over; None: whole conversations."""
    waits_since: datetime | None = None
    at: datetime
    by: str
    done_at: datetime | None = None
    fingerprint: str | None = None


class AssignmentReason(StrEnum):
    """Why a case is with whom it is with, or with nobody."""

    BY_HAND = "BY_HAND"
    ROUND_ROBIN = "ROUND_ROBIN"
    LEAST_LOAD = "LEAST_LOAD"
    SKILL = "SKILL"
    LAST_ENGAGED = "LAST_ENGAGED"
    BACKUP = "BACKUP"
    NOBODY_FITS = "NOBODY_FITS"
    HANDED_OVER = "HANDED_OVER"


class DepartmentMove(BaseModel):
    """That a case went from one department, or none, to another."""

    before: str | None
    after: str
    at: datetime
    by: str
    note: str | None = None
    taken_at: datetime | None = None
    """When somebody took it up there; None: nobody yet."""


class AssignmentObstacle(StrEnum):
    """What left nobody to give a case to: the first thing that none of the policy's members had."""

    NOBODY_ON_SHIFT = "NOBODY_ON_SHIFT"
    NOBODY_AVAILABLE = "NOBODY_AVAILABLE"
    NOBODY_ALLOWED = "NOBODY_ALLOWED"
    NOBODY_SKILLED = "NOBODY_SKILLED"
    NOBODY_FREE = "NOBODY_FREE"


class Assignment(BaseModel):
    """A decision on who works on a case."""

    number: int
    """From 1, how many were made in the case so far."""
    at: datetime
    member_id: str | None
    """None: nobody."""
    reason: AssignmentReason
    obstacle: AssignmentObstacle | None = None
    by: str | None = None
    """Who decided; None: a policy."""
    policy_id: str | None = None
    policy_name: str | None = None
    """As the policy was called then."""
    taken_from: str | None = None
    """Whose shift had ended."""


MOST_WITHHELD = 20


class WithheldReply(BaseModel):
    """Something that was to be said by itself and was not: free words were not taken, and no template is there for it."""

    message_id: str
    conversation_id: str
    purpose: AutomaticPurpose
    at: datetime


class Standing(BaseModel):
    """How a customer spoke of the company over some messages: what its reputation was before a case, or after it."""

    score_total: float = 0.0
    messages: int = 0
    public: bool = False
    """Whether any of it could be read by everybody."""
    last_at: datetime
