"""What an answer by a customer has beside its words."""

from datetime import datetime

from pydantic import BaseModel


class PeerStanding(BaseModel):
    """What was decided about a customer's answer; it is held (`Answer.held_at`) until then."""

    published_at: datetime | None = None
    decided_by: str | None = None
    """The member who published or declined it; None: the company trusts who wrote it."""
    declined_because: str | None = None
