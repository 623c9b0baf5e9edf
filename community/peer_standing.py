"""What an answer by a customer has beside its words."""

from datetime import datetime

from pydantic import BaseModel


class PeerStanding(BaseModel):
    """Where a customer's answer stands: held until a member publishes or declines it."""

    held_at: datetime | None = None
    """Since when it waits; None: somebody decided, or nobody had to."""
    published_at: datetime | None = None
    decided_by: str | None = None
    """The member who published or declined it; None: the company trusts who wrote it."""
    declined_because: str | None = None
