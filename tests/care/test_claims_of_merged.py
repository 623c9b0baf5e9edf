"""Claims of customers who are read as one, and personal details of who consents."""

import pytest

from care.claims.deciding import accept_claim
from care.claims.observing import ClaimDraft, record_claim
from care.claims.updating import ConsentDraft, CustomerChange, record_consent, update_customer, withdraw_consent
from care.documents.claims import ClaimField, ClaimSource, ClaimState, CustomerClaim
from care.documents.customers import Customer
from care.merging import merge_customers, undo_merge
from care.profiles import value_of
from care.reading.claims import claims_of_customers, visible_facts
from care.reading.customers import customers_by_ids
from core.database import Database
from core.errors import AlreadyDone, InvalidInput
from core.idempotency import Once
from core.paging import Window
from core.records import fresh
from tests.care.stored import everything, handle_twice
from tests.factories.care import later, make_actor, make_channel, make_customer

AGENT = make_actor()
F = ClaimField


async def write(customer: Customer, **told: str) -> Customer:
    draft = CustomerChange(customer_id=customer.id, told={ClaimField[name.upper()]: value for name, value in told.items()})
    return await update_customer(AGENT, draft, expected_version=(await fresh(customer)).version)


async def pair() -> tuple[Customer, Customer]:
    channel = await make_channel()
    survivor, duplicate = [await make_customer(channel, external_id=name, name=name) for name in ("Mina", "M. R.")]
    return survivor, duplicate


async def merge(survivor: Customer, duplicate: Customer) -> str:
    version = (await fresh(duplicate)).version
    merged = (await merge_customers(AGENT, survivor.id, duplicate.id, expected_version=version, once=Once())).duplicate
    assert merged.merge is not None
    await handle_twice()
    return merged.merge.id


async def known(customer: Customer, field: ClaimField = ClaimField.CITY) -> str | None:
    return value_of((await customers_by_ids(AGENT, [customer.id]))[customer.id], field)


async def test_parts_fill_gaps_and_what_was_accepted_for_one_counts_as_newest(store: Database) -> None:
    survivor, duplicate = await pair()
    await write(survivor, city="Ankara")
    await write(duplicate, city="Bursa", segment="Toptan")
    draft = ClaimDraft(customer_id=duplicate.id, field=F.CITY, value="İzmir", source=ClaimSource.CRM_IMPORT)
    claim = await record_claim(AGENT, draft)
    later(seconds=1)
    merge_id = await merge(survivor, duplicate)
    assert (await known(survivor), await known(survivor, F.SEGMENT), await known(duplicate)) == ("Ankara", "Toptan", "Ankara")
    assert len((await claims_of_customers(AGENT, [duplicate.id], Window()))[duplicate.id].items) == 1
    with pytest.raises(InvalidInput, match="merged into"):
        await record_claim(AGENT, draft)

    later(seconds=1)
    await accept_claim(AGENT, claim.id, expected_version=1)
    assert await known(survivor) == "İzmir"

    await undo_merge(AGENT, merge_id)
    await handle_twice()
    assert (await known(survivor), await known(duplicate)) == ("Ankara", "İzmir")
    assert await known(survivor, F.SEGMENT) is None


async def test_proposal_that_the_survivor_confirms_waits_again_when_they_are_parted(store: Database) -> None:
    survivor, duplicate = await pair()
    await write(survivor, segment="Perakende")
    await write(duplicate, city="Bursa")
    draft = ClaimDraft(customer_id=duplicate.id, field=F.CITY, value="Ankara", source=ClaimSource.CRM_IMPORT)
    claim = await record_claim(AGENT, draft)
    await write(survivor, city="Ankara")

    merge_id = await merge(survivor, duplicate)
    assert (await fresh(claim)).state is ClaimState.CONFIRMED

    await undo_merge(AGENT, merge_id)
    await handle_twice()
    assert (await fresh(claim)).state is ClaimState.PROPOSED


async def test_personal_details_are_kept_with_consent_alone(store: Database) -> None:
    survivor, duplicate = await pair()
    consent = ConsentDraft(customer_id=duplicate.id, note="Telefonda söyledi")
    with pytest.raises(InvalidInput, match="recordConsent"):
        await write(duplicate, birthday="1986-05-04")
    with pytest.raises(AlreadyDone):
        await withdraw_consent(AGENT, consent, expected_version=1)

    agreed = await record_consent(AGENT, consent, expected_version=1)
    await write(duplicate, birthday="۱۹۸۶-۰۵-۰۴", hobbies="Satranç، شنا , satranc")
    draft = ClaimDraft(customer_id=duplicate.id, field=F.BIRTHDAY, value="1987-05-04", source=ClaimSource.SOCIAL_PROFILE)
    claim = await record_claim(AGENT, draft)
    await merge(survivor, duplicate)

    assert [(step.given, step.note, step.recorded_by) for step in agreed.consents] == [(True, "Telefonda söyledi", AGENT.id)]
    assert (await known(survivor, F.BIRTHDAY), await known(survivor, F.HOBBIES)) == ("1986-05-04", "Satranç, شنا")

    later(seconds=1)
    own = consent.model_copy(update={"customer_id": survivor.id, "note": "Artık istemiyor"})
    await withdraw_consent(AGENT, own, expected_version=1)

    forgotten = await everything(Customer, CustomerClaim)
    assert "1986-05-04" not in str(forgotten)
    assert "Satranç" not in str(forgotten)
    assert ((await fresh(claim)).state, (await fresh(claim)).value) == (ClaimState.EXPIRED, None)
    whole = (await customers_by_ids(AGENT, [survivor.id]))[survivor.id]
    assert [fact.field for fact in visible_facts(AGENT, whole)] == [F.NAME]
    await handle_twice()
    assert [row["_id"] for row in (await everything(Customer))["customers"]] == sorted([survivor.id, duplicate.id])
