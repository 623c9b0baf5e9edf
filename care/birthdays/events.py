"""What happens to birthdays, as facts; never whose day it is."""

from dataclasses import dataclass

from core.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class BirthdaySuggested(Event):
    """A customer who agreed to it has their birthday soon."""

    suggestion_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BirthdaySettled(Event):
    """Somebody greeted the customer, or decided not to."""

    suggestion_id: str
