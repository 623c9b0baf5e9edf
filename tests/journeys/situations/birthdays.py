"""Situations of birthdays that are near."""

from datetime import timedelta

from care.birthdays.reading import suggestion_id
from care.birthdays.suggesting import suggest_birthdays
from care.documents.birthdays import BirthdaySuggestion
from care.documents.claims import ClaimField, ClaimSource, ConsentPurpose, ConsentStep
from care.documents.customers import Customer
from care.profiles import accepted, put_fact, said
from core.clock import now
from core.records import change
from tests.journeys.story import MARK, Input, Situation, Story


async def near_birthday(customer: Customer, by: str) -> BirthdaySuggestion:
    """Let a customer agree and have their birthday tomorrow; give what is suggested."""
    tomorrow = (now() + timedelta(days=1)).date()

    def tell(current: Customer) -> None:
        born = f"1988-{tomorrow:%m-%d}"
        put_fact(current, accepted(said(ClaimField.BIRTHDAY, born, ClaimSource.AGENT, now()), now(), by=by))
        agreed = ConsentStep(
            purpose=ConsentPurpose.PERSONAL_DETAILS, given=True, note=f"{MARK} Telefonda", recorded_by=by, recorded_at=now()
        )
        current.consents = [*current.consents, agreed]

    await change(customer, tell)
    await suggest_birthdays()
    found = await BirthdaySuggestion.get(suggestion_id(customer.id, tomorrow.year))
    assert found is not None
    return found


async def _settle(story: Story, who: str) -> Input:
    customer = await story.stranger()
    found = await near_birthday(customer, (await story.actor("colleague")).member)
    return {"suggestionId": found.id, "greeted": True, "note": f"{MARK} Aradım", "expectedVersion": found.version}


SITUATIONS: dict[str, Situation] = {"settleBirthday": _settle}
