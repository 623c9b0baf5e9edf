"""What happens to orders, as facts."""

from dataclasses import dataclass

from core.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRecorded(Event):
    """An order is there, or is another one than before."""

    order_id: str
    customer_id: str
