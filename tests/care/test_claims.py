"""What is said about customers: it fills gaps, waits where the profile differs, and is decided once."""

from datetime import timedelta
from typing import Any

import pytest

from auth.actor import Role
from care.claims.deciding import RejectionDraft, accept_claim, reject_claim
from care.claims.observing import ClaimDraft, record_claim
from care.claims.settling import expire, forget_personal
from care.claims.updating import ConsentDraft, CustomerChange, record_consent, update_customer, withdraw_consent
from care.clock_scan import scan
from care.customers import Person, ensure_customer, identity_key
from care.documents.channels import ChannelKind
from care.documents.claims import ClaimField, ClaimSource, ClaimState, CustomerClaim, LicenceClass
from care.documents.customers import Customer
from care.profiles import PROVIDER_RETENTION, value_of
from care.reading.claims import ClaimSelection, claims_by_ids, count_claims, list_claims, visible_facts
from core.clock import now
from core.database import Database
from core.errors import AlreadyDone, Conflict, Forbidden, InvalidFields, InvalidInput, NotFound
from core.paging import Window
from core.records import change, fresh
from tests.care.stored import event_types, everything, handle_twice
from tests.factories.care import later, make_actor, make_channel, make_customer

AGENT = make_actor()
F, S = ClaimField, ClaimState


def claim_of(customer: Customer, field: ClaimField = F.CITY, value: str = "İzmir", **more: Any) -> ClaimDraft:
    given = {"source": ClaimSource.SOCIAL_PROFILE, "origin": "@ayse", **more}
    return ClaimDraft(customer_id=customer.id, field=field, value=value, **given)


async def write(customer: Customer, **told: str | None) -> Customer:
    change = CustomerChange(customer_id=customer.id, told={F[name.upper()]: value for name, value in told.items()})
    return await update_customer(AGENT, change, expected_version=(await fresh(customer)).version)


async def waiting() -> list[tuple[ClaimField, str | None]]:
    found = await list_claims(AGENT, ClaimSelection(), window=Window())
    return [(claim.field, claim.value) for claim in found.items]


async def test_what_a_source_says_fills_a_gap_and_waits_where_the_profile_differs(store: Database) -> None:
    customer = await make_customer()
    first = await record_claim(AGENT, claim_of(customer, value="İzmir"))
    same = await record_claim(AGENT, claim_of(customer, value="  IZMIR ", origin="@ayse2", confidence=0.7))
    other = await record_claim(AGENT, claim_of(customer, value="تهران", origin="@ayse3"))

    held = next(fact for fact in (await fresh(customer)).facts if fact.field is F.CITY)

    assert [one.state for one in (first, same, other)] == [S.ACCEPTED, S.CONFIRMED, S.PROPOSED]
    assert (held.value, held.claim_id, held.source, held.confidence) == ("İzmir", first.id, ClaimSource.SOCIAL_PROFILE, 0.5)
    assert held.licence is LicenceClass.PROVIDER_TERMS
    assert same.confidence == 0.7
    assert await waiting() == [(F.CITY, "تهران")]
    assert await count_claims(AGENT, ClaimSelection(field=F.CITY, source=ClaimSource.SOCIAL_PROFILE)) == 1


async def test_accepted_claim_is_the_profiles_value_and_keeps_what_was_before(store: Database) -> None:
    customer = await write(await make_customer(), city="Ankara")
    claim = await record_claim(AGENT, claim_of(customer))
    later(seconds=1)

    decided = await accept_claim(AGENT, claim.id, expected_version=1)

    profile = await fresh(customer)
    assert (decided.state, decided.previous_value, decided.decided_by) == (S.ACCEPTED, "Ankara", AGENT.id)
    assert value_of(profile, F.CITY) == "İzmir"
    assert [(fact.field, fact.value, fact.source) for fact in profile.former_facts] == [(F.CITY, "Ankara", ClaimSource.AGENT)]
    assert await waiting() == []
    for again in (1, 2):
        with pytest.raises(Conflict if again == 1 else AlreadyDone):
            await accept_claim(AGENT, claim.id, expected_version=again)
    before = await everything(Customer, CustomerClaim)
    await handle_twice()
    assert await everything(Customer, CustomerClaim) == before


async def test_acceptance_cut_off_after_its_write_is_finished_by_the_handler(
    store: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    customer = await write(await make_customer(), city="Ankara")
    claim = await record_claim(AGENT, claim_of(customer))
    later(seconds=1)

    async def cut(customer_id: str) -> None:
        raise ConnectionError(customer_id)

    with monkeypatch.context() as patched:
        patched.setattr("care.claims.deciding.settle_claims", cut)
        with pytest.raises(ConnectionError):
            await accept_claim(AGENT, claim.id, expected_version=1)
    assert value_of(await fresh(customer), F.CITY) == "Ankara"

    await handle_twice()

    assert value_of(await fresh(customer), F.CITY) == "İzmir"


async def test_rejected_value_is_not_proposed_again_by_the_same_source(store: Database) -> None:
    customer = await write(await make_customer(), city="Ankara")
    claim = await record_claim(AGENT, claim_of(customer))
    draft = RejectionDraft(claim_id=claim.id, reason="Eski profil")
    rejected = await reject_claim(AGENT, draft, expected_version=1)

    again = await record_claim(AGENT, claim_of(customer, value="IZMİR"))
    elsewhere = await record_claim(AGENT, claim_of(customer, origin="Eski CRM", source=ClaimSource.CRM_IMPORT))

    assert (rejected.state, rejected.reason, again.id, again.state) == (S.REJECTED, "Eski profil", claim.id, S.REJECTED)
    assert (elsewhere.state, elsewhere.confidence, elsewhere.licence) == (S.PROPOSED, 0.9, LicenceClass.OWN)
    assert (await event_types(CustomerClaim)).count("ClaimRejected") == 1
    with pytest.raises(AlreadyDone):
        await accept_claim(AGENT, claim.id, expected_version=2)


async def test_source_that_comes_back_to_a_former_value_proposes_it_anew(store: Database) -> None:
    customer = await make_customer()
    first = await record_claim(AGENT, claim_of(customer, value="Bursa"))
    later(seconds=1)
    await write(customer, city="Ankara")
    assert (await fresh(first)).state is S.SUPERSEDED

    again = await record_claim(AGENT, claim_of(customer, value="Bursa"))

    assert (again.id, again.state, again.decided_at) == (first.id, S.PROPOSED, None)


async def test_member_who_writes_what_was_proposed_settles_the_proposal(store: Database) -> None:
    customer = await write(await make_customer(), city="Ankara", language="tr", phone="۰۹۱۲ ۱۱۱ ۲۲ ۳۳")
    claim = await record_claim(AGENT, claim_of(customer, value="İzmir"))

    changed = await write(customer, city="izmir", language=None)

    assert (await fresh(claim)).state is S.CONFIRMED
    assert (changed.version, changed.phone, changed.locale) == (3, "09121112233", None)
    assert [fact.field for fact in changed.facts] == [F.NAME, F.PHONE, F.CITY]


async def test_channel_renames_who_is_known_by_it_alone_and_proposes_otherwise(store: Database) -> None:
    channel = await make_channel()
    customer = await make_customer(channel, external_id="u-1", name="Ayşe Demir")
    renamed = await ensure_customer(channel, Person(external_id="u-1", name="Ayşe D."))
    assert renamed.display_name == "Ayşe D."

    await write(customer, name="Ayşe Demir Kaya")
    again = Person(external_id="u-1", name="Ayşe ✨")
    kept = [await ensure_customer(channel, again) for _ in range(2)]

    assert [one.display_name for one in kept] == ["Ayşe Demir Kaya"] * 2
    assert await waiting() == [(F.NAME, "Ayşe ✨")]
    claim = await CustomerClaim.find_one({"state": "PROPOSED"})
    assert claim is not None
    assert (claim.origin, claim.channel_id) == (identity_key(channel.id, "u-1"), channel.id)
    assert claim.keep_until == claim.observed_at + PROVIDER_RETENTION


async def test_what_customers_say_of_themselves_never_overwrites(store: Database) -> None:
    mail = await make_channel(kind=ChannelKind.WEB_FORM)
    customer = await make_customer(mail, external_id="a@x.example", email="a@x.example", phone="+90 532 111 22 33")

    await ensure_customer(mail, Person(external_id="a@x.example", email="A@X.example", phone="00905551112233"))
    await ensure_customer(mail, Person(external_id="a@x.example", phone="not a number"))

    assert (await fresh(customer)).phone == "+90 532 111 22 33"
    assert await waiting() == [(F.PHONE, "+905551112233")]


async def test_what_a_provider_lends_is_forgotten_in_time(store: Database) -> None:
    customer = await make_customer()
    held = await record_claim(AGENT, claim_of(customer))
    proposed = await record_claim(AGENT, claim_of(customer, value="Bursa", keep_until=now() + timedelta(days=3)))
    own = await record_claim(AGENT, claim_of(customer, F.SEGMENT, "Toptan", source=ClaimSource.CRM_IMPORT))

    later(days=4)
    await scan()
    assert ((await fresh(proposed)).state, (await fresh(proposed)).value) == (S.EXPIRED, None)
    assert value_of(await fresh(customer), F.CITY) == "İzmir"
    later(days=27)
    await scan()
    await handle_twice()

    profile = await fresh(customer)
    assert ((await fresh(held)).state, value_of(profile, F.CITY), profile.former_facts) == (S.EXPIRED, None, [])
    assert (await fresh(own)).state is S.ACCEPTED
    assert profile.display_name == "Ayşe Demir"
    assert await scan() == 0


async def test_what_is_refused_leaves_no_trace(store: Database) -> None:
    customer = await write(await make_customer(), city="Ankara")
    claim = await record_claim(AGENT, claim_of(customer))
    before = await everything(Customer, CustomerClaim)
    agency = make_actor(Role.AGENCY, reach=frozenset({customer.identities[0].channel_id}))

    for refusal, path, act in (
        (InvalidInput, "value", lambda: record_claim(AGENT, claim_of(customer, F.EMAIL, "ayşe"))),
        (InvalidInput, "value", lambda: record_claim(AGENT, claim_of(customer, F.LANGUAGE, "Türkçe"))),
        (InvalidInput, "source", lambda: record_claim(AGENT, claim_of(customer, source=ClaimSource.AGENT))),
        (InvalidInput, "keep_until", lambda: record_claim(AGENT, claim_of(customer, keep_until=now()))),
        (InvalidInput, "observed_at", lambda: record_claim(AGENT, claim_of(customer, observed_at=now() + timedelta(days=1)))),
        (InvalidInput, "field", lambda: record_claim(AGENT, claim_of(customer, F.BIRTHDAY, "1986-05-04"))),
        (InvalidInput, "birthday", lambda: write(customer, birthday="1986-05-04")),
        (InvalidFields, "display_name", lambda: write(customer, name=None)),
        (InvalidInput, "", lambda: write(customer)),
        (Forbidden, "", lambda: accept_claim(make_actor(Role.TRAINEE), claim.id, expected_version=1)),
        (NotFound, "claim_id", lambda: accept_claim(agency, claim.id, expected_version=1)),
        (NotFound, "claim_id", lambda: accept_claim(AGENT, "clm_nothing", expected_version=1)),
        (NotFound, "customer_id", lambda: record_claim(agency, claim_of(customer))),
        (Forbidden, "", lambda: list_claims(agency, ClaimSelection(), window=Window())),
    ):
        with pytest.raises(refusal) as refused:
            await act()
        assert ".".join(refused.value.path) == path

    assert await everything(Customer, CustomerClaim) == before


async def test_agency_knows_what_its_own_channels_told(store: Database) -> None:
    channel = await make_channel()
    customer = await make_customer(channel, external_id="u-1")
    await write(customer, name="Ayşe Kaya", city="Ankara")
    await ensure_customer(channel, Person(external_id="u-1", name="Ayşe ✨"))
    stranger = await record_claim(AGENT, claim_of(customer))
    (own,) = await CustomerClaim.find({"channel_id": channel.id}).to_list()
    agency = make_actor(Role.AGENCY, reach=frozenset({channel.id}))

    assert list(await claims_by_ids(agency, [own.id, stranger.id])) == [own.id]
    assert visible_facts(agency, await fresh(customer)) == []
    assert [fact.field for fact in visible_facts(AGENT, await fresh(customer))] == [F.NAME, F.CITY]
    assert visible_facts(make_actor(Role.EXPERT), await fresh(customer)) == []


async def test_member_who_writes_the_same_again_changes_nothing(store: Database) -> None:
    customer = await write(await make_customer(), city="Ankara")
    told = [fact.model_dump() for fact in customer.facts]
    later(minutes=1)

    again = await write(customer, city="Ankara")

    assert ([fact.model_dump() for fact in again.facts], again.former_facts) == (told, [])


async def test_that_a_claim_was_rejected_is_remembered_when_its_value_is_forgotten(store: Database) -> None:
    customer = await write(await make_customer(), city="Ankara")
    claim = await record_claim(AGENT, claim_of(customer, keep_until=now() + timedelta(days=3)))
    await reject_claim(AGENT, RejectionDraft(claim_id=claim.id, reason="Eski profil"), expected_version=1)
    await change(await fresh(claim), expire)

    kept = await fresh(claim)
    assert (kept.state, kept.value, kept.reason) == (S.REJECTED, None, "Eski profil")
    assert (await event_types(CustomerClaim)).count("ClaimExpired") == 1


async def test_personal_details_stay_with_who_consents_again(store: Database) -> None:
    customer = await make_customer()
    draft = ConsentDraft(customer_id=customer.id, note="Telefonda")
    await record_consent(AGENT, draft, expected_version=1)
    await write(customer, birthday="1986-05-04")

    await forget_personal(customer.id)  # as a handler that comes late does
    assert value_of(await fresh(customer), F.BIRTHDAY) == "1986-05-04"

    later(seconds=1)
    await withdraw_consent(AGENT, draft, expected_version=(await fresh(customer)).version)
    assert value_of(await fresh(customer), F.BIRTHDAY) is None
