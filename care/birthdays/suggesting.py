"""Suggesting to greet customers: made a week ahead, settled by a member, forgotten with the consent. Nothing is ever sent."""

from datetime import date, timedelta
from typing import Annotated, Final

from pydantic import BaseModel
from pymongo.errors import DuplicateKeyError

from auth.actor import Actor, Permission
from care.birthdays.events import BirthdaySettled, BirthdaySuggested
from care.birthdays.reading import Upcoming, birthdays_near, require_reader, suggestion_id, suggestions_by_ids
from care.documents.birthdays import BirthdayState, BirthdaySuggestion
from care.documents.customers import Customer
from care.profiles import consented
from care.reading.customers import same_customers, united
from community.drafts import text
from core.clock import now
from core.errors import AlreadyDone, Forbidden, NotFound
from core.records import change, save

AHEAD: Final = 7
"""How many days before a birthday it is suggested: early enough wherever on earth its day begins."""
_OVER_EVERYWHERE: Final = timedelta(hours=12)
"""How long after a day's end in UTC it ends in the last zone."""
_AT_ONCE: Final = 500


class BirthdayDraft(BaseModel):
    """What came of a suggestion."""

    suggestion_id: str
    greeted: bool
    note: Annotated[str, text(1, 500, lines="one")] | None = None


async def suggest_birthdays() -> int:
    """Suggest everybody's birthday of the next week, and let go those that are over; give how many are new. Can run twice.

    What was suggested of a day that is nobody's any more, for it was corrected or a merge was undone, is forgotten.
    """
    await _let_pass()
    near = await birthdays_near(_last_day(), AHEAD + 1)
    made = sum([await _suggest(one) for one in near])
    await _forget_others({suggestion_id(one.customer.id, one.on.year) for one in near})
    return made


async def settle_birthday(actor: Actor, draft: BirthdayDraft, *, expected_version: int) -> BirthdaySuggestion:
    """Say that a customer was greeted, or is not to be.

    Raises NotFound, Forbidden without `customer:edit`, AlreadyDone, Conflict.
    """
    found = (await suggestions_by_ids(actor, [draft.suggestion_id])).get(draft.suggestion_id)
    if found is None:
        raise NotFound("There is no such suggestion.", path=("suggestion_id",))
    require_reader(actor)
    if not actor.may(Permission.CUSTOMER_EDIT):
        raise Forbidden(f"You need the permission {Permission.CUSTOMER_EDIT.value} for this.")

    def rule(current: BirthdaySuggestion) -> None:
        if current.deleted_at is not None:
            raise NotFound("There is no such suggestion.", path=("suggestion_id",))
        if current.state is not BirthdayState.SUGGESTED:
            raise AlreadyDone(f"This is {current.state.value} already.", path=("suggestion_id",))
        current.state = BirthdayState.DONE if draft.greeted else BirthdayState.DISMISSED
        current.settled_at, current.settled_by, current.note = now(), actor.id, draft.note
        current.record(BirthdaySettled(suggestion_id=current.id), actor=actor.id)

    return await change(found, rule, expected_version=expected_version)


async def forget_birthdays(customer_id: str) -> None:
    """Keep nothing of the birthdays of somebody who does not agree any more, nor of who is read as the same. Can run twice."""
    same = (await same_customers([customer_id])).get(customer_id, [customer_id])
    customer = await Customer.get(same[0])
    if customer is not None and consented((await united({customer.id: customer}))[customer.id].consents):
        return
    for found in await BirthdaySuggestion.find({"customer_id": {"$in": same}}).to_list():
        await change(found, _forget)


def _last_day() -> date:
    """Give the day that it is where it is earliest: as long as it lasts, nobody's birthday of it is over."""
    return (now() - _OVER_EVERYWHERE).date()


async def _let_pass() -> None:
    over = {"state": BirthdayState.SUGGESTED.value, "on": {"$lt": _last_day().isoformat()}}
    for found in await BirthdaySuggestion.find(over).sort("on", "_id").limit(_AT_ONCE).to_list():
        await change(found, _pass)


async def _forget_others(near: set[str]) -> None:
    ahead = {"state": BirthdayState.SUGGESTED.value, "on": {"$gte": _last_day().isoformat()}}
    for found in await BirthdaySuggestion.find(ahead).sort("on", "_id").to_list():
        if found.id not in near:
            await change(found, _forget)


async def _suggest(one: Upcoming) -> bool:
    identifier, day = suggestion_id(one.customer.id, one.on.year), one.on.isoformat()
    known = await BirthdaySuggestion.get(identifier)
    if known is None:
        fresh = BirthdaySuggestion(id=identifier, created_at=now(), customer_id=one.customer.id, on=day)
        fresh.record(BirthdaySuggested(suggestion_id=identifier))
        try:
            await save(fresh)
        except DuplicateKeyError:
            return False
        return True

    def move(current: BirthdaySuggestion) -> None:
        if current.deleted_at is not None:  # they agree again
            current.deleted_at, current.on, current.state = None, day, BirthdayState.SUGGESTED
        elif current.state is BirthdayState.SUGGESTED:
            current.on = day

    await change(known, move)
    return False


def _pass(suggestion: BirthdaySuggestion) -> None:
    if suggestion.state is BirthdayState.SUGGESTED:
        suggestion.state = BirthdayState.PASSED


def _forget(suggestion: BirthdaySuggestion) -> None:
    if suggestion.deleted_at is None:
        suggestion.deleted_at = now()
        suggestion.on = suggestion.note = None
