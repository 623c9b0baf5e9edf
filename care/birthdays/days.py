"""When somebody has their birthday, purely: days of the calendar where they live, and 29 February in other years."""

from collections.abc import Iterator
from datetime import date, timedelta

from care.documents.customers import Customer

LEAP_DAY = "02-29"


def celebrated_in(birthday: date, year: int) -> date:
    """Give the day in a year: who was born on 29 February has it on the 28th when there is none."""
    try:
        return birthday.replace(year=year)
    except ValueError:
        return date(year, 2, 28)


def next_from(birthday: date, day: date) -> date:
    """Give the first birthday that is not over on a day."""
    this_year = celebrated_in(birthday, day.year)
    return this_year if this_year >= day else celebrated_in(birthday, day.year + 1)


def keys_between(first: date, days: int) -> Iterator[str]:
    """Give the keys of everybody who has their birthday within so many days from a day on."""
    for ahead in range(days + 1):
        day = first + timedelta(days=ahead)
        yield f"{day:%m-%d}"
        if (day.month, day.day) == (2, 28) and (day + timedelta(days=1)).month == 3:  # noqa: PLR2004 - the end of February
            yield LEAP_DAY


def birthday_of(customer: Customer) -> date | None:
    """Give the day somebody was born, as their profile says; None where it says nothing of it."""
    value = customer.born_on
    return date.fromisoformat(value) if value is not None else None
