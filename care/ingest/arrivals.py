"""What one event needs of its delivery: the channel, the clock, and names for what has none."""

from dataclasses import dataclass
from datetime import datetime

from care.documents.channels import Channel
from core.ids import derived_id


@dataclass(frozen=True, slots=True)
class Arrival:
    """One event of a delivery, by its place."""

    channel: Channel
    delivery_id: str
    received_at: datetime
    place: int

    @property
    def key(self) -> str:
        """Give a name that this event has for ever and no other has."""
        return f"{self.delivery_id}:{self.place}"

    def unparsed_id(self) -> str:
        """Give the id of the message that stands for this event when it can't be understood."""
        return derived_id("msg", self.channel.id, "", "event", self.key)
