"""Parts of a case that say how it is worked on: put aside, handed over to another one, described by fields."""

from datetime import datetime

from pydantic import BaseModel


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


class Standing(BaseModel):
    """How a customer spoke of the company over some messages: what its reputation was before a case, or after it."""

    score_total: float = 0.0
    messages: int = 0
    public: bool = False
    """Whether any of it could be read by everybody."""
    last_at: datetime
