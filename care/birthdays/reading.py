"""Who has their birthday soon, for people who know all customers; only of who agrees to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from auth.actor import Actor, Permission
from care.birthdays.days import birthday_of, keys_between, next_from
from care.documents.birthdays import BirthdaySuggestion
from care.documents.claims import ConsentPurpose
from care.documents.customers import Customer
from care.profiles import consented
from care.reading.customers import united
from core.errors import Forbidden, InvalidInput
from core.ids import derived_id
from core.records import by_ids

MOST_AHEAD: Final = 60
MOST_BIRTHDAYS: Final = 200


@dataclass(frozen=True, slots=True)
class Upcoming:
    """A birthday that is near, and what is suggested for it."""

    customer: Customer
    on: date
    turns: int
    suggestion: BirthdaySuggestion | None = None


def suggestion_id(customer_id: str, year: int) -> str:
    """Give the id of what is suggested for a customer's birthday in a year."""
    return derived_id("bdy", customer_id, str(year))


def require_reader(actor: Actor) -> None:
    """Raise Forbidden for who does not know all customers."""
    if not actor.may(Permission.CUSTOMER_READ) or actor.scoped:
        raise Forbidden(f"You need the permission {Permission.CUSTOMER_READ.value} for this.")


async def upcoming_birthdays(actor: Actor, today: date, days: int) -> list[Upcoming]:
    """List the birthdays from a day on, the next first, at most 200.

    Raises Forbidden without `customer:read`, InvalidInput for more than 60 days ahead.
    """
    require_reader(actor)
    if not 0 <= days <= MOST_AHEAD:
        raise InvalidInput(f"Look at most {MOST_AHEAD} days ahead.", path=("days",))
    near = (await birthdays_near(today, days))[:MOST_BIRTHDAYS]
    known = await by_ids(BirthdaySuggestion, [suggestion_id(one.customer.id, one.on.year) for one in near])
    return [Upcoming(one.customer, one.on, one.turns, _shown(known, one)) for one in near]


async def birthdays_near(today: date, days: int) -> list[Upcoming]:
    """List everybody who agrees and has their birthday soon, each once under the customer they are read as part of."""
    keys = sorted(set(keys_between(today, days)))
    born = await Customer.find({"birthday_key": {"$in": keys}}).to_list()
    whole = await united({customer.id: customer for customer in born})
    near: dict[str, Upcoming] = {}
    for customer in whole.values():
        day = birthday_of(customer)
        if day is None or not _agrees(customer):
            continue
        on = next_from(day, today)
        if (on - today).days <= days:
            near[customer.id] = Upcoming(customer, on, on.year - day.year)
    return sorted(near.values(), key=lambda one: (one.on, one.customer.display_name, one.customer.id))


async def suggestions_by_ids(actor: Actor, suggestion_ids: Sequence[str]) -> dict[str, BirthdaySuggestion]:
    """Give those of the suggestions that are still there to who knows all customers."""
    if not actor.may(Permission.CUSTOMER_READ) or actor.scoped:
        return {}
    found = await by_ids(BirthdaySuggestion, [one for one in suggestion_ids if one.startswith("bdy_")])
    return {one: suggestion for one, suggestion in found.items() if suggestion.deleted_at is None}


def _agrees(customer: Customer) -> bool:
    is_there = customer.deleted_at is None and customer.merged_into is None and not customer.is_practice
    return is_there and consented(customer.consents, ConsentPurpose.PERSONAL_DETAILS)


def _shown(known: dict[str, BirthdaySuggestion], one: Upcoming) -> BirthdaySuggestion | None:
    found = known.get(suggestion_id(one.customer.id, one.on.year))
    return found if found is not None and found.deleted_at is None else None
