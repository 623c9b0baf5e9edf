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
