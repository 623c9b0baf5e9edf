"""Two at once: who comes second finds what the first did, undoes none of it, and tells of it no second time."""

import asyncio
from collections.abc import Awaitable
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from auth.actor import ANONYMOUS, Role
from care import answer_bank, clock_scan, consultations, information
from care.answer_bank import EntryChanges, edit_entry, expire_entries
from care.birthdays import suggesting
from care.birthdays.suggesting import BirthdayDraft, forget_birthdays, settle_birthday, suggest_birthdays
from care.cases import obligations
from care.cases.obligations import fulfil_obligation
from care.claims import settling
from care.claims.observing import ClaimDraft, record_claim
from care.claims.settling import expire_claims
from care.consultations import cancel_consultations, decline_consultation
from care.documents.answer_bank import AnswerBankStatus
from care.documents.birthdays import BirthdayState, BirthdaySuggestion
from care.documents.case_states import CaseStatus
from care.documents.channels import Channel
from care.documents.claims import ClaimField, ClaimSource, ClaimState, CustomerClaim
from care.documents.consultations import Consultation, ConsultationStatus
from care.documents.conversations import DeliveryStatus
from care.documents.information import InformationRequest, InformationStatus
from care.documents.listening import ListeningAlert, ListeningQuery
from care.experiences import engaging
from care.experiences.documents import ExperienceVisit
from care.experiences.engaging import forget_engagement
from care.going_live import probing
from care.going_live.probing import probe, probe_channel
from care.information import answer_information_request, cancel_information_requests, remind_of_information
from care.listening import alerts, earlier
from care.listening.alerts import look_at_alerts
from care.listening.earlier import find_earlier_mentions, search_earlier
from care.profiles import PROVIDER_RETENTION
from care.replies import ContactDetailsDraft, request_contact_details
from core.clock import clock, now
from core.database import Database
from core.errors import NotFound
from core.idempotency import Once
from core.leases import Job
from core.outbound import Outbound
from core.records import change, fresh
from tests.care.experiences.test_experiences import do
from tests.care.ingest.sender import KEYRING
from tests.care.stored import event_types
from tests.care.test_birthdays import born, consent, suggested
from tests.care.test_consultations import make_consultation
from tests.care.test_information import AGENT, ask
from tests.care.test_listening_alerts import MANAGER, hear, listening
from tests.factories import community
from tests.factories.care import (
    deliver,
    later,
    make_actor,
    make_case,
    make_channel,
    make_conversation,
    make_customer,
    make_entry,
    reread,
    say,
)
from tests.factories.community import customer_actor
from tests.factories.experiences import make_experience
from tests.receiver import listening as listening_at
from tests.rivals import overtake


async def test_answer_that_is_written_anew_does_not_expire(store: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    mentor = make_actor(Role.MENTOR)
    entry = await make_entry(mentor)
    later(days=181)
    overtake(monkeypatch, answer_bank, lambda: edit_entry(mentor, entry.id, EntryChanges(body="Yeni söz."), expected_version=1))

    await expire_entries()

    kept = await fresh(entry)
    assert (kept.status, kept.body) == (AnswerBankStatus.APPROVED, "Yeni söz.")
    assert kept.review_by is not None
    assert kept.review_by > now()


@pytest.mark.parametrize("asked", ["scan", "close"])
async def test_expert_who_declines_meanwhile_is_neither_late_nor_called_off(
    store: Database, monkeypatch: pytest.MonkeyPatch, asked: str
) -> None:
    case, expert = await make_case(), await community.make_actor()
    consultation = await make_consultation(expert, case=case)
    later(days=3)

    def decline() -> Awaitable[object]:
        return decline_consultation(expert, consultation.id, "Bilmiyorum", expected_version=consultation.version)

    if asked == "scan":
        overtake(monkeypatch, clock_scan, decline, of=Consultation)
        await clock_scan.scan()
    else:
        await change(await reread(case), lambda current: setattr(current, "closed_at", now()))
        overtake(monkeypatch, consultations, decline)
        await cancel_consultations(case.id)

    assert (await fresh(consultation)).status is ConsultationStatus.DECLINED
    assert {"ConsultationOverdue", "ConsultationCancelled"}.isdisjoint(await event_types(Consultation))


@pytest.mark.parametrize("asked", ["scan", "close"])
async def test_request_that_is_answered_meanwhile_is_neither_late_nor_called_off(
    store: Database, monkeypatch: pytest.MonkeyPatch, asked: str
) -> None:
    case = await make_case()
    request = await ask(case)
    later(hours=1)
    overtake(monkeypatch, information, lambda: answer_information_request(AGENT, request.id, "İzmir.", expected_version=1))

    if asked == "scan":
        await remind_of_information(10)
    else:
        await change(await reread(case), lambda current: setattr(current, "closed_at", now()))
        await cancel_information_requests(case.id)

    answered = await fresh(request)
    assert (answered.status, answered.overdue_at) == (InformationStatus.ANSWERED, None)
    assert await event_types(InformationRequest) == ["InformationRequested", "InformationAnswered"]


async def test_claim_that_is_said_again_meanwhile_is_kept(store: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    customer = await make_customer()
    draft = ClaimDraft(
        customer_id=customer.id, field=ClaimField.CITY, value="İzmir", source=ClaimSource.SOCIAL_PROFILE, origin="@ayse"
    )
    claim = await record_claim(make_actor(), draft)
    later(seconds=PROVIDER_RETENTION.total_seconds() + 1)

    def say_again(current: CustomerClaim) -> None:
        current.keep_until = current.next_act_at = now() + timedelta(days=3)

    async def rival() -> None:
        await change(await fresh(claim), say_again)

    overtake(monkeypatch, settling, rival, of=CustomerClaim)
    await expire_claims(10)
    assert ((await fresh(claim)).state, (await fresh(claim)).value) == (ClaimState.ACCEPTED, "İzmir")

    later(days=4)
    await expire_claims(10)
    assert ((await fresh(claim)).state, (await fresh(claim)).value) == (ClaimState.EXPIRED, None)
    assert (await event_types(CustomerClaim)).count("ClaimExpired") == 1


async def suggestion() -> BirthdaySuggestion:
    """Have a birthday suggested that is three days ahead."""
    clock.shift(datetime(2027, 2, 22, 12, tzinfo=UTC) - now())
    await born("1980-02-25")
    await suggest_birthdays()
    (made,) = await suggested()
    return made


async def test_birthday_that_is_forgotten_meanwhile_is_not_settled(store: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    made = await suggestion()

    async def withdraw() -> None:
        later(seconds=1)
        customer = await suggesting.Customer.get(made.customer_id)  # type: ignore[attr-defined]  # where it is used
        assert customer is not None
        await change(customer, lambda current: setattr(current, "consents", [*current.consents, consent(given=False)]))
        await forget_birthdays(made.customer_id)

    overtake(monkeypatch, suggesting, withdraw)
    with pytest.raises(NotFound) as refused:
        await settle_birthday(AGENT, BirthdayDraft(suggestion_id=made.id, greeted=True, note="Aradım"), expected_version=1)

    gone = await fresh(made)
    assert (refused.value.path, gone.on, gone.note, gone.settled_at) == (("suggestion_id",), None, None, None)


async def test_birthday_that_is_settled_on_its_last_day_has_not_passed(store: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    made = await suggestion()
    later(days=5)
    draft = BirthdayDraft(suggestion_id=made.id, greeted=True)
    overtake(monkeypatch, suggesting, lambda: settle_birthday(AGENT, draft, expected_version=1))

    await suggest_birthdays()

    assert (await fresh(made)).state is BirthdayState.DONE


async def test_question_that_never_arrived_is_nothing_to_fulfil(store: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    case = await make_case()
    draft = ContactDetailsDraft(case_id=case.id, conversation_id=case.conversation_ids[0], body="Numaranız?")
    asked = await request_contact_details(make_actor(), draft, expected_version=case.version, once=Once())
    assert asked.obligation is not None
    overtake(monkeypatch, obligations, lambda: deliver(asked.message, DeliveryStatus.FAILED))

    with pytest.raises(NotFound) as refused:
        await fulfil_obligation(make_actor(), asked.obligation.id, expected_version=asked.case.version)

    assert refused.value.path == ("obligation_id",)
    assert ((await reread(case)).owed, (await reread(case)).status) == ([], CaseStatus.NEW)


async def test_engagement_is_forgotten_once_by_two_requests(store: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    who = customer_actor((await make_customer()).id)
    await do(await make_experience(), who, uuid4(), "OPENED", consents=True)
    told = len(await event_types(ExperienceVisit))
    overtake(monkeypatch, engaging, lambda: forget_engagement(who, confirmed=True))

    assert await forget_engagement(who, confirmed=True) == 1

    assert await ExperienceVisit.find({"customer_id": {"$exists": True}}).count() == 0
    assert len(await event_types(ExperienceVisit)) == told + 1


async def test_rise_is_over_once_for_two_scans(store: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    await listening()
    conversation = await make_conversation()
    for _ in range(3):
        await hear(conversation)
    later(hours=2)
    overtake(monkeypatch, alerts, lambda: look_at_alerts(10))

    await look_at_alerts(10)

    (alert,) = await ListeningAlert.find({}).to_list()
    assert alert.open is False
    assert (await event_types(ListeningAlert)).count("ListeningAlertChanged") == 1


async def test_earlier_messages_are_counted_once_by_two_workers(store: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    await say(await make_conversation(), "Narin bozuldu")
    query = await listening()
    later(minutes=1)
    query = await find_earlier_mentions(MANAGER, query.id, now() - timedelta(days=1), expected_version=query.version)
    overtake(monkeypatch, earlier, lambda: search_earlier(query.id))

    await search_earlier(query.id)

    done = (await fresh(query)).earlier
    assert done is not None
    assert (done.looked_at, done.found, done.finished_at is None) == (1, 1, False)
    assert await ListeningQuery.count() == 1


async def test_test_call_that_two_workers_made_is_noted_once(store: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    async with listening_at((204, b""), (500, b"")) as network:
        channel = await make_channel(send_url=f"{network.url}/send")
        channel = await change(
            channel, lambda current: setattr(current, "sealed_secrets", [KEYRING.encrypt("whsec_" + "YWJj" * 8)])
        )
        await probe_channel(MANAGER, channel.id, expected_version=channel.version)
        job = Job("probe", 1, 1, {"channel_id": channel.id, "number": 1})

        def other() -> Awaitable[object]:
            return probe(job, keyring=KEYRING, outbound=Outbound(["127.0.0.1"]))

        overtake(monkeypatch, probing, other)
        await other()

    noted = (await fresh(channel)).probe
    assert noted is not None
    assert (len(network.heard), noted.ended_at is None) == (2, False)
    assert (await event_types(Channel)).count("ChannelProbeEnded") == 1


async def test_visit_that_two_requests_begin_is_one(store: Database) -> None:
    experience, key = await make_experience(), uuid4()

    visits = await asyncio.gather(*(do(experience, ANONYMOUS, key, "ANSWERED", question=1, choice=one) for one in (1, 2, 1)))

    assert {visit.id for visit in visits} == {visits[0].id}
    (kept,) = await ExperienceVisit.find_all().to_list()
    assert len(kept.answers) == 1
