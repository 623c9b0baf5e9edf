"""Birthdays of customers who agree: suggested a week ahead wherever they live, settled by people, forgotten with the consent."""

from datetime import UTC, date, datetime, timedelta

import pytest

from auth.actor import Role
from care.birthdays.days import celebrated_in, keys_between, next_from
from care.birthdays.reading import upcoming_birthdays
from care.birthdays.suggesting import BirthdayDraft, forget_birthdays, settle_birthday, suggest_birthdays
from care.documents.birthdays import BirthdayState, BirthdaySuggestion
from care.documents.claims import ClaimField, ClaimSource, ConsentPurpose, ConsentStep
from care.documents.customers import Customer
from care.merging import merge_customers
from care.profiles import accepted, forget_facts, put_fact, said
from core.clock import clock, now
from core.database import Database
from core.errors import AlreadyDone, Conflict, Forbidden, InvalidInput, NotFound
from core.idempotency import Once
from core.records import change, fresh
from tests.care.stored import everything
from tests.factories.care import make_actor, make_customer

AGENT = make_actor(Role.AGENT)
TODAY = date(2027, 2, 22)


def go_to(moment: datetime) -> None:
    clock.shift(moment - now())


def consent(*, given: bool = True) -> ConsentStep:
    purpose = ConsentPurpose.PERSONAL_DETAILS
    return ConsentStep(purpose=purpose, given=given, note="Telefonda", recorded_by="mem_a", recorded_at=now())


async def born(day: str, *, agrees: bool = True) -> Customer:
    """Meet a customer who was born on a day, and agrees that it is kept."""

    def tell(customer: Customer) -> None:
        put_fact(customer, accepted(said(ClaimField.BIRTHDAY, day, ClaimSource.AGENT, now()), now(), by="mem_a"))
        customer.consents = [consent(given=agrees)]

    return await change(await make_customer(), tell)


async def near(days: int = 14, today: date = TODAY) -> list[tuple[str, str, int]]:
    return [(one.customer.id, one.on.isoformat(), one.turns) for one in await upcoming_birthdays(AGENT, today, days)]


async def suggested() -> list[BirthdaySuggestion]:
    return await BirthdaySuggestion.find({}).sort("_id").to_list()


def test_leap_day_is_the_28th_in_other_years() -> None:
    born_on = date(1996, 2, 29)
    assert (celebrated_in(born_on, 2027), celebrated_in(born_on, 2028)) == (date(2027, 2, 28), date(2028, 2, 29))
    assert next_from(born_on, date(2027, 3, 1)) == date(2028, 2, 29)
    assert next_from(date(1990, 1, 1), date(2026, 12, 31)) == date(2027, 1, 1)
    assert list(keys_between(date(2027, 2, 27), 2)) == ["02-27", "02-28", "02-29", "03-01"]
    assert list(keys_between(date(2028, 2, 27), 2)) == ["02-27", "02-28", "02-29"]
    assert list(keys_between(date(2026, 12, 31), 1)) == ["12-31", "01-01"]


async def test_near_birthdays_are_listed_by_day_of_who_agrees(store: Database) -> None:
    go_to(datetime(2027, 2, 22, 12, tzinfo=UTC))
    leap, first = await born("1996-02-29"), await born("1980-02-22")
    await born("1985-03-20")
    await born("1985-02-23", agrees=False)
    assert await near() == [(first.id, "2027-02-22", 47), (leap.id, "2027-02-28", 31)]
    assert await near(0) == [(first.id, "2027-02-22", 47)]
    assert await near(0, date(2028, 2, 29)) == [(leap.id, "2028-02-29", 32)]


async def test_merged_customer_is_one_and_agrees_for_both(store: Database) -> None:
    go_to(datetime(2027, 2, 22, 12, tzinfo=UTC))
    double, survivor = await born("1990-02-25"), await make_customer()
    await merge_customers(make_actor(), survivor.id, double.id, expected_version=(await fresh(double)).version, once=Once())
    assert await near() == [(survivor.id, "2027-02-25", 37)]


async def test_suggestion_is_made_a_week_ahead_and_once(store: Database) -> None:
    go_to(datetime(2027, 2, 20, 11, tzinfo=UTC))
    customer = await born("1996-02-29")
    assert await suggest_birthdays() == 0
    go_to(datetime(2027, 2, 20, 13, tzinfo=UTC))
    assert [await suggest_birthdays() for _ in range(3)] == [1, 0, 0]

    (made,) = await suggested()
    assert (made.customer_id, made.on, made.state) == (customer.id, "2027-02-28", BirthdayState.SUGGESTED)
    assert (await upcoming_birthdays(AGENT, TODAY, 14))[0].suggestion == made
    assert await store["jobs"].count_documents({}) == 0
    assert await store["messages"].count_documents({}) == 0


async def test_day_is_over_only_when_it_is_over_everywhere(store: Database) -> None:
    go_to(datetime(2027, 2, 22, 12, tzinfo=UTC))
    await born("1980-02-25")
    await suggest_birthdays()
    go_to(datetime(2027, 2, 26, 11, 59, tzinfo=UTC))
    await suggest_birthdays()
    assert (await suggested())[0].state is BirthdayState.SUGGESTED
    go_to(datetime(2027, 2, 26, 12, 1, tzinfo=UTC))
    await suggest_birthdays()
    assert (await suggested())[0].state is BirthdayState.PASSED


async def test_member_settles_it_once(store: Database) -> None:
    go_to(datetime(2027, 2, 22, 12, tzinfo=UTC))
    await born("1980-02-25")
    await suggest_birthdays()
    (made,) = await suggested()
    draft = BirthdayDraft(suggestion_id=made.id, greeted=True, note="Aradım")
    before = await everything(BirthdaySuggestion)
    with pytest.raises(NotFound):
        await settle_birthday(make_actor(Role.EXPERT), draft, expected_version=1)
    with pytest.raises(Conflict):
        await settle_birthday(AGENT, draft, expected_version=9)
    assert await everything(BirthdaySuggestion) == before

    done = await settle_birthday(AGENT, draft, expected_version=1)

    assert (done.state, done.note, done.settled_by, done.version) == (BirthdayState.DONE, "Aradım", AGENT.id, 2)
    with pytest.raises(AlreadyDone):
        await settle_birthday(AGENT, draft, expected_version=2)
    assert await suggest_birthdays() == 0
    assert (await suggested())[0].state is BirthdayState.DONE


async def test_withdrawn_consent_forgets_all_of_it_and_a_new_one_begins_anew(store: Database) -> None:
    go_to(datetime(2027, 2, 22, 12, tzinfo=UTC))
    customer = await born("1980-02-25")
    await suggest_birthdays()
    await forget_birthdays(customer.id)
    assert (await suggested())[0].on == "2027-02-25"

    def withdraw(current: Customer) -> None:
        current.consents = [*current.consents, consent(given=False)]

    clock.shift(timedelta(seconds=1))
    customer = await change(await fresh(customer), withdraw)
    assert await near() == []
    for _ in range(2):
        await forget_birthdays(customer.id)
    (gone,) = await suggested()
    assert (gone.on, gone.note, gone.deleted_at is None) == (None, None, False)
    with pytest.raises(NotFound):
        await settle_birthday(AGENT, BirthdayDraft(suggestion_id=gone.id, greeted=True), expected_version=1)

    customer = await change(await fresh(customer), lambda current: forget_facts(current, {ClaimField.BIRTHDAY}))
    row = await Customer.get_pymongo_collection().find_one({"_id": customer.id})
    assert row is not None
    assert "birthday_key" not in row


async def test_what_is_nobodys_day_any_more_is_forgotten_and_a_corrected_one_moves(store: Database) -> None:
    go_to(datetime(2027, 2, 22, 12, tzinfo=UTC))
    customer = await born("1980-02-25")
    await suggest_birthdays()
    fact = said(ClaimField.BIRTHDAY, "1980-02-26", ClaimSource.AGENT, now())
    customer = await change(await fresh(customer), lambda current: put_fact(current, accepted(fact, now())))
    await suggest_birthdays()
    assert [(one.on, one.deleted_at) for one in await suggested()] == [("2027-02-26", None)]

    await change(customer, lambda current: forget_facts(current, {ClaimField.BIRTHDAY}))
    await suggest_birthdays()
    assert [(one.on, one.deleted_at is None) for one in await suggested()] == [(None, False)]


async def test_reading_is_for_who_knows_all_customers(store: Database) -> None:
    for role in (Role.EXPERT, Role.AGENCY):
        with pytest.raises(Forbidden):
            await upcoming_birthdays(make_actor(role), TODAY, 7)
    with pytest.raises(InvalidInput) as refusal:
        await upcoming_birthdays(AGENT, TODAY, 61)
    assert refusal.value.path == ("days",)


async def test_day_of_a_merged_part_counts_only_where_the_whole_has_no_other(store: Database) -> None:
    go_to(datetime(2027, 2, 22, 12, tzinfo=UTC))
    double, survivor = await born("1990-02-25"), await born("1990-06-01")
    await merge_customers(make_actor(), survivor.id, double.id, expected_version=(await fresh(double)).version, once=Once())

    assert await near() == []
    assert await near(today=date(2027, 5, 25)) == [(survivor.id, "2027-06-01", 37)]


async def test_who_agrees_again_is_suggested_again(store: Database) -> None:
    go_to(datetime(2027, 2, 22, 12, tzinfo=UTC))
    customer = await born("1980-02-25")
    await suggest_birthdays()
    for given in (False, True):
        clock.shift(timedelta(seconds=1))
        steps = [*(await fresh(customer)).consents, consent(given=given)]
        await change(await fresh(customer), lambda current, steps=steps: setattr(current, "consents", steps))  # type: ignore[misc]
        await forget_birthdays(customer.id)

    assert await suggest_birthdays() == 0

    (again,) = await suggested()
    assert (again.on, again.state, again.deleted_at) == ("2027-02-25", BirthdayState.SUGGESTED, None)
    assert [one.suggestion for one in await upcoming_birthdays(AGENT, TODAY, 14)] == [again]
